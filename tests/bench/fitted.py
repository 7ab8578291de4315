"""What every fit is asked, and where its weights go: into the project's file beside those of the others."""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path

from digestly.engine.extractive.weights import FILE

_LIST = re.compile(r"\[[^\[\]{}]*\]")


def asked(about: str) -> argparse.Namespace:
    """The `folder` of transcripts, the show to do `without`, and the file to write `to`."""
    arguments = argparse.ArgumentParser(description=about.splitlines()[0])
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--without", help="a show to leave out")
    arguments.add_argument("--to", type=Path, default=FILE)
    return arguments.parse_args()


def put(file: Path, **models: object) -> None:
    """Write the project's weights with these models anew. A row of numbers stays on one line."""
    weights = json.loads(FILE.read_text(encoding="utf-8")) | models
    text = json.dumps(weights, indent=1, ensure_ascii=False)
    file.write_text(_LIST.sub(lambda row: " ".join(row[0].split()), text) + "\n", encoding="utf-8")
