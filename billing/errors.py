"""What may come between somebody and Plus, each with what to do next."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Hindrance(Exception):
    """Expected, and shown to the reader as it is."""

    message: str | Promise


class TryLater(Hindrance):
    """We could not find out, so nothing was begun."""

    message = _(
        "Our payment partner does not answer just now. Nothing was charged. Try again in a few minutes."
    )


class NotOnSale(Hindrance):
    message = _("Plus cannot be bought just now. Nothing was charged. Try again later.")


class NotVerified(Hindrance):
    message = _("Confirm your email address first. Then you can subscribe.")


class AlreadyPlus(Hindrance):
    message = _("You have Plus already, and nothing to pay.")


class HasSubscription(Hindrance):
    """There is one at Stripe that must end, or be mended, before another may begin."""

    message = _("You have a subscription already. You can change it here.")


class Disputed(Hindrance):
    """Whose bank takes a payment back pays nothing more until a person has looked at it."""

    message = _("A payment is being disputed, so Plus is closed. Write to us and we will sort it out.")


class TrialUsed(Hindrance):
    message = _("Everybody can try Plus once, and you have. You can subscribe now.")


class NotNow(Hindrance):
    """The page was older than what has happened since."""

    message = _("Your subscription has changed meanwhile. Here is where it stands.")


class GiftHad(Hindrance):
    message = _("This gift has been redeemed already.")


class GiftGone(Hindrance):
    message = _("This gift was taken back, so it cannot be redeemed. Ask whoever gave it to you.")


class HasPlusForGood(Hindrance):
    message = _(
        "You have Plus without an end, so this gift would be wasted on you. Hand it on to somebody else."
    )


class JustPaid(Hindrance):
    """Paid in another tab: what came of it is on its way."""

    message = _("You have paid already. We are waiting for word of it.")

    def __init__(self, session_id: str) -> None:
        self.session_id = session_id


class NothingToManage(Hindrance):
    message = _("There is no subscription to manage yet.")
