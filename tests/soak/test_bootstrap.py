"""The environment is really built, from the registry: a minute, and the network, each time.

python3 manage.py test tests/soak/test_bootstrap.py
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.deploy.checkout import bare_env, copied, eventually

CLEAN = "System check identified no issues"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return copied(tmp_path / "digestly")


def check(home: Path) -> subprocess.Popen[str]:
    """`manage.py check` as a newcomer runs it: nothing is built yet."""
    env = bare_env(DIGESTLY_BOOTSTRAP="on")
    return subprocess.Popen(
        [python(), "manage.py", "check"],
        cwd=home,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def python() -> str:
    """The interpreter that this environment was made from."""
    return str(Path(sys.base_prefix) / "bin" / "python3")


def test_two_terminals_at_once_build_it_once(home: Path) -> None:
    said = [process.communicate(timeout=300)[0] for process in [check(home), check(home)]]
    assert all(CLEAN in text for text in said), said
    assert sum("building .venv" in text for text in said) == 1


def test_a_build_that_was_killed_is_begun_again(home: Path) -> None:
    first = check(home)
    assert eventually((home / ".venv" / "bin" / "python").exists, within=60)
    time.sleep(1)
    first.send_signal(signal.SIGKILL)
    first.wait()  # what it had started goes on for a while
    assert not (home / ".venv" / ".locks").exists(), "it was killed before its end"
    said, _ = check(home).communicate(timeout=300)
    assert CLEAN in said


def test_an_extra_comes_with_the_versions_of_the_lock(home: Path) -> None:
    env = bare_env(DIGESTLY_BOOTSTRAP="on", DIGESTLY_EXTRAS="llm")
    built = [python(), "manage.py", "check"]
    said = subprocess.run(built, cwd=home, env=env, capture_output=True, text=True, timeout=300, check=True)
    assert CLEAN in said.stdout
    asked = "import importlib.metadata as m; print(m.version('pydantic-ai-slim'))"
    version = subprocess.run(
        [str(home / ".venv/bin/python"), "-c", asked], capture_output=True, text=True, check=True
    ).stdout.strip()
    assert f"pydantic-ai-slim=={version}" in (home / "requirements-dev.txt").read_text()
