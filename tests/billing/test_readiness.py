"""B60: prices that are missing or of the other mode are said before anybody wants to pay."""

from __future__ import annotations

import runpy
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from billing import readiness
from billing.models import PlanPrice
from tests.billing.local_stripe import LocalStripe
from tests.deploy.checkout import bare_env
from tests.test_settings import PRODUCTION


def asked_of_stripe() -> str:
    out = StringIO()
    try:
        call_command("billing_setup", "--check", stdout=out)
    except CommandError as error:
        out.write(str(error))
    return out.getvalue()


def deploy_problems() -> list[str]:
    found = run_checks(databases=["default"], include_deployment_checks=True)
    return [one.msg for one in found if one.id == "billing.E002"]


@pytest.mark.django_db(transaction=True)
def test_b60_a_deploy_check_misses_prices_and_knows_those_of_the_other_mode(
    shop: LocalStripe, settings: Any
) -> None:
    assert deploy_problems() == []
    PlanPrice.objects.filter(lookup_key="plus_monthly").update(stripe_price_id=None)
    assert "plus_monthly has no price at Stripe" in deploy_problems()[0]
    PlanPrice.objects.update(livemode=True)
    assert "not of the test mode" in deploy_problems()[0]
    PlanPrice.objects.all().delete()
    assert "no price to sell Plus at" in deploy_problems()[0]
    settings.STRIPE_SECRET_KEY = ""
    assert deploy_problems() == []


@pytest.mark.django_db(transaction=True)
def test_b60_asked_for_it_setup_compares_with_stripe_and_changes_nothing(shop: LocalStripe) -> None:
    assert "Stripe is ready to sell Plus." in asked_of_stripe()
    (endpoint,) = shop.api.webhook_endpoints.list().data
    made = len(shop.requests("POST"))
    shop.api.webhook_endpoints.update(endpoint.id, {"disabled": True, "enabled_events": ["invoice.paid"]})
    shop.control("change_price", lookup_key="plus_yearly", unit_amount=7000)
    PlanPrice.objects.filter(lookup_key="plus_monthly").update(amount=1)

    said = asked_of_stripe()

    assert "is switched off" in said
    assert "does not hear charge.dispute.closed" in said
    assert "plus_monthly costs 500 usd" in said
    assert "plus_yearly" in said
    assert "not ready" in said
    assert len(shop.requests("POST")) == made + 1
    shop.api.webhook_endpoints.delete(endpoint.id)
    assert "Stripe tells nobody" in asked_of_stripe()


@pytest.mark.django_db
def test_nothing_is_missed_where_plus_is_not_sold(settings: Any) -> None:
    settings.STRIPE_SECRET_KEY = ""

    assert list(readiness.problems_here()) == []


@pytest.mark.django_db(transaction=True)
def test_b60_a_web_process_that_has_nothing_to_sell_at_does_not_start(
    shop: LocalStripe, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.TRY_OUT = False
    runpy.run_module("digestly.wsgi")

    PlanPrice.objects.update(livemode=True)
    with pytest.raises(ImproperlyConfigured, match="not of the test mode"):
        runpy.run_module("digestly.wsgi")
    PlanPrice.objects.all().delete()
    with pytest.raises(ImproperlyConfigured, match="no price to sell Plus at"):
        runpy.run_module("digestly.wsgi")

    settings.STRIPE_SECRET_KEY = ""
    runpy.run_module("digestly.wsgi")


def test_a_web_process_whose_database_is_away_starts(home: Path) -> None:
    keys = {"STRIPE_SECRET_KEY": "sk_live_x", "STRIPE_WEBHOOK_SECRET": "whsec_x"}
    env = bare_env(**PRODUCTION, **keys, DATABASE_URL="postgres://nobody@127.0.0.1:1/nothing")
    started = subprocess.run(
        [sys.executable, "-c", "import digestly.wsgi"], cwd=home, env=env,
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert started.returncode == 0, started.stderr
