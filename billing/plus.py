"""The questions that content may ask. Answered from rows, in one query or none, never from the network.

Stripe's dates rule: a subscription opens Plus until a date that Stripe gave, and our clock is only held against it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from django.contrib.auth.models import AnonymousUser
from django.db.models import BooleanField, CharField, DateTimeField, Exists, OuterRef, Value
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext

from accounts.models import User

from . import keys
from .models import AccessGrant, BillingIncident, PlanPrice, Subscription
from .models.subscription import ENDED as OVER
from .models.subscription import WRITTEN_OFF

Reader = User | AnonymousUser

# How long somebody whose renewal failed reads on, from the day that it fell due.
GRACE = timedelta(days=7)
# How long a period that is over still counts, because word of the renewal may be late.
LEEWAY = timedelta(hours=72)
# Nothing will come of these any more; with any other status nobody may buy a second time.
ENDED = frozenset(OVER)
KNOWN = ENDED | {"active", "trialing", "past_due", "unpaid", "incomplete", "paused"}


class State(StrEnum):
    """Where somebody stands."""

    GUEST = "guest"
    FREE = "free"
    GRANTED = "granted"
    ACTIVE = "active"
    TRIALING = "trialing"
    ENDING = "ending"
    PAST_DUE = "past_due"
    UNPAID = "unpaid"
    DISPUTED = "disputed"
    INCOMPLETE = "incomplete"
    PAUSED = "paused"
    UNKNOWN = "unknown"
    STALE = "stale"
    LAPSED = "lapsed"


class Cta(StrEnum):
    """What to do next."""

    NONE = "none"
    SUBSCRIBE = "subscribe"
    FIX_PAYMENT = "fix_payment"
    FINISH_PAYMENT = "finish_payment"
    RESUME = "resume"
    WAIT = "wait"
    SUPPORT = "support"


class Source(StrEnum):
    NONE = "none"
    GRANT = "grant"
    STRIPE = "stripe"


@dataclass(frozen=True)
class Standing:
    """Where a reader stands with Plus: the state, until when, and what to do next."""

    state: State
    has_plus: bool = False
    until: datetime | None = None
    cta: Cta = Cta.NONE
    source: Source = Source.NONE

    @property
    def sentence(self) -> str:
        """The state in words, with its date; in the language that is active."""
        return _in_words(self)

    @property
    def is_trouble(self) -> bool:
        """Would a reader want to hear of it on every page about money?"""
        return self.cta in (Cta.FIX_PAYMENT, Cta.FINISH_PAYMENT, Cta.SUPPORT)


GUEST = Standing(State.GUEST, cta=Cta.SUBSCRIBE)
FREE = Standing(State.FREE, cta=Cta.SUBSCRIBE)


def has_plus(reader: Reader) -> bool:
    """May this reader read everything, now? One query, or none for a guest."""
    return standing(reader).has_plus


def standing(reader: Reader, at: datetime | None = None) -> Standing:
    """The best of all that a reader was given and pays for. One query, or none for a guest."""
    if not reader.is_authenticated:
        return GUEST
    at = at or timezone.now()
    held = _holdings(reader)
    best = max((_judged(holding, at) for holding in held), key=_rank, default=FREE)
    return _prolonged(best, held) if best.state in (State.GRANTED, State.ENDING) else best


def _prolonged(best: Standing, held: list[Holding]) -> Standing:
    """Until the last of what follows without a gap: one gift may wait for the end of another."""
    grants = [one for one in held if not one.status and one.start and not one.ended_at]
    for one in sorted(grants, key=lambda grant: grant.start or timezone.now()):
        until = best.until
        if until and one.start and one.start <= until and (not one.end or one.end > until):
            best = replace(best, until=one.end)
    return best


def starting_price() -> PlanPrice | None:
    """The cheapest price on sale that is billed monthly; None while Plus is not on sale. One query."""
    return PlanPrice.objects.on_sale().monthly().order_by("amount", "pk").first()


# What somebody holds ------------------------------------------------------------------------------------------


class Holding(NamedTuple):
    """A grant or a subscription, as far as it matters for access."""

    status: str  # blank for a grant
    pause: str
    ends_with_period: bool
    disputed: bool
    start: datetime | None
    end: datetime | None
    cancel_at: datetime | None
    ended_at: datetime | None
    trial_end: datetime | None
    past_due_since: datetime | None
    is_postponed: bool
    invoice: str  # the status of the latest one
    resumes_at: datetime | None
    card: str
    customers_card: str


def _holdings(user: User) -> list[Holding]:
    """Grants and subscriptions, in one query."""
    dispute = BillingIncident.objects.blocking().filter(subscription=OuterRef("pk"))
    subscriptions = (
        Subscription.objects.filter(customer__user=user, is_plus=True, livemode=keys.livemode())
        .annotate(disputed=Exists(dispute))
        .values_list(
            "status", "pause_behavior", "cancel_at_period_end", "disputed", "current_period_start",
            "current_period_end", "cancel_at", "ended_at", "trial_end", "past_due_since", "is_postponed",
            "latest_invoice_status", "resumes_at", "card_last4", "customer__card_last4",
        )
    )  # fmt: skip
    blank = Value("", output_field=CharField())
    no = Value(False, output_field=BooleanField())
    never = Value(None, output_field=DateTimeField())
    grants = (
        AccessGrant.objects.filter(user=user)
        .annotate(
            a=blank, b=blank, c=no, d=no, e=never, f=never, g=never, h=no, i=blank, j=never, k=blank, m=blank
        )
        .values_list(
            "a", "b", "c", "d", "starts_at", "ends_at", "e", "revoked_at", "f", "g", "h", "i", "j", "k", "m"
        )
    )
    both: Any = subscriptions.order_by().union(grants.order_by(), all=True)
    return [Holding(*row) for row in both]


# How each is judged -------------------------------------------------------------------------------------------


def _judged(held: Holding, at: datetime) -> Standing:
    if not held.status:
        return _granted(held, at)
    if held.disputed:
        return Standing(State.DISPUTED, cta=Cta.SUPPORT, source=Source.STRIPE)
    judge = JUDGES.get(held.status)
    return judge(held, at) if judge else Standing(State.UNKNOWN, cta=Cta.SUPPORT, source=Source.STRIPE)


def _granted(held: Holding, at: datetime) -> Standing:
    ends = [end for end in (held.end, held.ended_at) if end]
    until = min(ends, default=None)
    if held.start and (at < held.start or (until and until <= held.start)):  # not yet, or taken back before
        return FREE
    if until is None or at < until:
        return Standing(State.GRANTED, True, until, source=Source.GRANT)
    return _lapsed(until, Source.GRANT)


def _active(held: Holding, at: datetime) -> Standing:
    if held.pause == "void":
        return _paused_collection(held, at)
    renewal = held.trial_end if held.status == "trialing" else held.end
    if renewal is None:
        return Standing(State.STALE, cta=Cta.WAIT, source=Source.STRIPE)
    # Both ways of cancelling: Stripe's portal sets only the date, its API may set only the flag.
    goodbyes = (held.cancel_at, held.end if held.ends_with_period else None)
    goodbye = min((end for end in goodbyes if end), default=None)
    if goodbye and at >= goodbye:
        return _lapsed(goodbye)
    is_charged = held.status == "active" or held.is_postponed or held.card or held.customers_card
    if at >= renewal + (LEEWAY if is_charged else timedelta(0)):  # a trial without a card ends by itself
        return Standing(State.STALE, until=renewal, cta=Cta.WAIT, source=Source.STRIPE)
    if goodbye:
        return Standing(State.ENDING, True, goodbye, Cta.RESUME, Source.STRIPE)
    # Time that a gift covers is a trial to Stripe, and to nobody else.
    state = State.TRIALING if held.status == "trialing" and not held.is_postponed else State.ACTIVE
    return Standing(state, True, renewal, source=Source.STRIPE)


def _paused_collection(held: Holding, at: datetime) -> Standing:
    # Periods roll on while payments are paused, and nobody pays for them: they open nothing.
    paid_until = held.start if held.invoice in WRITTEN_OFF else held.end
    if paid_until and at < paid_until:
        return Standing(State.PAUSED, True, paid_until, Cta.RESUME, Source.STRIPE)
    return Standing(State.PAUSED, until=held.resumes_at, cta=Cta.RESUME, source=Source.STRIPE)


def _past_due(held: Holding, at: datetime) -> Standing:
    # The period has rolled on already, so its end is unpaid time: its start is where the paid time stopped.
    since = held.past_due_since or held.start
    until = since + GRACE if since else None
    return Standing(State.PAST_DUE, bool(until and at < until), until, Cta.FIX_PAYMENT, Source.STRIPE)


def _unpaid(held: Holding, at: datetime) -> Standing:
    return Standing(State.UNPAID, cta=Cta.FIX_PAYMENT, source=Source.STRIPE)


def _incomplete(held: Holding, at: datetime) -> Standing:
    return Standing(State.INCOMPLETE, cta=Cta.FINISH_PAYMENT, source=Source.STRIPE)


def _paused(held: Holding, at: datetime) -> Standing:
    return Standing(State.PAUSED, cta=Cta.RESUME, source=Source.STRIPE)


def _canceled(held: Holding, at: datetime) -> Standing:
    return _lapsed(held.ended_at)


def _never_began(held: Holding, at: datetime) -> Standing:
    return FREE


def _lapsed(until: datetime | None, source: Source = Source.STRIPE) -> Standing:
    return Standing(State.LAPSED, until=until, cta=Cta.SUBSCRIBE, source=source)


JUDGES = {
    "active": _active,
    "trialing": _active,
    "past_due": _past_due,
    "unpaid": _unpaid,
    "incomplete": _incomplete,
    "paused": _paused,
    "canceled": _canceled,
    "incomplete_expired": _never_began,
}

# Without Plus, the most telling wins: what is to be done about a subscription that is still there, then the past.
_TELLING = (
    State.FREE, State.LAPSED, State.PAUSED, State.STALE, State.UNKNOWN,
    State.INCOMPLETE, State.UNPAID, State.PAST_DUE, State.DISPUTED,
)  # fmt: skip


def _rank(one: Standing) -> tuple[bool, float, float]:
    """Plus before none; then the longest, or without Plus the most telling."""
    until = one.until.timestamp() if one.until else 0.0
    if one.has_plus:
        # Where a gift and a subscription reach equally far, the latter says what comes next.
        return True, until if one.until else float("inf"), float(one.source is Source.STRIPE)
    return False, _TELLING.index(one.state), until


# In words -----------------------------------------------------------------------------------------------------


def _in_words(one: Standing) -> str:
    """What each state is called where readers read it."""
    date = date_format(timezone.localtime(one.until)) if one.until else ""
    with_date = {
        (State.GRANTED, True): gettext("You have Plus as a gift until %(date)s."),
        (State.ACTIVE, True): gettext("You have Plus. It renews on %(date)s."),
        (State.TRIALING, True): gettext("You are trying Plus. The trial ends on %(date)s."),
        (State.ENDING, True): gettext("You have Plus until %(date)s. It will not renew."),
        (State.PAST_DUE, True): gettext(
            "Your last payment did not go through. Update your card by %(date)s to keep Plus."
        ),
        (State.PAUSED, True): gettext("Your payments are paused. You have Plus until %(date)s."),
        (State.PAUSED, False): gettext("Your Plus is paused. It goes on by itself on %(date)s."),
        (State.LAPSED, False): gettext("Your Plus ended on %(date)s."),
    }
    dateless = {
        State.GUEST: gettext("You are not signed in."),
        State.FREE: gettext("You read the free previews."),
        State.GRANTED: gettext("You have Plus, with our compliments."),
        State.PAST_DUE: gettext(
            "Your last payment did not go through, so Plus is closed. Update your card to read on."
        ),
        State.UNPAID: gettext(
            "Your payments did not go through, so Plus is closed. Update your card to read on."
        ),
        State.DISPUTED: gettext(
            "A payment is being disputed, so Plus is closed. Write to us and we will sort it out."
        ),
        State.INCOMPLETE: gettext("Your payment is not finished. Approve it with your bank to open Plus."),
        State.PAUSED: gettext("Your Plus is paused."),
        State.UNKNOWN: gettext(
            "We cannot tell where your subscription stands. Write to us and we will look."
        ),
        State.STALE: gettext(
            "We are waiting for word of your payment. This page will say so when it is here."
        ),
        State.LAPSED: gettext("Your Plus has ended."),
    }
    sentence = with_date.get((one.state, one.has_plus)) if date else None
    return sentence % {"date": date} if sentence else dateless.get(one.state, "")
