"""Adding a source by its address, and what an editor may say about one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from digestly.content.addresses import one_spelling
from digestly.content.models import Source
from digestly.fetch.errors import Failure
from digestly.fetch.urls import check

NO_MODEL = _("There is none here yet: the operator sets LLM_MODEL.")
MOST = 500  # episodes digested at the start


def clean_address(url: str) -> str:
    """The address, if it is one that may be fetched. Nothing is asked yet: workers do that."""
    url = url.strip()
    try:
        check(url, allow=settings.FETCH_ALLOW_PRIVATE)
    except Failure as failure:
        raise ValidationError(failure.message, code=failure.code) from failure
    return url


class AddSourceForm(forms.Form):
    url = forms.CharField(
        label=_("Address"),
        help_text=_(
            "A podcast feed (RSS, Atom, JSON), or a channel, playlist or video of YouTube. A video brings in "
            "that one episode."
        ),
        widget=forms.URLInput(attrs={"class": "vTextField", "autofocus": True, "placeholder": "https://"}),
    )
    newest = forms.IntegerField(
        label=_("Newest episodes"),
        min_value=0,
        max_value=MOST,
        initial=3,
        help_text=_(
            "How many of the back catalogue are digested at the start. The rest waits in the backlog."
        ),
    )

    def clean_url(self) -> str:
        return clean_address(self.cleaned_data["url"])


class SourceForm(forms.ModelForm):
    """What an editor says of a source. The rest comes from its feed."""

    digest_languages = forms.MultipleChoiceField(
        label=_("Digest languages"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None: the language it is spoken in. Any other needs a language model."),
    )

    class Meta:
        model = Source
        fields = (
            "title", "url", "language", "digest_languages", "glossary", "instructions", "newest", "description",
            "note", "shows_transcript",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = dict(settings.LANGUAGES)
        stored = {code: code for code in self.instance.digest_languages or []}
        if "digest_languages" in self.fields:
            self.fields["digest_languages"].choices = list((stored | known).items())  # type: ignore[attr-defined]
        if settings.LLM is None:
            for name in ("digest_languages", "glossary", "instructions"):
                if name in self.fields:
                    self.fields[name].help_text = f"{self.fields[name].help_text} {NO_MODEL}"

    def clean_url(self) -> str:
        typed: str = self.cleaned_data["url"]
        if typed == self.instance.url or (not typed and not self.instance.url_norm):
            return typed
        url = clean_address(typed)
        if Source.objects.filter(url_norm=one_spelling(url)).exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("Another source has this address already."))
        return url
