"""The folder of transcripts with human references that the engine is fitted to and scored on.

FOLDER holds `train.jsonl.gz` and `dev.jsonl.gz`. Each line: `id`, `kind`, `transcript` (what `make_digest` reads) and
`gold` (`sections` with `seg`, `start`, `title`; `summary_refs`; `span_refs` with `spans` and `text`).
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from digestly.transcripts.types import Segment

# Meetings of three kinds came in one corpus; they have as little in common as three shows.
_SERIES = (("ami", r"qmsum-(?:ES|IS|TS|EN)\d"), ("icsi", r"qmsum-B[a-z]{2}\d"), ("parliament", r"qmsum-"))


@dataclass(frozen=True, slots=True)
class Document:
    """One transcript and what people wrote about it."""

    id: str
    kind: str
    show: str
    language: str
    segments: list[Segment]
    gold: dict[str, Any]

    @property
    def group(self) -> str:
        return f"{self.kind}:{self.language}"


def documents(folder: Path, split: str) -> list[Document]:
    with gzip.open(folder / f"{split}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [_document(json.loads(line)) for line in lines]


def _document(line: dict[str, Any]) -> Document:
    transcript = line["transcript"]
    segments = [
        Segment(segment["start"], segment["end"], segment.get("speaker") or None, segment["text"])
        for segment in transcript["segments"]
    ]
    return Document(
        line["id"], line["kind"], show_of(line["id"]), transcript["language"], segments, line["gold"]
    )


def show_of(identifier: str) -> str:
    """Which series of recordings a document belongs to."""
    return next(
        (name for name, pattern in _SERIES if re.match(pattern, identifier)), identifier.split("-")[0]
    )
