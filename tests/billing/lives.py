"""Lives: people who subscribe, fail, quarrel and come back at Stripe, and what Stripe then says they may read.

The truth is read off Stripe's own objects, by rules written here a second time and from the other side.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import stripe as sdk
from allauth.account.models import EmailAddress

from accounts.models import User
from billing import checkout, events, plus, reconcile
from billing.errors import Hindrance
from billing.models import BillingCustomer, PlanPrice, StripeEvent
from digestly.celery import app
from digestly.work.sweep import sweep_all
from tests.billing.local_stripe import GOOD, LocalStripe
from tests.billing.processes import spawn

Json = dict[str, Any]
ENDED = ("canceled", "incomplete_expired")
GRACE = 7 * 86_400


class Life:
    """One person, and what they and others do at Stripe. What cannot be done now is not done."""

    def __init__(self, shop: LocalStripe, name: str) -> None:
        self.shop, self.api = shop, shop.api
        self.user = User.objects.create_user(f"{name}@reader.example")
        EmailAddress.objects.create(user=self.user, email=self.user.email, verified=True, primary=True)

    # Who they are at Stripe --------------------------------------------------------------------------------------

    @property
    def customers(self) -> list[str]:
        """All that they are or were, newest first."""
        rows = BillingCustomer.objects.filter(user=self.user).exclude(stripe_customer_id=None).order_by("-pk")
        return [row.stripe_customer_id or "" for row in rows]

    def subscriptions(self) -> list[Json]:
        return [
            one.to_dict(for_json=True)
            for customer in self.customers
            for one in self.api.subscriptions.list(
                {"customer": customer, "status": "all", "limit": 100, "expand": ["data.latest_invoice"]}
            ).auto_paging_iter()
        ]

    def live(self) -> Json | None:
        return next((one for one in self.subscriptions() if one["status"] not in ENDED), None)

    def charges(self) -> list[Json]:
        return [
            one.to_dict(for_json=True)
            for customer in self.customers
            for one in self.api.charges.list({"customer": customer, "limit": 100}).auto_paging_iter()
            if one.paid
        ]

    # What happens to them ----------------------------------------------------------------------------------------

    def subscribes(self, price: str = "plus_monthly") -> None:
        with suppress(Hindrance):
            page = checkout.start(self.user, PlanPrice.objects.on_sale().get(lookup_key=price))
            self.shop.pay(page, card=GOOD)

    def cancels(self, how: str = "at the end") -> None:
        if not (one := self.live()):
            return
        if how == "now":
            self.api.subscriptions.cancel(one["id"])
        elif not one["cancel_at"] and not one["cancel_at_period_end"]:
            end = one["items"]["data"][0]["current_period_end"]
            params: Any = {"cancel_at": end} if how == "on a date" else {"cancel_at_period_end": True}
            self.api.subscriptions.update(one["id"], params)

    def resumes(self) -> None:
        one = self.live()
        if one and one["cancel_at_period_end"]:
            self.api.subscriptions.update(one["id"], {"cancel_at_period_end": False})
        elif one and one["cancel_at"]:
            self.api.subscriptions.update(one["id"], {"cancel_at": ""})

    def pauses(self) -> None:
        one = self.live()
        if one and one["status"] == "active":
            pause: Any = "" if one["pause_collection"] else {"behavior": "void"}
            self.api.subscriptions.update(one["id"], {"pause_collection": pause})

    def changes_plan(self) -> None:
        one = self.live()
        if not one or one["status"] != "active":
            return
        item = one["items"]["data"][0]
        others = PlanPrice.objects.on_sale().exclude(stripe_price_id=item["price"]["id"])
        price = others.order_by("pk").first()
        if price and price.stripe_price_id:
            params: Any = {"items": [{"id": item["id"], "price": price.stripe_price_id}]}
            self.api.subscriptions.update(one["id"], params)

    def has_a_card_that_fails(self) -> None:
        if one := self.live():
            self._pays_with(one, "pm_card_chargeCustomerFail")

    def has_a_good_card_again(self) -> None:
        if not (one := self.live()):
            return
        self._pays_with(one, "pm_card_visa")
        for invoice in self.api.invoices.list({"customer": one["customer"], "status": "open"}).data:
            with suppress(sdk.CardError):
                self.api.invoices.pay(invoice.id)

    def _pays_with(self, subscription: Json, token: str) -> None:
        card = self.api.payment_methods.attach(token, {"customer": subscription["customer"]})
        self.api.subscriptions.update(subscription["id"], {"default_payment_method": card.id})

    def gets_money_back(self, amount: int | None = None) -> None:
        for charge in self.charges():
            left = charge["amount"] - charge["amount_refunded"]
            if left and not charge["disputed"]:
                self.shop.control("refund", charge=charge["id"], amount=min(amount or left, left))
                return

    def disputes(self) -> None:
        for charge in self.charges():
            if not charge["disputed"] and not charge["refunded"]:
                self.shop.control("dispute", charge=charge["id"])
                return

    def dispute_is_decided(self, *, won: bool) -> None:
        for dispute in self._disputes():
            if dispute["status"] not in ("won", "lost"):
                self.shop.control("close_dispute", dispute=dispute["id"], won=won)
                return

    def _disputes(self) -> list[Json]:
        ids = {charge["id"] for charge in self.charges() if charge["disputed"]}
        if not ids:
            return []
        listed = self.api.disputes.list({"limit": 100}).auto_paging_iter()
        return [one.to_dict(for_json=True) for one in listed if one.charge in ids]

    def is_deleted_at_stripe(self) -> None:
        for customer in self.customers[:1]:
            if "deleted" not in self.api.customers.retrieve(customer).to_dict():
                self.shop.control("delete_customer", customer=customer)

    def grows_older(self, days: float) -> None:
        for customer in self.customers:
            self.shop.control("advance", customer=customer, days=days)

    # What is true ------------------------------------------------------------------------------------------------

    def may_read(self) -> bool:
        """By Stripe's word alone."""
        taken_back = self._taken_back()
        return any(_is_open(one) for one in self.subscriptions() if one["id"] not in taken_back)

    def _taken_back(self) -> set[str]:
        """Subscriptions with a payment that its bank took back, or may."""
        charges = {
            one["payment_intent"]: one["id"]
            for one in self.charges()
            if one["disputed"] and one["payment_intent"]
        }
        lost = {one["charge"] for one in self._disputes() if one["status"] != "won"}
        found = set()
        for intent, charge in charges.items():
            if charge in lost:
                params: Any = {
                    "payment": {"type": "payment_intent", "payment_intent": intent}, "expand": ["data.invoice"],
                }  # fmt: skip
                for payment in self.api.invoice_payments.list(params).data:
                    found.add(payment.invoice.parent.subscription_details.subscription)
        return found

    def fault(self) -> str:
        """What is wrong between us and Stripe; blank if nothing is."""
        ours, theirs = plus.has_plus(self.user), self.may_read()
        if ours != theirs:
            said = plus.standing(self.user)
            states = [(one["id"], one["status"]) for one in self.subscriptions()]
            return f"{self.user}: we say {said}, Stripe says {theirs}: {states}"
        live = [one for one in self.subscriptions() if one["status"] not in ENDED]
        if len(live) > 1:
            return f"{self.user} pays {len(live)} times"
        refunded = {one["payment_intent"] for one in self.charges() if one["refunded"]}
        for one in live:
            params: Any = {"invoice": (one["latest_invoice"] or {}).get("id", "")}
            for paid in self.api.invoice_payments.list(params).data if params["invoice"] else ():
                if paid.payment.payment_intent in refunded:
                    return f"{self.user} has their money back, and {one['id']} goes on"
        return ""


def _is_open(subscription: Json) -> bool:
    now = time.time()
    item = subscription["items"]["data"][0]
    if subscription["status"] == "past_due":
        finalized = subscription["latest_invoice"]["status_transitions"]["finalized_at"]
        return bool(now < finalized + GRACE)
    if subscription["status"] not in ("active", "trialing"):
        return False
    if subscription["pause_collection"] and (subscription["latest_invoice"] or {}).get("status") == "void":
        return False  # nobody pays for the period that runs
    ends = [subscription["cancel_at"]] if subscription["cancel_at"] else []
    if subscription["cancel_at_period_end"] or subscription["pause_collection"]:
        ends.append(item["current_period_end"])
    return all(now < end for end in ends)


Act = tuple[str, Callable[[Life], None], int]
ACTS: list[Act] = [
    ("subscribes", lambda life: life.subscribes(), 30),
    ("subscribes by the year", lambda life: life.subscribes("plus_yearly"), 8),
    ("cancels", lambda life: life.cancels(), 6),
    ("cancels on a date", lambda life: life.cancels("on a date"), 6),
    ("cancels now", lambda life: life.cancels("now"), 4),
    ("resumes", lambda life: life.resumes(), 8),
    ("pauses or goes on", lambda life: life.pauses(), 5),
    ("changes plan", lambda life: life.changes_plan(), 6),
    ("has a card that fails", lambda life: life.has_a_card_that_fails(), 8),
    ("has a good card again", lambda life: life.has_a_good_card_again(), 8),
    ("gets it all back", lambda life: life.gets_money_back(), 4),
    ("gets a part back", lambda life: life.gets_money_back(100), 4),
    ("disputes", lambda life: life.disputes(), 3),
    ("wins", lambda life: life.dispute_is_decided(won=True), 3),
    ("loses", lambda life: life.dispute_is_decided(won=False), 2),
    ("is deleted", lambda life: life.is_deleted_at_stripe(), 2),
    ("waits a day", lambda life: life.grows_older(1), 10),
    ("waits five days", lambda life: life.grows_older(5), 8),
    ("waits a month", lambda life: life.grows_older(31), 8),
]


def drawn(lot: random.Random) -> Callable[[Life], None]:
    return lot.choices([act for _, act, _ in ACTS], [weight for *_, weight in ACTS])[0]


def faults(lives: Sequence[Life]) -> list[str]:
    return [fault for life in lives if (fault := life.fault())]


# How it heals ----------------------------------------------------------------------------------------------------


@contextmanager
def deaf() -> Iterator[None]:
    """No worker hears of anything while the block runs."""
    was, app.conf.task_always_eager = app.conf.task_always_eager, False
    try:
        yield
    finally:
        app.conf.task_always_eager = was


def compared() -> list[list[str]]:
    """What one comparison of everything found."""
    return [found.told for found in reconcile.go_on(reconcile.by_hand().pk, turn=3600)]


# A process of a web server and its worker: each line is an event; it takes its time, and answers when it has stored it.
TAKES_EVENTS = """
import logging, random, time
logging.disable(logging.CRITICAL)  # nobody reads along, and a full pipe would stop it
from digestly.celery import app
from django.test import Client
from stripe import WebhookSignature
app.conf.task_always_eager = True
lot, client, refused = random.Random(json.loads(sys.argv[1])[0]), Client(raise_request_exception=False), 0
for line in sys.stdin:
    body = json.dumps(json.loads(line))
    time.sleep(lot.random() * 0.01)
    for turn in range(9):
        secret = settings.STRIPE_WEBHOOK_SECRETS[0]
        signature = WebhookSignature.generate_signature_header(body, secret, int(time.time()))
        answer = client.post("/billing/webhook/", body, content_type="application/json",
                             headers={"Stripe-Signature": signature})
        if answer.status_code == 200:
            break
        refused += 1
print(refused)
"""


class Disorder:
    """Four processes that are told everything three times, in no order, while it goes on happening."""

    def __init__(self, shop: LocalStripe, lot: random.Random, *, processes: int = 4) -> None:
        self.shop, self.lot = shop, lot
        self._processes = [spawn(TAKES_EVENTS, number) for number in range(processes)]
        self._told: set[str] = set()
        self._late: list[Json] = []

    def tells(self, share: float = 0.7) -> None:
        """Some of what happened since, and of what was left over; the rest comes later."""
        news = [one for one in self.shop.events(*events.TYPES) if one["id"] not in self._told]
        self._told |= {one["id"] for one in news}
        waiting = [*self._late, *news * 3]
        self.lot.shuffle(waiting)
        cut = round(len(waiting) * share)
        now, self._late = waiting[:cut], waiting[cut:]
        for event in now:
            line = self.lot.choice(self._processes).stdin
            assert line
            line.write(json.dumps(event) + "\n")
            line.flush()

    def ends(self) -> None:
        """Everything was told; what failed on the way is tried again by the sweeper."""
        self.tells(share=1)
        for process in self._processes:
            _, said = process.communicate(timeout=600)
            assert process.returncode == 0, said[-3000:]
        for _ in range(20):
            StripeEvent.objects.filter(status__in=StripeEvent.WAITING).update(
                next_try_at=None, received_at="2026-01-01T00:00:00Z", woken_at=None
            )
            BillingCustomer.objects.update(woken_at=None)
            sweep_all()
            left = StripeEvent.objects.filter(status__in=StripeEvent.WAITING).exists()
            if not left and not BillingCustomer.objects.filter(needs_sync=True).exists():
                break
