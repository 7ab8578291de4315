"""What an editor is told when a line cannot be read."""

from __future__ import annotations

from digestly.outline.errors import OutlineError


class MarkdownError(OutlineError):
    """A mistake on one line: which, what is wrong, what to do."""

    code = "bad_markdown"

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"Line {line}: {message}")
        self.line = line
