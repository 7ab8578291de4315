"""How `manage.py` knows whether the environment is the one that the locks ask for."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import subprocess
import sys
import time
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

from tests.deploy.checkout import HOME, bare_env

BASE, DEV = "requirements.txt", "requirements-dev.txt"


@pytest.fixture
def manage(tmp_path: Path) -> ModuleType:
    """`manage.py` in a folder of its own, with locks that ask for nothing."""
    shutil.copy(HOME / "manage.py", tmp_path)
    (tmp_path / BASE).write_text("# nothing\n")
    (tmp_path / DEV).write_text("# nothing, and tools\n")
    spec = spec_from_file_location("manage_elsewhere", tmp_path / "manage.py")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def pretend_built(manage: ModuleType, *locks: str) -> None:
    manage.PYTHON.parent.mkdir(parents=True)
    manage.PYTHON.symlink_to(sys.executable)
    manage.STAMP.write_text("".join(manage.stamp_line(lock) + "\n" for lock in locks))


def test_nothing_is_built_in_a_fresh_checkout(manage: ModuleType) -> None:
    assert not manage.is_built(BASE)


def test_what_was_built_for_trying_out_is_not_enough_for_testing(manage: ModuleType) -> None:
    pretend_built(manage, BASE)
    assert manage.is_built(BASE)
    assert not manage.is_built(DEV)


def test_what_was_built_for_testing_is_enough_for_both(manage: ModuleType) -> None:
    pretend_built(manage, BASE, DEV)
    assert manage.is_built(BASE)
    assert manage.is_built(DEV)


def test_another_lock_asks_for_another_build(manage: ModuleType) -> None:
    pretend_built(manage, BASE)
    (manage.HOME / BASE).write_text("# something else\n")
    assert not manage.is_built(BASE)


def test_an_interrupted_build_is_begun_again(manage: ModuleType) -> None:
    pretend_built(manage, BASE)
    manage.STAMP.unlink()
    assert not manage.is_built(BASE)


def test_an_environment_whose_python_is_gone_is_built_again(manage: ModuleType) -> None:
    pretend_built(manage, BASE)
    manage.PYTHON.unlink()
    manage.PYTHON.symlink_to(manage.HOME / "python-of-last-year")
    assert not manage.is_built(BASE)


def test_an_extra_that_is_asked_for_later_is_added(
    manage: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend_built(manage, BASE)
    monkeypatch.setenv("DIGESTLY_EXTRAS", "speech, llm llm")
    assert manage.extras() == ["llm", "speech"]
    assert not manage.is_built(BASE)
    manage.STAMP.write_text("\n".join([manage.stamp_line(BASE), *map(manage.extra_line, manage.extras())]))
    assert manage.is_built(BASE)
    (manage.HOME / DEV).write_text("# other versions\n")
    assert not manage.is_built(BASE)


def test_extras_are_installed_as_the_lock_pins_them(
    manage: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[list[str]] = []
    monkeypatch.setattr(manage, "run", lambda *command: ran.append([str(part) for part in command]) or True)
    monkeypatch.setenv("DIGESTLY_EXTRAS", "llm")
    manage.VENV.mkdir()
    manage.build(BASE)
    last = " ".join(ran[-1])
    assert "--require-hashes" in last
    assert "--extra llm" in last
    assert last.endswith(f"-c {manage.HOME / DEV}")


@pytest.mark.parametrize(
    ("command", "before", "after"),
    [
        ("up", {}, "1"),
        ("test", {"SECRET_KEY": "k"}, "1"),
        ("migrate", {}, "1"),
        ("migrate", {"SECRET_KEY": "k"}, None),
        ("migrate", {"DEBUG": "0"}, "0"),
        ("up", {"DEBUG": "0"}, "0"),
    ],
)
def test_only_a_bare_checkout_is_tried_out_unasked(
    manage: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    before: dict[str, str],
    after: str | None,
) -> None:
    for name in ("DEBUG", "SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in before.items():
        monkeypatch.setenv(name, value)
    manage.allow_trying_out(command)
    assert os.environ.get("DEBUG") == after


def test_ctrl_c_while_something_is_being_set_up_is_no_crash(manage: ModuleType) -> None:
    """Another build holds the lock, so this one waits, and is told to stop waiting."""
    env = bare_env(DIGESTLY_BOOTSTRAP="on")
    (manage.HOME / ".var").mkdir()
    with (manage.HOME / ".var" / "bootstrap.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        waiting = subprocess.Popen(
            [sys.executable, "manage.py", "up"], cwd=manage.HOME, env=env, stderr=subprocess.PIPE, text=True
        )
        time.sleep(1)
        assert waiting.poll() is None
        waiting.send_signal(signal.SIGINT)
        _, said = waiting.communicate(timeout=30)
    assert waiting.returncode == 1
    assert said.strip() == "Stopped. The same command goes on from here."
