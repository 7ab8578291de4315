"""Roll-up captions: on television and on YouTube each cue repeats the line before and adds a few words.

Read aloud that says everything twice. `unroll` takes the repeated words out on the way into the engine.
The list keeps its length and order, so that an evidence still points at the cues of the stored transcript.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from digestly.transcripts.types import Segment

# In speech few neighbouring cues begin with the words the last one ended with; in roll-up nearly all do.
ROLLING_SHARE = 0.5


def unroll(segments: Sequence[Segment]) -> list[Segment]:
    """The same segments, each without the words it repeats from its neighbour before; text may become empty.

    Captions that do not roll are handed back as they are: there a repetition is a refrain.
    """
    tokens = [segment.text.split() for segment in segments]
    overlaps = [_overlap(before, after) for before, after in pairwise(tokens)]
    spoken = [bool(before and after) for before, after in pairwise(tokens)]
    telling = [
        overlap > 1 or overlap == len(after) > 1 for overlap, after in zip(overlaps, tokens[1:], strict=True)
    ]
    if not overlaps or sum(telling) < ROLLING_SHARE * sum(spoken) or not any(telling):
        return list(segments)
    rolled = zip(segments[1:], tokens[1:], overlaps, strict=True)
    return [
        segments[0],
        *(replace(segment, text=" ".join(said[overlap:])) for segment, said, overlap in rolled),
    ]


def _overlap(before: list[str], after: list[str]) -> int:
    """How many of the last words of one cue are the first words of the next.

    Counted with the border table of Knuth, Morris and Pratt, because a cue may be a megabyte long.
    """
    border = [0] * len(after)
    matched = 0
    for place in range(1, len(after)):
        while matched and after[place] != after[matched]:
            matched = border[matched - 1]
        matched += after[place] == after[matched]
        border[place] = matched
    matched = 0
    for word in before[-len(after) :] if after else ():
        while matched and (matched == len(after) or word != after[matched]):
            matched = border[matched - 1]
        matched += word == after[matched]
    return matched
