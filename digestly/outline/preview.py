"""The paywall rule. It begins with nothing and adds what is open; what is locked is not in the preview.

Open to everyone: title, summary, key points, every heading. For the bullets of a section the nearest mark,
its own or an ancestor's, decides. Where there is none, the digest's policy does:

structural   the bullets of top-level sections are open, those further down are locked
             (a digest without any sub-sections: see `_closed_tail`)
all_free     everything is open
all_locked   no bullet is open

Insights and analysis are open under all_free only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from digestly.outline.types import Outline, Section

Policy = Literal["structural", "all_free", "all_locked"]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a reader may see of an outline, and how much was left out.

    `locked` says for each section that lost bullets of its own how many they were; `insights` how many
    insights were left out; `analysis` whether an analysis was.
    """

    outline: Outline
    locked: Mapping[str, int] = field(default_factory=dict)
    insights: int = 0
    analysis: bool = False

    @property
    def bullets(self) -> int:
        """How many bullets are locked."""
        return sum(self.locked.values())

    @property
    def sections(self) -> int:
        """How many sections are locked. One without bullets of its own never is."""
        return len(self.locked)

    @property
    def is_whole(self) -> bool:
        """Whether nothing was left out."""
        return not (self.locked or self.insights or self.analysis)


def whole(outline: Outline) -> Preview:
    """All of it: what Plus reads."""
    return Preview(outline)


def preview(outline: Outline, policy: Policy = "structural") -> Preview:
    """What everyone may read."""
    locked: dict[str, int] = {}
    shown = Outline(
        title=outline.title,
        summary=outline.summary,
        key_points=outline.key_points,
        sections=tuple(_open_parts(outline.sections, policy, locked)),
    )
    if policy == "all_free":
        return Preview(replace(shown, insights=outline.insights, analysis=outline.analysis), locked)
    return Preview(shown, locked, insights=len(outline.insights), analysis=bool(outline.analysis))


def no_bullet_open(outline: Outline, policy: Policy = "structural") -> bool:
    """Whether everyone reads headings only."""
    return not any(section.bullets for section in preview(outline, policy).outline.walk())


def _open_parts(sections: tuple[Section, ...], policy: Policy, locked: dict[str, int]) -> Iterator[Section]:
    """The top-level sections without what is locked; what that was is added to `locked`."""
    below = policy == "all_free"
    closed_tail = _closed_tail(sections)
    for position, section in enumerate(sections):
        unmarked = below or (policy == "structural" and position not in closed_tail)
        yield _open_part(section, None, unmarked, below, locked)


def _open_part(
    section: Section, above: bool | None, unmarked: bool, below: bool, locked: dict[str, int]
) -> Section:
    """`section` with its bullets only if they are open.

    `above` is what the nearest marked ancestor says, if there is one; `unmarked` what holds here when nothing
    is marked, `below` what then holds further down.
    """
    mark = {"free": True, "plus": False}.get(section.access, above)
    is_open = unmarked if mark is None else mark
    if section.bullets and not is_open:
        locked[section.id] = len(section.bullets)
    return Section(
        id=section.id,
        heading=section.heading,
        emoji=section.emoji,
        access=section.access,
        start=section.start,
        bullets=section.bullets if is_open else (),
        sections=tuple(_open_part(part, mark, below, below, locked) for part in section.sections),
    )


def _closed_tail(sections: tuple[Section, ...]) -> set[int]:
    """Which sections of a digest without sub-sections are locked under `structural`, by position.

    The fewest last unmarked ones that together hold a third of all bullets; never the first section.
    """
    if len(sections) < 2 or any(section.sections for section in sections):
        return set()
    bullets = sum(len(section.bullets) for section in sections)
    closed: set[int] = set()
    held = 0
    for position in range(len(sections) - 1, 0, -1):
        if 3 * held >= bullets:
            break
        if sections[position].access == "inherit":
            closed.add(position)
            held += len(sections[position].bullets)
    return closed
