"""A transcript that an editor brings: a file, or pasted text."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from digestly.transcripts.parse import MAX_BYTES

PASTED = "pasted text"  # a name without an ending: the form is found by looking


class WordsForm(forms.Form):
    """`body` and `name` are what is to be read, once it is valid."""

    file = forms.FileField(
        label=_("File"),
        required=False,
        help_text=_("WebVTT, SubRip, podcast JSON, a web page or plain text, up to 10 MB."),
    )
    text = forms.CharField(
        label=_("Or pasted text"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false"}),
    )

    language = forms.RegexField(
        r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]+)*$",
        label=_("Language"),
        required=False,
        max_length=20,
        help_text=_("Such as “ko”. Empty: it is found out."),
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        file, text = given.get("file"), given.get("text", "")
        if file and text.strip():
            raise ValidationError(_("Choose one: a file or pasted text."))
        if not file and not text.strip() and "file" not in self.errors:
            raise ValidationError(_("Choose a file, or paste the text."))
        if file and file.size > MAX_BYTES:
            self.add_error(
                "file", _("This file is larger than %(size)d MB.") % {"size": MAX_BYTES // 1_000_000}
            )
        return given

    @property
    def body(self) -> bytes:
        file = self.cleaned_data["file"]
        return file.read() if file else self.cleaned_data["text"].encode()

    @property
    def name(self) -> str:
        file = self.cleaned_data["file"]
        return file.name if file else PASTED
