"""Prices: what providers list, for the first line of a table that operators then keep.

The list comes with the library and is as old as that; nothing is fetched.
"""

from __future__ import annotations

from decimal import Decimal

from digestly.engine.llm.model import Model

MILLION = 10**6


def listed(model: Model) -> tuple[Decimal, Decimal, Decimal] | None:
    """Input, cached input and output per million tokens, in dollars; None where nobody lists it, or nobody sells it."""
    if model.base_url:
        return None
    try:
        from genai_prices import Usage, calc_price
    except ImportError:
        return None
    kinds = (
        Usage(input_tokens=MILLION),
        Usage(input_tokens=MILLION, cache_read_tokens=MILLION),
        Usage(output_tokens=MILLION),
    )
    try:
        amounts = [
            calc_price(usage, model_ref=model.name, provider_id=model.provider).total_price for usage in kinds
        ]
    except LookupError:
        return None
    read, cached, written = (Decimal(amount) for amount in amounts)
    return read, cached, written
