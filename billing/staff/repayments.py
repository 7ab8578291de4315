"""Repayments at the desk: what somebody paid, as Stripe has it now, and the form that gives it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from billing import gateway, refunds
from billing.gateway import Json
from billing.gifts import taking_back
from billing.models import BillingCustomer, Gift, Refund
from billing.money import money

from .desk import at_desk, needs, page, staff_of
from .forms import RefundForm


@dataclass(frozen=True)
class Payment:
    """One charge, and what is left of it to give back."""

    charge: Json
    customer: BillingCustomer
    is_waiting: bool
    form: RefundForm

    @property
    def at(self) -> datetime | None:
        return gateway.moment(self.charge["created"])

    @property
    def gift(self) -> Gift | None:
        """What it was paid for, where that is not the payer's own Plus."""
        return taking_back.paid_by(self.charge)

    @property
    def amount(self) -> str:
        return money(self.charge["amount"], self.charge["currency"])

    @property
    def left(self) -> int:
        return int(self.charge["amount"] - self.charge["amount_refunded"]) if self.charge["paid"] else 0

    @property
    def left_in_words(self) -> str:
        return money(self.left, self.charge["currency"])

    @property
    def back(self) -> str:
        return money(self.charge["amount_refunded"], self.charge["currency"])


@require_http_methods(["GET", "HEAD", "POST"])
@needs("billing.add_refund")
def repay(request: HttpRequest, pk: int) -> HttpResponse:
    """The latest payments of a person; one of them is given back, whole or in part."""
    user = get_object_or_404(User, pk=pk)
    try:
        payments = _payments(user, request.POST if request.method == "POST" else None)
        if request.method == "POST" and _give(request, payments):
            return redirect("admin:billing_person", user.pk)
    except gateway.StripeFailure as error:
        messages.error(
            request,
            _("Stripe did not answer: %(error)s. What was asked for is asked for again by itself.")
            % {"error": error},
        )
        return redirect("admin:billing_person", user.pk)
    context = {"title": _("Refund"), "person": user, "payments": payments}
    status = 400 if request.method == "POST" else 200
    return render(request, "admin/billing/repay.html", page(request, context), status=status)


def _payments(user: User, sent: Any) -> list[Payment]:
    """Asked of Stripe now: what is left of a payment is nothing to remember. Raises StripeFailure."""
    customers = BillingCustomer.objects.known().filter(user=user)
    waiting = set(Refund.objects.unanswered().filter(customer__user=user).values_list("charge_id", flat=True))
    return [
        Payment(charge, customer, charge["id"] in waiting, _form(charge, sent))
        for customer in customers
        for charge in gateway.charges(customer.stripe_customer_id or "")
        if charge["paid"]
    ]


def _form(charge: Json, sent: Any) -> RefundForm:
    is_meant = sent is not None and sent.get("charge") == charge["id"]
    return RefundForm(
        sent if is_meant else None, initial={"charge": charge["id"]}, currency=charge["currency"]
    )


def _give(request: HttpRequest, payments: list[Payment]) -> bool:
    """Give back what the form says; False if it says too little."""
    meant = next((one for one in payments if one.form.is_bound), None)
    if meant is None:
        raise Http404
    if not meant.form.is_valid():
        return False
    given = meant.form.cleaned_data
    if not refunds.is_for_plus(meant.charge):
        messages.error(request, _("This payment was for something else than Plus. Refund it at Stripe."))
        return True
    try:
        asked = refunds.ask(
            meant.customer, meant.charge, given["amount"], form=given["form"], by=staff_of(request), why=given["why"],
        )  # fmt: skip
    except refunds.StillAsking:
        meant.form.add_error(None, _("An earlier refund of this payment has no answer yet. Wait for it."))
        return False
    except refunds.NotRefundable:
        meant.form.add_error("amount", _("Not so much is left of this payment."))
        return False
    done = refunds.give(asked.pk)
    if done.state == Refund.State.REFUSED:
        messages.error(request, _("Stripe refused: %(error)s") % {"error": done.last_error})
    else:
        messages.success(
            request, _("Given back: %(amount)s.") % {"amount": money(done.amount, done.currency)}
        )
    return True


repay_page = at_desk(repay)
