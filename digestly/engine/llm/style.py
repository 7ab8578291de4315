"""Style: in which language and words a digest is to be written."""

from __future__ import annotations

from dataclasses import dataclass

# What models call the languages that people write digests in; of any other they get the tag, and know it.
_NAMES = {
    "ar": "Arabic", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek", "en": "English", "es": "Spanish",
    "fi": "Finnish", "fr": "French", "he": "Hebrew", "hi": "Hindi", "hu": "Hungarian", "id": "Indonesian",
    "it": "Italian", "ja": "Japanese", "ko": "Korean", "nb": "Norwegian", "nl": "Dutch", "pl": "Polish",
    "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sv": "Swedish", "th": "Thai", "tr": "Turkish",
    "uk": "Ukrainian", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip
_MANNER = {"ko": " (polite written Korean, every sentence ending in -습니다 or -ㅂ니다)"}


@dataclass(frozen=True, slots=True)
class Style:
    """`spoken` and `written` are language tags; glossary and instructions are the editors' own words."""

    spoken: str
    written: str
    model: str
    title: str | None = None
    glossary: str = ""
    instructions: str = ""

    @property
    def is_foreign(self) -> bool:
        """Is it written in another language than was spoken?"""
        return self.spoken.partition("-")[0] != self.written.partition("-")[0]

    @property
    def spoken_name(self) -> str:
        return _name(self.spoken)

    @property
    def written_name(self) -> str:
        return _name(self.written) + _MANNER.get(self.written, "")


def _name(tag: str) -> str:
    return _NAMES.get(tag.partition("-")[0], f"the language “{tag}”")
