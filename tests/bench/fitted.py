"""Fitted weights, put into the project's file beside those of the other fits."""

from __future__ import annotations

import json
import re
from pathlib import Path

from digestly.engine.extractive.weights import FILE

_LIST = re.compile(r"\[[^\[\]{}]*\]")


def put(file: Path, **models: object) -> None:
    """Write the project's weights with these models anew. A row of numbers stays on one line."""
    weights = json.loads(FILE.read_text(encoding="utf-8")) | models
    text = json.dumps(weights, indent=1, ensure_ascii=False)
    file.write_text(_LIST.sub(lambda row: " ".join(row[0].split()), text) + "\n", encoding="utf-8")
