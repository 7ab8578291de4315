"""Forms: what the giver of a gift fills in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .money import Offer

LONGEST_AHEAD = timedelta(days=365)


class GiftForm(forms.Form):
    """For whom, with which words, and when. `key` is the gift's own, so that the form sent twice buys one."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    price = forms.ChoiceField(label=_("How long"), widget=forms.RadioSelect)
    recipient = forms.EmailField(
        label=_("Their email address"), help_text=_("The gift is mailed there. They need no account yet.")
    )
    sender = forms.CharField(label=_("Your name, as they know you"), max_length=100)
    message = forms.CharField(
        label=_("Your words to them"), max_length=1000, required=False, widget=forms.Textarea({"rows": 4})
    )
    send_on = forms.DateField(
        label=_("To be sent on"), required=False, widget=forms.DateInput({"type": "date"}),
        help_text=_("Left empty, it is sent as soon as it is paid."),
    )  # fmt: skip
    language = forms.ChoiceField(label=_("Their language"), choices=settings.LANGUAGES)

    def __init__(self, *args: Any, offers: list[Offer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        price = self.fields["price"]
        assert isinstance(price, forms.ChoiceField)
        price.choices = [(offer.key, _length(offer)) for offer in offers]

    def clean_send_on(self) -> Any:
        day, today = self.cleaned_data["send_on"], timezone.localdate()
        if day and day < today:
            raise forms.ValidationError(_("That day is over. Choose another one, or leave it empty."))
        if day and day > today + LONGEST_AHEAD:
            raise forms.ValidationError(_("That is more than a year ahead. Choose an earlier day."))
        return day


def _length(offer: Offer) -> str:
    words = gettext("One year for %(amount)s") if offer.is_yearly else gettext("One month for %(amount)s")
    return words % {"amount": offer.text}
