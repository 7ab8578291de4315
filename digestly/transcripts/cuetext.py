"""The text of a cue: its marks taken off, and the speaker that stands in them or before the words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from digestly.fetch.text import one_line, without_entities
from digestly.transcripts.types import Segment

LONGEST_NAME = 40
MOST_WORDS_IN_NAME = 4

_VOICE = re.compile(r"<v(?:\.[^\s<>]*)?\s+([^<>]*)>", re.IGNORECASE)
_MARK = re.compile(r"</?[a-zA-Z][^<>]*>|</>|<\d[\d:.]*>|\{\\[^{}]*\}")
_LABEL = re.compile("(?:[-\u2013\u2014>]{1,3}\\s*)?([^:\uff1a]{1,40})(?::\\s|\uff1a)\\s*")
# A name has none of these inside; a sentence before a colon usually has.
_SENTENCE_MARKS = frozenset('?!,;"“”()[]<>/=…')


def words(raw: str) -> tuple[str, str | None]:
    """One line of plain text, and the first voice if the cue names one."""
    voice = _VOICE.search(raw) if "<" in raw else None
    speaker = one_line(without_entities(voice[1])) if voice else ""
    return one_line(without_entities(_MARK.sub("", raw))), speaker or None


def attributed(segments: Iterable[Segment]) -> tuple[Segment, ...]:
    """Labels such as "Alban: " moved from text to speaker, in files that label this way.

    A label must recur, so that "One thing: …" stays text. Where the very first words are labelled, labels
    mark the change of speaker, and cues without one belong to whoever spoke last.
    """
    segments = tuple(segments)
    if any(segment.speaker for segment in segments):
        return segments
    recurring = recurring_labels(segment.text for segment in segments)
    if not recurring:
        return segments
    spoken: list[Segment] = []
    speaker: str | None = None
    carries = bool(segments) and label_of(segments[0].text) in recurring
    for segment in segments:
        if (label := label_of(segment.text)) in recurring:
            speaker = label
            spoken.append(replace(segment, speaker=label, text=without_label(segment.text)))
        else:
            spoken.append(replace(segment, speaker=speaker if carries else None))
    return tuple(spoken)


def recurring_labels(texts: Iterable[str]) -> set[str]:
    """The labels that open more than one of these texts."""
    counted = Counter(label for text in texts if (label := label_of(text)))
    return {label for label, times in counted.items() if times > 1}


def label_of(text: str) -> str | None:
    """What could be the name of a speaker before these words."""
    found = _LABEL.match(text)
    return found[1].strip() if found and is_name(found[1].strip()) else None


def without_label(text: str) -> str:
    """The words after the label."""
    return _LABEL.sub("", text, count=1)


def is_name(text: str) -> bool:
    """Short, begun with a capital or in a script that has none, and free of the marks of a sentence."""
    return (
        0 < len(text) <= LONGEST_NAME
        and len(text.split()) <= MOST_WORDS_IN_NAME
        and text[0].isalpha()
        and not text[0].islower()
        and not _SENTENCE_MARKS.intersection(text)
    )
