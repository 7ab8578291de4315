"""Catalog: products and their prices."""

from __future__ import annotations

from stripe import params

from .. import objects
from ..answers import answer, page
from ..events import change, happened
from ..refusals import Refused, needed
from ..store import Object
from .routes import Call, route, with_metadata


@route("POST", "/v1/products", params.ProductCreateParams)
def create_product(call: Call) -> Object:
    return answer(call.store, _new_product(call, call.given), call.given.get("expand", ()))


def _new_product(call: Call, given: Object) -> Object:
    if (ident := given.get("id")) and call.store.find("product", ident):
        raise Refused(f"Product already exists.: {ident}", code="resource_already_exists", param="id")
    plain = {
        name: given[name]
        for name in ("id", "name", "active", "description", "images", "url")
        if name in given
    }
    product = objects.product(call.store, call.at, **plain, metadata=with_metadata({}, given))
    happened(call.store, call.at, "product.created", call.store.save(product))
    return product


@route("GET", "/v1/products", params.ProductListParams)
def list_products(call: Call) -> Object:
    found = [
        one for one in call.store.all("product") if call.given.get("active", one["active"]) == one["active"]
    ]
    if ids := call.given.get("ids"):
        found = [one for one in found if one["id"] in ids]
    return page(call.store, "/v1/products", found, call.given)


@route("GET", "/v1/products/{ident}", params.ProductRetrieveParams)
def retrieve_product(call: Call, ident: str) -> Object:
    return answer(call.store, call.store.get("product", ident), call.given.get("expand", ()))


@route("POST", "/v1/products/{ident}", params.ProductUpdateParams)
def update_product(call: Call, ident: str) -> Object:
    product = call.store.get("product", ident)
    with change(call.store, call.at, product, "product.updated"):
        for name in ("name", "active", "description", "images", "url", "default_price"):
            if name in call.given:
                product[name] = call.given[name] if call.given[name] != "" else None
        product["metadata"] = with_metadata(product, call.given)
    return answer(call.store, product, call.given.get("expand", ()))


@route("POST", "/v1/prices", params.PriceCreateParams)
def create_price(call: Call) -> Object:
    given = call.given
    if "unit_amount" not in given:
        raise needed("unit_amount")
    if "product" in given:
        product = call.store.get("product", given["product"], param="product")
    elif "product_data" in given:
        product = _new_product(call, given["product_data"])
    else:
        raise needed("product")
    recurring = given.get("recurring")
    price = objects.price(
        call.store, call.at,
        product=product["id"],
        unit_amount=given["unit_amount"],
        currency=given["currency"].lower(),
        recurring=recurring and objects.recurring(recurring["interval"], recurring.get("interval_count", 1)),
        lookup_key=_claim(call, given.get("lookup_key")),
        nickname=given.get("nickname"),
        active=given.get("active", True),
        tax_behavior=given.get("tax_behavior", "unspecified"),
        metadata=with_metadata({}, given),
    )  # fmt: skip
    happened(call.store, call.at, "price.created", call.store.save(price))
    return answer(call.store, price, given.get("expand", ()))


def _claim(call: Call, key: str | None, ident: str = "") -> str | None:
    """A lookup key belongs to one price; it moves to another only when that is asked for."""
    for price in call.store.all("price"):
        if key and price["lookup_key"] == key and price["id"] != ident:
            if not call.given.get("transfer_lookup_key"):
                raise Refused(f"A price (`{price['id']}`) already uses that lookup key.", param="lookup_key")
            with change(call.store, call.at, price, "price.updated"):
                price["lookup_key"] = None
    return key


@route("GET", "/v1/prices", params.PriceListParams)
def list_prices(call: Call) -> Object:
    found = call.store.all("price")
    for name in ("active", "product", "type", "currency"):
        if name in call.given:
            found = [one for one in found if one[name] == call.given[name]]
    if keys := call.given.get("lookup_keys"):
        found = [one for one in found if one["lookup_key"] in keys]
    if interval := call.given.get("recurring", {}).get("interval"):
        found = [one for one in found if one["recurring"] and one["recurring"]["interval"] == interval]
    return page(call.store, "/v1/prices", found, call.given)


@route("GET", "/v1/prices/{ident}", params.PriceRetrieveParams)
def retrieve_price(call: Call, ident: str) -> Object:
    return answer(call.store, call.store.get("price", ident), call.given.get("expand", ()))


@route("POST", "/v1/prices/{ident}", params.PriceUpdateParams)
def update_price(call: Call, ident: str) -> Object:
    price = call.store.get("price", ident)
    with change(call.store, call.at, price, "price.updated"):
        for name in ("active", "nickname"):
            if name in call.given:
                price[name] = call.given[name]
        if "lookup_key" in call.given:
            price["lookup_key"] = _claim(call, call.given["lookup_key"], ident)
        price["metadata"] = with_metadata(price, call.given)
    return answer(call.store, price, call.given.get("expand", ()))
