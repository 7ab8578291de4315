"""The same transcript gives the same bytes, whatever process makes the digest, in time that grows with its length."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from digestly.engine import make_outline
from digestly.transcripts.parse import parse
from digestly.transcripts.types import Segment
from tests.growth import grows_linearly

ROOT = Path(__file__).parents[2]
TALK = ROOT / "tests" / "data" / "engine" / "night_trains.vtt"
MAKE = """
import json, sys
from pathlib import Path
from digestly.engine import make_outline
from digestly.engine.report import as_dict
from digestly.transcripts.parse import parse
segments = parse(Path(sys.argv[1]).read_bytes(), name="talk.vtt").segments
print(json.dumps(as_dict(make_outline(segments))))
"""


def made(**environment: str) -> bytes:
    return subprocess.run(
        [sys.executable, "-c", MAKE, str(TALK)],
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        check=True,
        capture_output=True,
    ).stdout


def test_neither_the_hash_seed_nor_the_number_of_threads_changes_a_byte() -> None:
    assert made(PYTHONHASHSEED="1", OPENBLAS_NUM_THREADS="1") == made(
        PYTHONHASHSEED="2", OPENBLAS_NUM_THREADS="2"
    )


def test_a_digest_takes_as_long_as_its_recording_and_no_longer() -> None:
    told = [segment for segment in parse(TALK.read_bytes(), name=TALK.name).segments if segment.text]

    def work(size: int) -> None:
        said = (told[n % len(told)] for n in range(size))
        make_outline(
            [
                Segment(n * 6.0, n * 6.0 + 5, one.speaker, f"{one.text} {n // 40}")
                for n, one in enumerate(said)
            ]
        )

    assert grows_linearly(work, size=150)
