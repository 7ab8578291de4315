"""The checkout page: see what it costs, choose a test card, pay or go back."""

from __future__ import annotations

from dataclasses import replace
from html import escape

from .. import clock
from ..cards import CARDS
from ..life import checkout, discounts, invoices, payments, taxes
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
    at, form = clock.now(), visit.form
    if trouble := _given(visit, session, at):
        return _form(visit, session, trouble)
    if "apply" in form:
        return _form(visit, session, "")
    card = CARDS.get(form.get("card", "")) if checkout.needs_card(session, at) else None
    email = form.get("email", "").strip()
    if card is None and checkout.needs_card(session, at):
        return _form(visit, session, visit.say("choose_card"))
    if not (session["customer"] or session["customer_email"] or "@" in email):
        return _form(visit, session, visit.say("need_email"))
    outcome = checkout.pay(visit.store, at, session, card, email=email)
    if outcome == payments.ASKS:
        return goto(f"/3ds/{_intent(visit, session)['id']}")
    if outcome == payments.PAID:
        return goto(success_url(session))
    return _form(visit, session, visit.say("declined"))


def _given(visit: Visit, session: Object, at: int) -> str:
    """Take in the code and the country; what is wrong with them, in words."""
    store, text, country = visit.store, visit.form.get("code", "").strip(), visit.form.get("country", "")
    if text and session["allow_promotion_codes"]:
        code = discounts.find_code(store, text)
        if code is None or not discounts.usable(store, at, code, session["customer"]):
            return visit.say("bad_code")
        session["discounts"] = [{"coupon": code["promotion"]["coupon"], "promotion_code": code["id"]}]
    if checkout.needs_country(store, session):
        if country in taxes.RATES:
            checkout.move(store, at, session, country)
        elif taxes.rate_for(store, session["customer"]) is None and "apply" not in visit.form:
            return visit.say("need_country")
    checkout.add_up(store, at, session)
    return ""


def _intent(visit: Visit, session: Object) -> Object:
    if session["mode"] == "payment":
        return visit.store.get("payment_intent", session["payment_intent"])
    subscription = visit.store.get("subscription", session["_subscription"])
    invoice = visit.store.get("invoice", subscription["latest_invoice"])
    return invoices.intent_of(visit.store, clock.now(), invoice)


def _form(visit: Visit, session: Object, trouble: str) -> Page:
    at = clock.now()
    price = session["_lines"][0]["price"]
    is_once, trial = session["mode"] == "payment", checkout.trial_end(session, at)
    each = "" if is_once else per(visit, price)
    total = money(sum(line["amount_subtotal"] for line in session["_lines"]), session["currency"])
    name = name_of(visit.store, price)
    title = visit.say("buy", name=name) if is_once else visit.say("subscribe_to", name=name)
    terms = visit.say("once" if is_once else "renews")
    if trial:
        terms = visit.say("trial_until", date=visit.date(trial), price=f"{total} {each}")
    picker = ""
    if checkout.needs_card(session, at):
        picker = f"<h2>{visit.say('pay_with')}</h2>{cards(visit, visit.form.get('card', ''))}"
    act = "start_trial" if trial else "pay" if is_once else "subscribe"
    body = (
        f"<div>{_back(visit, session)}<h1>{title}</h1>"
        f'<p class="price">{escape(total)} <span>{each}</span></p><p class="soft">{terms}</p>'
        f"{_sums(visit, session)}</div>"
        f'<form method="post">{alert(trouble)}{_email(visit, session)}{_country(visit, session)}'
        f'{picker}<button class="full">{visit.say(act)}</button></form>{_code(visit, session)}'
    )
    return sheet(visit, title, body, shape="wide")


def _sums(visit: Visit, session: Object) -> str:
    """How today's amount comes about, where it is not simply the price."""
    details, currency = session["total_details"], session["currency"]
    if not (details["amount_discount"] or details["amount_tax"]):
        return ""
    rows = [
        ("discount", -details["amount_discount"]), ("tax", details["amount_tax"]), ("today", session["amount_total"]),
    ]  # fmt: skip
    shown = "".join(
        f"<li><span>{visit.say(name)}</span><span>{escape(money(amount, currency))}</span></li>"
        for name, amount in rows
        if amount or name == "today"
    )
    return f"<ul>{shown}</ul>"


def _country(visit: Visit, session: Object) -> str:
    if not checkout.needs_country(visit.store, session):
        return ""
    customer = visit.store.find("customer", session["customer"] or "") or {}
    chosen = (customer.get("address") or {}).get("country")
    options = "".join(
        f'<option value="{code}"{" selected" if code == chosen else ""}>{code} ({rate} %)</option>'
        for code, rate in taxes.RATES.items()
    )
    return f'<label class="field">{visit.say("country")}<select name="country">{options}</select></label>'


def _code(visit: Visit, session: Object) -> str:
    if not session["allow_promotion_codes"]:
        return ""
    return (  # a form of its own, so that the first button pays
        f'<form method="post"><label class="field">{visit.say("code")}<input name="code" maxlength="100" '
        f'autocomplete="off" value="{escape(visit.form.get("code", ""))}"></label>'
        f'<p class="row"><button class="quiet" name="apply" value="1">{visit.say("apply")}</button></p></form>'
    )


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
