from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from digestly.deploy import supervisor as supervising
from digestly.deploy.supervisor import Supervisor
from tests.deploy.checkout import eventually

SLEEPS = "import time; time.sleep(60)"
# Leaves a grandchild behind in its group, whose number it prints, and refuses to end when asked.
STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]).pid)
time.sleep(60)
"""


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def soon(promise: Callable[[], bool]) -> Callable[[], bool]:
    """The promise, or after ten seconds no more patience."""
    deadline = time.monotonic() + 10
    return lambda: promise() or time.monotonic() > deadline


@pytest.fixture
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same rules, a hundred times as fast."""
    monkeypatch.setattr(supervising, "FIRST_DELAY", 0.01)
    monkeypatch.setattr(supervising, "LONGEST_DELAY", 0.3)
    monkeypatch.setattr(supervising, "SETTLED", 0.6)
    monkeypatch.setattr(supervising, "PATIENCE", 0.5)
    monkeypatch.setattr(supervising, "TICK", 0.005)


def keep(supervisor: Supervisor, name: str, code: str) -> None:
    supervisor.keep(name, sys.executable, "-c", code)


def test_every_line_of_a_child_carries_its_name(
    quickly: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said: list[str] = []
    with Supervisor(env=os.environ, cwd=tmp_path) as supervisor:
        keep(supervisor, "worker", f"import sys; print('one'); print('two', file=sys.stderr); {SLEEPS}")

        def both() -> bool:
            said.append(capsys.readouterr().out)
            return {"worker | one", "worker | two"} <= set("".join(said).splitlines())

        supervisor.watch(until=soon(both))
        assert both()


def test_a_child_that_keeps_dying_is_tried_again_less_and_less_often(
    quickly: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    delays: list[float] = []
    with Supervisor(env=os.environ, cwd=tmp_path) as supervisor:
        keep(supervisor, "web", "raise SystemExit(3)")

        def seen_enough() -> bool:
            (child,) = supervisor._children
            if child.delay and child.delay not in delays:
                delays.append(child.delay)
            return len(delays) == 6

        supervisor.watch(until=soon(seen_enough))
    assert delays == [0.01, 0.02, 0.04, 0.08, 0.16, 0.3]


def test_a_child_that_was_well_for_a_while_is_started_again_soon(
    quickly: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with Supervisor(env=os.environ, cwd=tmp_path) as supervisor:
        keep(supervisor, "web", "import time; time.sleep(0.7)")
        (child,) = supervisor._children
        child.delay = 0.3
        supervisor.watch(until=soon(lambda: child.process is None))
        assert child.delay == 0.01


def test_a_child_that_will_not_end_is_ended_with_all_it_started(
    quickly: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said: list[str] = []
    with Supervisor(env=os.environ, cwd=tmp_path) as supervisor:
        keep(supervisor, "web", STUBBORN)
        supervisor.watch(
            until=soon(lambda: bool(said.append(capsys.readouterr().out) or "".join(said).strip()))
        )
        grandchild = int("".join(said).removeprefix("web | "))
        assert alive(grandchild)
    assert eventually(lambda: not alive(grandchild), within=5)


def test_what_a_dead_child_had_started_does_not_outlive_it(
    quickly: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said: list[str] = []
    with Supervisor(env=os.environ, cwd=tmp_path) as supervisor:
        keep(supervisor, "web", STUBBORN)
        (child,) = supervisor._children
        assert child.process
        supervisor.watch(
            until=soon(lambda: bool(said.append(capsys.readouterr().out) or "".join(said).strip()))
        )
        grandchild = int("".join(said).removeprefix("web | "))
        child.process.kill()
        supervisor.watch(until=soon(lambda: child.process is None))
        assert eventually(lambda: not alive(grandchild), within=5)


def test_signals_are_the_caller_s_again_afterwards(quickly: None, tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGINT)
    with Supervisor(env=os.environ, cwd=tmp_path) as supervisor:
        os.kill(os.getpid(), signal.SIGINT)
        supervisor.watch()
        assert supervisor.is_stopping
    assert signal.getsignal(signal.SIGINT) is before
