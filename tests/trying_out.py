"""Loaded by pytest before the settings are read: tests run as a trial does, and beside one without meeting it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

os.environ.setdefault("DEBUG", "1")
os.environ.pop("LLM_MODEL", None)  # no test asks a model that somebody pays for

# Workers side by side count who signs in how often: each has a database of its own at Redis, for each empties it.
worker, cache = os.environ.get("PYTEST_XDIST_WORKER", ""), os.environ.get("CACHE_URL", "")
if worker.startswith("gw") and cache.startswith("redis"):
    os.environ["CACHE_URL"] = f"{cache.rpartition('/')[0]}/{1 + int(worker[2:]) % 15}"

# The same examples at each run and on each machine, however slow: a red suite is red for everybody. To search
# for new ones: python3 manage.py test --hypothesis-profile=default
settings.register_profile("suite", deadline=None, derandomize=True)
settings.load_profile("suite")


@pytest.fixture(scope="session", autouse=True)
def _own_database(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Two suites at once, from two terminals, must not write into one file."""
    from django.db import connection

    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(tmp_path_factory.mktemp("database") / "test.sqlite3")


@pytest.fixture(scope="session", autouse=True)
def _own_broker(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What tests enqueue must not reach the workers of an `up` that runs from the same checkout."""
    from digestly.celery import app

    if app.conf.broker_url.startswith("filesystem"):
        folder = str(tmp_path_factory.mktemp("broker"))
        folders = dict.fromkeys(("data_folder_in", "data_folder_out", "control_folder"), folder)
        app.conf.broker_transport_options = {**app.conf.broker_transport_options, **folders}


@pytest.fixture(scope="session", autouse=True)
def _passwords_are_cheap() -> None:
    """They are stored as ever, but what makes guessing one dear would be the half of what this suite does."""
    from django.contrib.auth.hashers import Argon2PasswordHasher

    Argon2PasswordHasher.time_cost = Argon2PasswordHasher.parallelism = 1
    Argon2PasswordHasher.memory_cost = 8


@pytest.fixture(scope="session")
def home() -> Path:
    """The checkout."""
    return Path(__file__).resolve().parent.parent
