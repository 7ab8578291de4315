"""Money: invoices, their payments, charges, refunds and disputes."""

from __future__ import annotations

from stripe import params

from ..answers import answer, page
from ..life import changes, incidents, invoices, payments, subscriptions
from ..refusals import Declined, Refused, needed
from ..store import Object
from .routes import Call, route, with_metadata
from .subscriptions import wish


@route("GET", "/v1/invoices", params.InvoiceListParams)
def list_invoices(call: Call) -> Object:
    found = call.store.all("invoice", customer=call.given.get("customer"))
    if subscription := call.given.get("subscription"):
        found = [one for one in found if invoices.subscription_id(one) == subscription]
    if status := call.given.get("status"):
        found = [one for one in found if one["status"] == status]
    return page(call.store, "/v1/invoices", found, call.given)


@route("POST", "/v1/invoices/create_preview", params.InvoiceCreatePreviewParams)
def preview_invoice(call: Call) -> Object:
    """What would be charged: next time, or at once for the changes that are asked about."""
    given = call.given
    if "subscription" not in given:
        raise Refused("The stand-in previews what subscriptions will cost.", param="subscription")
    subscription = call.store.get("subscription", given["subscription"], param="subscription")
    details = given.get("subscription_details", {})
    wanted = [
        wish(call, subscription, place, asked, "subscription_details[items]")
        for place, asked in enumerate(details.get("items", ()))
    ]
    at = details.get("proration_date", call.at)
    settle = details.get("proration_behavior", changes.NEXT)
    anew = details.get("billing_cycle_anchor", {}).get("type") == "now"
    has_ended = subscriptions.has_ended(subscription)
    invoice = None if has_ended else changes.upcoming(
        call.store, at, subscription, wanted, settle=settle, anew=anew
    )  # fmt: skip
    if invoice is None:
        raise Refused("No upcoming invoices for this subscription.", code="invoice_upcoming_none", status=404)
    return answer(call.store, invoice, given.get("expand", ()))


@route("GET", "/v1/invoices/{ident}", params.InvoiceRetrieveParams)
def retrieve_invoice(call: Call, ident: str) -> Object:
    return answer(call.store, call.store.get("invoice", ident), call.given.get("expand", ()))


@route("POST", "/v1/invoices/{ident}/pay", params.InvoicePayParams)
def pay_invoice(call: Call, ident: str) -> Object:
    invoice = call.store.get("invoice", ident)
    if invoice["status"] != "open":
        raise Refused(f"Invoice is already {invoice['status']}", code="invoice_not_open", param="id")
    asked = call.given.get("payment_method")
    if asked:
        method: Object | None = call.store.get("payment_method", asked, param="payment_method")
    else:
        method = subscriptions.method_of(
            call.store, call.store.get("subscription", invoices.subscription_id(invoice))
        )
    if invoices.collect(call.store, call.at, invoice, method, present=False) != payments.PAID:
        raise Declined
    return answer(call.store, invoice, call.given.get("expand", ()))


@route("POST", "/v1/invoices/{ident}/void", params.InvoiceVoidInvoiceParams)
def void_invoice(call: Call, ident: str) -> Object:
    invoice = call.store.get("invoice", ident)
    if invoice["status"] not in ("open", "uncollectible"):
        raise Refused("You can only pass in open or uncollectible invoices.", param="id")
    invoices.void(call.store, call.at, invoice)
    return answer(call.store, invoice, call.given.get("expand", ()))


@route("GET", "/v1/invoice_payments", params.InvoicePaymentListParams)
def list_invoice_payments(call: Call) -> Object:
    found = call.store.all("invoice_payment")
    for name in ("invoice", "status"):
        if name in call.given:
            found = [one for one in found if one[name] == call.given[name]]
    if payment := call.given.get("payment"):
        found = [one for one in found if payment.items() <= one["payment"].items()]
    return page(call.store, "/v1/invoice_payments", found, call.given)


@route("GET", "/v1/invoice_payments/{ident}", params.InvoicePaymentRetrieveParams)
def retrieve_invoice_payment(call: Call, ident: str) -> Object:
    return answer(call.store, call.store.get("invoice_payment", ident), call.given.get("expand", ()))


@route("GET", "/v1/payment_intents", params.PaymentIntentListParams)
def list_intents(call: Call) -> Object:
    found = call.store.all("payment_intent", customer=call.given.get("customer"))
    return page(call.store, "/v1/payment_intents", found, call.given)


@route("GET", "/v1/payment_intents/{ident}", params.PaymentIntentRetrieveParams)
def retrieve_intent(call: Call, ident: str) -> Object:
    return answer(call.store, call.store.get("payment_intent", ident), call.given.get("expand", ()))


@route("GET", "/v1/charges", params.ChargeListParams)
def list_charges(call: Call) -> Object:
    found = call.store.all("charge", customer=call.given.get("customer"))
    if intent := call.given.get("payment_intent"):
        found = [one for one in found if one["payment_intent"] == intent]
    return page(call.store, "/v1/charges", found, call.given)


@route("GET", "/v1/charges/{ident}", params.ChargeRetrieveParams)
def retrieve_charge(call: Call, ident: str) -> Object:
    return answer(call.store, call.store.get("charge", ident), call.given.get("expand", ()))


@route("POST", "/v1/refunds", params.RefundCreateParams)
def create_refund(call: Call) -> Object:
    given = call.given
    if "charge" in given:
        charge = call.store.get("charge", given["charge"], param="charge")
    elif "payment_intent" in given:
        intent = call.store.get("payment_intent", given["payment_intent"], param="payment_intent")
        if intent["latest_charge"] is None:
            raise Refused(
                "This PaymentIntent does not have a successful charge to refund.", param="payment_intent"
            )
        charge = call.store.get("charge", intent["latest_charge"])
    else:
        raise needed("charge")
    if not charge["paid"]:
        raise Refused(f"Charge {charge['id']} was not paid, and cannot be refunded.", param="charge")
    refund = incidents.refund(
        call.store, call.at, charge,
        amount=given.get("amount"), reason=given.get("reason"), metadata=with_metadata({}, given),
    )  # fmt: skip
    return answer(call.store, refund, given.get("expand", ()))


@route("GET", "/v1/refunds", params.RefundListParams)
def list_refunds(call: Call) -> Object:
    found = call.store.all("refund")
    for name in ("charge", "payment_intent"):
        if name in call.given:
            found = [one for one in found if one[name] == call.given[name]]
    return page(call.store, "/v1/refunds", found, call.given)


@route("GET", "/v1/refunds/{ident}", params.RefundRetrieveParams)
def retrieve_refund(call: Call, ident: str) -> Object:
    return answer(call.store, call.store.get("refund", ident), call.given.get("expand", ()))


@route("GET", "/v1/disputes", params.DisputeListParams)
def list_disputes(call: Call) -> Object:
    found = call.store.all("dispute")
    for name in ("charge", "payment_intent"):
        if name in call.given:
            found = [one for one in found if one[name] == call.given[name]]
    return page(call.store, "/v1/disputes", found, call.given)


@route("GET", "/v1/disputes/{ident}", params.DisputeRetrieveParams)
def retrieve_dispute(call: Call, ident: str) -> Object:
    return answer(call.store, call.store.get("dispute", ident), call.given.get("expand", ()))
