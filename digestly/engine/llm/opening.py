"""The opening and the analysis: asked from the bullets, not from the recording, and resting on them.

Each sentence names the bullets it comes from; its place in the recording is theirs. A sentence whose numbers or
names are not in them is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from digestly.engine import grounding
from digestly.engine.grounding import capitals_tell as tells
from digestly.engine.llm import prompts, scrub
from digestly.engine.llm.asking import AskFailed
from digestly.engine.llm.errand import Job
from digestly.engine.llm.section import Claim, Scene
from digestly.outline.types import Point

MOST_SENTENCES, MOST_KEY_POINTS, MOST_INSIGHTS, MOST_PARAGRAPHS = 6, 6, 5, 8
LONGEST_LABEL, LABEL_WORDS = 40, 3
KINDS = ("context", "implications", "counterarguments", "unanswered")


@dataclass(frozen=True, slots=True)
class Opening:
    """`objections` says what was left out, and why."""

    title: str | None = None
    summary: str = ""
    key_points: tuple[Point, ...] = ()
    insights: tuple[Point, ...] = ()
    objections: tuple[str, ...] = ()
    failed: str = ""


@dataclass(frozen=True, slots=True)
class Analysis:
    text: str | None = None
    objections: tuple[str, ...] = ()
    failed: str = ""


def open_with(claims: Sequence[Claim], quotes: Sequence[Claim], scene: Scene) -> Job[Opening]:
    bullets, sayings = _identified("b", claims), _identified("q", quotes)
    try:
        answer = yield prompts.overview(_told(bullets), _told(sayings), scene.style)
    except AskFailed as failure:
        return Opening(failed=failure.message)
    objections: list[str] = []
    sentences = _grounded(answer.get("summary"), bullets, scene, objections)[:MOST_SENTENCES]
    key_points = _grounded(answer.get("key_points"), bullets, scene, objections)[:MOST_KEY_POINTS]
    named = [
        sayings[text] for text in _list(answer.get("quotes")) if isinstance(text, str) and text in sayings
    ]
    chosen = list(dict.fromkeys(named))[:MOST_INSIGHTS]
    return Opening(
        _title(answer.get("title"), bullets, scene),
        " ".join(point.text for point in sentences),
        tuple(key_points),
        tuple(sorted((quote.point for quote in chosen), key=lambda point: point.evidence or (0, 0))),
        tuple(objections),
    )


def analyse(claims: Sequence[Claim], scene: Scene) -> Job[Analysis]:
    bullets = _identified("b", claims)
    try:
        answer = yield prompts.analysis(_told(bullets), scene.style)
    except AskFailed as failure:
        return Analysis(failed=failure.message)
    objections: list[str] = []
    given = [
        told
        for told in _list(answer.get("paragraphs"))
        if isinstance(told, dict) and told.get("kind") in KINDS
    ]
    told = []
    for kind in KINDS:
        own = [paragraph for paragraph in given if paragraph["kind"] == kind][:2]
        texts = [point.text for point in _grounded(own, bullets, scene, objections, most=scrub.PARAGRAPH)]
        if texts:
            label = _label(own[0].get("label"), bullets, scene)
            told.append(f"{label}: {texts[0]}" if label else texts[0])
            told += texts[1:]
    return Analysis("\n\n".join(told[:MOST_PARAGRAPHS]) or None, tuple(objections))


def _grounded(
    given: Any, bullets: Mapping[str, Claim], scene: Scene, objections: list[str], *, most: int = scrub.BULLET
) -> list[Point]:
    """The sentences that rest on the bullets they name; the reasons against the others go to `objections`."""
    points: list[Point] = []
    for told in _list(given)[:20]:
        text = scrub.plain(told.get("text"), most) if isinstance(told, dict) else ""
        if not text or any(point.text.casefold() == text.casefold() for point in points):
            continue
        cited = [
            bullets[name] for name in _list(told.get("bullets")) if isinstance(name, str) and name in bullets
        ]
        if not cited:
            objections.append(f"{text[:200]} (it cites no bullet)")
            continue
        near = " ".join(f"{claim.point.text} {claim.original}" for claim in cited)
        # Names may come from any bullet, since a summary says who speaks; numbers only from the cited ones.
        everywhere = _told_anywhere(bullets, scene)
        said = grounding.Said(near, everywhere)
        # The bullets are in the language of the sentence already, yet a summary finds its own words for them.
        reason = grounding.objection(text, said, capitals_tell=tells(scene.style.written), foreign=True)
        if not reason and grounding.share_said(text, f"{everywhere} {near}") < grounding.SHARED / 2:
            reason = "the bullets do not say this"
        if reason:
            objections.append(f"{text[:200]} ({reason})")
        else:
            points.append(replace(cited[0].point, text=text, speaker=None))
    return points


def _title(given: Any, bullets: Mapping[str, Claim], scene: Scene) -> str | None:
    """The recording's own title where it is in the digest's language; else one whose names were mentioned."""
    if scene.style.title and not scene.style.is_foreign:
        return scene.style.title
    text = scrub.plain(given, scrub.TITLE).strip("\"“”' ")
    known = _told_anywhere(bullets, scene)
    is_sound = not grounding.objection(text, grounding.Said(known), capitals_tell=False, foreign=True)
    return text if text and is_sound and grounding.is_about(text, known) else scene.style.title


def _label(given: Any, bullets: Mapping[str, Claim], scene: Scene) -> str:
    """What a kind of thought is called in the digest's language: a few words that can hold no claim."""
    text = scrub.plain(given, LONGEST_LABEL).rstrip(" .:")
    said = grounding.Said(_told_anywhere(bullets, scene))
    is_short = len(text.split()) <= LABEL_WORDS
    return text if is_short and not grounding.objection(text, said, capitals_tell=False, foreign=True) else ""


def _told_anywhere(bullets: Mapping[str, Claim], scene: Scene) -> str:
    return " ".join([scene.known, *(f"{claim.point.text} {claim.original}" for claim in bullets.values())])


def _identified(letter: str, claims: Sequence[Claim]) -> dict[str, Claim]:
    return {f"{letter}{number}": claim for number, claim in enumerate(claims, start=1)}


def _told(claims: Mapping[str, Claim]) -> list[tuple[str, str]]:
    return [(name, claim.point.text) for name, claim in claims.items()]


def _list(given: Any) -> list[Any]:
    return given if isinstance(given, list) else []
