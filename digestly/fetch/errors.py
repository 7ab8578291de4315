"""Expected failures of stations 1 to 3, each with a code that is stored and shown to people.

The codes are fixed by contract: scripts and editors rely on them. A message names the host at most,
never a whole URL, because a URL may carry a password or a token.
"""

from __future__ import annotations


class Failure(Exception):
    """Something outside did not work. `code` is for scripts, `message` for the person who reads it.

    `status` is the HTTP status, where a host answered with one, `retry_after` the seconds it asks us to wait. `host`
    is who said so: after redirects not always the one that was asked.
    """

    code = "http_error"
    host: str | None = None
    status: int | None = None
    retry_after: int | None = None

    def __init__(self, message: str, *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if code:
            self.code = code

    def as_dict(self) -> dict[str, str]:
        """The `error` object of the JSON contracts."""
        return {"code": self.code, "message": self.message}


class BadUrl(Failure):
    """Not an address we would ever ask."""

    code = "bad_url"


class BadScheme(Failure):
    """Something other than http and https."""

    code = "bad_scheme"


class BlockedAddress(Failure):
    """The host lies on a network that is not public, and nobody allowed it."""

    code = "blocked_address"


class DnsError(Failure):
    code = "dns_error"


class TlsError(Failure):
    code = "tls_error"


class TimedOut(Failure):
    code = "timeout"


class Unreachable(Failure):
    """No connection, a broken one, or an answer that is not HTTP."""


class RedirectLoop(Failure):
    code = "redirect_loop"


class TooManyRedirects(Failure):
    code = "too_many_redirects"


class TooLarge(Failure):
    code = "too_large"


class Truncated(Failure):
    """The body ended before its announced end."""

    code = "truncated"


class BadEncoding(Failure):
    """The body is not packed in the way its headers say, or in a way nobody here can unpack."""

    code = "bad_encoding"


class Refused(Failure):
    """The host answered, but not with what was asked for."""

    def __init__(self, message: str, *, status: int, host: str, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.host = host
        self.retry_after = retry_after


class AuthRequired(Refused):
    code = "auth_required"


class BlockedByHost(Refused):
    """A bot check stands in front of the host."""

    code = "blocked_by_host"


class Missing(Refused):
    """404. Some hosts, YouTube among them, say so for a while about things that are still there."""


class Gone(Refused):
    """410."""


class Busy(Refused):
    """429: the whole host wants a rest, not only this address."""


class HostTrouble(Refused):
    """Any 5xx."""
