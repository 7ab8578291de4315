"""The portal's pages: the subscription, the card, the invoices; as much of it as the configuration allows."""

from __future__ import annotations

from dataclasses import replace
from html import escape

from .. import clock
from ..cards import CARDS
from ..life import customers, subscriptions
from ..store import Object
from . import change
from .frame import Page, Visit, alert, cards, goto, money, name_of, per, plain, sheet
from .steps import allows, begin, features, finish, home_of, leave
from .words import WORDS

LIFETIME = clock.HOUR
GOOD = ("active", "trialing", "paid")
BAD = ("past_due", "unpaid", "incomplete", "open")


def respond(visit: Visit, session: Object, act: str, ident: str) -> Page:
    visit = replace(visit, chosen=session["locale"])
    customer = visit.store.find("customer", session["customer"])
    stale = session["created"] + LIFETIME <= clock.now()
    if stale or customer is None or customer.get("deleted"):
        link = session["return_url"] or ""
        return plain(visit, "expired_title", "expired_text", link=link, status=410, back="return")
    if act == "card" and allows(visit, session, "payment_method_update"):
        return _card(visit, session)
    subscription = visit.store.find("subscription", ident)
    is_theirs = subscription is not None and subscription["customer"] == customer["id"]
    if subscription and is_theirs and act == "change" and allows(visit, session, "subscription_update"):
        return change.respond(visit, session, subscription)
    if subscription and is_theirs and act != "change" and allows(visit, session, "subscription_cancel"):
        return (_cancel if act == "cancel" else _keep)(visit, session, subscription)
    return begin(session) or _home(visit, session, customer)


# The card ----------------------------------------------------------------------------------------------------


def _card(visit: Visit, session: Object, trouble: str = "") -> Page:
    card = CARDS.get(visit.form.get("card", ""))
    if visit.is_sent and not trouble:
        if card is None:
            return _card(visit, session, visit.say("choose_card"))
        if not card.attaches:
            return _card(visit, session, visit.say("declined"))
        customers.replace_card(visit.store, clock.now(), session["customer"], card)
        return _approval(visit, session) or finish(visit, session)
    title = visit.say("update_card")
    body = (
        f'<div><a class="back" href="{escape(leave(session))}">← {visit.say("back")}</a><h1>{title}</h1></div>'
        f'<form method="post">{alert(trouble)}{cards(visit, visit.form.get("card", ""))}'
        f'<button class="full">{visit.say("save_card")}</button></form>'
    )
    return sheet(visit, title, body)


def _approval(visit: Visit, session: Object) -> Page | None:
    """What is owed was charged to the new card, and its bank wants to ask first."""
    for intent in visit.store.all("payment_intent", customer=session["customer"]):
        if intent["status"] == "requires_action":
            return goto(f"/3ds/{intent['id']}")
    return None


# Leaving and staying -----------------------------------------------------------------------------------------


def _cancel(visit: Visit, session: Object, subscription: Object) -> Page:
    if subscriptions.has_ended(subscription) or subscriptions.is_leaving(subscription):
        return finish(visit, session)
    at_once = features(visit, session)["subscription_cancel"]["mode"] == "immediately"
    if visit.is_sent:
        end = subscriptions.cancel if at_once else subscriptions.cancel_later
        end(visit.store, clock.now(), subscription)
        return finish(visit, session)
    title = visit.say("cancel_title")
    until = visit.date(subscriptions.period_end(subscription))
    text = visit.say("cancel_now_text") if at_once else visit.say("cancel_text", date=until)
    body = (
        f'<div><h1>{title}</h1><p class="soft">{text}</p>'
        f'<form method="post" class="row"><button>{visit.say("cancel_confirm")}</button>'
        f'<a class="button quiet" href="{escape(leave(session))}">{visit.say("cancel_not")}</a></form></div>'
    )
    return sheet(visit, title, body)


def _keep(visit: Visit, session: Object, subscription: Object) -> Page:
    if visit.is_sent and subscriptions.is_leaving(subscription) and not subscriptions.has_ended(subscription):
        subscriptions.keep(visit.store, clock.now(), subscription)
    return finish(visit, session)


# The overview ------------------------------------------------------------------------------------------------


def _home(visit: Visit, session: Object, customer: Object) -> Page:
    title = visit.say("portal")
    back = session["return_url"]
    link = f'<a class="back" href="{escape(back)}">← {visit.say("return")}</a>' if back else ""
    # Those that ended stay away from the page, unless there is nothing else to show.
    mine = subscriptions.of_customer(visit.store, customer["id"])[::-1]
    living = [one for one in mine if not subscriptions.has_ended(one)] or mine[:1]
    shown = "".join(_subscription(visit, session, one) for one in living)
    nothing = f"<section><p>{visit.say('no_subscription')}</p></section>"
    rest = _method(visit, session, customer) + _invoices(visit, session)
    who = escape(customer["email"] or "")
    return sheet(
        visit, title, f'<div>{link}<h1>{title}</h1><p class="soft">{who}</p></div><div>{shown or nothing}{rest}</div>',
        shape="wide",
    )  # fmt: skip


def _subscription(visit: Visit, session: Object, subscription: Object) -> str:
    price = subscription["items"]["data"][0]["price"]
    cost = f"{money(price['unit_amount'], price['currency'])} {per(visit, price)}"
    return (
        f"<section><h2>{escape(name_of(visit.store, price))} {_tag(visit, subscription['status'])}</h2>"
        f'<p>{cost}</p><p class="soft">{_when(visit, subscription)}</p>'
        f"{_choice(visit, session, subscription)}</section>"
    )


def _when(visit: Visit, subscription: Object) -> str:
    ends = subscriptions.period_end(subscription)
    if subscriptions.has_ended(subscription):
        return ""
    if subscriptions.is_leaving(subscription):
        return visit.say("ends_on", date=visit.date(subscription["cancel_at"] or ends))
    if subscription["status"] == "trialing":
        return visit.say("trial_ends_on", date=visit.date(subscription["trial_end"]))
    return visit.say("renews_on", date=visit.date(ends)) if subscription["status"] == "active" else ""


def _choice(visit: Visit, session: Object, subscription: Object) -> str:
    if subscriptions.has_ended(subscription) or not allows(visit, session, "subscription_cancel"):
        return ""
    home, ident = home_of(session), subscription["id"]
    if subscriptions.is_leaving(subscription):
        action = f"{home}/keep/{ident}"
        return (
            f'<form method="post" action="{action}" class="row"><button>{visit.say("keep")}</button></form>'
        )
    return (
        f'<p class="row"><a class="button quiet" href="{home}/cancel/{ident}">{visit.say("cancel")}</a></p>'
    )


def _tag(visit: Visit, status: str) -> str:
    mood = " good" if status in GOOD else " bad" if status in BAD else ""
    return f'<span class="tag{mood}">{visit.say(status) if status in WORDS else escape(status)}</span>'


def _method(visit: Visit, session: Object, customer: Object) -> str:
    methods = visit.store.all("payment_method", customer=customer["id"])
    chosen = customer["invoice_settings"]["default_payment_method"]
    method = next((one for one in methods if one["id"] == chosen), methods[-1] if methods else None)
    text = link = ""
    if method:
        text = f'Visa <span class="number">•••• {method["card"]["last4"]}</span>'
    if allows(visit, session, "payment_method_update"):
        link = f'<a class="button quiet" href="{home_of(session)}/card">{visit.say("update_card")}</a>'
    title, text = visit.say("method"), text or visit.say("no_method")
    return f'<section><h2>{title}</h2><p>{text}</p><p class="row">{link}</p></section>'


def _invoices(visit: Visit, session: Object) -> str:
    if not allows(visit, session, "invoice_history"):
        return ""
    rows = [
        f'<li><a href="/i/{one["id"]}">{visit.date(one["created"])}</a>'
        f"<span>{money(one['total'], one['currency'])} {_tag(visit, one['status'])}</span></li>"
        for one in reversed(visit.store.all("invoice", customer=session["customer"]))
    ]
    listed = f"<ul>{''.join(rows)}</ul>" if rows else f"<p>{visit.say('no_invoices')}</p>"
    return f"<section><h2>{visit.say('invoices')}</h2>{listed}</section>"
