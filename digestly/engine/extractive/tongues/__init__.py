"""What the engine knows about a language: small curated lists, one module a language.

A tongue holds only words and patterns of the language itself, nothing about any show.
`tongue_for("ko")` hands on the one to use; a language without a module of its own gets the general one.
"""

from __future__ import annotations

from digestly.engine.extractive.tongues import chinese, english, general, japanese, korean
from digestly.engine.extractive.tongues.tongue import Tongue

__all__ = ["Tongue", "tongue_for"]

_TONGUES = {
    tongue.code: tongue for tongue in (english.ENGLISH, korean.KOREAN, chinese.CHINESE, japanese.JAPANESE)
}


def tongue_for(language: str) -> Tongue:
    return _TONGUES.get(language, general.GENERAL)
