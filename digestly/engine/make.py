"""Make: segments in, a draft of the outline out, by the engine of one's choice.

The extractive engine is pure: the same input gives the same bytes. The LLM engine asks a model, and where none
answers the extractive one writes in its stead if it may, and the report says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from digestly.engine.chapters import Chapter, heard
from digestly.engine.errors import EngineError, TooShort, UnknownEngine
from digestly.engine.language import spoken_language
from digestly.engine.llm.writer import Writer
from digestly.engine.measures import Measures, measure
from digestly.outline.text import clean_line
from digestly.outline.types import Outline
from digestly.transcripts.captions import unroll
from digestly.transcripts.types import Segment

FEWEST_WORDS = 40
ENGINES = ("extractive", "llm")


class NeedsModel(EngineError):
    """Another language than the spoken one is asked for, and there is nobody to translate."""

    code = "needs_llm"


@dataclass(frozen=True, slots=True)
class Options:
    """How to make a digest; `language` and `title` are what the source declares, if it does.

    `into` is the digest's language, the spoken one by default. The LLM engine needs a `writer`. `fall_back` lets
    the extractive engine take over where no model answers. `chapters` are the publisher's marks: seconds and titles.
    """

    engine: str = "extractive"
    language: str | None = None
    title: str | None = None
    into: str | None = None
    writer: Writer | None = None
    fall_back: bool = False
    chapters: Sequence[tuple[float, str]] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """Which engine wrote, and what an editor should know about the result.

    `fallback` is why the extractive engine wrote although the other one was asked to. Of an LLM's claims, `support`
    says how many of how many held, `mended` how many only at the second try; `originals` are a translated digest's
    bullets in the spoken language, by section.
    """

    engine: str
    warnings: tuple[str, ...] = ()
    measures: Measures | None = None
    model: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    fallback: str = ""
    support: tuple[int, int] | None = None
    mended: int = 0
    dropped: tuple[str, ...] = ()
    unverified: tuple[str, ...] = ()
    originals: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Draft:
    outline: Outline
    language: str
    report: Report


def make_outline(segments: Sequence[Segment], options: Options = Options()) -> Draft:
    """A draft, by the engine that the options name. Raises an EngineError where there can be none."""
    if options.engine not in ENGINES:
        names = '" or "'.join(ENGINES)
        raise UnknownEngine(f'There is no engine "{options.engine}" here. Use "{names}".')
    # Numpy comes with it, and a caller that only names the types should not wait for that.
    from digestly.engine import extractive

    segments, chapters = heard(unroll(segments), options.chapters)
    words = extractive.words_said(segments)
    if words < FEWEST_WORDS:
        raise TooShort(
            f"Only about {round(words)} words are spoken in this transcript, too few for a digest. "
            "Check that it is the whole episode and not a trailer or music, or use another transcript."
        )
    spoken = spoken_language(segments, declared=options.language)
    written = options.into or spoken
    if options.engine == "llm":
        try:
            return _by_model(segments, chapters, spoken, written, options)
        except EngineError as trouble:
            if not options.fall_back or written != spoken:
                raise
            return _extracted(segments, chapters, spoken, options, instead_of=trouble.message)
    if written != spoken:
        raise NeedsModel(f"The recording is in “{spoken}”; a digest in “{written}” needs a language model.")
    return _extracted(segments, chapters, spoken, options)


def _extracted(
    segments: Sequence[Segment], chapters: Sequence[Chapter], language: str, options: Options,
    *, instead_of: str = "",
) -> Draft:  # fmt: skip
    from digestly.engine import extractive

    title = clean_line(options.title or "") or None
    outline = extractive.compose(segments, language, title=title, chapters=chapters)
    engine = f"extractive {extractive.VERSION}" + (" (fallback)" if instead_of else "")
    warnings = _warnings(segments, outline)
    if instead_of:
        warnings = (f"No language model wrote this, but the extractive engine: {instead_of}", *warnings)
    report = Report(
        engine,
        warnings,
        measure(outline, segments),
        versions=extractive.versions(language),
        fallback=instead_of,
    )
    return Draft(outline, language, report)


def _by_model(
    segments: Sequence[Segment], chapters: Sequence[Chapter], spoken: str, written: str, options: Options
) -> Draft:
    from digestly.engine import llm
    from digestly.engine.llm import prompts
    from digestly.engine.llm.compose import compose
    from digestly.engine.llm.model import NoLanguageModel
    from digestly.engine.llm.provider import opened
    from digestly.engine.llm.style import Style

    writer = options.writer
    if writer is None:
        raise NoLanguageModel("No language model is set up here. Set LLM_MODEL and LLM_API_KEY.")
    title = clean_line(options.title or "") or None
    style = Style(spoken, written, writer.model.label, title, writer.glossary, writer.instructions)
    with opened(writer.model) as asker:
        outline, found = compose(
            segments, style, asker, writer.ledger, pace=writer.pace, keep_unsupported=writer.keep_unsupported,
            reads_twice=writer.reads_twice,
            chapters=chapters,
        )  # fmt: skip
    warnings = [*_warnings(segments, outline)]
    if found.fallback:
        told = ", ".join(map(str, found.fallback))
        warnings.append(
            f"Told in the transcript's own words, since the model did not write them: parts {told}."
        )
    warnings += found.failures
    if found.unverified:
        warnings.append(f"Kept although the recording does not support them: {len(found.unverified)}.")
    report = Report(
        f"llm {llm.VERSION} ({writer.model.label})",
        tuple(warnings),
        measure(outline, segments, foreign=style.is_foreign),
        model=writer.model.label,
        versions={"engine": llm.VERSION, "prompts": prompts.VERSION},
        support=(found.supported, found.claims),
        mended=found.mended,
        dropped=found.dropped,
        unverified=found.unverified,
        originals=found.originals,
    )
    return Draft(outline, written, report)


def _warnings(segments: Sequence[Segment], outline: Outline) -> tuple[str, ...]:
    warnings = []
    if all(segment.start is None for segment in segments):
        warnings.append("The transcript has no times, so no point links to its moment in the recording.")
    if len(outline.key_points) < 4:
        warnings.append("The transcript is short: there are fewer than four key points.")
    if not any(segment.speaker for segment in segments) and outline.insights:
        warnings.append("The transcript names no speakers, so quotes are not attributed.")
    return tuple(warnings)
