"""What language models cost: the price table, each day's spending, and a row for each request."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from digestly.engine.llm.asking import Usage

from .digest import Digest

MICRO = 10**6  # amounts are kept in millionths of the table's currency, so that sums are exact
MILLION = 10**6


class ModelPrice(models.Model):
    """What a model costs per million tokens. Empty means that nobody knows: such a request has no cost, not zero."""

    # What an unknown model is taken to cost while a budget is kept: dearer than nearly all that are sold.
    CAUTIOUS = (Decimal(10), Decimal(40))

    model = models.CharField(
        _("model"), max_length=200, unique=True, help_text=_("As in LLM_MODEL, with its provider: openai:….")
    )
    input = models.DecimalField(
        _("input"), max_digits=10, decimal_places=4, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    cached = models.DecimalField(
        _("cached input"),
        max_digits=10,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_("Empty: as dear as other input."),
    )
    output = models.DecimalField(
        _("output"), max_digits=10, decimal_places=4, null=True, blank=True, validators=[MinValueValidator(0)]
    )

    class Meta:
        verbose_name = _("model price")
        verbose_name_plural = _("model prices")
        ordering = ["model"]

    def __str__(self) -> str:
        return self.model

    @property
    def is_known(self) -> bool:
        return self.input is not None and self.output is not None

    def cost(self, usage: Usage) -> int | None:
        """In millionths; None where the price is not known."""
        if self.input is None or self.output is None:
            return None
        cached = self.input if self.cached is None else self.cached
        paid = (usage.input - usage.cached) * self.input + usage.cached * cached + usage.output * self.output
        return int((paid * MICRO / MILLION).to_integral_value(rounding="ROUND_CEILING"))

    def reckoned(self, usage: Usage) -> int:
        """The cost, or for the budget's sake a cautious guess."""
        known = self.cost(usage)
        if known is not None:
            return known
        dear, dearer = self.CAUTIOUS
        return int((usage.input * dear + usage.output * dearer) * MICRO / MILLION)


class SpendingDay(models.Model):
    """What was spent in a day, what is reserved included. It is raised before a request and set right after it."""

    date = models.DateField(_("day"), primary_key=True)
    spent = models.BigIntegerField(_("spent"), default=0)

    class Meta:
        verbose_name = _("day's spending")
        verbose_name_plural = _("daily spending")
        ordering = ["-date"]

    def __str__(self) -> str:
        return str(self.date)


class LlmCall(models.Model):
    """One request to a model. Written before it is sent; without an outcome it is under way, or its worker died."""

    class Outcome(models.TextChoices):
        UNDER_WAY = "", _("under way")
        ANSWERED = "answered", _("answered")
        RATE_LIMITED = "rate_limited", _("asked to pause")
        SERVER_ERROR = "server_error", _("provider in trouble")
        TIMEOUT = "timeout", _("no answer in time")
        UNREACHABLE = "unreachable", _("not reachable")
        UNUSABLE = "unusable", _("unusable answer")
        TRUNCATED = "truncated", _("answer cut off")
        REFUSED = "refused", _("refused")
        TOO_LONG = "too_long", _("question too long")
        DENIED = "denied", _("access denied")
        QUOTA = "quota", _("quota used up")
        LOST = "lost", _("worker died")

    digest = models.ForeignKey(
        Digest, models.SET_NULL, null=True, related_name="llm_calls", verbose_name=_("digest")
    )
    version = models.PositiveIntegerField(default=0)  # of the digest that was to be written anew
    step = models.CharField(_("step"), max_length=40)
    model = models.CharField(_("model"), max_length=200)
    key = models.CharField(max_length=64)  # the same for the same question
    outcome = models.CharField(_("outcome"), max_length=20, choices=Outcome, blank=True)
    input = models.PositiveIntegerField(_("input tokens"), null=True)
    cached = models.PositiveIntegerField(_("of these cached"), null=True)
    output = models.PositiveIntegerField(_("output tokens"), null=True)
    reserved = models.BigIntegerField(_("reserved"))
    cost = models.BigIntegerField(_("cost"), null=True)
    day = models.DateField()  # whose budget it was taken from
    # Kept until a model's draft is stored, so that nothing is paid twice after a crash.
    answer: Any = models.JSONField(null=True)
    begun_at = models.DateTimeField(_("begun"), auto_now_add=True)
    ended_at = models.DateTimeField(_("ended"), null=True)

    class Meta:
        verbose_name = _("model request")
        verbose_name_plural = _("model requests")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["digest", "key"], name="llm_call_answer"),
            models.Index(fields=["outcome", "begun_at"], name="llm_call_under_way"),
        ]

    def __str__(self) -> str:
        return f"{self.step} · {self.model}"
