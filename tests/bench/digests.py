"""Score digests against what people wrote about the same recordings, beside other engines and on unseen shows.

    python tests/bench/digests.py FOLDER --scorer 'python …/score.py' [--split dev] [--against 'NAME=COMMAND' …]
    python tests/bench/digests.py FOLDER --scorer 'python …/score.py' --unseen [SHOW …]

FOLDER is as `corpus` says. The scorer is run with `--data FILE --digests FILE --out FILE` and answers with means over
`groups` and `docs`. A peer's COMMAND reads transcripts as JSON lines and writes digests as JSON lines. With `--unseen`
the engine is fitted without each show (all by default) and judged on nothing but that show: what new users get.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import shlex
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from statistics import fmean
from typing import Any

from corpus import Document, documents
from fit_boundaries import Observed, fit, observed

from digestly.engine import Options, make_outline
from digestly.engine.extractive import weights
from digestly.engine.report import as_dict

COLUMNS = (
    "pk", "wd", "bf1_30s", "nsec_ratio", "title_r1", "sum_r1", "sumkp_r1", "bul_r1", "bul_r2", "cov_sec", "cov_5min",
    "red_mean", "ground", "num_ok", "ts_ok", "clean", "format",
)  # fmt: skip
Digests = dict[str, Any]
Scores = dict[str, float]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--scorer", required=True, type=shlex.split)
    arguments.add_argument("--split", default="dev")
    arguments.add_argument("--against", action="append", default=[], metavar="NAME=COMMAND")
    arguments.add_argument("--unseen", nargs="*", metavar="SHOW")
    chosen = arguments.parse_args()
    if chosen.unseen is not None:
        _unseen(chosen.folder, chosen.scorer, chosen.unseen)
        return
    asked = documents(chosen.folder, chosen.split)
    data = chosen.folder / f"{chosen.split}.jsonl.gz"
    _head("engine")
    before = time.process_time()
    made = dict(digested(asked))
    taken = time.process_time() - before
    _row("ours", scored(made, data, chosen.scorer)["groups"]["macro"])
    for name, command in (peer.split("=", 1) for peer in chosen.against):
        answers = _answers(shlex.split(command), asked)
        _row(name, scored(answers, data, chosen.scorer)["groups"]["macro"])
    hours = sum(document.segments[-1].end or 0.0 for document in asked) / 3600
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"\n{hours:.1f} hours of speech in {taken:.1f} s of CPU: {hours / taken:.1f} hours a second; peak {peak:.0f} MB"
    )


def digested(asked: Iterable[Document]) -> Iterator[tuple[str, Any]]:
    """Each document's digest, in the form that `make_digest` prints."""
    for document in asked:
        yield document.id, as_dict(make_outline(document.segments, Options(language=document.language)))


def scored(digests: Digests, data: Path, scorer: Sequence[str]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        given, answer = Path(folder, "digests.jsonl"), Path(folder, "scores.json")
        lines = (json.dumps({"id": name, "digest": digest}) for name, digest in digests.items())
        given.write_text("\n".join(lines), encoding="utf-8")
        only = f"^(?:{'|'.join(map(re.escape, digests))})$" if len(digests) < 100 else ""
        asked = ["--data", str(data), "--digests", str(given), "--out", str(answer), "--only", only]
        subprocess.run([*scorer, *asked], check=True, stdout=subprocess.DEVNULL)
        read: dict[str, Any] = json.loads(answer.read_text(encoding="utf-8"))
        return read


def _unseen(folder: Path, scorer: Sequence[str], shows: Sequence[str]) -> None:
    known = {split: documents(folder, split) for split in ("train", "dev")}
    seen = [observed(document) for document in known["train"] if len(document.gold["sections"]) > 1]
    everyone = sorted({document.show for found in known.values() for document in found})
    _head("unseen show")
    for show in shows or everyone:
        _fitted_without(show, seen)
        found: list[Scores] = []
        for split, split_documents in known.items():
            made = dict(digested(document for document in split_documents if document.show == show))
            if made:
                answer = scored(made, folder / f"{split}.jsonl.gz", scorer)["docs"]
                found += [answer[name] for name in made]
        _row(show, {name: _mean(found, name) for name in COLUMNS if any(name in scores for scores in found)})


def _fitted_without(show: str, seen: Sequence[Observed]) -> None:
    """Let the engine go on with weights that never saw the show."""
    model = fit([one for one in seen if one.show != show])
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump({"boundaries": model}, file)
        file.flush()
        weights.FILE = Path(file.name)
        weights.read.cache_clear()
        weights.fitted("boundaries")


def _answers(command: Sequence[str], asked: Sequence[Document]) -> Digests:
    lines = (
        json.dumps(
            {
                "id": document.id,
                "language": document.language,
                "segments": [
                    {"start": said.start, "end": said.end, "speaker": said.speaker, "text": said.text}
                    for said in document.segments
                ],
            }
        )
        for document in asked
    )
    said = subprocess.run(command, input="\n".join(lines), check=True, capture_output=True, text=True).stdout
    return {document.id: json.loads(line) for document, line in zip(asked, said.splitlines(), strict=True)}


def _mean(found: Sequence[Scores], name: str) -> float:
    return fmean(scores[name] for scores in found if name in scores)


def _head(first: str) -> None:
    print(first.ljust(16), *(name[:8].rjust(8) for name in COLUMNS))


def _row(name: str, scores: Scores) -> None:
    print(
        name.ljust(16), *(f"{scores[column]:8.3f}" if column in scores else "       -" for column in COLUMNS)
    )
    sys.stdout.flush()


if __name__ == "__main__":
    main()
