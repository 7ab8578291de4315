"""Refusals: what Stripe answers when it will not, in Stripe's own shape."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """An answer other than 200; the words are for the developer who asked."""

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        param: str | None = None,
        status: int = 400,
        kind: str = "invalid_request_error",
        **more: Any,
    ) -> None:
        super().__init__(message)
        self.status = status
        told = {"type": kind, "message": message, "code": code, "param": param, **more}
        self.body = {"error": {name: value for name, value in told.items() if value is not None}}


class Declined(Refused):
    """The bank said no. Unlike after any other refusal, what was tried stays on record."""

    def __init__(
        self, message: str = "Your card was declined.", *, decline_code: str = "generic_decline"
    ) -> None:
        super().__init__(
            message, kind="card_error", status=402, code="card_declined", decline_code=decline_code
        )


def missing(what: str, ident: str, *, param: str | None = None) -> Refused:
    """As for an object that was never there, or is there in the other mode."""
    return Refused(
        f"No such {what}: '{ident}'",
        code="resource_missing",
        param=param or "id",
        status=400 if param else 404,
    )


def needed(param: str) -> Refused:
    return Refused(f"Missing required param: {param}.", code="parameter_missing", param=param)
