"""Expected failures of the engine, each with a code for scripts and a message for the person who reads it."""

from __future__ import annotations


class EngineError(Exception):
    """No digest can be made. The message says what to do about it."""

    code = "engine"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    def as_dict(self) -> dict[str, str]:
        """The `error` object of the JSON contracts."""
        return {"code": self.code, "message": self.message}


class TooShort(EngineError):
    """Hardly anything is said in this transcript."""

    code = "too_short"


class UnknownEngine(EngineError):
    """An engine was asked for that does not exist here."""

    code = "unknown_engine"
