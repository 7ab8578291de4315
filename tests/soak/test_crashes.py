"""Workers killed at 200 moments drawn by lot, with broker loss and redelivery: about ten minutes on each database.

python3 manage.py test tests/soak/test_crashes.py
"""

from __future__ import annotations

import os

import pytest

from accounts.models import User
from tests.crashes import Nursery, killed_by_lot


@pytest.mark.django_db(transaction=True)
def test_walks_killed_at_two_hundred_moments_end_as_if_nothing_had_happened(
    nursery: Nursery, editor: User
) -> None:
    killed_by_lot(nursery, editor, kills=200, seed=int(os.environ.get("SEED", "2026")))
