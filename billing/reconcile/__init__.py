"""Reconcile: find what no event told us. Events get lost for good, so rows are compared with Stripe's lists, page by
page: what is new by the hour, everything by the night. Who differs is synced like anybody else (`billing.sync`), so
an old page does no harm; a list is how they are found, never what is written.
"""

from __future__ import annotations

from .due import due, forget_unmade
from .runs import begin_due, by_hand, go_on
from .stages import Found

__all__ = ["Found", "begin_due", "by_hand", "due", "forget_unmade", "go_on"]
