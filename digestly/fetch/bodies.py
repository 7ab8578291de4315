"""Bodies: read and unpack an answer piece by piece, never holding more than the limit.

Every stage hands on pieces of at most 64 KiB and is counted by itself, because a second packing can hide a
bomb in the first (`gzip, gzip`), even one that unpacks to nothing.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Iterator
from http.client import HTTPResponse, IncompleteRead
from typing import IO

from digestly.fetch.errors import BadEncoding, TooLarge, Truncated

# Only what every server speaks and the standard library unpacks under a limit.
ACCEPT_ENCODING = "gzip, deflate"

_PIECE = 64 * 1024
_MOST_CODINGS = 3
# Each member costs a copy of the piece it ends in; honest files have one, block-packed ones a few hundred.
_MOST_MEMBERS = 2_000
_GZIP_MAGIC = b"\x1f\x8b\x08"
_GZIP, _ZLIB, _RAW_DEFLATE = 16 + zlib.MAX_WBITS, zlib.MAX_WBITS, -zlib.MAX_WBITS


def read_body(answer: HTTPResponse, *, max_bytes: int) -> bytes:
    """The unpacked body of at most `max_bytes`."""
    body = io.BytesIO()
    write_body(answer, body, max_bytes=max_bytes)
    return body.getvalue()


def write_body(answer: HTTPResponse, file: IO[bytes], *, max_bytes: int) -> None:
    """The same into a file, for what is too large to hold."""
    if answer.length is not None and answer.length > max_bytes:
        raise _too_large(max_bytes)
    pieces = _counted(_wire(answer), max_bytes)
    for coding in reversed(_codings(answer)):
        pieces = _counted(_unpacked(pieces, coding), max_bytes)
    content = _Stream(pieces)
    if content.peek(len(_GZIP_MAGIC)) == _GZIP_MAGIC:  # a .gz file, or a server that forgot to say so
        content = _Stream(_counted(_unpacked(content, "gzip"), max_bytes))
    file.writelines(content)


def _codings(answer: HTTPResponse) -> list[str]:
    framing = (answer.headers.get("Transfer-Encoding") or "chunked").strip().lower()
    if framing not in ("chunked", "identity"):
        raise BadEncoding("The host sends its answer in a framing that cannot be read.")
    named = ",".join(answer.headers.get_all("Content-Encoding", [])).lower().split(",")
    codings = [coding.strip() for coding in named if coding.strip() not in ("", "identity")]
    if len(codings) > _MOST_CODINGS or not set(codings) <= {"gzip", "x-gzip", "deflate"}:
        raise BadEncoding("The host packs its answer in a way that cannot be unpacked.")
    return codings


def _wire(answer: HTTPResponse) -> Iterator[bytes]:
    try:
        while piece := answer.read(_PIECE):
            yield piece
    except (IncompleteRead, ConnectionError, ValueError):  # ValueError: a chunk of negative size
        raise _broken_off() from None
    if answer.length:
        raise _broken_off()


def _counted(pieces: Iterator[bytes], max_bytes: int) -> Iterator[bytes]:
    count = 0
    for piece in pieces:
        count += len(piece)
        if count > max_bytes:
            raise _too_large(max_bytes)
        yield piece


def _unpacked(pieces: Iterator[bytes], coding: str) -> Iterator[bytes]:
    """One coding undone. An empty body is an empty body, whatever it is said to be packed in."""
    packed = _Stream(pieces)
    start = packed.peek(2)
    if not start:
        return
    window = _window(coding, start)
    for _ in range(_MOST_MEMBERS):
        yield from _member(packed, window)
        # Some servers pad the end: what is not another member is not content.
        if window != _GZIP or packed.peek(len(_GZIP_MAGIC)) != _GZIP_MAGIC:
            return
    raise BadEncoding("The answer is packed in too many small parts.")


def _window(coding: str, start: bytes) -> int:
    """What zlib wants to know. "deflate" means zlib by the standard and raw deflate to some servers."""
    if coding != "deflate":
        return _GZIP
    looks_like_zlib = start[0] & 0x0F == zlib.DEFLATED and int.from_bytes(start, "big") % 31 == 0
    return _ZLIB if looks_like_zlib else _RAW_DEFLATE


def _member(stream: _Stream, window: int) -> Iterator[bytes]:
    """Unpack up to the member's end mark, and put back what follows it."""
    inflate = zlib.decompressobj(window)
    try:
        for packed in stream:
            while packed and not inflate.eof:
                yield inflate.decompress(packed, _PIECE)
                packed = inflate.unconsumed_tail
            if inflate.eof:
                stream.put_back(inflate.unused_data)
                return
        yield inflate.flush()
    except zlib.error:
        raise BadEncoding("The answer is not packed in the way its headers say.") from None
    if not inflate.eof:
        raise _broken_off()


class _Stream(Iterator[bytes]):
    """Pieces that can be looked at before they are taken."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._ahead = b""

    def __next__(self) -> bytes:
        if self._ahead:
            piece, self._ahead = self._ahead, b""
            return piece
        return next(self._pieces)

    def peek(self, count: int) -> bytes:
        while len(self._ahead) < count and (piece := next(self._pieces, None)) is not None:
            self._ahead += piece
        return self._ahead[:count]

    def put_back(self, data: bytes) -> None:
        self._ahead = data + self._ahead


def _too_large(max_bytes: int) -> TooLarge:
    return TooLarge(f"The answer is larger than {max_bytes / 1_000_000:g} MB.")


def _broken_off() -> Truncated:
    return Truncated("The answer broke off before its end.")
