"""What an editor types on the review page: the outline as Markdown, its terms, and what a decision needs."""

from __future__ import annotations

from copy import copy
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from digestly.content.models import Digest, Revision
from digestly.outline import markdown
from digestly.outline.types import Outline

TERMS = ("policy", "free_from", "free_until", "edition_date")
MINUTES = "%Y-%m-%dT%H:%M"


class MinuteField(forms.DateTimeField):
    """A moment to the minute, in the site's time zone."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MINUTES)

    def has_changed(self, initial: Any, data: Any) -> bool:
        shown = initial.replace(second=0, microsecond=0) if isinstance(initial, datetime) else initial
        return super().has_changed(shown, data)


class ReviewForm(forms.Form):
    """`outline` is what the text says, once it is valid. `version` is the one the typing began from."""

    text = forms.CharField(
        label=_("Outline"),
        strip=False,
        required=False,
        widget=forms.Textarea(attrs={"rows": 30, "spellcheck": "true", "autocomplete": "off"}),
    )
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    policy = forms.ChoiceField(label=_("Access"), choices=Digest.PolicyChoice.choices)
    free_from = MinuteField(
        label=_("Free from"), required=False, help_text=_("From then on everything is open.")
    )
    free_until = MinuteField(
        label=_("Free until"),
        required=False,
        help_text=_("Until then everything is open. With both: only in between."),
    )
    edition_date = forms.DateField(
        label=_("Edition"),
        required=False,
        help_text=_("Empty: the day it is published."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    publish_at = MinuteField(label=_("Publish at"), required=False)
    why = forms.CharField(label=_("Reason"), max_length=300, required=False)

    def __init__(self, digest: Digest, data: Any = None, *, text: str | None = None) -> None:
        self.digest = digest
        self.outline: Outline | None = None
        self.bad_line: int | None = None
        saved = {name: getattr(digest, name) for name in TERMS}
        shown = markdown.write(digest.content) if text is None else text
        super().__init__(
            data,
            initial={"text": shown, "version": digest.version, "publish_at": digest.publish_at, **saved},
            label_suffix="",
        )
        if data is not None and "text" not in data:  # a page without a text box decides about what is saved
            for name in ("text", "version", *TERMS):
                self.fields[name].disabled = True
        if entry := getattr(digest, "entry", None):
            self.initial["edition_date"] = entry.edition.date
            self.fields["edition_date"].disabled = True
            self.fields["edition_date"].help_text = _("It stands in an edition already.")

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        try:
            self.outline = markdown.parse(text, base=self.base)
        except markdown.MarkdownError as error:
            self.bad_line = error.line
            raise ValidationError(error.message) from error
        return text

    @property
    def typed_version(self) -> int:
        """The version that the text began from; the last one where the form does not tell."""
        typed = str(self["version"].value() or "")
        return int(typed) if typed.isdecimal() and len(typed) < 10 else self.digest.version

    @property
    def base(self) -> Outline:
        """The outline whose evidence and exact times the text carries on."""
        if self.typed_version != self.digest.version:
            revision = Revision.objects.filter(digest=self.digest, version=self.typed_version).first()
            if revision:
                return revision.content
        return self.digest.content

    @property
    def terms(self) -> dict[str, Any]:
        """The terms that differ from the saved ones."""
        return {
            name: self.cleaned_data[name]
            for name in TERMS
            if name in self.changed_data and name in self.cleaned_data
        }

    @property
    def differs(self) -> bool:
        """Is there anything in it that is not saved? Text that cannot be read certainly is not."""
        if not self.is_bound:
            return False
        if self.outline is None:
            return "text" in self.data
        return bool(self.outline != self.digest.content or self.terms)

    @property
    def as_typed(self) -> Digest:
        """The digest with the terms as typed, for the preview; it is never saved."""
        shown = copy(self.digest)
        for name, value in self.terms.items() if self.is_bound else ():
            setattr(shown, name, value)
        return shown
