"""Roll-up captions say everything twice; the engine hears it once, and evidence still points at the cues."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from digestly.transcripts.captions import unroll
from digestly.transcripts.parse import parse
from digestly.transcripts.types import Segment

DATA = Path(__file__).parent.parent / "data" / "transcripts"
CUES = st.lists(
    st.lists(st.sampled_from(["tide", "in", "out", "and"]), max_size=5).map(" ".join), max_size=12
)


def cues(*texts: str) -> list[Segment]:
    return [Segment(float(at), at + 1.0, None, text) for at, text in enumerate(texts)]


def said(*texts: str) -> list[str]:
    return [segment.text for segment in unroll(cues(*texts))]


def test_rolling_captions_are_heard_once() -> None:
    rolled = parse((DATA / "rolling.vtt").read_bytes()).segments
    assert [segment.text for segment in unroll(rolled)] == [
        "the tide comes in",
        "",
        "twice a day and nobody",
        "knows quite why",
    ]


def test_times_and_places_stay() -> None:
    rolled = parse((DATA / "rolling.vtt").read_bytes()).segments
    assert [(s.start, s.end) for s in unroll(rolled)] == [(s.start, s.end) for s in rolled]


def test_refrain_in_captions_that_do_not_roll_is_kept() -> None:
    song = (
        "high tide low tide",
        "high tide low tide",
        "what do we know",
        "about the moon",
        "and the sea",
        "tonight",
    )
    assert said(*song) == list(song)


def test_word_by_word_transcript_keeps_its_repetitions() -> None:
    words = ("no", "no", "no", "the", "the", "tide")
    assert said(*words) == list(words)


def test_captions_in_scripts_without_spaces_roll_by_the_line() -> None:
    assert said("潮が満ちる 潮が引く", "潮が満ちる 潮が引く 毎日二回", "毎日二回 なぜだろう") == [
        "潮が満ちる 潮が引く",
        "毎日二回",
        "なぜだろう",
    ]


@given(CUES)
def test_length_and_everything_but_text_stay(texts: list[str]) -> None:
    segments = cues(*texts)
    unrolled = unroll(segments)
    assert [(s.start, s.end, s.speaker) for s in unrolled] == [(s.start, s.end, s.speaker) for s in segments]


@given(CUES)
def test_only_words_of_the_neighbour_before_are_taken_out(texts: list[str]) -> None:
    before = ""
    for text, left in zip(texts, said(*texts), strict=True):
        assert text.endswith(left)
        taken = text[: len(text) - len(left)].strip()
        assert before.endswith(taken)
        before = text
