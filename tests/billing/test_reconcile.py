"""Comparing with Stripe: by lists, once an hour and once a night, and on from where a worker died."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from time_machine import TimeMachineFixture

from billing import customers, gateway, reconcile, sync, tasks
from billing.models import (
    BillingCustomer,
    BillingIncident,
    JournalEntry,
    PlanPrice,
    Reconciliation,
    StripeEvent,
    Subscription,
)
from digestly.work.sweep import sweep_all
from tests.billing.local_stripe import GOOD, LocalStripe
from tests.billing.shop import Reader, calls

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def members(shop: LocalStripe) -> list[Reader]:
    """Three who pay, of whom nothing is heard any more."""
    shop.drop()
    return [pays(shop, Reader.named(f"reader-{number}")) for number in range(3)]


def pays(shop: LocalStripe, reader: Reader) -> Reader:
    """A sale at Stripe's own desk, and one sync of it."""
    customer = customers.ensure(reader.user)
    ident = customer.stripe_customer_id or ""
    card = shop.api.payment_methods.attach("pm_card_visa", {"customer": ident})
    price = PlanPrice.objects.get(lookup_key="plus_monthly").stripe_price_id or ""
    sale: Any = {"customer": ident, "items": [{"price": price}], "default_payment_method": card.id}
    shop.api.subscriptions.create(sale)
    sync.customer(customer.pk, sync.Reason.SWEEP)
    assert reader.has_plus
    return reader


def compare(scope: str = "all") -> tuple[Reconciliation, list[reconcile.Found]]:
    run = reconcile.by_hand(scope)
    found = list(reconcile.go_on(run.pk))
    run.refresh_from_db()
    return run, found


def asked_for(shop: LocalStripe, before: int) -> list[str]:
    """What the comparison asked for, until it came to the events."""
    paths = [one["path"] for one in shop.requests()[before:]]
    return paths[: paths.index("/v1/events")]


def test_who_is_as_stripe_says_costs_no_call_of_their_own(shop: LocalStripe, members: list[Reader]) -> None:
    before = len(shop.requests())

    run, found = compare()

    asked = asked_for(shop, before)
    assert found == []
    assert run.finished_at
    assert asked.count("/v1/customers") == 1
    assert asked.count("/v1/subscriptions") == 2, "one for each price"
    assert not [path for path in asked if path.startswith(("/v1/customers/", "/v1/subscriptions/"))]
    assert run.compared >= 2 * len(members)


def test_only_who_differs_is_asked_for_and_the_report_says_what_changed(
    shop: LocalStripe, members: list[Reader]
) -> None:
    gone, *others = members
    shop.control("cancel", subscription=gone.subscription.stripe_subscription_id)
    before = len(shop.requests())

    run, (found,) = compare()

    single = [path for path in asked_for(shop, before) if path.startswith("/v1/customers/")]
    assert single == [f"/v1/customers/{gone.customer.stripe_customer_id}"]
    assert "status: active → canceled" in found.told
    assert not gone.has_plus
    assert all(other.has_plus for other in others)
    entry = JournalEntry.objects.get(reconciliation=run)
    assert (entry.kind, entry.customer, entry.user) == ("drift", gone.customer, gone.user)
    assert "status: active → canceled" in entry.told
    assert run.differed == 1


def test_a_subscription_that_no_list_holds_is_asked_for(shop: LocalStripe, members: list[Reader]) -> None:
    member = members[0]
    Subscription.objects.filter(customer=member.customer).update(
        stripe_subscription_id="sub_of_another_account"
    )

    compare()

    assert set(member.customer.subscriptions.values_list("status", flat=True)) == {"canceled", "active"}
    assert member.has_plus


def test_a_customer_deleted_without_a_word_is_found_though_they_never_paid(
    shop: LocalStripe, members: list[Reader]
) -> None:
    visitor = Reader.named("visitor")
    visitor.goes_to_pay()
    customer = visitor.customer
    shop.control("delete_customer", customer=customer.stripe_customer_id)

    compare()

    customer.refresh_from_db()
    assert customer.deleted_at


def test_an_email_address_that_stripe_did_not_learn_is_told_it(
    shop: LocalStripe, members: list[Reader]
) -> None:
    user = members[0].user
    user.email = "moved@reader.example"
    user.save()

    compare()

    assert gateway.customer(members[0].customer.stripe_customer_id or "")["email"] == "moved@reader.example"


def test_who_pays_and_has_no_account_here_is_an_incident_once(
    shop: LocalStripe, members: list[Reader]
) -> None:
    member = members[0]
    one = member.subscription.stripe_subscription_id
    member.user.delete()

    for _ in range(2):
        _, found = compare()

    incident = BillingIncident.objects.get(kind="stray")
    assert incident.stripe_id == one
    assert found == [], "told once"


def test_an_odd_customer_is_told_of_and_does_not_stop_the_others(
    shop: LocalStripe, members: list[Reader]
) -> None:
    for member in members:
        shop.control("cancel", subscription=member.subscription.stripe_subscription_id)
    odd = members[1].customer.stripe_customer_id
    shop.fault("rate_limit", path=f"/v1/customers/{odd}", times=99)

    _, found = compare()

    assert [member.has_plus for member in members] == [False, True, False]
    assert any("not synced" in one.told[0] for one in found)


def test_whoever_goes_on_begins_at_the_page_where_the_last_one_died(
    shop: LocalStripe, members: list[Reader]
) -> None:
    run = reconcile.by_hand()
    list(reconcile.go_on(run.pk, turn=0))
    shop.fault("rate_limit", path="/v1/subscriptions")
    with pytest.raises(gateway.Unavailable):
        list(reconcile.go_on(run.pk))
    run.refresh_from_db()
    assert run.stage.startswith("subscriptions ")
    assert run.last_error
    lists = len(calls(shop, "GET", "/v1/customers"))

    assert sweep_all()["comparisons with Stripe gone on with"] == 1

    run.refresh_from_db()
    assert run.finished_at
    assert len(calls(shop, "GET", "/v1/customers")) == lists, "what was through is not begun again"


def test_two_workers_do_not_compare_the_same_page(shop: LocalStripe, members: list[Reader]) -> None:
    run = reconcile.by_hand()
    Reconciliation.objects.filter(pk=run.pk).update(lease_until=timezone.now() + timedelta(minutes=5))
    before = len(shop.requests())

    assert list(reconcile.go_on(run.pk)) == []
    assert len(shop.requests()) == before


def test_the_hours_and_the_nights_comparison_are_begun_once(
    shop: LocalStripe, time_machine: TimeMachineFixture
) -> None:
    begun = []
    for moment in (
        datetime(2026, 11, 23, 1, 5, tzinfo=UTC),
        datetime(2026, 11, 23, 1, 40, tzinfo=UTC),
        datetime(2026, 11, 23, 2, 5, tzinfo=UTC),
        datetime(2026, 11, 23, 3, 5, tzinfo=UTC),
    ):
        time_machine.move_to(moment)
        begun.append([run.scope for run in reconcile.begin_due() + reconcile.begin_due()])

    assert begun == [["all", "recent"], [], ["recent"], ["all", "recent"]]


def test_the_beat_compares_and_says_nothing_where_plus_is_not_sold(shop: LocalStripe, settings: Any) -> None:
    tasks.reconcile_due()
    assert set(Reconciliation.objects.exclude(finished_at=None).values_list("scope", flat=True)) == {
        "all",
        "recent",
    }
    Reconciliation.objects.all().delete()
    settings.STRIPE_SECRET_KEY = ""

    tasks.reconcile_due()

    assert not Reconciliation.objects.exists()


def test_an_event_from_before_everything_was_compared_is_only_kept(
    shop: LocalStripe, members: list[Reader]
) -> None:
    run = reconcile.by_hand()
    Reconciliation.objects.filter(pk=run.pk).update(started_at=timezone.now() + timedelta(minutes=2))
    before = len(shop.requests())

    list(reconcile.go_on(run.pk))

    assert shop.requests()[before:][-1]["path"] == "/v1/events"
    assert set(StripeEvent.objects.values_list("status", flat=True)) == {"processed"}


def test_by_the_hour_new_subscriptions_are_found(shop: LocalStripe, reader: Reader) -> None:
    shop.drop()
    shop.pay(reader.goes_to_pay(), card=GOOD)

    _, found = compare("recent")

    assert "new: active" in found[0].told
    assert reader.has_plus


def test_what_happened_since_is_all_that_the_next_one_fetches(
    shop: LocalStripe, members: list[Reader]
) -> None:
    first, _ = compare()
    compare()

    asked = calls(shop, "GET", "/v1/events")
    since = [int(one["params"]["created[gte]"]) for one in asked]
    assert since[-1] >= int(first.started_at.timestamp()) - 3600
    assert since[-1] > since[0]


def test_the_command_says_what_could_not_be_compared(shop: LocalStripe) -> None:
    shop.fault("rate_limit", path="/v1/customers", times=9)
    BillingCustomer.objects.create(stripe_customer_id="cus_1")

    with pytest.raises(CommandError, match="the sweeper goes on later"):
        call_command("billing_sync")
