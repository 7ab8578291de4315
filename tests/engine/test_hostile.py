"""Bad and huge transcripts end in an outline or an error, never in a crash or a standstill."""

from __future__ import annotations

import json

import pytest

from digestly.engine import TooShort, make_outline
from digestly.engine.report import as_dict
from digestly.outline import document
from digestly.transcripts.types import Segment


def check(segments: list[Segment]) -> None:
    try:
        draft = make_outline(segments)
    except TooShort:
        return
    written = json.dumps(as_dict(draft), ensure_ascii=False, allow_nan=False)
    assert document.load(json.loads(written)) == draft.outline


@pytest.mark.parametrize(
    "text",
    [
        "a" * 300_000,
        "ha " * 60_000,
        ". " * 100_000 + "hello there my friend " * 20,
        "(" * 50_000 + "[" * 50_000 + "hello there my friend " * 20,
        "and so you know i mean " * 8_000,
        "-- " * 60_000 + "hello there my friend " * 20,
        '"' * 60_000 + "hello there my friend " * 20,
        "我们讨论网络支付系统数据" * 8_000,
        "네트워크시스템데이터" * 8_000,
        "e\u0301\u0301\u0301" * 30_000,
        "wo\u0000rd \ud800 \u202e reversed \x07 bell " * 500,
    ],
    ids=[
        "one_word",
        "laughter",
        "stops",
        "brackets",
        "fillers",
        "dashes",
        "quotes",
        "chinese",
        "korean",
        "accents",
        "control",
    ],
)
def test_one_endless_segment(text: str) -> None:
    check([Segment(None, None, None, text)])


def test_sixty_thousand_short_segments() -> None:
    words = "the network channel sends a payment to the second node and then the node waits".split()
    check([Segment(i * 0.5, i * 0.5 + 0.4, None, f"{words[i % 15]}{i % 97}") for i in range(60_000)])


def test_times_that_run_backwards_or_make_no_sense() -> None:
    times = [5.0, -3.0, float("nan"), float("inf"), 1e18, 0.0]
    check(
        [
            Segment(times[i % 6], times[(i + 1) % 6], "Ada", f"Sentence {i} is about the harbour.")
            for i in range(90)
        ]
    )


def test_two_people_who_only_nod() -> None:
    check([Segment(float(i), i + 0.5, "AB"[i % 2], "Yeah.") for i in range(500)])
