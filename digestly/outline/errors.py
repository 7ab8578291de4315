"""What is said when somebody's outline cannot be read."""

from __future__ import annotations


class OutlineError(Exception):
    """A mistake in an outline. `code` is for scripts, `message` for the person who wrote it."""

    code = "bad_outline"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
