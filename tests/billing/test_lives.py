"""Random lives: whatever happens at Stripe, and however little or much of it we hear, access is what Stripe says.

The full number of lives is lived by `python3 manage.py test tests/soak/test_lives.py`.
"""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from tests.billing.lives import ACTS, Disorder, Life, compared, deaf, drawn, faults
from tests.billing.local_stripe import LocalStripe

pytestmark = pytest.mark.django_db(transaction=True)

SEED = 2026
MOST_LIKELY = [act for act in ACTS for _ in range(max(1, act[2] // 4))]


def test_one_comparison_heals_what_no_webhook_told(shop: LocalStripe) -> None:
    shop.drop()

    class Lives(RuleBasedStateMachine):
        count = 0

        @initialize()
        def begin(self) -> None:
            Lives.count += 1
            self.lives = [Life(shop, f"life-{Lives.count}-{number}") for number in range(2)]
            for life in self.lives:
                life.subscribes()

        @rule(who=st.integers(0, 1), act=st.sampled_from(MOST_LIKELY))
        def goes_on(self, who: int, act: Any) -> None:
            act[1](self.lives[who])

        def teardown(self) -> None:
            compared()
            assert faults(self.lives) == []
            assert compared() == [], "a second look finds nothing"

    with deaf():
        run_state_machine_as_test(
            Lives,
            settings=settings(
                max_examples=8,
                stateful_step_count=10,
                deadline=None,
                derandomize=True,
                phases=[Phase.generate],
            ),
        )


def test_every_event_three_times_in_no_order_over_four_processes_comes_to_the_same_end(
    shop: LocalStripe,
) -> None:
    lot = random.Random(SEED)
    shop.drop()
    disorder = Disorder(shop, lot)
    lives = [Life(shop, f"life-{number}") for number in range(3)]
    for life in lives:
        life.subscribes()
    for turn in range(12):
        drawn(lot)(lot.choice(lives))
        if turn % 4 == 3:
            disorder.tells()
    disorder.ends()

    assert faults(lives) == []
