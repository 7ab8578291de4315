#!/usr/bin/env python3
"""The way in: builds the environment if needed, then runs a command.

    python3 manage.py up      try Digestly on this machine
    python3 manage.py test    run the whole test suite

Everything down to `main` uses the standard library alone, because it runs before anything is installed.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

HOME = Path(__file__).resolve().parent
VENV = HOME / ".venv"
PYTHON = VENV / "bin" / "python"
# What the environment was built from: one "name sha256" line per lock. Written last, so that an
# interrupted build is begun again.
STAMP = VENV / ".locks"
LOCK, DEV_LOCK = "requirements.txt", "requirements-dev.txt"


def ensure_environment(command: str) -> None:
    """Build `.venv` from the hashed lock unless it is there, and go on inside it."""
    if os.environ.get("DIGESTLY_BOOTSTRAP") == "off":  # a container image, or a virtualenv of one's own
        return
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # without .pyc files every start takes seconds longer
    wanted = DEV_LOCK if command == "test" else LOCK
    if not is_built(wanted):
        (HOME / ".var").mkdir(exist_ok=True)
        with (HOME / ".var" / "bootstrap.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # two terminals: the second waits, then finds it built
            os.set_inheritable(lock.fileno(), True)  # an installer that outlives us keeps others waiting
            if not is_built(wanted):
                build(wanted)
    if Path(sys.prefix).resolve() != VENV.resolve():
        os.execv(PYTHON, [str(PYTHON), *sys.argv])  # noqa: S606 - our own interpreter, no shell


def is_built(wanted: str) -> bool:
    if not (PYTHON.exists() and STAMP.exists()):
        return False
    return {stamp_line(wanted), *map(extra_line, extras())} <= set(STAMP.read_text().splitlines())


def extras() -> list[str]:
    """What the operator wants besides, by the names in pyproject.toml: DIGESTLY_EXTRAS="llm"."""
    return sorted(set(os.environ.get("DIGESTLY_EXTRAS", "").replace(",", " ").split()))


def stamp_line(lock: str) -> str:
    return f"{lock} {hashlib.sha256((HOME / lock).read_bytes()).hexdigest()}"


def extra_line(extra: str) -> str:
    return f"[{extra}] {stamp_line(DEV_LOCK)}"  # the lock that their versions are taken from


def build(wanted: str) -> None:
    # Not among the results of a command that is the first to be run.
    print("Digestly: building .venv from the lock (once, about half a minute) …", file=sys.stderr, flush=True)
    is_begun = (
        PYTHON.exists() and STAMP.exists()
    )  # an upgrade of the system's Python leaves a dead link behind
    if not is_begun and not run(sys.executable, "-m", "venv", "--clear", VENV):
        shutil.rmtree(VENV, ignore_errors=True)
        sys.exit("This Python cannot make a virtual environment. On Debian: apt install python3-venv")
    if run(PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check", "uv>=0.13,<0.14"):
        install = [VENV / "bin" / "uv", "pip", "install", "-q", "--python", PYTHON]
    else:
        install = [PYTHON, "-m", "pip", "install", "-q"]
    if not run(*install, "--require-hashes", "-r", HOME / wanted):
        sys.exit(f"Could not install {wanted}. Is the network there? Run the same command again to go on.")
    if extras():
        named = [word for extra in extras() for word in ("--extra", extra)]
        pinned = ["--require-hashes", "-r", HOME / "pyproject.toml", *named, "-c", HOME / DEV_LOCK]
        if install[0] == PYTHON or not run(*install, *pinned):
            sys.exit(
                f"Could not install {', '.join(extras())}, from DIGESTLY_EXTRAS. pyproject.toml names them."
            )
    # The dev lock holds everything the base lock does, so after `test` there is nothing left for `up` to do.
    locks = [LOCK, DEV_LOCK] if wanted == DEV_LOCK else [LOCK]
    lines = [*map(stamp_line, locks), *map(extra_line, extras())]
    STAMP.write_text("".join(f"{line}\n" for line in lines))


def run(*command: object) -> bool:
    return subprocess.run([str(part) for part in command], close_fds=False, check=False).returncode == 0  # noqa: S603


def allow_trying_out(command: str) -> None:
    """A bare checkout is for trying out. A configured one never is, unless it says DEBUG itself."""
    if command in ("up", "test") or "SECRET_KEY" not in os.environ:
        os.environ.setdefault("DEBUG", "1")


def main() -> None:
    if sys.version_info < (3, 11):  # noqa: UP036 - whoever has an older one should be told so
        sys.exit(f"Digestly needs Python 3.11 or newer. This is {sys.version.split()[0]}: {sys.executable}")
    command = sys.argv[1] if len(sys.argv) > 1 else ""
    ensure_environment(command)
    allow_trying_out(command)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "digestly.settings")

    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        import digestly.celery  # noqa: F401 - so that whatever is enqueued reaches the configured broker

        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"Digestly is not configured: {error}")
    except BrokenPipeError:  # whoever read the output has gone, as `head` does; it was no error of ours
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("\nStopped. The same command goes on from here.")
