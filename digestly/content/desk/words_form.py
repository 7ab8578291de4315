"""A transcript that an editor brings: a file, or pasted text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from digestly.content import transcribe
from digestly.content.models import Episode
from digestly.fetch.errors import Failure
from digestly.fetch.text import one_line
from digestly.transcripts.parse import MAX_BYTES
from digestly.transcripts.write import write

MOST_SPEAKERS = 30
LONGEST_NAME = 80
PASTED = "pasted text"  # a name without an ending: the form is found by looking


@dataclass(frozen=True)
class Understood:
    """What a transcript says, as the editor is told before taking it."""

    form: str
    language: str
    lines: int
    skipped: int
    words: int
    has_times: bool
    speakers: list[str]
    known: list[str]  # whom the feed names: suggestions


class WordsForm(forms.Form):
    """`body` and `name` are what is to be read, once it is valid; `understood` what it says, once looked over."""

    understood: Understood | None = None

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
    def called(self) -> dict[str, str]:
        """Other names for speakers, as typed beside those of the transcript."""
        names = zip(self.data.getlist("speaker"), self.data.getlist("called"), strict=False)  # type: ignore[attr-defined]
        return {name: one_line(called)[:LONGEST_NAME] for name, called in names}

    def looked_over(self, episode: Episode) -> WordsForm:
        """The form again, with what was understood in place of what was brought: it can be mended there."""
        try:
            words = transcribe.understood(
                episode, self.body, name=self.name, language=self.cleaned_data["language"]
            )
        except Failure as failure:
            self.blame(failure)
            return self
        parsed = transcribe.renamed(words.parsed, self.called)
        shown = WordsForm(initial={"text": write(parsed.segments), "language": words.language})
        speakers = dict.fromkeys(segment.speaker for segment in parsed.segments if segment.speaker)
        shown.understood = Understood(
            form=parsed.format,
            language=words.language,
            lines=len(parsed.segments),
            skipped=parsed.skipped,
            words=sum(len(segment.text.split()) for segment in parsed.segments),
            has_times=any(segment.start is not None for segment in parsed.segments),
            speakers=list(speakers)[:MOST_SPEAKERS],
            known=[person["name"] for person in episode.persons],
        )
        return shown

    def blame(self, failure: Failure) -> None:
        """Say at the field what is wrong with what stood in it."""
        self.add_error("file" if self.cleaned_data["file"] else "text", failure.message)

    @property
    def body(self) -> bytes:
        file = self.cleaned_data["file"]
        return file.read() if file else self.cleaned_data["text"].encode()

    @property
    def name(self) -> str:
        file = self.cleaned_data["file"]
        return file.name if file else PASTED
