"""Fonts: the house's own, so that Hangul is readable on a machine that has none. Files of one folder, and no other."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).resolve().parents[3] / "digestly" / "static" / "fonts" / "pretendard"
KINDS = {".css": "text/css; charset=utf-8", ".woff2": "font/woff2"}


def font(name: str) -> tuple[str, bytes] | None:
    """The media type and the bytes of a font file, if there is one of that name."""
    kinds = {file.name: KINDS[file.suffix] for file in FOLDER.iterdir() if file.suffix in KINDS}
    return (kinds[name], (FOLDER / name).read_bytes()) if name in kinds else None
