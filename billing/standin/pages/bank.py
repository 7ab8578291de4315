"""The bank's page: approve a payment, or refuse it."""

from __future__ import annotations

from .. import clock
from ..life import checkout, invoices, payments
from ..store import Object
from .checkout import success_url
from .frame import Page, Visit, as_before, goto, money, plain, sheet


def respond(visit: Visit, intent: Object) -> Page:
    visit = as_before(visit, intent["customer"])
    invoice = invoices.invoice_of(visit.store, intent)
    session = checkout.session_of(visit.store, intent)
    back = f"/c/pay/{session['id']}" if session else f"/i/{invoice['id']}" if invoice else "/"
    if intent["status"] != "requires_action":
        return plain(visit, "nothing_to_approve", "paid_text", link=back)
    if not visit.is_sent:
        return _ask(visit, intent)
    return _decide(visit, intent, session, back, is_once=invoice is None)


def _decide(visit: Visit, intent: Object, session: Object | None, back: str, *, is_once: bool) -> Page:
    at, store = clock.now(), visit.store
    if visit.form.get("answer") == "approve":
        if is_once:
            payments.charged(store, at, intent, payments.trusted(store, intent))
        else:
            invoices.approve(store, at, intent)
        if session:
            checkout.complete(store, at, session)
            return goto(success_url(session))
        return goto(back)
    if is_once:
        method = store.get("payment_method", intent["payment_method"])
        payments.refused(store, at, intent, method, payments.UNCONFIRMED)
    else:
        invoices.deny(store, at, intent)
    return goto(f"{back}?denied=1")


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
