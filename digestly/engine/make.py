"""Make: segments in, a draft of the outline out. Pure: the same input gives the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from digestly.engine.errors import TooShort, UnknownEngine
from digestly.engine.language import spoken_language
from digestly.outline.text import clean_line
from digestly.outline.types import Outline
from digestly.transcripts.captions import unroll
from digestly.transcripts.types import Segment

FEWEST_WORDS = 40


@dataclass(frozen=True, slots=True)
class Options:
    """How to make a digest; `language` and `title` are what the source declares, if it does."""

    engine: str = "extractive"
    language: str | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """Which engine wrote, and what an editor should know about the result."""

    engine: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    outline: Outline
    language: str
    report: Report


def make_outline(segments: Sequence[Segment], options: Options = Options()) -> Draft:
    """A draft in the transcript's own language. Raises TooShort or UnknownEngine."""
    if options.engine != "extractive":
        raise UnknownEngine(f'There is no engine "{options.engine}" here. Use "extractive".')
    # Numpy comes with it, and a caller that only names the types should not wait for that.
    from digestly.engine import extractive

    words = extractive.words_said(segments := unroll(segments))
    if words < FEWEST_WORDS:
        raise TooShort(
            f"Only about {round(words)} words are spoken in this transcript, too few for a digest. "
            "Check that it is the whole episode and not a trailer or music, or use another transcript."
        )
    language = spoken_language(segments, declared=options.language)
    outline = extractive.compose(segments, language, title=clean_line(options.title or "") or None)
    return Draft(outline, language, Report(f"extractive {extractive.VERSION}", _warnings(segments, outline)))


def _warnings(segments: Sequence[Segment], outline: Outline) -> tuple[str, ...]:
    warnings = []
    if all(segment.start is None for segment in segments):
        warnings.append("The transcript has no times, so no point links to its moment in the recording.")
    if len(outline.key_points) < 4:
        warnings.append("The transcript is short: there are fewer than four key points.")
    if not any(segment.speaker for segment in segments) and outline.insights:
        warnings.append("The transcript names no speakers, so quotes are not attributed.")
    return tuple(warnings)
