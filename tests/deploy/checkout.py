"""A checkout of its own to run `up` in, and the processes that came of it."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent.parent
# What a configured process hands on to its children, and no test may inherit.
OURS = (
    *("DEBUG", "SECRET_KEY", "BASE_URL", "ALLOWED_HOSTS", "DEFAULT_FROM_EMAIL", "EMAIL_URL", "DATABASE_URL"),
    *("LLM_MODEL", "LLM_API_KEY", "LLM_BASE_URL", "LLM_OUTPUT", "DIGESTLY_EXTRAS"),
    *("CELERY_BROKER_URL", "CACHE_URL", "PORT", "TIME_ZONE", "FETCH_ALLOW_PRIVATE"),
)
PATIENCE = 60.0  # seconds for what takes a few: the machine may be busy
MARK = "DIGESTLY_TEST_MARK"
BELOW_THE_SYSTEMS_OWN = range(20_000, 32_000)  # Linux gives connections numbers from 32,768 on


def bare_env(**variables: str) -> dict[str, str]:
    """This process's environment without anything an operator of Digestly sets, on this interpreter."""
    env = {
        name: value
        for name, value in os.environ.items()
        if name not in OURS and not name.startswith("DJANGO_")  # browser tests set one
    }
    return env | {"DIGESTLY_BOOTSTRAP": "off"} | variables


def copied(to: Path) -> Path:
    """The tree as it is, committed or not, without what was built or written at run time."""
    left_out = shutil.ignore_patterns(".*", "__pycache__", "tests")
    shutil.copytree(HOME, to, ignore=left_out, symlinks=True)
    return to


def free_port() -> int:
    """One that nobody listens at, and that no connection of another test is given on its way out meanwhile."""
    while True:
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", secrets.choice(BELOW_THE_SYSTEMS_OWN)))
            return int(probe.getsockname()[1])


def eventually(promise: Callable[[], bool], *, within: float = PATIENCE) -> bool:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        if promise():
            return True
        time.sleep(0.1)
    return promise()


def parent_of(pid: int) -> int:
    # After the name, in brackets and free to hold anything, come the state and the parent.
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


@dataclass
class Trial:
    """`manage.py up`, started in a checkout."""

    home: Path
    port: int = field(default_factory=free_port)

    def start(self) -> Trial:
        self._mark = uuid.uuid4().hex
        self._log = self.home.parent / f"{self._mark}.log"
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "up", "--port", str(self.port)],
            cwd=self.home,
            env=bare_env(**{MARK: self._mark}),
            stdout=self._log.open("w"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        assert eventually(lambda: "Ctrl-C stops it." in self.said or self.process.poll() is not None)
        assert self.process.poll() is None, self.said
        return self

    @property
    def said(self) -> str:
        return self._log.read_text()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def processes(self) -> dict[int, str]:
        """Every living process that was started by this trial, however far down, with its command line."""
        wanted = f"{MARK}={self._mark}".encode()
        found = {}
        for folder in Path("/proc").iterdir():
            try:
                if folder.name.isdigit() and wanted in (folder / "environ").read_bytes().split(b"\0"):
                    found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:  # it ended while we looked
                continue
        return found

    def named(self, part: str) -> set[int]:
        return {pid for pid, command in self.processes().items() if part in command}

    def eldest(self, part: str) -> int:
        """Of the processes of one program, the one that started the others; numbers begin anew at some point."""
        family = self.named(part)
        return next(pid for pid in family if parent_of(pid) not in family)

    def end(self) -> None:
        """For the end of a test, whatever has become of it."""
        for pid in self.processes():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.process.wait()
