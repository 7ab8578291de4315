"""Ledger: who pays, and what was paid for already.

The engine reserves before each request and settles after it, so that a budget holds although many work at once, and
a request whose worker died is seen. Where there is no database, `Notes` is ledger enough.
"""

from __future__ import annotations

from typing import Protocol

from digestly.engine.errors import EngineError
from digestly.engine.llm.asking import Answer, Ask, Usage

# How many characters make a token: measured on OpenAI's and Google's tokenizers, rounded to the costly side.
LATIN, DENSE = 3.5, 1.4


class BudgetSpent(EngineError):
    """The next request might cost more than is left."""

    code = "llm_budget"


class Interrupted(Exception):
    """This worker is to stop: it lost its lease, or its shift is over. What was answered so far is kept."""


class Ledger(Protocol):
    def known(self, key: str) -> Answer | None:
        """The answer to this very question, if it was paid for already."""

    def afford(self, expected: Usage) -> None:
        """Raises BudgetSpent if a whole digest of this size cannot be paid."""

    def open(self, ask: Ask, most: Usage) -> object:
        """Reserve `most` and write the request down; raises BudgetSpent. What it returns is for `close`."""

    def close(self, entry: object, outcome: str, usage: Usage | None, answer: Answer | None) -> None:
        """What came of it. Without usage nothing was charged, or nobody knows."""

    def beat(self) -> None:
        """Called while answers are awaited, about once a second; raises Interrupted to stop."""


class Notes:
    """A ledger for one digest in memory, without a budget. It counts."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str, Usage]] = []
        self.answers: dict[str, Answer] = {}

    def known(self, key: str) -> Answer | None:
        return self.answers.get(key)

    def afford(self, expected: Usage) -> None:
        return

    def open(self, ask: Ask, most: Usage) -> Ask:
        return ask

    def close(self, entry: object, outcome: str, usage: Usage | None, answer: Answer | None) -> None:
        assert isinstance(entry, Ask)
        self.calls.append((entry.step, outcome, usage or Usage()))
        if answer is not None:
            self.answers[entry.key] = answer

    def beat(self) -> None:
        return


def most_of(ask: Ask) -> Usage:
    """What a request costs at most."""
    return Usage(
        input=tokens(ask.system) + tokens(ask.user) + tokens(str(ask.schema)), output=ask.most_tokens
    )


def tokens(text: str) -> int:
    """About how many tokens a text is, rather too many than too few."""
    dense = sum(1 for character in text if character > "\u2e7f")
    return int((len(text) - dense) / LATIN + dense / DENSE) + 8
