"""Timeline: everything that happened to one person's Plus, newest first, a page at a time.

Each source hands on its rows before a place; the newest of all of them are the page. A place is a moment, a source
and a row, so that rows of the same moment are neither lost nor shown twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any, Self

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from billing.models import (
    AccessGrant,
    BillingCustomer,
    BillingIncident,
    BillingNotice,
    CheckoutAttempt,
    JournalEntry,
    Refund,
    StripeEvent,
    Subscription,
)
from billing.money import money

SHOWN = 40


@dataclass(frozen=True)
class Happening:
    """One line: what kind of thing, what it was, and what became of it."""

    at: datetime
    source: str
    pk: int
    kind: str
    title: str
    told: str = ""
    state: str = ""
    mood: str = ""  # good, care or wrong; blank is neither
    by: str = ""
    why: str = ""
    is_replayable: bool = False

    @property
    def place(self) -> str:
        return f"{self.at.isoformat()}~{self.source}~{self.pk}"


@dataclass(frozen=True)
class Place:
    """Where a page begins: after this row."""

    at: datetime
    source: str
    pk: int

    @classmethod
    def read(cls, text: str) -> Self | None:
        """The place that an address names; None if it names none."""
        at, _, rest = text.partition("~")
        source, _, pk = rest.partition("~")
        try:
            moment = datetime.fromisoformat(at)
        except ValueError:
            return None
        is_whole = moment.tzinfo and pk.isascii() and pk.isdecimal() and len(pk) < 19
        return cls(moment, source, int(pk)) if is_whole else None


@dataclass(frozen=True)
class Person:
    """Somebody, and the customers that they are or were at Stripe."""

    user: User
    customers: Sequence[BillingCustomer]

    @classmethod
    def of(cls, user: User) -> Self:
        return cls(user, list(BillingCustomer.objects.filter(user=user).order_by("-pk")))

    @property
    def stripe_ids(self) -> list[str]:
        return [one.stripe_customer_id for one in self.customers if one.stripe_customer_id]


@dataclass(frozen=True)
class Source:
    """One kind of rows: how they are found, when each happened, and how it reads."""

    name: str
    rows: Callable[[Person], QuerySet[Any]]
    when: str
    tell: Callable[[Any], dict[str, Any]]

    def before(self, person: Person, place: Place | None) -> Iterator[Happening]:
        rows = self.rows(person).filter(self._until(place)).order_by(f"-{self.when}", "-pk")
        at = attrgetter(self.when)
        for row in rows[: SHOWN + 1]:
            yield Happening(at=at(row), source=self.name, pk=row.pk, **self.tell(row))

    def _until(self, place: Place | None) -> Q:
        """Rows of the same moment go by the names of their sources, from the last letter to the first."""
        if place is None:
            return Q()
        earlier = Q(**{f"{self.when}__lt": place.at})
        same = Q(**{self.when: place.at})
        if self.name == place.source:
            return earlier | same & Q(pk__lt=place.pk)
        return earlier | same if self.name < place.source else earlier


def page(person: Person, place: Place | None = None) -> tuple[list[Happening], str]:
    """The next happenings, and the place at which more follow; blank if there are none. One query a source."""
    found = [one for source in SOURCES for one in source.before(person, place)]
    found.sort(key=lambda one: (one.at, one.source, one.pk), reverse=True)
    shown = found[:SHOWN]
    return shown, shown[-1].place if len(found) > SHOWN else ""


# How each reads -----------------------------------------------------------------------------------------------

MOODS = {
    "failed": "wrong", "refused": "wrong", "lost": "wrong", "open": "care", "asking": "care", "received": "care",
    "creating": "care", "won": "good", "done": "good", "complete": "good", "active": "good", "trialing": "good",
    "past_due": "care", "unpaid": "wrong",
}  # fmt: skip


def _event(row: StripeEvent) -> dict[str, Any]:
    ignored = row.status == StripeEvent.Status.IGNORED
    told = _("Nothing of ours: kept and left alone.") if ignored else row.last_error
    state = {"state": row.get_status_display(), "mood": MOODS.get(row.status, "")}
    return {"kind": _("Stripe told us"), "title": row.type, "told": told, **state, "is_replayable": True}


def _entry(row: JournalEntry) -> dict[str, Any]:
    mood = "care" if row.kind == JournalEntry.Kind.DRIFT else ""
    kind = row.get_kind_display()
    return {
        "kind": _("Journal"),
        "title": kind,
        "told": row.told,
        "by": _name(row.by),
        "why": row.why,
        "mood": mood,
    }


def _grant(row: AccessGrant) -> dict[str, Any]:
    state = _("revoked") if row.revoked_at else ""
    given = {"by": _name(row.granted_by), "why": row.reason, "state": state}
    return {
        "kind": _("Grant"),
        "title": row.get_kind_display(),
        "told": _span(row.starts_at, row.ends_at),
        **given,
    }


def _incident(row: BillingIncident) -> dict[str, Any]:
    state = {"state": row.get_state_display(), "mood": MOODS.get(row.state, "")}
    return {"kind": _("Incident"), "title": row.get_kind_display(), "told": row.told, **state}


def _notice(row: BillingNotice) -> dict[str, Any]:
    state = _("sent") if row.sent_at else _("waiting")
    return {"kind": _("Letter"), "title": row.kind, "state": state, "mood": "good" if row.sent_at else "care"}


def _checkout(row: CheckoutAttempt) -> dict[str, Any]:
    state = {"state": row.get_state_display(), "mood": MOODS.get(row.state, "")}
    price = f"{row.price.lookup_key}, {money(row.price.amount, row.price.currency)}"
    return {"kind": _("Checkout"), "title": price, "told": row.stripe_session_id or "", **state}


def _subscription(row: Subscription) -> dict[str, Any]:
    told = (
        "" if row.is_plus else _("Something else that the same Stripe account sells. It opens nothing here.")
    )
    state = {"state": row.status, "mood": MOODS.get(row.status, "")}
    return {"kind": _("Subscription"), "title": row.stripe_subscription_id, "told": told, **state}


def _refund(row: Refund) -> dict[str, Any]:
    state = {"state": row.get_state_display(), "mood": MOODS.get(row.state, "")}
    told = f"{row.charge_id} {row.last_error}".strip()
    title = money(row.amount, row.currency)
    return {"kind": _("Refund"), "title": title, "told": told, **state, "by": _name(row.by), "why": row.why}


def _customer(row: BillingCustomer) -> dict[str, Any]:
    told = _("deleted at Stripe") if row.deleted_at else row.last_error
    title = row.stripe_customer_id or _("not at Stripe yet")
    return {"kind": _("Customer"), "title": title, "told": told, "mood": "care" if told else ""}


def _name(user: User | None) -> str:
    return user.email if user else ""


def _span(start: datetime, end: datetime | None) -> str:
    return f"{start:%Y-%m-%d} – {f'{end:%Y-%m-%d}' if end else '∞'}"


def events_of(person: Person) -> QuerySet[StripeEvent]:
    """By customer; and those of disputes, which name none, by what they are about."""
    disputes = BillingIncident.objects.filter(customer__user=person.user, kind=BillingIncident.Kind.DISPUTE)
    about = Q(customer_id__in=person.stripe_ids) | Q(object_id__in=disputes.values("stripe_id"))
    return StripeEvent.objects.filter(about).defer("payload")


def _journal_of(person: Person) -> QuerySet[JournalEntry]:
    own = Q(user=person.user) | Q(customer__in=person.customers)
    return JournalEntry.objects.filter(own).select_related("by")


def _incidents_of(person: Person) -> QuerySet[BillingIncident]:
    own = Q(customer__in=person.customers) | Q(subscription__customer__in=person.customers)
    return BillingIncident.objects.filter(own)


SOURCES = (
    Source("checkout", lambda who: CheckoutAttempt.objects.filter(user=who.user).select_related("price"),
           "created_at", _checkout),
    Source("customer", lambda who: BillingCustomer.objects.filter(user=who.user), "created_at", _customer),
    Source("event", events_of, "received_at", _event),
    Source("grant", lambda who: AccessGrant.objects.filter(user=who.user).select_related("granted_by"),
           "starts_at", _grant),
    Source("incident", _incidents_of, "created_at", _incident),
    Source("journal", _journal_of, "at", _entry),
    Source("notice", lambda who: BillingNotice.objects.filter(user=who.user), "created_at", _notice),
    Source("refund", lambda who: Refund.objects.filter(customer__in=who.customers).select_related("by"),
           "created_at", _refund),
    Source("subscription", lambda who: Subscription.objects.filter(customer__in=who.customers).defer("raw"),
           "created_at", _subscription),
)  # fmt: skip
