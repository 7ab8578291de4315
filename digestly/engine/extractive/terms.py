"""Terms: which content words each sentence holds, and how telling each of them is."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import add

import numpy as np
from numpy.typing import NDArray

from digestly.engine.extractive.sentences import Sentence
from digestly.engine.extractive.tongues import Tongue
from digestly.engine.extractive.tongues.tongue import MARKS, UNSPACED

BLOCK = 60.0  # spoken seconds; a term's document frequency is counted over blocks
NONE = -1  # the id of what is no term
# A term in more than this share of blocks says nothing about any of them.
EVERYWHERE = 0.6

_UNSPACED = re.compile(f"[{UNSPACED}]")
TOKEN = re.compile(
    rf"[{UNSPACED}]+"
    r"|[\uac00-\ud7a3]+"
    rf"|[^\W_{UNSPACED}\uac00-\ud7a3]"
    rf"(?:[^\W\u3400-\u9fff\u3040-\u30ff\uac00-\ud7a3\u0e00-\u0eff]+|[{MARKS}]|['’.+#/-](?=\w)|[+#](?!\w))*"
)

PLAIN_TOKEN = re.compile(r"[^\W_]\w*(?:(?:['.+#/-](?=\w)|[+#](?!\w))\w*)*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Terms:
    """Term ids of sentence i are `ids[offsets[i]:offsets[i + 1]]`; `weight` is how telling each term is."""

    names: tuple[str, ...]
    ids: NDArray[np.int32]
    offsets: NDArray[np.int64]
    count: NDArray[np.int64]
    weight: NDArray[np.float64]
    index: dict[str, int]

    def of(self, sentence: int) -> NDArray[np.int32]:
        return self.ids[self.offsets[sentence] : self.offsets[sentence + 1]]

    def between(self, begin: int, end: int) -> NDArray[np.int32]:
        return self.ids[self.offsets[begin] : self.offsets[end]]


def terms_of(sentences: Sequence[Sentence], tongue: Tongue) -> Terms:
    known = _Known(tongue)
    ids = array("i")
    ends = array("q", [0])
    for sentence in sentences:
        ids.extend(map(known.__getitem__, surfaces(sentence.text)))
        ends.append(len(ids))
    surface = np.array(ids, dtype=np.int32)
    has_content = surface != NONE
    flat = surface[has_content]
    bounds = np.append(0, np.cumsum(has_content))[np.array(ends)]
    index = known.index
    count = np.bincount(flat, minlength=len(index))
    blocks = np.array([int(sentence.clock // BLOCK) for sentence in sentences], dtype=np.int64)
    weight = _inverse_frequency(flat, np.repeat(blocks, np.diff(bounds)), len(index))
    return Terms(tuple(index), flat, bounds, count, weight, index)


class _Known(dict[str, int]):
    """The id of what each surface counts as, `NONE` for a word without content: looked up when it is first met."""

    def __init__(self, tongue: Tongue) -> None:
        self.term = tongue.term
        self.index: dict[str, int] = {}

    def __missing__(self, surface: str) -> int:
        term = self.term(surface)
        self[surface] = self.index.setdefault(term, len(self.index)) if term else NONE
        return self[surface]


def surfaces(text: str) -> Iterable[str]:
    """Words as written; a run of unspaced script gives its overlapping pairs."""
    if text.isascii():
        return PLAIN_TOKEN.findall(text)
    found = TOKEN.findall(text)
    return _in_pairs(found) if _UNSPACED.search(text) else found


def _in_pairs(runs: Iterable[str]) -> Iterator[str]:
    for run in runs:
        if len(run) > 1 and _UNSPACED.match(run):
            yield from map(add, run, run[1:])
        else:
            yield run


def _inverse_frequency(ids: NDArray[np.int32], blocks: NDArray[np.int64], size: int) -> NDArray[np.float64]:
    if not size:
        return np.zeros(0)
    total = int(blocks.max()) + 1 if len(blocks) else 1
    seen = np.unique(blocks * size + ids) % size
    frequency = np.bincount(seen, minlength=size)
    weight = np.log((total + 1) / (frequency + 0.5))
    if total >= 10:
        weight[frequency > EVERYWHERE * total] *= 0.3
    return np.maximum(weight, 0.05)
