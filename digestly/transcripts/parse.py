"""Bytes to a `ParsedTranscript`: find the form, let its room read it."""

from __future__ import annotations

import re
from collections.abc import Callable

from digestly.fetch.errors import TooLarge
from digestly.fetch.text import decode, printable
from digestly.transcripts import plain, podcast_json, srt, vtt, webpage
from digestly.transcripts.errors import Empty, TranscriptBad
from digestly.transcripts.types import ParsedTranscript

MAX_BYTES = 10_000_000
SAMPLE = 4_096

READERS: dict[str, Callable[[str], ParsedTranscript]] = {
    "vtt": vtt.read,
    "srt": srt.read,
    "json": podcast_json.read,
    "html": webpage.read,
    "text": plain.read,
}
# "text/plain" is what servers say of any file they do not know, so it leaves the question open.
MEDIA_TYPES = {
    "text/vtt": "vtt",
    "application/vtt": "vtt",
    "application/srt": "srt",
    "application/x-subrip": "srt",
    "text/srt": "srt",
    "application/json": "json",
    "text/json": "json",
    "text/html": "html",
    "application/xhtml+xml": "html",
}
ENDINGS = {"vtt": "vtt", "srt": "srt", "json": "json", "html": "html", "htm": "html"}

_JSON = re.compile(r"\s*(?:\{\s*[\"}]|\[\s*[\[{\]])")
_PAGE = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype|html|head|body|cite|time|p|div|transcript|text)\b", re.IGNORECASE
)
_WEB_PAGE = re.compile(r"\s*<(?:!doctype\s+html|html)\b", re.IGNORECASE)
_DECLARED = re.compile(
    rb"<(?:\?xml|meta)[^>]{0,200}?(?:encoding|charset)\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE
)
_TIME_MARK = re.compile(r"^[ \t]*[\d:.,]+[ \t]*-->", re.MULTILINE)


def parse(body: bytes, *, content_type: str | None = None, name: str | None = None) -> ParsedTranscript:
    """The segments of a transcript. A media type that says something is believed, else the file's ending is.

    Raises TooLarge, Empty (no cues) or TranscriptBad (something else than a transcript).
    """
    if len(body) > MAX_BYTES:
        raise TooLarge(f"This transcript is larger than {MAX_BYTES // 1_000_000} MB.")
    declared = _DECLARED.search(body[:SAMPLE])
    text = decode(body, content_type=content_type, declared=declared[1].decode() if declared else None)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise Empty("This file is empty.")
    if _looks_binary(text):
        raise TranscriptBad("This file holds sound, pictures or other data, but no text.")
    form = _announced(content_type, name) or _form(text)
    if vtt.SIGNATURE.match(text):
        form = "vtt"
    elif form in {"vtt", "srt", "text"} and _WEB_PAGE.match(text):
        raise TranscriptBad("This is a web page where a transcript should be.")
    transcript = READERS[form](text)
    if transcript.segments:
        return transcript
    if transcript.skipped or form not in {"vtt", "json"}:
        raise TranscriptBad("No part of this file could be read as a transcript.")
    raise Empty("This transcript holds no words.")


def _announced(content_type: str | None, name: str | None) -> str | None:
    media_type = (content_type or "").partition(";")[0].strip().lower()
    ending = (name or "").partition("?")[0].rpartition(".")[2].lower()
    return MEDIA_TYPES.get(media_type) or ENDINGS.get(ending)


def _form(text: str) -> str:
    """What the text itself looks like."""
    if _JSON.match(text):
        return "json"
    if _PAGE.match(text):
        return "html"
    return "srt" if _TIME_MARK.search(text) else "text"


def _looks_binary(text: str) -> bool:
    """Sound or pictures read as text are full of control characters."""
    sample = text[:SAMPLE]
    return len(sample) - len(printable(sample)) > len(sample) / 20 and not sample.isprintable()
