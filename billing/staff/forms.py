"""Forms: what staff say when they do something. Why is never left out where money or access changes hands."""

from __future__ import annotations

import uuid
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from billing.models import AccessGrant
from billing.money import smallest_unit

LONGEST_WHY = 200


def why_field() -> forms.CharField:
    return forms.CharField(label=_("Why"), max_length=LONGEST_WHY)


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class GrantForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind"), choices=AccessGrant.Kind.choices)
    until = forms.DateField(label=_("Until the end of"), widget=DateInput())
    why = why_field()

    def clean_until(self) -> datetime:
        """The end of that day where the site is."""
        day = self.cleaned_data["until"]
        if day > timezone.localdate() + timedelta(days=3660):
            raise forms.ValidationError(_("That is more than ten years from now."))
        end = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
        if end <= timezone.now():
            raise forms.ValidationError(_("That day is over."))
        return end


class RevokeForm(forms.Form):
    grant = forms.IntegerField(widget=forms.HiddenInput)
    why = why_field()


class RefundForm(forms.Form):
    """Of one payment: all that is left, or a part. The form has a name of its own, so that sending it twice is once."""

    form = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    charge = forms.CharField(widget=forms.HiddenInput, max_length=255)
    amount = forms.DecimalField(
        label=_("Amount"), required=False, min_value=Decimal("0.001"), max_digits=12, decimal_places=3,
        help_text=_("Blank is all that is left."),
    )  # fmt: skip
    why = why_field()

    def __init__(self, *args: Any, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency

    def clean_amount(self) -> int | None:
        """In the smallest unit; None is everything."""
        amount = self.cleaned_data["amount"]
        if amount is None:
            return None
        in_units = smallest_unit(amount, self.currency)
        if in_units is None:
            raise forms.ValidationError(_("This currency has no such small change."))
        return in_units
