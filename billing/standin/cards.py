"""Cards: Stripe's test numbers that the stand-in knows, and what each of them does."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Card:
    number: str
    name: str  # what it does, a key of `words`
    token: str  # the id of the payment method that Stripe keeps for it
    attaches: bool = True
    first: str = ""  # the decline code of a payment with the buyer present; blank is a success
    later: str = ""  # the same without the buyer
    asks: bool = False  # the bank wants the buyer's approval

    @property
    def last4(self) -> str:
        return self.number[-4:]

    @property
    def spaced(self) -> str:
        return " ".join(self.number[at : at + 4] for at in range(0, 16, 4))


CARDS = {
    card.number: card
    for card in (
        Card("4242424242424242", "card_ok", "pm_card_visa"),
        Card(
            "4000000000000002", "card_declined", "pm_card_chargeDeclined", False, "generic_decline", "generic_decline",
        ),
        Card(
            "4000000000009995", "card_insufficient", "pm_card_chargeDeclinedInsufficientFunds",
            False, "insufficient_funds", "insufficient_funds",
        ),
        Card("4000000000000341", "card_fails_later", "pm_card_chargeCustomerFail", later="generic_decline"),
        Card("4000002760003155", "card_asks", "pm_card_threeDSecure2Required", asks=True),
    )
}  # fmt: skip
BY_TOKEN = {card.token: card for card in CARDS.values()}

DECLINES = {
    "generic_decline": ("card_declined", "Your card was declined."),
    "insufficient_funds": ("card_declined", "Your card has insufficient funds."),
}
