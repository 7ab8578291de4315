"""Promotions: coupons, and the codes that they are handed out by."""

from __future__ import annotations

from stripe import params

from .. import objects
from ..answers import answer, page
from ..events import change, happened
from ..parameters import Given
from ..refusals import Refused, needed
from ..store import Object
from .routes import Call, route, with_metadata

PLAIN = (
    "id", "name", "amount_off", "currency", "percent_off", "duration", "duration_in_months",
    "max_redemptions", "redeem_by",
)  # fmt: skip


KEPT = ("code", "active", "customer", "expires_at", "max_redemptions")


@route("POST", "/v1/coupons", params.CouponCreateParams)
def create_coupon(call: Call) -> Object:
    given = call.given
    _agree(given)
    if (ident := given.get("id")) and call.store.find("coupon", ident):
        raise Refused(f"Coupon already exists: {ident}", code="resource_already_exists", param="id")
    facts = {name: given[name] for name in PLAIN if name in given}
    if "percent_off" in facts:
        facts["percent_off"] = float(facts["percent_off"])
    coupon = objects.coupon(call.store, call.at, **facts, metadata=with_metadata({}, given))
    happened(call.store, call.at, "coupon.created", call.store.save(coupon))
    return answer(call.store, coupon, given.get("expand", ()))


def _agree(given: Given) -> None:
    if ("percent_off" in given) == ("amount_off" in given):
        raise Refused("You must pass either `percent_off` or `amount_off`.", param="percent_off")
    if "amount_off" in given and "currency" not in given:
        raise needed("currency")
    if not 0 < given.get("percent_off", 100) <= 100:
        raise Refused("Invalid percent_off: must be above 0 and at most 100.", param="percent_off")
    if (given.get("duration") == "repeating") != ("duration_in_months" in given):
        raise needed("duration_in_months")


@route("GET", "/v1/coupons", params.CouponListParams)
def list_coupons(call: Call) -> Object:
    return page(call.store, "/v1/coupons", call.store.all("coupon"), call.given)


@route("GET", "/v1/coupons/{ident}", params.CouponRetrieveParams)
def retrieve_coupon(call: Call, ident: str) -> Object:
    return answer(call.store, call.store.get("coupon", ident), call.given.get("expand", ()))


@route("POST", "/v1/promotion_codes", params.PromotionCodeCreateParams)
def create_code(call: Call) -> Object:
    given = call.given
    coupon = given["promotion"].get("coupon")
    if not coupon:
        raise needed("promotion[coupon]")
    call.store.get("coupon", coupon, param="promotion[coupon]")
    taken = call.store.all("promotion_code")
    if any(one["active"] and one["code"] == given.get("code") for one in taken):
        raise Refused("An active promotion code with that code already exists.", param="code")
    code = objects.promotion_code(
        call.store, call.at,
        promotion={"type": "coupon", "coupon": coupon},
        restrictions={
            "first_time_transaction": False, "minimum_amount": None, "minimum_amount_currency": None,
            **given.get("restrictions", {}),
        },
        metadata=with_metadata({}, given),
        **{name: given[name] for name in KEPT if name in given},
    )  # fmt: skip
    happened(call.store, call.at, "promotion_code.created", call.store.save(code))
    return answer(call.store, code, given.get("expand", ()))


@route("GET", "/v1/promotion_codes", params.PromotionCodeListParams)
def list_codes(call: Call) -> Object:
    found = call.store.all("promotion_code")
    for name in ("active", "code", "customer"):
        if name in call.given:
            found = [one for one in found if one[name] == call.given[name]]
    if coupon := call.given.get("coupon"):
        found = [one for one in found if one["promotion"]["coupon"] == coupon]
    return page(call.store, "/v1/promotion_codes", found, call.given)


@route("GET", "/v1/promotion_codes/{ident}", params.PromotionCodeRetrieveParams)
def retrieve_code(call: Call, ident: str) -> Object:
    return answer(call.store, call.store.get("promotion_code", ident), call.given.get("expand", ()))


@route("POST", "/v1/promotion_codes/{ident}", params.PromotionCodeUpdateParams)
def update_code(call: Call, ident: str) -> Object:
    code = call.store.get("promotion_code", ident)
    with change(call.store, call.at, code, "promotion_code.updated"):
        code["active"] = call.given.get("active", code["active"])
        code["metadata"] = with_metadata(code, call.given)
    return answer(call.store, code, call.given.get("expand", ()))
