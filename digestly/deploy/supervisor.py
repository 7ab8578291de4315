"""Supervisor: one parent for web, worker and beat, which restarts what dies and leaves nothing behind.

Each child leads a process group of its own, so that whatever it started can be ended with it, and the terminal's
Ctrl-C reaches the parent alone. A guard (`guard.py`) hears of every group, and kills them should this process be
killed without a chance to do so itself.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

GUARD = Path(__file__).with_name("guard.py")
FIRST_DELAY, LONGEST_DELAY = 1.0, 30.0  # seconds before a child that died is started again; doubled each time
SETTLED = 60.0  # seconds after which a child counts as well, and the delay is short again
PATIENCE = 7.0  # seconds that children have to end by themselves
TICK = 0.2


@dataclass
class Child:
    """A program that is to be running."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[str] | None = None
    started: float = 0.0
    delay: float = 0.0
    due: float = 0.0


class Supervisor:
    """Use as a context: leaving it ends every child within `PATIENCE`."""

    def __init__(self, *, env: Mapping[str, str], cwd: Path) -> None:
        self._env = {**env, "PYTHONUNBUFFERED": "1"}
        self._cwd = cwd
        self._children: list[Child] = []
        self.is_stopping = False

    def __enter__(self) -> Supervisor:
        signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        self._old_handlers = {number: signal.signal(number, self._stop) for number in signals}
        hears, self._guard_line = os.pipe()
        command = [sys.executable, "-I", "-S", str(GUARD)]
        self._guard = subprocess.Popen(command, stdin=hears, start_new_session=True)  # noqa: S603 - our own file
        os.close(hears)
        return self

    def __exit__(self, *exception: object) -> None:
        self._end_all()
        os.close(self._guard_line)
        self._guard.wait()
        for number, handler in self._old_handlers.items():
            signal.signal(number, handler)

    def keep(self, name: str, *command: str) -> None:
        """Start a program that `watch` is to keep running."""
        child = Child(name, command)
        self._children.append(child)
        self._start(child)

    def watch(self, *, until: Callable[[], bool] = lambda: False) -> None:
        """Restart what dies, until a signal says stop or the condition holds."""
        while not (self.is_stopping or until()):
            for child in self._children:
                self._tend(child)
            time.sleep(TICK)

    def _tend(self, child: Child) -> None:
        now = time.monotonic()
        if child.process is None:
            if now >= child.due:
                self._start(child)
        elif (code := child.process.poll()) is not None:
            self._clear_away(child.process)
            child.process = None
            lived = now - child.started
            child.delay = (
                FIRST_DELAY if lived >= SETTLED or not child.delay else min(child.delay * 2, LONGEST_DELAY)
            )
            child.due = now + child.delay
            self._say(child, f"ended ({how(code)}), starts again in {child.delay:.0f} s")

    def _start(self, child: Child) -> None:
        child.process = subprocess.Popen(  # noqa: S603 - commands are ours
            child.command,
            env=self._env,
            cwd=self._cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            process_group=0,
        )
        self._tell_guard(f"+{child.process.pid}")
        child.started = time.monotonic()
        threading.Thread(target=self._pass_on, args=(child, child.process.stdout or ()), daemon=True).start()

    def _pass_on(self, child: Child, lines: Iterable[str]) -> None:
        for line in lines:
            self._say(child, line.rstrip("\n"))

    def _say(self, child: Child, line: str) -> None:
        try:
            sys.stdout.write(f"{child.name} | {line}\n")
            sys.stdout.flush()
        except OSError:  # whoever read our output is gone, so nobody is trying this out any more
            self.is_stopping = True

    def _stop(self, number: int, frame: object) -> None:
        self.is_stopping = True

    def _end_all(self) -> None:
        running = [child.process for child in self._children if child.process]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and any(process.poll() is None for process in running):
            time.sleep(TICK)
        for process in running:
            self._clear_away(process)

    def _clear_away(self, process: subprocess.Popen[str]) -> None:
        """Kill what is left of a child's group: itself, if it did not want to end, and whatever it had started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self._tell_guard(f"-{process.pid}")

    def _tell_guard(self, what: str) -> None:
        with contextlib.suppress(BrokenPipeError):
            os.write(self._guard_line, f"{what}\n".encode())


def how(code: int) -> str:
    """How a process ended, in words: negative codes are signals."""
    return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
