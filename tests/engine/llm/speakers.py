"""Models to be asked: a diligent one that quotes what it is given, and ones with a fault of character."""

from __future__ import annotations

import re
from typing import Any

from tests.engine.llm.wire import Question

LINE = re.compile(r"^\[(s\d+)\](?: \[[\d:]+\])?(?: (?P<who>[^:\n]{1,80}):)? (?P<said>.+)$", re.M)
POINT = re.compile(r"^\[([bq]\d+)\] (.+)$", re.M)


def lines_in(question: Question) -> list[tuple[str, str]]:
    """The numbered lines, as `id, words`."""
    return [(found[1], found["said"]) for found in LINE.finditer(question.user)]


def points_in(question: Question, letter: str) -> list[tuple[str, str]]:
    return [(found[1], found[2]) for found in POINT.finditer(question.user) if found[1].startswith(letter)]


def diligent(question: Question) -> Any:
    """Says what the lines say, in their own words, and cites them rightly."""
    if "topics" in question.wants:
        return section(question)
    if "summary" in question.wants:
        return opening(question)
    if "paragraphs" in question.wants:
        return analysis(question)
    if "wrong" in question.wants:
        return {"wrong": []}
    return {"bullets": [cited(question, *line) for line in lines_in(question)[:1]]}


def cited(question: Question, identifier: str, words: str) -> dict[str, Any]:
    """A bullet; with its original beside it where one is asked for."""
    shape = question.schema["properties"].get("quotes") or question.schema["properties"]["bullets"]
    told: dict[str, Any] = {"text": words, "lines": [identifier]}
    if "original" in shape["items"]["properties"]:
        told |= {"text": foreign(words), "original": words}
    return told


def foreign(words: str) -> str:
    """ "Translated": the numbers and Latin names stay, as they would."""
    kept = re.findall(r"\b(?:\d+|[A-Z]{2,})\b", words)
    return (
        f"연사는 이 대목을 {len(words)}자로 설명했습니다. {' '.join(kept)}".strip()
        if len(words) <= 10
        else (f"연사는 이 대목을 차근차근 설명했습니다. {' '.join(kept)}".strip())
    )


def section(question: Question) -> dict[str, Any]:
    lines = [line for line in lines_in(question) if len(line[1].split()) > 3 or len(line[1]) > 12]
    lines = lines or lines_in(question)
    bullets = [cited(question, *line) for line in lines[:: max(1, len(lines) // 4)][:4]]
    heading = " ".join(lines[0][1].split()[:5])
    return {
        "heading": heading,
        "emoji": "🎯",
        "topics": [{"heading": heading, "bullets": bullets}],
        "quotes": [cited(question, *lines[-1])],
    }


def opening(question: Question) -> dict[str, Any]:
    bullets, quotes = points_in(question, "b"), points_in(question, "q")
    point = [{"text": text, "bullets": [identifier]} for identifier, text in bullets]
    return {
        "title": "",
        "summary": point[:4],
        "key_points": point[-5:],
        "quotes": [identifier for identifier, _ in quotes[:3]],
    }


def analysis(question: Question) -> dict[str, Any]:
    bullets = points_in(question, "b")
    kinds = ("context", "implications", "counterarguments", "unanswered")
    return {
        "paragraphs": [
            {"kind": kind, "label": kind.capitalize(), "text": text, "bullets": [identifier]}
            for kind, (identifier, text) in zip(kinds, bullets, strict=False)
        ]
    }
