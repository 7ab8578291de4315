"""The figures that an editor sees before reading."""

from __future__ import annotations

from typing import Any

import pytest

from digestly.engine.measures import measure
from digestly.outline.types import Outline, Point, Section
from digestly.transcripts.types import Segment

SAID = "the garden needs compost every autumn before the frost"
HOUR = [Segment(60.0 * n, 60.0 * n + 59, None, SAID) for n in range(60)]


def outline(*bullets: Point) -> Outline:
    return Outline(sections=(Section("a", "Soil", bullets=bullets),))


def at(minute: int, text: str = "The garden needs compost every autumn.") -> Point:
    return Point(text, start=60.0 * minute, evidence=(minute, minute))


def test_coverage_counts_windows_of_five_minutes() -> None:
    assert measure(outline(*map(at, range(0, 60, 5))), HOUR).coverage == 1
    assert measure(outline(at(0), at(1), at(59)), HOUR).coverage == pytest.approx(2 / 11, abs=0.02)


def test_without_times_coverage_counts_stretches_of_the_text() -> None:
    timeless = [Segment(None, None, None, SAID) for _ in range(100)]
    points = [Point("x", evidence=(3, 3)), Point("y", evidence=(80, 80))]
    assert measure(outline(*points), timeless).coverage == 1
    assert measure(outline(points[0]), timeless).coverage == 0.5


def test_saying_it_twice_is_redundant() -> None:
    assert measure(outline(at(1), at(2)), HOUR).redundancy == 1
    assert measure(outline(at(1), at(2, "Slugs eat lettuce overnight.")), HOUR).redundancy == 0


@pytest.mark.parametrize(
    "text",
    ["And then compost came.", "We um need compost.", "The the garden grows.", "Compost.", "word " * 80],
)
def test_spoken_debris_is_not_clean(text: str) -> None:
    assert measure(outline(at(1, text)), HOUR).cleanliness == 0


def test_support_is_the_share_of_bullets_in_the_recordings_words() -> None:
    assert measure(outline(at(1), at(2, "Whales sing beneath frozen mountains.")), HOUR).support == 0.5
    assert measure(outline(at(1)), HOUR, foreign=True).support is None


def test_of_nothing_there_is_nothing_to_measure() -> None:
    figures = measure(Outline(), [])
    assert (figures.coverage, figures.redundancy, figures.cleanliness) == (0, 0, 0)


class Read(tuple[Segment, ...]):
    """Segments that count how often one of them is looked up."""

    lookups = 0

    def __getitem__(self, place: Any) -> Any:
        self.lookups += 1
        return super().__getitem__(place)


def test_a_caption_that_holds_everything_is_read_once_and_not_for_each_bullet() -> None:
    endless = Read([Segment(0.0, 9.0, None, SAID * 50)])
    points = [Point(f"The garden needs {n} autumns of compost.", evidence=(0, 0)) for n in range(40)]
    assert measure(outline(*points), endless).support == 1
    assert endless.lookups == 1
