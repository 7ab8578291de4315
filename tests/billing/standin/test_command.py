"""`manage.py stripe_standin`: on this machine alone, and only while trying out."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

OURS = {name: value for name, value in os.environ.items() if not name.startswith("STRIPE_")}


def test_it_prints_its_address_and_answers_there_on_loopback(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "manage.py",
        "stripe_standin",
        "--port",
        "0",
        "--file",
        str(tmp_path / "s.sqlite3"),
    ]
    with subprocess.Popen(
        command, cwd=settings.HOME, env={**OURS, "DEBUG": "1"}, stdout=subprocess.PIPE, text=True
    ) as program:
        try:
            assert program.stdout
            address = program.stdout.readline().split()[-1]
            assert urlsplit(address).hostname == "127.0.0.1"
            with urllib.request.urlopen(f"{address}/") as page:
                assert b"no money moves" in page.read()
        finally:
            program.terminate()
    assert (tmp_path / "s.sqlite3").exists()


def test_a_port_that_is_taken_is_said_so(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match=f"Port {port} cannot be used"):
            call_command("stripe_standin", port=port, file=tmp_path / "s.sqlite3")


def test_with_keys_of_ones_own_it_is_not_even_installed() -> None:
    keys = {"STRIPE_SECRET_KEY": "sk_test_own", "STRIPE_WEBHOOK_SECRET": "whsec_own"}
    asked = "import json; from django.conf import settings; print(json.dumps(settings.INSTALLED_APPS))"
    answer = subprocess.run(
        [sys.executable, "-c", asked], cwd=settings.HOME, check=True, capture_output=True, text=True,
        env={**OURS, **keys, "DEBUG": "1", "DJANGO_SETTINGS_MODULE": "digestly.settings"},
    )  # fmt: skip
    installed = json.loads(answer.stdout)
    assert "billing" in installed
    assert "billing.standin" not in installed
