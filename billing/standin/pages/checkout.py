"""The checkout page: see what it costs, choose a test card, pay or go back."""

from __future__ import annotations

from dataclasses import replace
from html import escape

from .. import clock
from ..cards import CARDS
from ..life import checkout, invoices
from ..store import Object
from .frame import Page, Visit, alert, cards, goto, money, name_of, per, plain, sheet


def respond(visit: Visit, session: Object) -> Page:
    visit = replace(visit, chosen=session["locale"])
    if session["status"] == "open" and session["expires_at"] <= clock.now():
        checkout.expire(visit.store, clock.now(), session)
    if session["status"] == "complete":
        return plain(visit, "paid_title", "paid_text", link=success_url(session), back="return")
    if session["status"] == "expired":
        return plain(visit, "expired_title", "expired_text", link=session["cancel_url"] or "", status=410)
    return _pay(visit, session) if visit.is_sent else _form(visit, session, denied(visit))


def success_url(session: Object) -> str:
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])


def denied(visit: Visit) -> str:
    return visit.say("denied") if "denied" in visit.query else ""


def _pay(visit: Visit, session: Object) -> Page:
    at = clock.now()
    card = CARDS.get(visit.form.get("card", ""))
    email = visit.form.get("email", "").strip()
    if card is None and checkout.needs_card(session, at):
        return _form(visit, session, visit.say("choose_card"))
    if not (session["customer"] or session["customer_email"] or "@" in email):
        return _form(visit, session, visit.say("need_email"))
    outcome = checkout.pay(visit.store, at, session, card, email=email)
    if outcome == invoices.ASKS:
        subscription = visit.store.get("subscription", session["_subscription"])
        invoice = visit.store.get("invoice", subscription["latest_invoice"])
        return goto(f"/3ds/{invoices.intent_of(visit.store, at, invoice)['id']}")
    return (
        goto(success_url(session))
        if outcome == invoices.PAID
        else _form(visit, session, visit.say("declined"))
    )


def _form(visit: Visit, session: Object, trouble: str) -> Page:
    at = clock.now()
    price = session["_lines"][0]["price"]
    each = per(visit, price)
    total = money(sum(line["amount_subtotal"] for line in session["_lines"]), session["currency"])
    trial = checkout.trial_end(session, at)
    title = visit.say("subscribe_to", name=name_of(visit.store, price))
    terms = (
        visit.say("trial_until", date=visit.date(trial), price=f"{total} {each}")
        if trial
        else visit.say("renews")
    )
    picker = ""
    if checkout.needs_card(session, at):
        picker = f"<h2>{visit.say('pay_with')}</h2>{cards(visit, visit.form.get('card', ''))}"
    body = (
        f"<div>{_back(visit, session)}<h1>{title}</h1>"
        f'<p class="price">{escape(total)} <span>{each}</span></p><p class="soft">{terms}</p></div>'
        f'<form method="post">{alert(trouble)}{_email(visit, session)}{picker}'
        f'<button class="full">{visit.say("start_trial" if trial else "subscribe")}</button></form>'
    )
    return sheet(visit, title, body, shape="wide")


def _back(visit: Visit, session: Object) -> str:
    address = session["cancel_url"]
    return f'<a class="back" href="{escape(address)}">← {visit.say("back")}</a>' if address else ""


def _email(visit: Visit, session: Object) -> str:
    if session["customer"]:
        owner = visit.store.get("customer", session["customer"])
        known = owner.get("email")
    else:
        known = session["customer_email"]
    if known:
        return f'<p class="field">{visit.say("email")}<br><span class="soft">{escape(known)}</span></p>'
    typed = escape(visit.form.get("email", ""))
    return (
        f'<label class="field">{visit.say("email")}'
        f'<input type="email" name="email" value="{typed}" autocomplete="email" required></label>'
    )
