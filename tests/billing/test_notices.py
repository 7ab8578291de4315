"""Letters about money: in the reader's language, and once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core import mail

from accounts.models import User
from billing import notices
from billing.models import BillingCustomer, BillingNotice, Subscription

FACTS: dict[str, dict[str, Any]] = {
    notices.WELCOME: {"status": "active"},
    notices.ENDING: {"status": "active", "cancel_at_period_end": True},
    notices.ENDED: {"status": "canceled", "ended_at": datetime(2026, 1, 31, tzinfo=UTC)},
    notices.PAYMENT_FAILED: {"status": "past_due", "latest_invoice_id": "in_1"},
}
SUBJECTS = {
    (notices.WELCOME, "en"): "Welcome to Digestly Plus",
    (notices.ENDING, "en"): "Your Digestly Plus will not renew",
    (notices.ENDED, "en"): "Your Digestly Plus has ended",
    (notices.PAYMENT_FAILED, "en"): "Your payment to Digestly did not go through",
}


@pytest.fixture
def subscribed(free: User) -> Callable[[str], BillingCustomer]:
    """A customer whose welcome is long past, and whose subscription calls for a letter."""

    def subscribe(kind: str) -> BillingCustomer:
        customer = BillingCustomer.objects.create(user=free, stripe_customer_id="cus_1")
        Subscription.objects.create(
            customer=customer, stripe_subscription_id="sub_1", is_plus=True, fetched_at=datetime.now(UTC),
            current_period_end=datetime(2099, 1, 31, tzinfo=UTC), **FACTS[kind],
        )  # fmt: skip
        if kind != notices.WELCOME:
            BillingNotice.objects.create(
                user=free, kind=notices.WELCOME, key="sub_1", sent_at=datetime.now(UTC)
            )
        return customer

    return subscribe


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("kind", FACTS)
def test_each_letter_is_written_in_the_readers_language(
    kind: str, language: str, free: User, subscribed: Callable[[str], BillingCustomer]
) -> None:
    free.preferences.language = language
    free.preferences.save()
    notices.due(subscribed(kind))
    (notice,) = BillingNotice.objects.filter(sent_at=None)
    assert notice.kind == kind

    assert notices.send(notice)

    letter = mail.outbox[-1]
    html = str(letter.alternatives[0][0])  # type: ignore[attr-defined]
    assert letter.to == [free.email]
    assert "/account/" in letter.body
    assert "/account/" in html
    assert ("your" in letter.body.lower()) == (language == "en")
    if language == "en":
        assert letter.subject == SUBJECTS[kind, "en"]
    if kind == notices.ENDING:
        assert "2099" in letter.body


@pytest.mark.parametrize("kind", FACTS)
def test_a_letter_is_due_once_and_sent_once(kind: str, subscribed: Callable[[str], BillingCustomer]) -> None:
    customer = subscribed(kind)
    for _ in range(3):
        notices.due(customer)
    (notice,) = BillingNotice.objects.filter(sent_at=None)

    assert [notices.send(notice) for _ in range(3)] == [True, False, False]
    assert len(mail.outbox) == 1


def test_a_letter_that_could_not_be_sent_is_tried_again(
    subscribed: Callable[[str], BillingCustomer], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any, **facts: Any) -> None:
        raise OSError("no mail server")

    notices.due(subscribed(notices.WELCOME))
    notice = BillingNotice.objects.get()
    with monkeypatch.context() as patch:
        patch.setattr(notices.mail, "send", broken)
        with pytest.raises(OSError, match="no mail server"):
            notices.send(notice)

    assert notices.send(notice)
    assert len(mail.outbox) == 1
