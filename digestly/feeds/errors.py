"""Why a document could not be read as a feed. What was stored from it before stays untouched."""

from __future__ import annotations

from digestly.fetch.errors import Failure


class Empty(Failure):
    """Nothing was sent, or nothing but blanks."""

    code = "empty"


class NotAFeed(Failure):
    """A document, but of another kind: a web page, a login form, an error message."""

    code = "not_a_feed"


class XmlLimits(Failure):
    """Entities that unfold without end, or a depth or size that the XML reader refuses."""

    code = "xml_limits"
