"""How a source fares, in words: what went wrong last, and what an editor can do about it."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from digestly.content.models import Source

WAIT = _("Nothing to do: it is asked again by itself, more and more seldom while this lasts.")
OPEN_IT = _("Open the address in a browser. If the feed has moved, give its new address.")
ASK_OWNER = _("Ask its owner; many hosts allow a reader that says who it is.")

ADVICE: dict[str, Promise] = {
    "timeout": WAIT,
    "dns_error": _("If the whole site is gone, pause it. If it has moved, give its new address."),
    "http_error": WAIT,
    "truncated": WAIT,
    "tls_error": _("Its certificate is its owner's to mend. We never go on without one."),
    "not_a_feed": OPEN_IT,
    "empty": OPEN_IT,
    "redirect_loop": OPEN_IT,
    "too_many_redirects": OPEN_IT,
    "bad_scheme": OPEN_IT,
    "bad_url": OPEN_IT,
    "blocked_address": _("It leads into a private network, where we never go. Give its public address."),
    "auth_required": _("It asks for a login. Use a public address of the feed."),
    "blocked_by_host": ASK_OWNER,
    "too_large": _("Ask its owner for a shorter feed, or look for one with the newest episodes only."),
    "bad_encoding": _("Its server packs the feed in a way nobody can unpack. Ask its owner."),
    "xml_limits": _("It nests or unfolds beyond what can be read safely. Ask its owner."),
    "parse_limits": _("It takes too long to read. Ask its owner for a shorter feed."),
    "flood": _("Look at the episodes that are held back: release them or skip them."),
    "worker_died": _("Tell the operator: reading this feed ends the program that reads it."),
}
GONE = _("It says that it is gone for good. Pause it, or give its new address.")


def advice(source: Source) -> Promise | str:
    """What to do about it; nothing where all is well."""
    if source.status == Source.Status.GONE:
        return GONE
    return ADVICE.get(source.error_code, WAIT) if source.error_code else ""
