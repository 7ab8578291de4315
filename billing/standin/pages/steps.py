"""Steps: how the portal's pages lead on, and what the configuration lets a customer do."""

from __future__ import annotations

from ..store import Object
from .frame import Page, Visit, goto, plain


def allows(visit: Visit, session: Object, feature: str) -> bool:
    return bool(features(visit, session)[feature]["enabled"])


def features(visit: Visit, session: Object) -> Object:
    return dict(visit.store.get("billing_portal.configuration", session["configuration"])["features"])


def home_of(session: Object) -> str:
    return f"/p/session/{session['id']}"


def begin(session: Object) -> Page | None:
    """A flow leads straight to one page, and back from it."""
    flow = session["flow"]
    if not flow or session.get("_done"):
        return None
    if flow["type"] == "payment_method_update":
        return goto(f"{home_of(session)}/card")
    act = {"subscription_cancel": "cancel", "subscription_update_confirm": "change"}[flow["type"]]
    return goto(f"{home_of(session)}/{act}/{flow[flow['type']]['subscription']}")


def finish(visit: Visit, session: Object) -> Page:
    """After a change: on to where the flow wants, else back to the portal."""
    flow, done = session["flow"], session.get("_done")
    session["_done"] = True
    visit.store.save(session)
    after = flow["after_completion"]["type"] if flow and not done else "portal_homepage"
    if after == "redirect":
        return goto(flow["after_completion"]["redirect"]["return_url"])
    if after == "hosted_confirmation":
        return plain(visit, "done_title", "done_text", link=session["return_url"] or "", back="return")
    return goto(home_of(session))


def leave(session: Object) -> str:
    """The way back without a change: out of a flow, else to the portal."""
    in_flow = session["flow"] and not session.get("_done")
    return str(session["return_url"] if in_flow and session["return_url"] else home_of(session))
