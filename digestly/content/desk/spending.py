"""What language models cost: the requests and the days, to be read; the price table, to be kept."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from digestly.content.models import LlmCall, ModelPrice, SpendingDay

from .digests import badge
from .kept import KeptAdmin, RecordAdmin
from .report import amount


@admin.register(LlmCall)
class LlmCallAdmin(RecordAdmin):
    # Not the answers: they hold what readers pay for, and whom they concern sees the digest.
    fields = (
        "digest", "step", "model", "outcome", "input", "cached", "output", "paid", "held", "begun_at", "ended_at",
    )  # fmt: skip
    list_display = (
        "begun_at", "digest", "step", "model", "standing", "input", "cached", "output", "paid", "ended_at",
    )  # fmt: skip
    list_filter = ("outcome", "model")
    list_select_related = ("digest__episode",)
    list_per_page = 50
    search_fields = ("=digest__pk", "digest__title", "step", "model")
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[LlmCall]:
        heavy = ("answer", "digest__outline", "digest__report", "digest__summary", "digest__episode__notes")
        return super().get_queryset(request).defer(*heavy)

    @admin.display(description=_("outcome"), ordering="outcome")
    def standing(self, call: LlmCall) -> SafeString:
        return badge(call.outcome or "running", call.get_outcome_display())

    @admin.display(description=_("cost"), ordering="cost")
    def paid(self, call: LlmCall) -> str:
        return amount(call.cost)

    @admin.display(description=_("reserved"), ordering="reserved")
    def held(self, call: LlmCall) -> str:
        return amount(call.reserved)


@admin.register(SpendingDay)
class SpendingDayAdmin(RecordAdmin):
    fields = ("date", "paid")
    list_display = ("date", "paid")
    ordering = ("-date",)

    @admin.display(description=_("spent"), ordering="spent")
    def paid(self, day: SpendingDay) -> str:
        return amount(day.spent)


@admin.register(ModelPrice)
class ModelPriceAdmin(KeptAdmin):
    """Per million tokens. A row is made when a model is first used; what its provider lists stands in it."""

    list_display = ("model", "input", "cached", "output", "is_known")
    search_fields = ("model",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("model",) if obj else ()

    @admin.display(description=_("known"), boolean=True)
    def is_known(self, price: ModelPrice) -> bool:
        return price.is_known
