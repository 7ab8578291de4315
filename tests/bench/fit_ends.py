"""Fit between which words English sentences end, and write it into the project.

    python tests/bench/fit_ends.py FOLDER [--without SHOW] [--to FILE]

Logistic regression on the punctuated transcripts of `train.jsonl.gz`, their marks taken away. Every show weighs the
same, and only words that all of them use often are known one by one. With `--without` a show is left out of the fit,
and how well the ends of its sentences are found is printed. The same data give the same bytes.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations_with_replacement, groupby
from typing import Any

import numpy as np
from corpus import Document, documents
from fitted import asked, put
from numpy.typing import NDArray

from digestly.engine.extractive.lines import lines_of
from digestly.engine.extractive.sentences import is_marked, pieces
from digestly.engine.extractive.tongues.ends import AROUND, KINDS, NOBODY, UNKNOWN, Ends, by_table, kind

LANGUAGE = "en"
KNOWN = 250  # words known one by one
SHOW_WEIGHT = 300_000.0  # words
RIDGE = 3.0
ROUNDS = 12

Turn = tuple[list[str], list[bool]]  # words without marks, and which of them end a sentence


def main() -> None:
    chosen = asked(__doc__)
    shows: dict[str, list[Turn]] = defaultdict(list)
    for document in documents(chosen.folder, "train"):
        if document.language == LANGUAGE:
            shows[document.show] += turns(document)
    left_out = shows.pop(chosen.without, [])
    table = fit({show: heard for show, heard in shows.items() if heard})
    if left_out:
        print("right {:.3f}, found {:.3f}, F1 {:.3f}".format(*judged(by_table(table), left_out)))
    put(chosen.to, ends={LANGUAGE: table})


def turns(document: Document) -> Iterator[Turn]:
    lines = list(lines_of(document.segments))
    if not is_marked(lines):
        return
    for _, spoken in groupby(lines, lambda line: line.speaker):
        words: list[str] = []
        ends: list[bool] = []
        for piece, ended in (piece for line in spoken for piece in pieces(line.text)):
            said = [plain for word in piece.split() if (plain := word.lower().strip('.,!?;:…"“”()-–—'))]
            words += said
            ends += [False] * len(said)
            if ended and ends:
                ends[-1] = True
        if len(words) > 1:
            yield words, ends


def fit(shows: Mapping[str, Sequence[Turn]]) -> dict[str, Any]:
    known = _shared_words(shows)
    kinds = [*known, *KINDS, NOBODY]
    number = {name: place for place, name in enumerate(kinds)}
    columns, labels, weights = [], [], []
    for heard in shows.values():
        weight = SHOW_WEIGHT / sum(len(words) for words, _ in heard)
        for words, ends in heard:
            columns.append(_around([number[kind(word, known)] for word in words], number[NOBODY])[:-1])
            labels.append(ends[:-1])  # that one stops when another begins tells nothing
            weights.append(np.full(len(words) - 1, weight))
    slopes, even = one_hot_logistic(
        np.concatenate(columns),
        np.concatenate(labels).astype(np.float64),
        np.concatenate(weights),
        len(kinds),
    )
    words = {name: [round(float(slope), 2) for slope in slopes[:, place]] for name, place in number.items()}
    return {"even": round(even, 2), "words": words}


def _shared_words(shows: Mapping[str, Sequence[Turn]]) -> dict[str, None]:
    """The words that are frequent even in the show that uses them least."""
    counts = {show: Counter(word for words, _ in heard for word in words) for show, heard in shows.items()}
    shared = set.intersection(*(set(count) for count in counts.values()))

    def least(word: str) -> float:
        return min(count[word] / count.total() for count in counts.values())

    return dict.fromkeys(sorted(shared, key=lambda word: (-least(word), word))[:KNOWN])


def _around(numbers: Sequence[int], nobody: int) -> NDArray[np.int64]:
    """For the end after each word, the kinds of the words around it."""
    edge = max(map(abs, AROUND)) + 1
    padded = np.array([nobody] * edge + list(numbers) + [nobody] * edge)
    return np.stack([padded[edge + 1 + at : edge + 1 + at + len(numbers)] for at in AROUND], axis=1)


def one_hot_logistic(
    columns: NDArray[np.int64], label: NDArray[np.float64], weight: NDArray[np.float64], kinds: int
) -> tuple[NDArray[np.float64], float]:
    """Slopes by column and kind, and the intercept, by Newton's method with a ridge; each row has one kind a column."""
    width = columns.shape[1]
    flat = columns + kinds * np.arange(width)
    size = kinds * width
    ridge = np.append(np.full(size, RIDGE), 1e-6)
    beta = np.zeros(size + 1)
    for _ in range(ROUNDS):
        chance = 1 / (1 + np.exp(-np.clip(beta[flat].sum(1) + beta[-1], -30, 30)))
        wrong = weight * (chance - label)
        gradient = np.append(sum(np.bincount(column, wrong, size) for column in flat.T), wrong.sum())
        curve = weight * chance * (1 - chance)
        curvature = np.zeros((size + 1, size + 1))
        for one, other in combinations_with_replacement(range(width), 2):
            block = np.bincount(columns[:, one] * kinds + columns[:, other], curve, kinds**2)
            rows, places = slice(one * kinds, (one + 1) * kinds), slice(other * kinds, (other + 1) * kinds)
            curvature[rows, places] = block.reshape(kinds, kinds)
            curvature[places, rows] = curvature[rows, places].T
        curvature[-1, :-1] = curvature[:-1, -1] = sum(np.bincount(column, curve, size) for column in flat.T)
        curvature[-1, -1] = curve.sum()
        beta -= np.linalg.solve(curvature + np.diag(ridge), gradient + ridge * beta)
    return beta[:-1].reshape(width, kinds), float(beta[-1])


def judged(told: Ends, heard: Sequence[Turn]) -> tuple[float, float, float]:
    """How many of the ends found are right, how many of all are found, and F1."""
    right = found = true = 0
    for words, ends in heard:
        for place, ended in enumerate(ends[:-1], 1):
            is_found = told(words, place) > UNKNOWN
            right += ended and is_found
            found += is_found
            true += ended
    return right / found, right / true, 2 * right / (found + true)


if __name__ == "__main__":
    main()
