"""The few words that renderers put around an outline, so that this package needs no translations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


def _locked_in_english(bullets: int) -> str:
    return f"{bullets} point in Plus" if bullets == 1 else f"{bullets} points in Plus"


@dataclass(frozen=True, slots=True)
class Labels:
    """Headings of the parts, what a section's number leads to, and the line under a locked heading."""

    summary: str = "Summary"
    key_points: str = "Key Points"
    details: str = "Details"
    insights: str = "Insights"
    analysis: str = "Analysis"
    link: str = "Link to this section"
    locked: Callable[[int], str] = _locked_in_english


ENGLISH = Labels()
