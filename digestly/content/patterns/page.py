"""The page at /{language}/patterns/: the real templates and the real renderer, given examples."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from digestly.content.models import Correction

from . import examples


class ExampleForm(forms.Form):
    """A field of each kind."""

    name = forms.CharField(label="Name", help_text="As it should be printed.")
    email = forms.EmailField(label="Email")
    language = forms.ChoiceField(label="Language", choices=[("en", "English"), ("ko", "한국어")])
    letters = forms.ChoiceField(
        label="Letters", choices=[("daily", "Every day"), ("never", "Never")], widget=forms.RadioSelect
    )
    agreed = forms.BooleanField(label="I have read the terms", required=False)
    remarks = forms.CharField(label="Remarks", widget=forms.Textarea(attrs={"rows": 3}), required=False)


@never_cache
@require_safe
def patterns(request: HttpRequest) -> HttpResponse:
    language = get_language() or "en"
    wrong = ExampleForm({"email": "nobody", "letters": "daily"}, prefix=None, auto_id="wrong_%s")
    wrong.is_valid()
    context = {
        "guest": examples.reading(language),
        "member": examples.reading(language, has_plus=True),
        "flat": examples.reading(language, outline=examples.FLAT),
        "long": [examples.reading(language, title=title) for title in examples.LONG_TITLES],
        "walled": [examples.reading(language, standing=standing) for standing in examples.STANDINGS],
        "price": examples.PRICE,
        "around": examples.AROUND,
        "corrections": [Correction(on=examples.DAY, text="The panel had three guests, not four.")],
        "blank": ExampleForm(),
        "wrong": wrong,
        "levels": ["info", "success", "warning", "error"],
    }
    return render(request, "patterns.html", context)
