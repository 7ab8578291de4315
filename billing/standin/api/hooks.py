"""Webhook endpoints and the events that are told to them."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from stripe import params

from .. import objects
from ..answers import answer, page
from ..refusals import Refused
from ..store import Object
from .routes import Call, route, with_metadata

KEY_WHILE_TRYING_OUT = "sk_test_standin"  # whose secret is known beforehand, so that nothing has to be copied


@route("POST", "/v1/webhook_endpoints", params.WebhookEndpointCreateParams)
def create(call: Call) -> Object:
    endpoint = objects.webhook_endpoint(
        call.store, call.at,
        url=_loopback(call.given["url"]),
        enabled_events=call.given["enabled_events"],
        api_version=call.given.get("api_version"),
        description=call.given.get("description") or None,
        metadata=with_metadata({}, call.given),
    )  # fmt: skip
    known = call.key == KEY_WHILE_TRYING_OUT
    endpoint["_secret"] = "whsec_standin" if known else call.store.new_id("whsec", 32)
    call.store.save(endpoint)
    return answer(call.store, endpoint) | {"secret": endpoint["_secret"]}


def _loopback(url: str) -> str:
    parts = urlsplit(url)
    host = parts.hostname or ""
    try:
        near = host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        near = False
    if parts.scheme in ("http", "https") and near:
        return url
    raise Refused("Invalid URL: the stand-in delivers to this machine only.", code="url_invalid", param="url")


@route("GET", "/v1/webhook_endpoints", params.WebhookEndpointListParams)
def list_(call: Call) -> Object:
    return page(call.store, "/v1/webhook_endpoints", call.store.all("webhook_endpoint"), call.given)


@route("GET", "/v1/webhook_endpoints/{ident}", params.WebhookEndpointRetrieveParams)
def retrieve(call: Call, ident: str) -> Object:
    return answer(call.store, call.store.get("webhook_endpoint", ident), call.given.get("expand", ()))


@route("POST", "/v1/webhook_endpoints/{ident}", params.WebhookEndpointUpdateParams)
def update(call: Call, ident: str) -> Object:
    endpoint = call.store.get("webhook_endpoint", ident)
    given = call.given
    if "url" in given:
        endpoint["url"] = _loopback(given["url"])
    for name in ("enabled_events", "description"):
        if name in given:
            endpoint[name] = given[name] or None
    if "disabled" in given:
        endpoint["status"] = "disabled" if given["disabled"] else "enabled"
    endpoint["metadata"] = with_metadata(endpoint, given)
    return answer(call.store, call.store.save(endpoint), given.get("expand", ()))


@route("DELETE", "/v1/webhook_endpoints/{ident}", params.WebhookEndpointDeleteParams)
def delete(call: Call, ident: str) -> Object:
    call.store.get("webhook_endpoint", ident)
    call.store.forget(ident)
    return {"id": ident, "object": "webhook_endpoint", "deleted": True}


@route("GET", "/v1/events", params.EventListParams)
def list_events(call: Call) -> Object:
    found = call.store.all("event")
    kinds = call.given.get("types") or ([call.given["type"]] if "type" in call.given else None)
    if kinds:
        found = [one for one in found if any(_matches(one["type"], kind) for kind in kinds)]
    return page(call.store, "/v1/events", found, call.given)


def _matches(kind: str, wanted: str) -> bool:
    return kind == wanted or (wanted.endswith("*") and kind.startswith(wanted[:-1]))


@route("GET", "/v1/events/{ident}", params.EventRetrieveParams)
def retrieve_event(call: Call, ident: str) -> Object:
    return answer(call.store, call.store.get("event", ident), call.given.get("expand", ()))
