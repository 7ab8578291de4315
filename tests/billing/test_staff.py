"""B62: staff at the desk. What they see of one person, what they may do, and that it is written down."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import lxml.html
import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from billing import gateway, reconcile, refunds
from billing.models import (
    AccessGrant,
    BillingCustomer,
    BillingNotice,
    JournalEntry,
    Reconciliation,
    Refund,
    StripeEvent,
)
from billing.staff import timeline
from digestly.work.sweep import sweep_all
from tests.billing.local_stripe import GOOD, LocalStripe
from tests.billing.shop import Reader, calls

PEOPLE = "/admin/billing/billingcustomer/people/"
DRIFT = "/admin/billing/billingcustomer/drift/"


@pytest.fixture
def desk(editor: User) -> Client:
    client = Client()
    client.force_login(editor)
    return client


@pytest.fixture
def helper(db: None) -> Callable[..., Client]:
    """Somebody of the staff with these rights only."""

    def sign_in(*rights: str) -> Client:
        user = User.objects.create_user("helper@desk.example", "a-long-password", is_staff=True)
        names = [right.split(".")[1] for right in rights]
        user.user_permissions.set(Permission.objects.filter(codename__in=names))
        client = Client()
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def member(shop: LocalStripe, reader: Reader) -> Reader:
    shop.pay(reader.goes_to_pay(), card=GOOD)
    assert reader.has_plus
    return reader


def page_of(user: User) -> str:
    return f"{PEOPLE}{user.pk}/"


def text_of(answer: HttpResponse) -> str:
    return " ".join(lxml.html.fromstring(answer.content.decode()).text_content().split())


@contextmanager
def counted() -> Iterator[Callable[[], int]]:
    """Hands over what says how many queries the block made."""
    with CaptureQueriesContext(connection) as captured:
        yield lambda: len(captured)


# What is seen -------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_b62_one_page_tells_everything_about_a_person_in_order(
    shop: LocalStripe, member: Reader, desk: Client
) -> None:
    AccessGrant.objects.create(
        user=member.user, reason="wrote to us", starts_at=timezone.now() + timedelta(minutes=1)
    )
    shop.control("refund", charge=charges(member)[0]["id"], amount=100)

    answer = desk.get(page_of(member.user))

    page, tree = answer.content.decode(), lxml.html.fromstring(answer.content)
    sources = [row.get("data-source") for row in tree.xpath("//ol[@class='happenings']/li")]
    assert set(sources) >= {
        "checkout", "customer", "event", "grant", "incident", "journal", "notice", "subscription",
    }  # fmt: skip
    times = [node.get("datetime") for node in tree.xpath("//ol[@class='happenings']//time")]
    assert times == sorted(times, reverse=True)
    assert "$1 of $5 refunded" in page
    assert "new: active" in page
    assert member.customer.stripe_customer_id in page
    assert member.standing.sentence in page


@pytest.mark.django_db
def test_a_timeline_goes_on_by_keys_and_loses_nothing(free: User, desk: Client) -> None:
    now = timezone.now()
    customer = BillingCustomer.objects.create(user=free, stripe_customer_id="cus_1")
    for number in range(60):
        BillingNotice.objects.create(user=free, kind="plus_welcome", key=str(number))
        JournalEntry.objects.create(kind="sync", user=free, told=str(number))
    BillingNotice.objects.update(created_at=now)  # all at one moment
    JournalEntry.objects.update(at=now)
    BillingCustomer.objects.update(created_at=now)
    seen: list[tuple[str, int]] = []
    path = "?"
    queries = set()
    while path:
        with counted() as count:
            tree = lxml.html.fromstring(desk.get(page_of(free) + path).content)
        queries.add(count())
        seen += [(row.get("data-source"), row.text_content()) for row in tree.xpath("//ol/li[@data-source]")]
        path = next(iter(tree.xpath("//p[@class='pager']/a[contains(@href, 'before=')]/@href")), "")
    assert customer
    assert len(seen) == 121
    assert len(queries) == 1, "each page asks the same few questions"
    assert max(queries) <= 22


@pytest.mark.parametrize(
    "place", ["", "x", "2026-01-01~event~1", "2026-01-01T00:00:00+00:00~event~x", "\x00~~"]
)
def test_a_place_that_is_none_is_the_beginning(place: str) -> None:
    assert timeline.Place.read(place) is None


@pytest.mark.django_db(transaction=True)
def test_what_else_the_stripe_account_sells_is_shown_as_such(
    shop: LocalStripe, member: Reader, desk: Client
) -> None:
    customer = member.customer.stripe_customer_id or ""
    product: Any = {"name": "A mug"}
    mug: Any = {
        "currency": "usd", "unit_amount": 900, "recurring": {"interval": "month"},
        "product": shop.api.products.create(product).id,
    }  # fmt: skip
    sale: Any = {
        "customer": customer, "items": [{"price": shop.api.prices.create(mug).id}], "trial_period_days": 9,
    }  # fmt: skip
    shop.api.subscriptions.create(sale)
    shop.flow()

    page = text_of(desk.get(page_of(member.user)))

    assert "not Plus" in page
    assert "Something else that the same Stripe account sells" in page


@pytest.mark.django_db
def test_people_are_found_by_address_and_by_ids_of_stripes(free: User, lapsed: User, desk: Client) -> None:
    BillingCustomer.objects.create(user=free, stripe_customer_id="cus_1")
    now = timezone.now()
    StripeEvent.objects.create(
        stripe_event_id="evt_1", type="x", stripe_created=now, customer_id="cus_1", payload={}
    )

    for wanted in ("free@", "cus_1", "evt_1"):
        found = text_of(desk.get(PEOPLE, {"q": wanted}))
        assert free.email in found
        assert lapsed.email not in found
    everybody = text_of(desk.get(PEOPLE))
    assert free.email in everybody
    assert lapsed.email in everybody
    assert "Nobody was found" in text_of(desk.get(PEOPLE, {"q": "\x00nobody"}))


@pytest.mark.django_db
def test_a_list_of_people_asks_as_much_for_many_as_for_one(desk: Client) -> None:
    def visit() -> int:
        with counted() as count:
            assert desk.get(PEOPLE).status_code == 200
        return count()

    AccessGrant.objects.create(user=User.objects.create_user("a@reader.example"))
    one = visit()
    for number in range(55):
        AccessGrant.objects.create(user=User.objects.create_user(f"b{number}@reader.example"))
    assert visit() == one
    oldest = desk.get(PEOPLE, {"before": str(User.objects.order_by("pk")[5].pk)})
    assert "a@reader.example" in text_of(oldest)


# Who may ------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("path", [PEOPLE, DRIFT, "{person}", "{person}refund/"])
def test_b62_the_pages_are_the_staffs_alone(
    path: str, free: User, helper: Callable[..., Client], signed_in: Callable[..., Client]
) -> None:
    path = path.replace("{person}", page_of(free))

    assert "/login/" in Client().get(path).headers["Location"]
    assert signed_in(free).get(path).status_code in (302, 403)
    assert helper().get(path).status_code == 403


@pytest.mark.django_db
@pytest.mark.parametrize("act", ["sync", "grant", "revoke", "replay"])
def test_b62_seeing_is_not_doing(act: str, free: User, helper: Callable[..., Client]) -> None:
    looks_on = helper("billing.view_billingcustomer")

    page = looks_on.get(page_of(free)).content.decode()

    assert f'value="{act}"' not in page
    assert looks_on.post(page_of(free), {"act": act}).status_code == 403
    assert looks_on.post(page_of(free), {"act": "nonsense"}).status_code == 400
    assert looks_on.post(f"{page_of(free)}refund/").status_code == 403


# What is done -------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_b62_plus_is_given_until_the_end_of_a_day_and_taken_back_and_both_are_written_down(
    free: User, desk: Client, editor: User
) -> None:
    day = timezone.localdate() + timedelta(days=30)
    given = {"act": "grant", "kind": "comp", "until": day.isoformat(), "why": "helped with a bug"}

    assert desk.post(page_of(free), given).status_code == 302

    grant = AccessGrant.objects.get()
    assert timezone.localtime(grant.ends_at).date() == day + timedelta(days=1)
    assert (grant.granted_by, grant.reason) == (editor, "helped with a bug")
    assert "with our compliments" in text_of(desk.get(page_of(free))) or "as a gift" in text_of(
        desk.get(page_of(free))
    )

    taken = {"act": "revoke", "grant": grant.pk, "why": "a mistake"}
    assert desk.post(page_of(free), {**taken, "why": ""}).status_code == 400
    assert desk.post(page_of(free), taken).status_code == 302
    desk.post(page_of(free), taken)

    grant.refresh_from_db()
    assert grant.revoked_at
    assert list(JournalEntry.objects.order_by("pk").values_list("kind", "user", "by", "why")) == [
        ("grant", free.pk, editor.pk, "helped with a bug"),
        ("revoke", free.pk, editor.pk, "a mistake"),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "said"),
    [({"why": ""}, "required"), ({"until": "2020-01-01"}, "That day is over"), ({"until": ""}, "required"),
     ({"until": "9999-12-31"}, "more than ten years"), ({"kind": "king"}, "valid choice")],
)  # fmt: skip
def test_a_grant_without_an_end_or_a_reason_is_asked_about(
    wrong: dict[str, str], said: str, free: User, desk: Client
) -> None:
    day = timezone.localdate() + timedelta(days=30)
    given = {"act": "grant", "kind": "comp", "until": day.isoformat(), "why": "kind", **wrong}

    answer = desk.post(page_of(free), given)

    assert answer.status_code == 400
    assert said in text_of(answer)
    assert not AccessGrant.objects.exists()


@pytest.mark.django_db
def test_nobody_elses_grant_is_taken_back_on_this_page(free: User, lapsed: User, desk: Client) -> None:
    other = AccessGrant.objects.get(user=lapsed)

    taken = {"act": "revoke", "grant": other.pk, "why": "x"}
    assert desk.post(page_of(free), taken).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_b62_sync_now_says_what_changed_and_who_asked(
    shop: LocalStripe, member: Reader, desk: Client, editor: User
) -> None:
    shop.drop()
    shop.control("cancel", subscription=member.subscription.stripe_subscription_id)

    said = [text_of(desk.post(page_of(member.user), {"act": "sync"}, follow=True)) for _ in range(2)]

    assert "status: active → canceled" in said[0]
    assert "Everything is as Stripe says." in said[1]
    assert not member.has_plus
    told = JournalEntry.objects.filter(by=editor, kind="sync").order_by("pk").values_list("told", flat=True)
    assert ["active → canceled" in told[0], told[1]] == [True, "nothing changed"]
    shop.fault("rate_limit")
    assert "Stripe did not answer" in text_of(desk.post(page_of(member.user), {"act": "sync"}, follow=True))


@pytest.mark.django_db(transaction=True)
def test_b62_an_event_is_looked_into_again(
    shop: LocalStripe, member: Reader, desk: Client, editor: User, other: Reader
) -> None:
    event = StripeEvent.objects.filter(type="invoice.paid").get()
    StripeEvent.objects.update(status="failed")

    desk.post(page_of(member.user), {"act": "replay", "event": event.pk})

    event.refresh_from_db()
    assert event.status == "processed"
    entry = JournalEntry.objects.get(kind="replay")
    assert (entry.user, entry.by) == (member.user, editor)
    assert event.stripe_event_id in entry.told
    assert desk.post(page_of(other.user), {"act": "replay", "event": event.pk}).status_code == 404


# Refunds ------------------------------------------------------------------------------------------------------


def charges(member: Reader) -> list[gateway.Json]:
    return gateway.charges(member.customer.stripe_customer_id or "")


def refund_form(desk: Client, member: Reader) -> dict[str, str]:
    tree = lxml.html.fromstring(desk.get(f"{page_of(member.user)}refund/").content)
    (form,) = [one for one in tree.forms if "charge" in one.fields]
    return {**dict(form.form_values()), "why": "asked nicely"}


@pytest.mark.django_db(transaction=True)
def test_b62_a_part_is_given_back_once_however_often_the_form_is_sent(
    shop: LocalStripe, member: Reader, desk: Client, editor: User
) -> None:
    form = {**refund_form(desk, member), "amount": "2.00"}

    for _ in range(3):
        desk.post(f"{page_of(member.user)}refund/", form)

    assert [one["amount_refunded"] for one in charges(member)] == [200]
    assert len(calls(shop, "POST", "/v1/refunds")) == 1
    assert member.has_plus
    entry = JournalEntry.objects.get(kind="refund")
    assert (entry.user, entry.by, entry.why) == (member.user, editor, "asked nicely")
    assert entry.told.startswith("$2 of ch_")


@pytest.mark.django_db(transaction=True)
def test_b62_all_of_it_given_back_ends_plus(shop: LocalStripe, member: Reader, desk: Client) -> None:
    shop.drop()

    said = desk.post(f"{page_of(member.user)}refund/", refund_form(desk, member), follow=True)

    assert "Given back: $5." in text_of(said)
    assert not member.has_plus
    assert member.subscription.status == "canceled"
    assert "Nothing was ever paid" not in text_of(desk.get(f"{page_of(member.user)}refund/"))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("amount", "said"), [("7", "Not so much is left"), ("0.001", "no such small change"), ("-1", "greater")]
)
def test_more_than_was_paid_is_not_given_back(
    amount: str, said: str, shop: LocalStripe, member: Reader, desk: Client
) -> None:
    answer = desk.post(f"{page_of(member.user)}refund/", {**refund_form(desk, member), "amount": amount})

    assert answer.status_code == 400
    assert said in text_of(answer)
    assert not calls(shop, "POST", "/v1/refunds")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("fault", "keys"), [({"kind": "drop_reply", "times": 3}, 1), ({"kind": "error", "times": 3, "keep": True}, 2)],
    ids=["the answer was lost", "an error that is repeated for the key"],
)  # fmt: skip
def test_a_refund_without_an_answer_is_asked_for_again_and_given_once(
    fault: dict[str, Any], keys: int, shop: LocalStripe, member: Reader, desk: Client
) -> None:
    form = refund_form(desk, member)
    shop.fault(path="/v1/refunds", method="POST", **fault)

    assert "asked for again by itself" in text_of(
        desk.post(f"{page_of(member.user)}refund/", form, follow=True)
    )
    assert "has no answer yet" in text_of(desk.get(f"{page_of(member.user)}refund/"))
    Refund.objects.update(created_at=timezone.now() - timedelta(minutes=2))
    sweep_all()

    assert Refund.objects.get().state == "done"
    assert [one["amount_refunded"] for one in charges(member)] == [500]
    assert len({one["idempotency_key"] for one in calls(shop, "POST", "/v1/refunds")}) <= keys
    assert len(gateway.refunds_of(charges(member)[0]["id"])) == 1
    assert JournalEntry.objects.filter(kind="refund").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_refund_whose_key_stripe_has_forgotten_is_known_by_its_mark(
    shop: LocalStripe, member: Reader, desk: Client
) -> None:
    shop.fault("drop_reply", path="/v1/refunds", method="POST", times=1 + gateway.RETRIES)
    desk.post(f"{page_of(member.user)}refund/", {**refund_form(desk, member), "amount": "2"})
    # A day later: another key is as good as one that is forgotten.
    Refund.objects.update(key=uuid.uuid4(), created_at=timezone.now() - timedelta(minutes=2))

    sweep_all()

    assert Refund.objects.get().state == "done"
    assert [one["amount"] for one in gateway.refunds_of(charges(member)[0]["id"])] == [200]


@pytest.mark.django_db(transaction=True)
def test_a_second_form_waits_while_the_first_has_no_answer(
    shop: LocalStripe, member: Reader, desk: Client, editor: User
) -> None:
    form = {**refund_form(desk, member), "amount": "2"}
    shop.fault("rate_limit", path="/v1/refunds", method="POST", times=1)
    desk.post(f"{page_of(member.user)}refund/", form)
    other_form = {**form, "form": "6f1c1d2e-0000-4000-8000-000000000000"}

    answer = desk.post(f"{page_of(member.user)}refund/", other_form)

    assert "no answer yet" in text_of(answer)
    assert Refund.objects.count() == 1
    refunds.give(Refund.objects.get().pk)
    assert [one["amount_refunded"] for one in charges(member)] == [200]


@pytest.mark.django_db(transaction=True)
def test_b47_who_won_a_dispute_is_given_plus_again_by_a_person_and_it_is_written_down(
    shop: LocalStripe, member: Reader, desk: Client, editor: User
) -> None:
    dispute = shop.control("dispute", charge=charges(member)[0]["id"])
    shop.control("close_dispute", dispute=dispute["id"], won=True)
    assert not member.has_plus
    until = (timezone.localdate() + timedelta(days=30)).isoformat()

    desk.post(
        page_of(member.user), {"act": "grant", "kind": "comp", "until": until, "why": "won the dispute"}
    )

    assert member.has_plus
    assert JournalEntry.objects.get(kind="grant").why == "won the dispute"
    shown = text_of(desk.get(page_of(member.user)))
    assert "charge.dispute.created" in shown, "though that event names no customer"


# Drift --------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_b62_the_drift_report_says_who_differed_and_what_was_changed(
    shop: LocalStripe, member: Reader, desk: Client
) -> None:
    assert "Nothing was compared yet" in text_of(desk.get(DRIFT))
    shop.drop()
    shop.control("cancel", subscription=member.subscription.stripe_subscription_id)

    desk.post(DRIFT)

    report = desk.get(DRIFT)
    assert member.user.email in text_of(report)
    assert "status: active → canceled" in text_of(report)
    list(reconcile.go_on(reconcile.by_hand().pk))
    assert "Nobody differed" in text_of(desk.get(DRIFT))
    first = Reconciliation.objects.earliest("pk")
    assert "active → canceled" in text_of(desk.get(f"{DRIFT}{first.pk}/"))
    assert desk.get(f"{DRIFT}99999/").status_code == 404


# B61 ----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_b61_no_page_of_the_staff_shows_a_payload_a_card_or_a_secret(
    shop: LocalStripe, member: Reader, desk: Client, settings: Any
) -> None:
    event = StripeEvent.objects.filter(type="customer.subscription.created").get()
    lists = [
        f"/admin/billing/{name}/"
        for name in (
            "stripeevent", "billingcustomer", "subscription", "checkoutattempt", "billingincident",
            "billingnotice", "accessgrant", "planprice", "journalentry", "refund", "reconciliation",
        )
    ]  # fmt: skip
    pages = [*lists, f"/admin/billing/stripeevent/{event.pk}/change/", page_of(member.user), PEOPLE, DRIFT]
    pages += [f"{page_of(member.user)}refund/"]

    for path in pages:
        answer = desk.get(path)
        assert answer.status_code == 200, path
        shown = answer.content.decode()
        for secret in (
            GOOD,
            settings.STRIPE_SECRET_KEY,
            *settings.STRIPE_WEBHOOK_SECRETS,
            "billing_cycle_anchor",
        ):
            assert secret not in shown, path
