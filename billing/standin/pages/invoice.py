"""The invoice page: what is owed, and a way to pay it."""

from __future__ import annotations

from html import escape
from urllib.parse import urlsplit

from .. import clock
from ..cards import CARDS
from ..life import checkout, customers, invoices, payments
from ..store import Object
from .checkout import denied
from .frame import Page, Visit, alert, as_before, cards, goto, money, sheet


def respond(visit: Visit, invoice: Object) -> Page:
    visit = as_before(visit, invoice["customer"])
    if visit.is_sent and invoice["status"] == "open":
        return _pay(visit, invoice)
    return _show(visit, invoice, denied(visit))


def _pay(visit: Visit, invoice: Object) -> Page:
    card, at = CARDS.get(visit.form.get("card", "")), clock.now()
    if card is None:
        return _show(visit, invoice, visit.say("choose_card"))
    if not card.attaches:
        return _show(visit, invoice, visit.say("declined"))
    method = customers.attach(visit.store, at, card, invoice["customer"])
    intent = invoices.intent_of(visit.store, at, invoice)
    outcome = invoices.collect(visit.store, at, invoice, method, present=True)
    if outcome == payments.ASKS:
        return goto(f"/3ds/{intent['id']}")
    if outcome == payments.DECLINED:
        return _show(visit, invoice, visit.say("declined"))
    customers.pay_with(visit.store, at, invoices.subscription_id(invoice), method)
    checkout.complete_after_approval(visit.store, at, intent)
    return goto(f"/i/{invoice['id']}")


def _show(visit: Visit, invoice: Object, trouble: str) -> Page:
    title = visit.say("invoice", number=invoice["number"])
    amount = money(invoice["total"], invoice["currency"])
    head = (
        f'<h1>{title}</h1><p class="price">{escape(amount)}</p>'
        f'<p class="soft">{visit.date(invoice["created"])} · {visit.say(invoice["status"])}</p>'
    )
    if invoice["status"] != "open":
        thanks = f"<p>{visit.say('thanks')}</p>" if invoice["status"] == "paid" else ""
        return sheet(visit, title, f"<div>{head}{thanks}{_return(visit, invoice)}</div>")
    form = (
        f'<form method="post">{alert(trouble)}<h2>{visit.say("pay_with")}</h2>{cards(visit)}'
        f'<button class="full">{visit.say("pay_amount", amount=amount)}</button></form>'
    )
    return sheet(visit, title, f"<div>{head}{_return(visit, invoice)}</div>{form}", shape="wide")


def _return(visit: Visit, invoice: Object) -> str:
    """Stripe's page ends here; ours knows where the buyer came from."""
    sessions = visit.store.all("checkout.session", customer=invoice["customer"])
    if not sessions:
        return ""
    home = urlsplit(sessions[-1]["success_url"])
    return f'<p class="row"><a href="{home.scheme}://{escape(home.netloc)}/">{visit.say("return")}</a></p>'
