"""Hangul: a syllable and the consonant at its end, as Unicode composes them."""

from __future__ import annotations

NO_FINAL, N, D, L, B, S, SS, NG, H = 0, 4, 7, 8, 17, 19, 20, 21, 27
_FINALS = 28  # a syllable block holds its final consonant as the remainder by 28


def is_hangul(letter: str) -> bool:
    return "가" <= letter <= "힣"


def final(syllable: str) -> int:
    return (ord(syllable) - ord("가")) % _FINALS if is_hangul(syllable) else NO_FINAL


def with_final(syllable: str, consonant: int) -> str:
    return chr(ord(syllable) - final(syllable) + consonant)


def polite(stem: str) -> str:
    """The stem of a verb or an adjective with -습니다, which is regular for all of them."""
    last = stem[-1]
    if final(last) in (NO_FINAL, L):
        return f"{stem[:-1]}{with_final(last, B)}니다"
    return f"{stem}습니다"
