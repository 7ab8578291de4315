"""Expected failures of stations 1 to 3, each with a code that is stored and shown to people.

The codes are fixed by contract: scripts and editors rely on them.
"""

from __future__ import annotations


class Failure(Exception):
    """Something outside did not work. `code` is for scripts, `message` for the person who reads it."""

    code = "http_error"

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if code:
            self.code = code

    def as_dict(self) -> dict[str, str]:
        """The `error` object of the JSON contracts."""
        return {"code": self.code, "message": self.message}
