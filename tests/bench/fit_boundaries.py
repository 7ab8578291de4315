"""Fit what each kind of evidence for a new topic counts for, and write it into the project.

    python tests/bench/fit_boundaries.py FOLDER [--without SHOW] [--to FILE]

Logistic regression on all transcripts of `train.jsonl.gz` that people have cut into sections. Every show weighs the
same, so that none is learned by heart; with `--without` one is left out, to see what its listeners would get.
The same data give the same bytes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from corpus import Document, documents
from fitted import asked, put

from digestly.engine.extractive.boundaries import Columns, echoed, evidence, weighed
from digestly.engine.extractive.sentences import Sentence, sentences
from digestly.engine.extractive.terms import terms_of
from digestly.engine.extractive.tongues import tongue_for
from digestly.transcripts.captions import unroll

RIDGE = 50.0
SHOW_WEIGHT = 1000.0
# A start one or two sentences off is hardly wrong, and counts little as a counter-example.
CLOSE, CLOSE_WEIGHT = 2, 0.2
ROUNDS = 30


def main() -> None:
    chosen = asked(__doc__)
    seen = [
        observed(document)
        for document in documents(chosen.folder, "train")
        if len(document.gold["sections"]) > 1 and document.show != chosen.without
    ]
    put(chosen.to, boundaries=fit(seen), boundaries_echoed=fit(with_echoes(seen)))


@dataclass(frozen=True, slots=True)
class Observed:
    """The evidence for every sentence of a document, and 1 where people began a section."""

    show: str
    said: list[Sentence]
    columns: Columns
    label: np.ndarray


def observed(document: Document) -> Observed:
    tongue = tongue_for(document.language)
    said = sentences(unroll(document.segments), tongue)
    columns = evidence(said, terms_of(said, tongue), tongue)
    firsts = [sentence.first for sentence in said]
    label = np.zeros(len(said))
    for section in document.gold["sections"]:
        label[min(int(np.searchsorted(firsts, section["seg"])), len(said) - 1)] = 1.0
    label[0] = 0.0
    return Observed(document.show, said, columns, label)


def with_echoes(seen: Sequence[Observed]) -> list[Observed]:
    """The evidence of the second look. The first one is taken as of a show nobody knows, for that it will be."""
    found = []
    for show in sorted({one.show for one in seen}):
        weights = fit([one for one in seen if one.show != show])
        for one in seen:
            if one.show == show:
                heard = echoed(one.said, weighed(one.columns, weights))
                found.append(replace(one, columns=one.columns | heard))
    return found


def fit(seen: Sequence[Observed]) -> dict[str, float]:
    """Weights by name, rounded; `even` is the log-odds without any evidence."""
    starts = Counter[str]()
    for one in seen:
        starts[one.show] += int(one.label.sum())
    names = list(seen[0].columns)
    table = np.vstack([np.stack([one.columns[name] for name in names], axis=1) for one in seen])
    weights = np.concatenate([_weighed(one.label, SHOW_WEIGHT / starts[one.show]) for one in seen])
    slopes, even = logistic(table, np.concatenate([one.label for one in seen]), weights)
    return {name: round(float(slope), 3) for name, slope in zip(names, slopes, strict=True)} | {
        "even": round(even, 3)
    }


def _weighed(label: np.ndarray, weight: float) -> np.ndarray:
    weights = np.full(len(label), weight)
    for start in np.flatnonzero(label):
        near = np.arange(max(start - CLOSE, 0), min(start + CLOSE + 1, len(label)))
        weights[near[label[near] == 0]] *= CLOSE_WEIGHT
    return weights


def logistic(table: np.ndarray, label: np.ndarray, weight: np.ndarray) -> tuple[np.ndarray, float]:
    """Slopes and intercept by Newton's method, with a ridge on the standardised slopes."""
    mean = np.average(table, axis=0, weights=weight)
    spread = np.sqrt(np.average((table - mean) ** 2, axis=0, weights=weight)) + 1e-9
    design = np.column_stack([(table - mean) / spread, np.ones(len(table))])
    ridge = RIDGE * np.eye(design.shape[1])
    ridge[-1, -1] = 1e-6
    beta = np.zeros(design.shape[1])
    for _ in range(ROUNDS):
        odds = 1 / (1 + np.exp(-np.clip(design @ beta, -30, 30)))
        gradient = design.T @ (weight * (odds - label)) + ridge @ beta
        curvature = (design * (weight * odds * (1 - odds) + 1e-9)[:, None]).T @ design + ridge
        beta -= np.linalg.solve(curvature, gradient)
    slopes = beta[:-1] / spread
    return slopes, float(beta[-1] - (slopes * mean).sum())


if __name__ == "__main__":
    main()
