"""B23 to B29, B33: what arrives at the webhook, signed or not."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import stripe
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from billing import events, gateway
from billing.models import StripeEvent

SECRET = "whsec_first"
PATH = "/billing/webhook/"


@pytest.fixture(autouse=True)
def _secrets(settings: Any, db: None) -> None:
    settings.STRIPE_SECRET_KEY = "sk_test_x"
    settings.STRIPE_WEBHOOK_SECRETS = [SECRET]


def told(**facts: Any) -> dict[str, Any]:
    return {
        "id": "evt_1",
        "object": "event",
        "type": "customer.subscription.updated",
        "api_version": gateway.API_VERSION,
        "created": int(time.time()),
        "livemode": False,
        "data": {
            "object": {"id": "sub_1", "object": "subscription", "customer": "cus_1", "status": "active"}
        },
        **facts,
    }


@pytest.fixture
def post() -> Callable[..., HttpResponse]:
    """Posts a body with the signature that Stripe's own signer gives it."""

    def send(
        body: bytes | dict[str, Any], *, secret: str = SECRET, age: int = 0, **headers: str
    ) -> HttpResponse:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        signed = raw.decode("utf-8", "replace")
        stamp = int(time.time()) - age
        signature = stripe.WebhookSignature.generate_signature_header(signed, secret, stamp)
        browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
        return browser.post(
            PATH, raw, content_type="application/json", headers={"Stripe-Signature": signature, **headers}
        )

    return send


def test_a_signed_event_is_stored_once(post: Callable[..., HttpResponse]) -> None:
    answers = [post(told()).status_code for _ in range(3)]

    event = StripeEvent.objects.get()
    assert answers == [200, 200, 200]
    assert (event.stripe_event_id, event.customer_id, event.object_id) == ("evt_1", "cus_1", "sub_1")


@pytest.mark.parametrize("age", [301, 3600])
def test_b23_a_stale_signature_is_refused(age: int, post: Callable[..., HttpResponse]) -> None:
    assert post(told(), age=age).status_code == 400
    assert not StripeEvent.objects.exists()


def test_b23_a_signature_of_five_minutes_is_taken(post: Callable[..., HttpResponse]) -> None:
    assert post(told(), age=290).status_code == 200


@pytest.mark.parametrize(
    "signature", ["", "t=1", "v1=abc", "t=x,v1=y", "nonsense", "t=1700000000,v1=" + "0" * 64]
)
def test_b23_a_forged_signature_is_refused(signature: str, post: Callable[..., HttpResponse]) -> None:
    assert post(told(), **{"Stripe-Signature": signature}).status_code == 400
    assert Client().post(PATH, told(), content_type="application/json").status_code == 400
    assert not StripeEvent.objects.exists()


def test_b23_a_tampered_body_is_refused() -> None:
    body = json.dumps(told())
    signature = stripe.WebhookSignature.generate_signature_header(body, SECRET, int(time.time()))

    answer = Client().post(
        PATH,
        body.replace("cus_1", "cus_2"),
        content_type="application/json",
        headers={"Stripe-Signature": signature},
    )

    assert answer.status_code == 400
    assert not StripeEvent.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        b"\xff\xfe{}",
        b"",
        b"{",
        b"[]",
        b"null",
        b"[" * 100_000,
        b'{"object": "event"}',
        b'{"object": "v2.core.event", "id": "evt_1", "type": "v1.customer.created"}',
        json.dumps(told(data={})).encode(),
        json.dumps(told(data=[])).encode(),
        json.dumps(told(data={"object": None})).encode(),
        json.dumps(told(id=None)).encode(),
        json.dumps(told(id="x" * 300)).encode(),
        json.dumps(told(type=7)).encode(),
        json.dumps(told(created="soon")).encode(),
        json.dumps(told(created=10**30)).encode(),
    ],
)
def test_b24_what_is_no_event_is_refused_though_it_is_signed(
    body: bytes, post: Callable[..., HttpResponse]
) -> None:
    assert post(body).status_code == 400
    assert not StripeEvent.objects.exists()


def test_b24_two_megabytes_are_refused_unread(post: Callable[..., HttpResponse]) -> None:
    assert post(told(padding="x" * 2_000_000)).status_code == 413
    assert not StripeEvent.objects.exists()


@pytest.mark.parametrize(("secret", "status"), [("whsec_old", 200), ("whsec_new", 200), ("whsec_other", 400)])
def test_b25_while_a_secret_is_replaced_both_are_good(
    secret: str, status: int, post: Callable[..., HttpResponse], settings: Any
) -> None:
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_new", "whsec_old"]

    assert post(told(), secret=secret).status_code == status


@pytest.mark.parametrize("secrets", [[], [""]])
def test_b26_without_a_secret_nothing_is_taken(
    secrets: list[str], post: Callable[..., HttpResponse], settings: Any
) -> None:
    settings.STRIPE_WEBHOOK_SECRETS = secrets

    assert post(told(), secret="").status_code == 400
    assert post(told()).status_code == 400
    assert not StripeEvent.objects.exists()


def test_b27_an_event_of_the_other_mode_is_ignored(post: Callable[..., HttpResponse]) -> None:
    assert post(told(livemode=True)).status_code == 200
    assert StripeEvent.objects.get().status == StripeEvent.Status.IGNORED
    assert not StripeEvent.objects.due().exists()


@pytest.mark.parametrize("facts", [{"type": "flying.saucer.landed"}, {}])
def test_b28_an_unknown_type_or_customer_is_acknowledged_and_ignored(
    facts: dict[str, Any], post: Callable[..., HttpResponse]
) -> None:
    assert post(told(**facts)).status_code == 200

    events.process(StripeEvent.objects.get().pk)

    assert StripeEvent.objects.get().status == StripeEvent.Status.IGNORED


@contextmanager
def no_table() -> Iterator[None]:
    """The database cannot store events while the block runs."""
    name = StripeEvent._meta.db_table

    def rename(old: str, new: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {old} RENAME TO {new}")

    rename(name, "elsewhere")
    try:
        yield
    finally:
        rename("elsewhere", name)


@pytest.mark.django_db(transaction=True)
def test_b29_an_event_that_could_not_be_stored_is_sent_again(post: Callable[..., HttpResponse]) -> None:
    with no_table():
        assert post(told()).status_code >= 500

    assert post(told()).status_code == 200
    assert StripeEvent.objects.count() == 1


@pytest.mark.parametrize("method", ["get", "head", "put", "delete", "patch", "options"])
def test_b33_the_webhook_is_post_only_and_never_a_redirect(method: str) -> None:
    assert getattr(Client(), method)(PATH).status_code == 405


def test_b33_the_webhook_needs_no_sign_in_no_csrf_and_no_language(post: Callable[..., HttpResponse]) -> None:
    answer = post(told(), **{"Accept-Language": "ko", "Cookie": "sessionid=stale"})

    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
