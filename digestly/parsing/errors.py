"""Why a document could not be read at all: it cost more than any honest one does."""

from __future__ import annotations

from digestly.fetch.errors import Failure


class ParseLimits(Failure):
    """The reader ran out of time or memory, or broke. Only the document suffers."""

    code = "parse_limits"
