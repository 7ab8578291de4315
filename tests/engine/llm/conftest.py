"""A model on loopback, and a talk to be digested."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from digestly.engine import Draft, Options, make_outline
from digestly.engine.llm.errand import Pace
from digestly.engine.llm.ledger import Notes
from digestly.engine.llm.model import Model
from digestly.engine.llm.writer import Writer
from digestly.transcripts.parse import parse
from digestly.transcripts.types import Segment
from tests.engine.llm.speakers import diligent
from tests.engine.llm.wire import Stub

SAMPLES = Path(__file__).parents[3] / "digestly" / "content" / "samples" / "data"
KEY = "sk-very-secret-0123456789"
HURRIED = Pace(first_wait=0.01)


@pytest.fixture
def stub() -> Iterator[Stub]:
    served = Stub(diligent)
    yield served
    served.close()


@pytest.fixture
def model(stub: Stub) -> Model:
    return Model.named("small-model", key=KEY, base_url=stub.base_url)


@pytest.fixture(scope="session")
def talk() -> tuple[Segment, ...]:
    """English, a quarter of an hour, with speakers and times."""
    return parse((SAMPLES / "slow-deploy-1.vtt").read_bytes(), content_type="text/vtt").segments


@pytest.fixture
def digest(model: Model, talk: tuple[Segment, ...]) -> Callable[..., Draft]:
    """Has the model digest the talk, or what is given."""

    def make(segments: Any = None, *, notes: Notes | None = None, fall_back: bool = False, into: str | None = None,
             title: str | None = "A talk", chapters: Any = (), **wishes: Any) -> Draft:  # fmt: skip
        writer = Writer(wishes.pop("model", model), notes or Notes(), wishes.pop("pace", HURRIED), **wishes)
        options = Options(
            engine="llm", writer=writer, into=into, title=title, fall_back=fall_back, chapters=chapters
        )
        return make_outline(segments or talk, options)

    return make
