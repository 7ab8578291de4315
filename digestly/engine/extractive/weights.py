"""Weights: what each kind of evidence counts for, fitted once to transcripts with human notes.

`weights.json` says from which data and under which licences, and which command fits it anew.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("weights.json")


def fitted(model: str) -> dict[str, float]:
    """Weights by the name of the evidence."""
    weights: dict[str, float] = read()[model]
    return weights


@cache
def read() -> dict[str, Any]:
    read: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    return read
