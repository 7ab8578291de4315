"""What in a cue is speech: captions also tell of music, applause and noises."""

from __future__ import annotations

import re

# Square brackets are the captioner's voice; round ones are if they stand alone or name a sound.
_BRACKETED = re.compile(r"\[[^\[\]]{0,80}\]|【[^【】]{0,80}】")
_SOUND = re.compile(
    r"[(\uff08][^()\uff08\uff09]{0,60}\b(?:music|applause|applauding|laughs?|laughter|laughing|chuckl\w+|cheer\w*|sighs?"
    r"|inaudible|crosstalk|silence|jingle|coughs?|beep\w*|noise|musik|applaus|lachen|gelächter|음악|박수|웃음)\b"
    r"[^()\uff08\uff09]{0,60}[)\uff09]",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"\s*[(\uff08*][^()\uff08\uff09*]{1,80}[)\uff09*]\s*")
_SUNG = re.compile(r"[♪♫♬♩][^♪♫♬♩]*(?:[♪♫♬♩]|\Z)")
_OPENS = re.compile(r"[\[(*]")
_LETTER = re.compile(r"[^\W_]")


def spoken(text: str) -> str:
    """The words of a cue without sounds and songs, single-spaced; empty if there are none."""
    if not text.isascii() or _OPENS.search(text):
        if _ASIDE.fullmatch(text):
            return ""
        for unspoken in (_SUNG, _BRACKETED, _SOUND):
            text = unspoken.sub(" ", text)
    return " ".join(text.split()) if _LETTER.search(text) else ""


def is_speech(text: str) -> bool:
    """Whether anybody says anything in this cue."""
    return bool(spoken(text))
