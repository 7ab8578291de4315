"""Measures: figures by which an editor can tell a good draft from a doubtful one before reading it.

All are shares from 0 to 1, computed from the outline and the transcript alone, the same way for each engine.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain

from digestly.engine.grounding import stems
from digestly.outline.timestamps import MAX_SECONDS
from digestly.outline.types import Outline, Point
from digestly.transcripts.types import Segment

WINDOW = 300.0  # seconds of a recording in which a reader expects at least one bullet
WORDED = 0.3  # of a bullet's words, from which on its wording is counted as the recording's own
LONGEST, SHORTEST = 60, 3  # words of a bullet that reads well
MOST_COMPARED = 600  # bullets; each is held against each

_FILLER = re.compile(
    r"\b(?:um+|uh+|you know|i mean|sort of|kind of)\b|(?:^|\s)(?:음|어|그니까|막)[,\s]", re.I
)
_STUTTER = re.compile(r"\b(\w+)[ ,]+\1\b", re.I)
_DANGLING = re.compile(r"^(?:and|so|but|because|or|it|그래서|근데|그런데|그리고)\b", re.I)
_DENSE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")


@dataclass(frozen=True, slots=True)
class Measures:
    """`support` is None where wording cannot be compared: the digest is in another language."""

    coverage: float
    redundancy: float
    cleanliness: float
    support: float | None


def measure(outline: Outline, segments: Sequence[Segment], *, foreign: bool = False) -> Measures:
    bullets = [bullet for section in outline.walk() for bullet in section.bullets]
    return Measures(
        coverage=round(_coverage(bullets, segments), 3),
        redundancy=round(_redundancy(bullets), 3),
        cleanliness=round(_share(bullets, _is_clean), 3),
        support=None if foreign else round(_share(bullets, _wording(segments)), 3),
    )


def _coverage(bullets: Sequence[Point], segments: Sequence[Segment]) -> float:
    """Of the five-minute windows; where nothing has a time, of as many equal stretches of segments."""
    moments = [
        moment for segment in segments for moment in (segment.start, segment.end) if moment is not None
    ]
    length = max((moment for moment in moments if moment <= MAX_SECONDS), default=0.0)
    if length > 0:
        windows = max(1, int(length // WINDOW))
        hit = {
            min(int(bullet.start // WINDOW), windows - 1) for bullet in bullets if bullet.start is not None
        }
    else:
        windows = max(1, len(segments) // 50)
        places = [bullet.evidence[0] for bullet in bullets if bullet.evidence]
        hit = {min(place * windows // max(1, len(segments)), windows - 1) for place in places}
    return len(hit) / windows


def _redundancy(bullets: Sequence[Point]) -> float:
    """How like its nearest other a bullet is, on the mean: the words they share, of those that either has."""
    words = [stems(bullet.text) for bullet in bullets[:MOST_COMPARED]]
    tellers: dict[str, list[int]] = defaultdict(list)
    for place, held in enumerate(words):
        for word in held:
            tellers[word].append(place)
    nearest = []
    for own, held in enumerate(words):
        shared = Counter(chain.from_iterable(tellers[word] for word in held))
        del shared[own]
        nearest.append(
            max(
                (both / (len(held) + len(words[place]) - both) for place, both in shared.items()), default=0.0
            )
        )
    return sum(nearest) / len(nearest) if nearest else 0.0


def _is_clean(bullet: Point) -> bool:
    """No filler, no stutter, no beginning that hangs on the sentence before, and of a readable length."""
    text = bullet.text
    words = len(_DENSE.findall(text)) / 2.2 or len(text.split())
    has_debris = any(debris.search(text) for debris in (_FILLER, _STUTTER, _DANGLING))
    return not has_debris and SHORTEST <= words <= LONGEST


def _wording(segments: Sequence[Segment]) -> Callable[[Point], bool]:
    """Whether a bullet's words are those of its segments, each of which is read once, however many rest on it."""

    @cache
    def heard(place: int) -> set[str]:
        return stems(segments[place].text)

    def is_worded(bullet: Point) -> bool:
        if bullet.evidence is None:
            return False
        first, last = bullet.evidence
        near = range(max(0, first - 1), min(last + 2, len(segments)))
        claimed = stems(bullet.text)
        said = sum(any(word in heard(place) for place in near) for word in claimed)
        return said >= WORDED * len(claimed)

    return is_worded


def _share(bullets: Sequence[Point], is_so: Callable[[Point], bool]) -> float:
    return sum(map(is_so, bullets)) / len(bullets) if bullets else 0.0
