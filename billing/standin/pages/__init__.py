"""Pages: what a buyer sees where Stripe's own pages would be. Unmistakably a test, and usable by hand."""

from __future__ import annotations

import re
from collections.abc import Callable

from ..store import Object
from . import bank, checkout, invoice, portal
from .fonts import font
from .frame import HEADERS, Page, Visit, plain

__all__ = ["HEADERS", "Page", "Visit", "font", "respond"]

Show = Callable[..., Page]
PATHS: list[tuple[re.Pattern[str], str, Show]] = [
    (re.compile(path), kind, show)
    for path, kind, show in (
        (r"/c/pay/(\w+)", "checkout.session", checkout.respond),
        (r"/3ds/(\w+)", "payment_intent", bank.respond),
        (r"/i/(\w+)(?:/pdf)?", "invoice", invoice.respond),
        (r"/p/session/(\w+)()()", "billing_portal.session", portal.respond),
        (r"/p/session/(\w+)/(card)()", "billing_portal.session", portal.respond),
        (r"/p/session/(\w+)/(cancel|keep|change)/(\w+)", "billing_portal.session", portal.respond),
    )
]


def respond(visit: Visit) -> Page:
    """The page for a path; a form that was sent is a transaction, whole or not at all."""
    if visit.path == "/":
        return plain(visit, "home_title", "home_text")
    with visit.store.transaction():
        for pattern, kind, show in PATHS:
            match = pattern.fullmatch(visit.path)
            thing: Object | None = visit.store.find(kind, match[1]) if match else None
            if match and thing:
                return show(visit, thing, *match.groups()[1:])
    return plain(visit, "lost_title", "lost_text", status=404)
