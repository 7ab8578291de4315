"""Spending: the ledger of requests to language models, and the budgets that they are paid from.

A request is written down and the most it may cost is taken from the day's and the digest's budget in one short
transaction before it is sent, so that workers side by side cannot overspend. Afterwards what it did not need is
given back. A worker that dies in between leaves the row, and its reservation counts as spent: nobody knows better.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q, Sum
from django.db.models.functions import Now
from django.utils import timezone

from digestly.engine.llm import prices
from digestly.engine.llm.asking import Answer, Ask, Usage
from digestly.engine.llm.ledger import BudgetSpent, Interrupted
from digestly.engine.llm.model import Model

from .models import Digest, LlmCall, ModelPrice, SpendingDay
from .models.spending import MICRO

RENEWED_EVERY = 60.0  # seconds
LOST_AFTER = timedelta(minutes=30)  # no request takes as long
# Nobody knows whether these were charged, so that they count as if they were.
IN_DOUBT = (LlmCall.Outcome.TIMEOUT, LlmCall.Outcome.UNREACHABLE)


@dataclass(frozen=True)
class Bill:
    """What a draft took: requests, tokens, and money in millionths; None if a price was not known."""

    calls: int
    tokens: int
    cost: int | None


class DigestLedger:
    """The ledger of one draft. `shift`: for how long its worker may go on before another takes over."""

    def __init__(
        self, digest: Digest, token: UUID, model: Model, *, lease: timedelta, shift: timedelta | None
    ) -> None:
        self.digest = digest
        self.held = Digest.objects.filter(pk=digest.pk, lease_token=token)
        self.model = model
        self.lease = lease
        self.price = price_of(model)
        self.renewed = time.monotonic()
        self.ends = self.renewed + shift.total_seconds() if shift else None

    def known(self, key: str) -> Answer | None:
        calls = LlmCall.objects.filter(digest=self.digest, key=key)
        return calls.exclude(answer=None).values_list("answer", flat=True).first()

    def afford(self, expected: Usage) -> None:
        cost = self.price.reckoned(expected)
        if settings.LLM_DIGEST_BUDGET and cost > micro(settings.LLM_DIGEST_BUDGET):
            raise BudgetSpent(
                f"This recording would cost about {cost / MICRO:.2f} to digest, and a digest may cost "
                f"{settings.LLM_DIGEST_BUDGET:.2f}. {self._advice}"
            )

    def open(self, ask: Ask, most: Usage) -> LlmCall:
        amount, today = self.price.reckoned(most), timezone.localdate()
        SpendingDay.objects.get_or_create(date=today)
        with transaction.atomic():
            day = SpendingDay.objects.filter(within(settings.LLM_DAY_BUDGET, amount), date=today)
            if not day.update(spent=F("spent") + amount):
                raise BudgetSpent(
                    f"Today's budget of {settings.LLM_DAY_BUDGET:.2f} is spent. It begins anew tomorrow. {self._advice}"
                )
            if not self.held.exists():
                raise Interrupted("another worker has it")
            if not self.held.filter(within(settings.LLM_DIGEST_BUDGET, amount)).update(
                spent=F("spent") + amount
            ):
                raise BudgetSpent(
                    f"The budget of {settings.LLM_DIGEST_BUDGET:.2f} for this digest is spent. {self._advice}"
                )
            return LlmCall.objects.create(
                digest=self.digest, version=self.digest.version, step=ask.step, model=self.model.label, key=ask.key,
                reserved=amount, day=today,
            )  # fmt: skip

    def close(self, entry: object, outcome: str, usage: Usage | None, answer: Answer | None) -> None:
        assert isinstance(entry, LlmCall)
        if usage:
            cost, counted = self.price.cost(usage), self.price.reckoned(usage)
        else:
            counted = entry.reserved if outcome in IN_DOUBT else 0
            cost = None if outcome in IN_DOUBT else 0
        told = {"input": usage.input, "cached": usage.cached, "output": usage.output} if usage else {}
        with transaction.atomic():
            LlmCall.objects.filter(pk=entry.pk).update(
                outcome=outcome, cost=cost, answer=answer, ended_at=Now(), **told
            )
            back = entry.reserved - counted
            SpendingDay.objects.filter(date=entry.day).update(spent=F("spent") - back)
            Digest.objects.filter(pk=self.digest.pk).update(spent=F("spent") - back)

    def beat(self) -> None:
        """Renew the lease, and see that it is still ours."""
        now = time.monotonic()
        if self.ends and now > self.ends:
            raise Interrupted("its shift is over")
        if now - self.renewed >= RENEWED_EVERY:
            self.renewed = now
            if not self.held.update(lease_until=Now() + self.lease):
                raise Interrupted("another worker has it")

    def bill(self) -> Bill:
        """What this draft took so far, in all shifts."""
        calls = LlmCall.objects.filter(digest=self.digest, version=self.digest.version)
        sums = calls.aggregate(read=Sum("input"), written=Sum("output"), cost=Sum("cost"))
        is_known = not calls.filter(cost=None).exists()
        tokens = (sums["read"] or 0) + (sums["written"] or 0)
        return Bill(calls.count(), tokens, (sums["cost"] or 0) if is_known else None)

    @property
    def _advice(self) -> str:
        if self.price.is_known:
            return "LLM_DIGEST_BUDGET and LLM_DAY_BUDGET set it."
        return (
            f"The price of {self.model.label} is not known and taken to be high: say it in the price table."
        )


def forget_answers(digest: Digest) -> None:
    """The digest is written: what it was written from need not be kept."""
    LlmCall.objects.filter(digest=digest).exclude(answer=None).update(answer=None)


def settle_lost(*, batch: int) -> int:
    """Close the requests whose worker died. What they had reserved stays spent."""
    lost = LlmCall.objects.filter(outcome="", begun_at__lt=Now() - LOST_AFTER).order_by("pk")
    pks = list(lost.values_list("pk", flat=True)[:batch])
    return LlmCall.objects.filter(pk__in=pks, outcome="").update(outcome=LlmCall.Outcome.LOST, ended_at=Now())


def price_of(model: Model) -> ModelPrice:
    """Its row in the table; a new one holds what the provider lists, if that is known."""
    found = ModelPrice.objects.filter(model=model.label).first()
    if found:
        return found
    listed = prices.listed(model) or (None, None, None)
    defaults = dict(zip(("input", "cached", "output"), listed, strict=True))
    return ModelPrice.objects.get_or_create(model=model.label, defaults=defaults)[0]


def today() -> tuple[int, int | None]:
    """Spent and allowed today, in millionths; nothing is said where there is no limit."""
    spent = SpendingDay.objects.filter(date=timezone.localdate()).values_list("spent", flat=True).first()
    return spent or 0, micro(settings.LLM_DAY_BUDGET) or None


def within(budget: Decimal, amount: int) -> Q:
    """Rows that can still pay the amount; all of them where the budget is 0."""
    return Q(spent__lte=micro(budget) - amount) if budget else Q()


def micro(amount: Decimal) -> int:
    return int(amount * MICRO)
