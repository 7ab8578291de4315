"""The portal's page for another plan: what it costs today, what is given back, and what comes next."""

from __future__ import annotations

from html import escape

from .. import clock
from ..life import changes, invoices, payments, subscriptions
from ..life.changes import Change
from ..store import Object
from .frame import Page, Visit, alert, goto, money, per, sheet
from .steps import features, finish, leave


def respond(visit: Visit, session: Object, subscription: Object) -> Page:
    wanted = _wanted(visit, session, subscription)
    if not wanted or subscriptions.has_ended(subscription) or subscriptions.is_leaving(subscription):
        return finish(visit, session)
    settle = features(visit, session)["subscription_update"]["proration_behavior"]
    if not visit.is_sent:
        return _ask(visit, session, subscription, wanted, settle)
    return _do(visit, session, subscription, wanted, settle)


def _wanted(visit: Visit, session: Object, subscription: Object) -> list[Change]:
    """What the flow was opened for, as far as it is not so yet."""
    flow = (session["flow"] or {}).get("subscription_update_confirm")
    if not flow or flow["subscription"] != subscription["id"] or session.get("_done"):
        return []
    items = {item["id"]: item for item in subscription["items"]["data"]}
    return [
        Change(
            asked["id"],
            visit.store.get("price", asked.get("price", items[asked["id"]]["price"]["id"])),
            asked.get("quantity", items[asked["id"]]["quantity"]),
        )
        for asked in flow["items"]
        if asked.get("price") != items[asked["id"]]["price"]["id"]
    ]


def _do(visit: Visit, session: Object, subscription: Object, wanted: list[Change], settle: str) -> Page:
    """Paid at once or not done at all, as in Stripe's portal."""
    store, at = visit.store, clock.now()
    preview = changes.upcoming(store, at, subscription, wanted, settle=settle)
    method = subscriptions.method_of(store, subscription)
    if preview and preview["amount_due"] and method is None:
        return _ask(visit, session, subscription, wanted, settle, visit.say("no_method"))
    with store.undone():  # would the card be refused?
        trial = changes.alter(store, at, store.get("subscription", subscription["id"]), wanted, settle=settle)
        is_refused = trial and invoices.collect(store, at, trial, method, present=True) == payments.DECLINED
    if is_refused:
        return _ask(visit, session, subscription, wanted, settle, visit.say("declined"))
    invoice = changes.alter(store, at, subscription, wanted, settle=settle)
    if invoice and invoices.collect(store, at, invoice, method, present=True) == payments.ASKS:
        return goto(f"/3ds/{invoices.intent_of(store, at, invoice)['id']}")
    return finish(visit, session)


def _ask(
    visit: Visit, session: Object, subscription: Object, wanted: list[Change], settle: str, trouble: str = ""
) -> Page:
    store, at, price = visit.store, clock.now(), wanted[0].price
    cost = f"{money(price['unit_amount'], price['currency'])} {per(visit, price)}"
    title = visit.say("change_title", price=cost)
    if subscription["status"] == "trialing":
        date = visit.date(subscriptions.period_end(subscription))
        sums = f'<p class="soft">{visit.say("change_later", date=date)}</p>'
    else:
        invoice = changes.upcoming(store, at, subscription, wanted, settle=settle)
        sums = _sums(visit, invoice, price, cost) if invoice else ""
    body = (
        f"<div><h1>{title}</h1></div>"
        f'<form method="post">{alert(trouble)}{sums}<p class="row"><button>{visit.say("change_confirm")}</button>'
        f'<a class="button quiet" href="{escape(leave(session))}">{visit.say("back")}</a></p></form>'
    )
    return sheet(visit, title, body)


def _sums(visit: Visit, invoice: Object, price: Object, cost: str) -> str:
    currency, lines = invoice["currency"], invoice["lines"]["data"]
    rows = [(escape(line["description"]), line["amount"]) for line in lines]
    rows += [(visit.say("tax"), tax["amount"]) for tax in invoice["total_taxes"]]
    rows += [(visit.say("discount"), -cut["amount"]) for cut in invoice["total_discount_amounts"]]
    if invoice["starting_balance"]:
        rows.append((visit.say("credit"), invoice["starting_balance"]))
    rows.append((visit.say("today"), invoice["amount_due"]))
    listed = "".join(
        f"<li><span>{name}</span><span>{money(sum_, currency)}</span></li>" for name, sum_ in rows
    )
    kept = ""
    if invoice["ending_balance"] < 0:
        kept = f"<p>{visit.say('change_kept', amount=money(-invoice['ending_balance'], currency))}</p>"
    new = [line for line in lines if line["pricing"]["price_details"]["price"] == price["id"]]
    date = visit.date(max(line["period"]["end"] for line in new))
    following = visit.say("change_next", price=cost, date=date)
    return f'<section><ul>{listed}</ul></section>{kept}<p class="soft">{following}</p>'
