"""The bank's page: approve a payment, or refuse it."""

from __future__ import annotations

from .. import clock
from ..life import checkout, invoices
from ..store import Object
from .checkout import success_url
from .frame import Page, Visit, as_before, goto, money, plain, sheet


def respond(visit: Visit, intent: Object) -> Page:
    visit = as_before(visit, intent["customer"])
    invoice = invoices.invoice_of(visit.store, intent)
    session = _session(visit, invoice)
    if intent["status"] != "requires_action":
        link = f"/c/pay/{session['id']}" if session else f"/i/{invoice['id']}"
        return plain(visit, "nothing_to_approve", "paid_text", link=link)
    return _decide(visit, intent, invoice, session) if visit.is_sent else _ask(visit, intent)


def _session(visit: Visit, invoice: Object) -> Object | None:
    """The open session that the payment belongs to; none when it came from an invoice or the portal."""
    subscription = invoices.subscription_id(invoice)
    sessions = visit.store.all("checkout.session", customer=invoice["customer"])
    return next(
        (one for one in sessions if one["status"] == "open" and one.get("_subscription") == subscription),
        None,
    )


def _decide(visit: Visit, intent: Object, invoice: Object, session: Object | None) -> Page:
    if visit.form.get("answer") == "approve":
        invoices.approve(visit.store, clock.now(), intent)
        if session:
            checkout.complete(visit.store, clock.now(), session)
            return goto(success_url(session))
        return goto(f"/i/{invoice['id']}")
    invoices.deny(visit.store, clock.now(), intent)
    return goto(f"/c/pay/{session['id']}?denied=1" if session else f"/i/{invoice['id']}?denied=1")


def _ask(visit: Visit, intent: Object) -> Page:
    method = visit.store.get("payment_method", intent["payment_method"])
    amount = money(intent["amount"], intent["currency"])
    body = (
        f"<div><h1>{visit.say('bank_title')}</h1>"
        f'<p class="soft">{visit.say("bank_text", amount=amount, last4=method["card"]["last4"])}</p>'
        f'<form method="post" class="row"><button name="answer" value="approve">{visit.say("approve")}</button>'
        f'<button class="quiet" name="answer" value="deny">{visit.say("deny")}</button></form></div>'
    )
    return sheet(visit, visit.say("bank_title"), body)
