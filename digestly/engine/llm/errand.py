"""Errand: several lines of questions, asked side by side, each answered in its own order.

A job is a generator: it yields an `Ask` and is sent the answer, or has thrown into it what went wrong. So its steps
read as if nobody else were there, while everything that must happen once (reserving, writing down, waiting, trying
again, giving up) happens here, in one thread.
"""

from __future__ import annotations

import random
import time
from collections import deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

from digestly.engine.errors import EngineError
from digestly.engine.llm.asking import (
    Answer,
    Ask,
    Asker,
    AskFailed,
    Denied,
    Passing,
    Reply,
    Truncated,
    Unusable,
)
from digestly.engine.llm.ledger import BudgetSpent, Interrupted, Ledger, most_of

T = TypeVar("T")
Job = Generator[Ask, Answer, T]

BEAT = 1.0  # seconds between two signs of life
LONGEST_WAIT = 60.0  # seconds; a provider that asks for more is not waited for


class Unanswered(EngineError):
    """The model cannot be used at present: no question will be answered."""

    code = "llm_failed"


@dataclass(frozen=True, slots=True)
class Pace:
    """How many questions at once, and how patiently."""

    at_once: int = 4
    passing_tries: int = 5  # of a question that met a passing trouble
    unusable_tries: int = 2
    first_wait: float = 1.0  # seconds; doubled each time, with jitter


USUAL = Pace()


@dataclass
class _Line(Generic[T]):
    """A job on its way: the question it waits with, and how often that was tried."""

    job: Job[T]
    place: int
    ask: Ask | None = None
    passing: int = 0
    unusable: int = 0
    not_before: float = 0.0
    entry: object = field(default=None, repr=False)


class _Errand(Generic[T]):
    def __init__(self, jobs: Sequence[Job[T]], asker: Asker, ledger: Ledger, pace: Pace) -> None:
        self.asker = asker
        self.ledger = ledger
        self.pace = pace
        self.results: list[T | None] = [None] * len(jobs)
        self.waiting: deque[_Line[T]] = deque()
        self.flying: dict[Future[Reply], _Line[T]] = {}
        self.halt: Exception | None = None
        for place, job in enumerate(jobs):
            self._advance(_Line(job, place), None)

    def run(self) -> list[T | None]:
        beaten = time.monotonic()
        while self.flying or (self.waiting and not self.halt):
            self._take_off()
            landed = self._await()
            for future in landed:
                self._land(future)
            if time.monotonic() - beaten >= BEAT:
                beaten = time.monotonic()
                self._guarded(self.ledger.beat)
        if self.halt:
            raise self.halt
        return self.results

    def _take_off(self) -> None:
        """Ask what may be asked now."""
        for _ in range(len(self.waiting)):
            if self.halt or len(self.flying) >= self.pace.at_once:
                return
            line = self.waiting.popleft()
            if line.not_before > time.monotonic():
                self.waiting.append(line)
                continue
            assert line.ask
            ask = line.ask
            self._guarded(lambda: self._depart(line, ask))  # noqa: B023 - called at once

    def _depart(self, line: _Line[T], ask: Ask) -> None:
        line.entry = self.ledger.open(ask, most_of(ask))
        self.flying[self.asker.ask(ask)] = line

    def _await(self) -> set[Future[Reply]]:
        if self.flying:
            return wait(self.flying, timeout=BEAT / 4, return_when=FIRST_COMPLETED).done
        if self.waiting and not self.halt:
            soonest = min(line.not_before for line in self.waiting)
            time.sleep(min(BEAT, max(0.0, soonest - time.monotonic())))
        return set()

    def _land(self, future: Future[Reply]) -> None:
        line = self.flying.pop(future)
        assert line.ask
        try:
            reply = future.result()
        except AskFailed as failure:
            self.ledger.close(line.entry, failure.code, failure.usage, None)
            self._failed(line, failure)
        else:
            self.ledger.close(line.entry, "answered", reply.usage, reply.answer)
            self._advance(line, reply.answer)

    def _failed(self, line: _Line[T], failure: AskFailed) -> None:
        assert line.ask
        if isinstance(failure, Denied):
            self.halt = self.halt or Unanswered(failure.message)
        elif isinstance(failure, Passing):
            line.passing += 1
            doubled = self.pace.first_wait * 2 ** (line.passing - 1)
            pause = max(failure.wait or 0.0, doubled * random.uniform(0.75, 1.25))  # noqa: S311 - jitter
            if line.passing >= self.pace.passing_tries or pause > LONGEST_WAIT:
                # It failed for long enough that the other questions would fare no better.
                self.halt = self.halt or Unanswered(failure.message)
            else:
                line.not_before = time.monotonic() + pause
                self.waiting.append(line)
        elif isinstance(failure, Unusable) and line.unusable + 1 < self.pace.unusable_tries:
            line.unusable += 1
            if isinstance(failure, Truncated):
                line.ask = replace(line.ask, most_tokens=2 * line.ask.most_tokens)
            self.waiting.append(line)
        else:
            self._advance(line, failure)

    def _advance(self, line: _Line[T], given: Answer | AskFailed | None) -> None:
        """Let the job go on to its next question, or to its end. Known answers are not asked for."""
        try:
            while True:
                line.ask = line.job.throw(given) if isinstance(given, AskFailed) else line.job.send(given)  # type: ignore[arg-type]
                given = self.ledger.known(line.ask.key)
                if given is None:
                    break
        except StopIteration as end:
            self.results[line.place] = end.value
            return
        line.passing = line.unusable = 0
        line.not_before = 0.0
        self.waiting.append(line)

    def _guarded(self, act: Callable[[], object]) -> None:
        """What stops everything stops it once the answers under way are in: they are paid for."""
        try:
            act()
        except (BudgetSpent, Interrupted) as reason:
            self.halt = self.halt or reason


def run(jobs: Sequence[Job[T]], asker: Asker, ledger: Ledger, pace: Pace) -> list[T]:
    """What each job returns, in the order of the jobs. Raises Unanswered, BudgetSpent or Interrupted."""
    return _Errand(jobs, asker, ledger, pace).run()  # type: ignore[return-value]
