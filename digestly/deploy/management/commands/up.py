"""Try Digestly on this machine: everything it needs, under one parent, on loopback alone."""

from __future__ import annotations

import errno
import fcntl
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection

from accounts.models import User
from digestly.deploy.schema import from_the_future
from digestly.deploy.supervisor import Supervisor

LOOPBACK = "127.0.0.1"
LONGEST_WAIT = 60.0  # seconds for the first answer
STANDIN = apps.is_installed("billing.standin")


class Command(BaseCommand):
    help = "Set up and run Digestly on this machine, for trying it out: web, worker and beat."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--port", type=port, default=settings.PORT, help="where to listen (default: %(default)s)"
        )

    def handle(self, *args: Any, port: int, **options: Any) -> None:
        if not settings.TRY_OUT:
            raise CommandError(
                "`up` is for trying out, and DEBUG is off. Run web, worker and beat by themselves."
            )
        address = f"http://{LOOPBACK}:{port}/"
        with alone(address):
            ensure_free(port)
            if STANDIN:
                ensure_free(standin_port(port))
            self._prepare()
            self._run(port, address)
        self.stdout.write("Stopped.")

    def _prepare(self) -> None:
        try:
            newer = from_the_future()
        except OperationalError as error:
            raise CommandError(f"The database does not answer: {error}") from None
        if newer:
            raise CommandError(
                f"This database was used by a newer Digestly, which knows {', '.join(newer)}. "
                "Run that version, or set DATABASE_URL to another database."
            )
        self._say("Bringing the database up to date …")
        call_command("migrate", verbosity=0, interactive=False)
        self._say("Looking for content …")
        call_command("load_samples", stdout=self.stdout)
        connection.close()

    def _run(self, port: int, address: str) -> None:
        self._say("Starting web, worker and beat …")
        env = {**os.environ, "DEBUG": "1", "PORT": str(port)}
        with Supervisor(env=env, cwd=settings.HOME) as supervisor:
            for name, command in programs(port).items():
                supervisor.keep(name, sys.executable, "-m", *command)
            deadline = time.monotonic() + LONGEST_WAIT
            supervisor.watch(until=lambda: is_ready(port, address) or time.monotonic() > deadline)
            if time.monotonic() > deadline:
                raise CommandError(
                    f"No answer from {address} in {LONGEST_WAIT:.0f} s. The lines of `web` say why."
                )
            if not supervisor.is_stopping:
                self._put_on_sale(env)
                self._welcome(address)
            supervisor.watch()
            self._say("Stopping …")

    def _put_on_sale(self, env: dict[str, str]) -> None:
        """Prices, portal and webhook at the stand-in, as an operator makes them at Stripe."""
        if not STANDIN:
            return
        command = [sys.executable, "manage.py", "billing_setup"]
        done = subprocess.run(  # noqa: S603 - our own command
            command,
            env=env,
            cwd=settings.HOME,
            capture_output=True,
            text=True,
            check=False,
            timeout=LONGEST_WAIT,
        )
        if done.returncode:
            self._say(f"Plus is not on sale: {(done.stderr or done.stdout).strip()}")

    def _welcome(self, address: str) -> None:
        from digestly.content.samples.people import LOGINS  # there only while trying out

        known = set(
            User.objects.values_list("email", flat=True).filter(email__in=[email for _, email, _ in LOGINS])
        )
        connection.close()
        logins = "".join(f"{role} {email} {password}\n" for role, email, password in LOGINS if email in known)
        self._say(
            f"\nDigestly is up: {address}\nMail it sends:  {address}outbox/\n\n{logins}\nCtrl-C stops it.\n"
        )

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def port(text: str) -> int:
    if text.isdecimal() and 0 < int(text) < 65536:
        return int(text)
    raise ArgumentTypeError("ports go from 1 to 65535")


def programs(port: int) -> dict[str, list[str]]:
    """What runs, by name. Beat is a process of its own: inside a worker it would outlive it, and tick twice."""
    standin = {"stripe": ["manage", "stripe_standin", "--port", str(standin_port(port))]} if STANDIN else {}
    web = ["granian", "--interface", "wsgi", "--host", LOOPBACK, "--port", str(port), "--workers", "1"]
    celery = ["celery", "--quiet", "--app", "digestly.celery"]
    return {
        "web": [*web, "--blocking-threads", "4", "--log-level", "warning", "digestly.wsgi:application"],
        "worker": [*celery, "worker", "--concurrency", "2", "--without-mingle", "--without-gossip"],
        "beat": [*celery, "beat"],
        **standin,
    }


def standin_port(port: int) -> int:
    """Where the children look for Stripe's stand-in: beside the web, unless STANDIN_PORT says otherwise."""
    return settings.STANDIN_PORT if os.environ.get("STANDIN_PORT") else port % 65535 + 1


def is_ready(port: int, address: str) -> bool:
    return answers(f"{address}healthz") and (
        not STANDIN or answers(f"http://{LOOPBACK}:{standin_port(port)}/")
    )


@contextmanager
def alone(address: str) -> Iterator[None]:
    """Hold this checkout's lock, in which the address is written for whoever comes second."""
    settings.VAR.mkdir(exist_ok=True)
    with (settings.VAR / "up.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise CommandError(f"Digestly is already up from this folder: {lock.read()}") from None
        lock.truncate(0)
        lock.write(address)
        lock.flush()
        yield


def ensure_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(
            socket.SOL_SOCKET, socket.SO_REUSEADDR, 1
        )  # as the server does: a closed one may linger
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            why = (
                "is taken by another program"
                if error.errno == errno.EADDRINUSE
                else f"cannot be used ({error.strerror})"
            )
            raise CommandError(
                f"Port {port} {why}. Choose another one: python3 manage.py up --port {port + 1}"
            ) from None


def answers(address: str) -> bool:
    try:
        urllib.request.urlopen(address, timeout=1)  # noqa: S310 - our own http address
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True
