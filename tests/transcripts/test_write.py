"""A transcript written out for a person reads back as it was."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from digestly.fetch.text import one_line
from digestly.transcripts.parse import parse
from digestly.transcripts.types import Segment
from digestly.transcripts.write import write

texts = st.text(st.sampled_from("ab é가<>&-;/\"' \u3000"), min_size=1, max_size=20).map(one_line).filter(bool)
names = st.one_of(st.none(), st.sampled_from(["Ada", "Oda Brandt", "하진", "A & <B>"]))


@st.composite
def timed(draw: st.DrawFn) -> list[Segment]:
    starts = sorted(draw(st.sets(st.integers(0, 20_000_000), min_size=1, max_size=6)))
    return [
        Segment(start / 1_000, (start + draw(st.integers(0, 9_000))) / 1_000, draw(names), draw(texts))
        for start in starts
    ]


@given(timed())
def test_with_times_nothing_is_lost(segments: list[Segment]) -> None:
    assert list(parse(write(segments).encode(), name="pasted").segments) == segments


def test_without_times_people_and_words_stay() -> None:
    said = [
        ("Ada", "Good evening."),
        ("Oda", "Good evening, Ada."),
        ("Ada", "Shall we begin?"),
        ("Oda", "Yes."),
    ]
    segments = [Segment(None, None, name, text) for name, text in said]
    assert list(parse(write(segments).encode(), name="pasted").segments) == segments
