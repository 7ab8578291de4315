"""Every scenario that billing promises has a test that carries its number."""

from __future__ import annotations

import re
from pathlib import Path

NAMED = re.compile(r"def test((?:_b\d\d[a-z]?)+)_")
SCENARIOS = {f"b{number:02}" for number in range(1, 96)} | {"b67b", "b67c"}


def test_every_scenario_is_named_by_a_test() -> None:
    files = Path(__file__).parent.glob("test_*.py")
    names = [name for file in files for name in NAMED.findall(file.read_text())]
    assert SCENARIOS - {number for name in names for number in name.split("_")[1:]} == set()
