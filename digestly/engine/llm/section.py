"""A section: ask for what was said in one part, check each claim against the lines it cites, and mend what fails.

Which segments a point rests on, when it was said and by whom follow from the cited lines; the model's answer is only
its words. What still rests on nothing after one more try is dropped, or kept and reported, as the options say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from digestly.engine import grounding
from digestly.engine.grounding import capitals_tell as tells
from digestly.engine.llm import prompts, scrub
from digestly.engine.llm.asking import AskFailed
from digestly.engine.llm.errand import Job
from digestly.engine.llm.parts import Line, Part
from digestly.engine.llm.style import Style
from digestly.outline.types import Point

MOST_TOPICS, MOST_BULLETS, MOST_QUOTES = 4, 7, 2
SPREAD = 12  # lines at most that one claim may rest on; wider, and the densest of them are taken
AROUND = 1  # lines before and after the cited ones in which a claim's words may be found as well
VERBATIM = 0.75  # of a quotation's words were spoken in the lines it is taken from


@dataclass(frozen=True, slots=True)
class Claim:
    """A point and what stands behind it: its sentence in the spoken language, and the reason against it, if any."""

    point: Point
    original: str = ""
    objection: str = ""


@dataclass(frozen=True, slots=True)
class Topic:
    heading: str
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """A part as the model told it. `failed`: why it could not be asked, then there are no topics."""

    part: Part
    heading: str = ""
    emoji: str | None = None
    topics: tuple[Topic, ...] = ()
    quotes: tuple[Claim, ...] = ()
    objected: tuple[Claim, ...] = ()  # unsupported even at the second try
    mended: int = 0
    failed: str = ""
    unread: str = ""  # why nobody read it a second time, where somebody was to


@dataclass
class Scene:
    """What the claims of all parts are checked against."""

    lines: Sequence[Line]
    style: Style
    reads_twice: bool = False  # the model is asked whether its bullets say what their lines say
    known: str = ""  # where names may come from besides the part: speakers, title, glossary

    def __post_init__(self) -> None:
        speakers = dict.fromkeys(line.speaker for line in self.lines if line.speaker)
        self.known = " ".join([*speakers, self.style.title or "", self.style.glossary])


def write(part: Part, scene: Scene) -> Job[Written]:
    """The job for one part; it ends with a Written, whatever happens."""
    try:
        answer = yield prompts.section(part.lines, part.number, scene.style)
    except AskFailed as failure:
        return Written(part, failed=failure.message)
    topics = [_topic(given, part, scene) for given in _list(answer.get("topics"))[:MOST_TOPICS]]
    unread = ""
    if scene.reads_twice:
        try:
            topics = yield from _read_again(topics, part, scene)
        except AskFailed as failure:
            unread = failure.message
    wrong = [claim for _, claims in topics for claim in claims if claim.objection]
    mended: list[Claim] = []
    if wrong:
        mended = yield from _mend(wrong, part, scene)
    sound = [claim for claim in mended if not claim.objection]
    told = [claim for _, claims in topics for claim in claims]
    return Written(
        part,
        heading=_heading(answer.get("heading"), told, part, scene),
        emoji=scrub.emoji(answer.get("emoji")),
        topics=_placed(topics, sound),
        quotes=tuple(_quotes(answer.get("quotes"), part, scene)),
        objected=tuple(claim for claim in mended if claim.objection),
        mended=len(sound),
        unread=unread,
    )


def _read_again(
    topics: Sequence[tuple[str, list[Claim]]], part: Part, scene: Scene
) -> Job[list[tuple[str, list[Claim]]]]:
    """The topics, with an objection to each claim that a second reading finds wrong. Code has no objection to these.

    Code sees inventions; a false "not" or "because" is seen only by somebody who understands both.
    """
    sound = [claim for _, claims in topics for claim in claims if not claim.objection]
    named = {f"b{number}": claim for number, claim in enumerate(sound, start=1)}
    if not named:
        return list(topics)
    told = [(name, claim.point.text, _lines_of(claim, part)) for name, claim in named.items()]
    answer = yield prompts.second_reading(part.lines, part.number, told, scene.style)
    doubted = {}
    for given in _list(answer.get("wrong")):
        name = given.get("bullet") if isinstance(given, dict) else None
        if isinstance(name, str) and name in named:
            reason = scrub.plain(given.get("reason"), 120) or "they say something else"
            doubted[named[name].point.text] = f"read again: {reason}"
    return [
        (
            heading,
            [
                replace(claim, objection=claim.objection or doubted.get(claim.point.text, ""))
                for claim in claims
            ],
        )
        for heading, claims in topics
    ]


def _lines_of(claim: Claim, part: Part) -> list[int]:
    first, last = claim.point.evidence or (0, -1)
    return [line.number for line in part.lines if first <= line.first and line.last <= last]


def _mend(wrong: Sequence[Claim], part: Part, scene: Scene) -> Job[list[Claim]]:
    """One more try for the unsupported claims. What is not answered stays as it was."""
    reasons = [(claim.point.text, claim.objection) for claim in wrong]
    try:
        answer = yield prompts.repair(part.lines, part.number, reasons, scene.style)
    except AskFailed:
        return list(wrong)
    return [
        claim for given in _list(answer.get("bullets"))[: len(wrong)] if (claim := _claim(given, part, scene))
    ]


def _topic(given: Any, part: Part, scene: Scene) -> tuple[str, list[Claim]]:
    told = given if isinstance(given, dict) else {}
    claims = [_claim(bullet, part, scene) for bullet in _list(told.get("bullets"))[:MOST_BULLETS]]
    seen: set[str] = set()
    fresh = []
    for claim in claims:
        if claim and claim.point.text.casefold() not in seen:
            seen.add(claim.point.text.casefold())
            fresh.append(claim)
    return _heading(told.get("heading"), fresh, part, scene), fresh


def _placed(topics: Sequence[tuple[str, list[Claim]]], mended: Sequence[Claim]) -> tuple[Topic, ...]:
    """The topics with what held from the start, and what was mended in the topic that is nearest."""
    kept = [(heading, [claim for claim in claims if not claim.objection]) for heading, claims in topics]
    for claim in mended:
        own = [place for place, (_, claims) in enumerate(topics) if any(old.objection for old in claims)]
        kept[own[0] if own else 0][1].append(claim)
    return tuple(Topic(heading, tuple(sorted(claims, key=_order))) for heading, claims in kept if claims)


def _order(claim: Claim) -> tuple[int, int]:
    return claim.point.evidence or (0, 0)


def _claim(given: Any, part: Part, scene: Scene) -> Claim | None:
    """A bullet, checked; None if there are no words in it."""
    told = given if isinstance(given, dict) else {}
    text = scrub.plain(told.get("text"))
    if not text:
        return None
    cited = _cited(told.get("lines"), part)
    if not cited:
        return Claim(Point(text), objection="it cites no line of this part")
    original = scrub.plain(told.get("original")) if scene.style.is_foreign else ""
    return Claim(_point(text, cited), original, _objection(text, original, cited, part, scene))


def _objection(text: str, original: str, cited: Sequence[Line], part: Part, scene: Scene) -> str:
    first, last = cited[0].number, cited[-1].number
    near = " ".join(line.text for line in part.lines if first - AROUND <= line.number <= last + AROUND)
    # Who "he" is stands anywhere in the part; what he said stands where it is cited.
    names = " ".join([scene.known, *(line.text for line in part.lines)])
    said = grounding.Said(near, names)
    style = scene.style
    if style.is_foreign:
        if not original:
            return f"its sentence in {style.spoken_name} is missing"
        if reason := grounding.objection(original, said, capitals_tell=tells(style.spoken)):
            return reason
    return grounding.objection(text, said, capitals_tell=tells(style.written), foreign=style.is_foreign)


def _quotes(given: Any, part: Part, scene: Scene) -> list[Claim]:
    """Quotations that were spoken like that, by whoever spoke the lines."""
    found = []
    for quote in _list(given)[:MOST_QUOTES]:
        told = quote if isinstance(quote, dict) else {}
        text = scrub.plain(told.get("text")).strip("\"“”'‘’「」『』 ")
        original = scrub.plain(told.get("original")) if scene.style.is_foreign else text
        cited = _cited(told.get("lines"), part)
        if not text or not cited or not original:
            continue
        spoken = " ".join(line.text for line in cited)
        if grounding.share_said(original, spoken) >= VERBATIM and not _objection(
            text, original, cited, part, scene
        ):
            found.append(Claim(_point(text, cited), original if scene.style.is_foreign else ""))
    return found


def _point(text: str, cited: Sequence[Line]) -> Point:
    speakers = {line.speaker for line in cited}
    return Point(
        text,
        start=cited[0].start,
        evidence=(cited[0].first, max(line.last for line in cited)),
        speaker=speakers.pop() if len(speakers) == 1 else None,
    )


def _cited(given: Any, part: Part) -> list[Line]:
    """The lines that the ids name, from the first to the last; ids of other parts, or of none, count for nothing."""
    numbers = sorted({
        int(text[1:])
        for text in _list(given)[:50]
        if isinstance(text, str) and text[:1] == "s" and text[1:].isdecimal() and len(text) < 10
        and part.first <= int(text[1:]) < part.end
    })  # fmt: skip
    if not numbers:
        return []
    if numbers[-1] - numbers[0] >= SPREAD:
        windows = [[n for n in numbers if first <= n < first + SPREAD] for first in numbers]
        numbers = max(windows, key=len)
    return [line for line in part.lines if numbers[0] <= line.number <= numbers[-1]]


def _heading(given: Any, claims: Sequence[Claim], part: Part, scene: Scene) -> str:
    """A heading of what stands below it, whose names and numbers were said; "" if it is none."""
    text = scrub.plain(given, scrub.HEADING).rstrip(" .:;")
    lines = " ".join([scene.known, *(line.text for line in part.lines)])
    told = " ".join([lines, *(claim.point.text for claim in claims if not claim.objection)])
    if not text or grounding.objection(text, grounding.Said(lines), capitals_tell=False, foreign=True):
        return ""
    return text if grounding.is_about(text, told) else ""


def _list(given: Any) -> list[Any]:
    return given if isinstance(given, list) else []
