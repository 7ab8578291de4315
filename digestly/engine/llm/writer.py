"""Writer: which model writes, who keeps the ledger, and what its editors want. All that the door needs to be told."""

from __future__ import annotations

from dataclasses import dataclass, field

from digestly.engine.llm.errand import USUAL, Pace
from digestly.engine.llm.ledger import Ledger, Notes
from digestly.engine.llm.model import Model


@dataclass(frozen=True, slots=True)
class Writer:
    """`keep_unsupported`: what rests on nothing is kept and reported instead of dropped. `reads_twice`: the model is
    asked a second time whether what it wrote is what was said."""

    model: Model
    ledger: Ledger = field(default_factory=Notes)
    pace: Pace = USUAL
    glossary: str = ""
    instructions: str = ""
    keep_unsupported: bool = False
    reads_twice: bool = False
