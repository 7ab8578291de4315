"""Any process may be killed at any statement: SIGKILL at each named point, and at some moments drawn by lot.

The full number of moments is drawn by `python3 manage.py test tests/soak/test_crashes.py`.
"""

from __future__ import annotations

import pytest

from accounts.models import User
from tests.crashes import (
    Ended,
    Nursery,
    Podcast,
    Run,
    for_good,
    killed_by_lot,
    never_ending_insert,
    same_end,
)
from tests.fetch.loopback import Site

pytestmark = pytest.mark.django_db(transaction=True)

SEED = 2026


def test_a_walk_killed_at_every_named_point_ends_as_if_nothing_had_happened(
    nursery: Nursery, editor: User
) -> None:
    it, undisturbed = (Run(nursery, Podcast(number), editor) for number in range(2))
    feed, words = (it.podcast.feeds, "/feed.xml"), (it.podcast.files[0], "/words.vtt")
    killed_while_an_answer_comes(it, *feed)
    killed_inside_the_transaction_that_writes(it, "content_fetchattempt")
    killed_while_an_answer_comes(it, *words)
    killed_inside_the_transaction_that_writes(it, "content_transcript")
    killed_inside_the_transaction_that_writes(it, "content_revision")
    killed_inside_the_transaction_that_writes(it, "content_editionentry")
    assert it.life(for_good) is Ended.WITH_NOTHING_LEFT
    assert undisturbed.life(for_good) is Ended.WITH_NOTHING_LEFT
    same_end([it], undisturbed)


def test_walks_killed_at_moments_drawn_by_lot_end_as_if_nothing_had_happened(
    nursery: Nursery, editor: User
) -> None:
    killed_by_lot(nursery, editor, kills=4, seed=SEED)


def killed_while_an_answer_comes(it: Run, site: Site, path: str) -> None:
    """All but its last byte is there."""
    with it.podcast.holds_back(site, path) as asked:
        assert it.life(asked.is_set) is Ended.BY_SIGKILL


def killed_inside_the_transaction_that_writes(it: Run, table: str) -> None:
    with never_ending_insert(table) as somebody_is_inside:
        assert it.life(somebody_is_inside) is Ended.BY_SIGKILL
