"""What an operator's environment leads to. Each start is a process of its own, since settings are read once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.deploy.checkout import bare_env

SECRET = "hunter2-is-not-to-be-repeated"
PRODUCTION = {
    "SECRET_KEY": SECRET * 2,
    "BASE_URL": "https://digests.example",
    "DEFAULT_FROM_EMAIL": "desk@digests.example",
    "EMAIL_URL": f"submission://desk:{SECRET}@127.0.0.1:587",
}

OPERATOR = {
    "OPERATOR_NAME": "Example Digests Ltd",
    "OPERATOR_ADDRESS": "1 Paper Lane, 12345 Pressburg",
    "OPERATOR_EMAIL": "desk@digests.example",
}


@pytest.fixture
def start(home: Path):
    """Runs `manage.py` or a line of Python with exactly these variables of ours; what it said, and its exit code."""

    def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        env = bare_env(PYTHONPATH=str(home), **variables)
        command = [sys.executable, *arguments]
        return subprocess.run(
            command, cwd=home, env=env, capture_output=True, text=True, timeout=120, check=False
        )

    return run


def production(**changes: str) -> dict[str, str]:
    return {**PRODUCTION, **changes}


def without(name: str) -> dict[str, str]:
    return {key: value for key, value in PRODUCTION.items() if key != name}


WSGI = "import digestly.wsgi; from django.conf import settings; "
CELERY = "import digestly.celery; digestly.celery.app.finalize(); from django.conf import settings; settings.DEBUG; "


def test_a_bare_checkout_checks_clean(start) -> None:
    said = start("manage.py", "check")
    assert (said.returncode, said.stderr) == (0, ""), said.stderr
    assert "no issues" in said.stdout


def test_a_full_configuration_starts(start) -> None:
    said = start("-c", WSGI + "print(settings.TRY_OUT, settings.DEBUG)", **PRODUCTION)
    assert said.stdout == "False False\n", said.stderr


def test_a_full_configuration_passes_the_deployment_check(start) -> None:
    said = start("manage.py", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION, **OPERATOR)
    assert said.returncode == 0, said.stderr


@pytest.mark.parametrize("name", sorted(PRODUCTION))
@pytest.mark.parametrize("way_in", [WSGI, CELERY], ids=["web", "worker"])
def test_a_missing_variable_stops_the_start_and_is_named(start, way_in: str, name: str) -> None:
    said = start("-c", way_in, **without(name))
    assert said.returncode != 0
    assert (
        said.stderr.strip()
        .splitlines()[-1]
        .endswith(f"set {name} (or DEBUG=1 to try Digestly out on this machine).")
    )


@pytest.mark.parametrize("name", sorted(PRODUCTION))
def test_a_blank_variable_is_a_missing_one(start, name: str) -> None:
    said = start("-c", WSGI, **production(**{name: "  "}))
    assert said.returncode != 0
    assert f"set {name} " in said.stderr


@pytest.mark.parametrize("name", [name for name in PRODUCTION if name != "SECRET_KEY"])
def test_commands_say_what_is_missing_without_a_traceback(start, name: str) -> None:
    said = start("manage.py", "migrate", **without(name))
    assert said.returncode == 1
    assert said.stderr == (
        f"Digestly is not configured: set {name} (or DEBUG=1 to try Digestly out on this machine).\n"
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", "perhaps"),
        ("PORT", "web"),
        ("PORT", "70000"),
        ("BASE_URL", "digests.example"),
        ("BASE_URL", "https://digests.example/news"),
        ("BASE_URL", f"https://desk:{SECRET}@digests.example"),
        ("TRUSTED_PROXY_COUNT", "-1"),
        ("TIME_ZONE", "Mars/Olympus"),
        ("EDITION_CLOSE_HOUR", "25"),
        ("DATABASE_URL", SECRET),
        ("DATABASE_URL", f"nosql://desk:{SECRET}@127.0.0.1/digestly"),
        ("DATABASE_URL", f"postgres://desk:{SECRET}/1@127.0.0.1/digestly"),
        ("CELERY_BROKER_URL", f"kafka://desk:{SECRET}@127.0.0.1"),
        ("CELERY_BROKER_URL", f"amqp://desk:{SECRET}/1@127.0.0.1"),
        ("CACHE_URL", f"paper://:{SECRET}@127.0.0.1"),
        ("CACHE_URL", f"redis://:{SECRET}/1@127.0.0.1"),
        ("EMAIL_URL", f"pigeon://desk:{SECRET}@127.0.0.1"),
        ("EMAIL_URL", SECRET),
        ("FETCH_ALLOW_PRIVATE", "10.0.0.0/99"),
        ("FETCH_ALLOW_PRIVATE", "intranet.example"),
        ("FETCH_ALLOW_PRIVATE", "10.0.0.0/8:99999"),
        ("LLM_DAY_BUDGET", "a lot"),
    ],
)
def test_a_wrong_variable_stops_the_start_and_is_named_but_no_secret_is_repeated(
    start, name: str, value: str
) -> None:
    for said in (
        start("-c", WSGI, **production(**{name: value})),
        start("manage.py", "check", **production(**{name: value})),
    ):
        assert said.returncode != 0
        assert f"{name}: " in said.stderr.strip().splitlines()[-1]
        assert SECRET not in said.stderr + said.stdout
    assert "Traceback" not in said.stderr


def test_a_model_in_ones_own_network_may_write_and_its_key_is_not_shown(start) -> None:
    said = start(
        "-c", WSGI + "print(repr(settings.LLM), settings.LLM_DAY_BUDGET)",
        **production(LLM_MODEL="llama3.1:8b", LLM_BASE_URL="http://10.0.0.7:11434/v1/", LLM_API_KEY=SECRET),
    )  # fmt: skip
    assert "llama3.1:8b" in said.stdout
    assert "'http://10.0.0.7:11434/v1'" in said.stdout
    assert said.stdout.rstrip().endswith(" 20")
    assert SECRET not in said.stdout


def test_blank_parts_are_the_embedded_ones(start) -> None:
    facts = "settings.DATABASES['default']['ENGINE'], settings.CELERY_BROKER_URL, settings.CACHES['default']['BACKEND']"
    blank = dict.fromkeys(("DATABASE_URL", "CELERY_BROKER_URL", "CACHE_URL", "ALLOWED_HOSTS"), "")
    said = start("-c", WSGI + f"print(*({facts}))", **production(**blank))
    assert said.stdout.split() == [
        *("django.db.backends.sqlite3", "filesystem://", "django.core.cache.backends.locmem.LocMemCache")
    ], said.stderr


@pytest.mark.parametrize("way_in", [WSGI, CELERY], ids=["web", "worker"])
def test_web_and_worker_try_nothing_out_unless_they_are_told_to(start, way_in: str) -> None:
    said = start("-c", way_in + "print(settings.TRY_OUT)")
    assert "set SECRET_KEY" in said.stderr
    said = start("-c", way_in + "print(settings.TRY_OUT)", DEBUG="1")
    assert said.stdout == "True\n", said.stderr


def test_a_command_in_a_configured_environment_is_not_a_trial(start) -> None:
    said = start(
        "manage.py",
        "shell",
        "-v",
        "0",
        "-c",
        "from django.conf import settings; print(settings.TRY_OUT)",
        **PRODUCTION,
    )
    assert said.stdout == "False\n", said.stderr


def test_what_is_for_trying_out_is_not_there_in_production(start) -> None:
    line = (
        "from django.apps import apps; from django.urls import Resolver404, resolve\n"
        "print(*(apps.is_installed(name) for name in ('digestly.content.samples', 'digestly.content.patterns',"
        " 'accounts.outbox')))\n"
        "try: resolve('/outbox/')\n"
        "except Resolver404: print('no outbox')\n"
        "try: resolve('/en/patterns/')\n"
        "except Resolver404: print('no patterns')\n"
        "from django.core.management import get_commands; print('load_samples' in get_commands())\n"
        "print(settings.EMAIL_BACKEND)"
    )
    said = start("-c", f"{WSGI}\n{line}", **PRODUCTION)
    assert said.stdout.splitlines() == [
        *(
            "False False False",
            "no outbox",
            "no patterns",
            "False",
            "django.core.mail.backends.smtp.EmailBackend",
        )
    ], said.stderr


def test_up_refuses_where_debug_is_off(start) -> None:
    said = start("manage.py", "up", "--port", "1", **production(DEBUG="0"))
    assert said.returncode == 1
    assert "DEBUG is off" in said.stderr


def test_the_generated_key_is_kept_and_private(start, home: Path) -> None:
    line = "from django.conf import settings; print(settings.SECRET_KEY)"
    first, second = (start("manage.py", "shell", "-v", "0", "-c", line) for _ in range(2))
    assert len(first.stdout.strip()) >= 50
    assert first.stdout == second.stdout
    assert (home / ".var" / "secret_key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "way_in",
    ["import digestly.wsgi", "import sys; sys.argv = ['manage.py', 'check']; import manage; manage.main()"],
)
def test_whatever_enqueues_reaches_the_configured_broker(start, way_in: str) -> None:
    line = f"{way_in}\nfrom celery import current_app; print(current_app.main, current_app.conf.broker_url)"
    said = start("-c", line, **production(CELERY_BROKER_URL="redis://127.0.0.1:1/0"))
    assert said.stdout.splitlines()[-1] == "digestly redis://127.0.0.1:1/0", said.stderr


def test_django_s_technical_pages_are_never_served(start) -> None:
    """With DEBUG on they would print local variables, and those hold text that readers have not paid for."""
    line = """
import digestly.wsgi, digestly.urls
from django.test import Client
from django.urls import path

def broken(request):
    locked_text = "-".join(["the", "locked", "sentence"])
    raise RuntimeError(locked_text)

digestly.urls.urlpatterns.insert(0, path("broken/", broken))
guest = Client(raise_request_exception=False, SERVER_NAME="localhost")
for address in ("/en/no-such-page/", "/broken/"):
    answer = guest.get(address)
    print(answer.status_code, answer.content.decode())
"""
    said = start("-c", line, DEBUG="1")
    assert said.returncode == 0, said.stderr
    assert "500 <!doctype html>" in said.stdout.lower()
    assert "the-locked-sentence" not in said.stdout
    assert "Traceback" not in said.stdout
    assert "urlconf" not in said.stdout.lower()
    assert "the-locked-sentence" in said.stderr, "the console tells the operator what happened"
