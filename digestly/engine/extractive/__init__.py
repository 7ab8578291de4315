"""The extractive engine: a digest out of the transcript's own sentences, offline and for nothing.

lines → sentences → terms → boundaries → sections → scoring → headings, subjects, summary, bullets, insights.
Nothing is invented: text is only selected and shortened, and in Korean made equally polite. Each point names the
segments it rests on.
"""

from __future__ import annotations

import os

# Before numpy is loaded: its threads would wait on each other for matrices this small, and add up in an order that
# differs from machine to machine.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from digestly.engine.extractive.compose import compose
from digestly.engine.extractive.lines import words_said
from digestly.engine.extractive.tongues import korean_morphemes

__all__ = ["VERSION", "compose", "versions", "words_said"]

VERSION = "6"


def versions(language: str) -> dict[str, str]:
    """What the words of a digest depend on besides its transcript."""
    analyser = korean_morphemes.version() if language == "ko" else ""
    return {"engine": VERSION} | ({korean_morphemes.LIBRARY: analyser} if analyser else {})
