"""The house rules, kept by the tools that know them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

LOCK, DEV_LOCK = "requirements.txt", "requirements-dev.txt"
PIN = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)", re.MULTILINE)
LONGEST_ROOM = 400  # lines; what grows beyond becomes a folder of rooms
TOP_LEVEL = {
    *("digestly", "accounts", "billing", "templates", "tests", "manage.py", "pyproject.toml", "README.md"),
    *("LICENSE", LOCK, DEV_LOCK, "Dockerfile", "compose.yaml"),
}


def run(home: Path, *command: str) -> subprocess.CompletedProcess[str]:
    env = os.environ | {
        "DEBUG": "1",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    return subprocess.run(
        command,
        cwd=home,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture(scope="module")
def tracked(home: Path) -> list[str]:
    """Every file that git knows, or that it would take."""
    said = run(home, "git", "ls-files", "--cached", "--others", "--exclude-standard")
    if said.returncode:
        pytest.skip("not a git checkout")
    return [name for name in said.stdout.splitlines() if (home / name).exists()]


def is_ours(name: str) -> bool:
    """Is it a module of the product, and written by hand?"""
    ours = name.startswith(("digestly/", "accounts/", "billing/")) or name == "manage.py"
    return ours and name.endswith(".py") and "/migrations/" not in name


@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "check"],
        ["ruff", "format", "--check"],
        ["mypy"],
        ["lint-imports"],
        ["djlint", "--lint", "--quiet", "templates"],
        [
            sys.executable,
            "-m",
            "django",
            "makemigrations",
            "--check",
            "--dry-run",
            "--settings=digestly.settings",
        ],
        [sys.executable, "-m", "django", "check", "--fail-level=WARNING", "--settings=digestly.settings"],
    ],
    ids=["ruff", "format", "types", "imports", "templates", "migrations", "checks"],
)
def test_the_tools_find_nothing(home: Path, command: list[str]) -> None:
    said = run(home, *command)
    assert said.returncode == 0, said.stdout + said.stderr


@pytest.mark.parametrize("lock", [LOCK, DEV_LOCK])
def test_a_lock_names_no_place_to_fetch_from(home: Path, lock: str) -> None:
    assert "://" not in (home / lock).read_text()


def test_the_lock_for_testing_holds_what_the_lock_for_running_does(home: Path) -> None:
    base, dev = (dict(PIN.findall((home / lock).read_text())) for lock in (LOCK, DEV_LOCK))
    assert base
    assert base.items() <= dev.items()


def test_every_pin_is_hashed(home: Path) -> None:
    for lock in (LOCK, DEV_LOCK):
        pinned = (home / lock).read_text().replace("\\\n", " ").splitlines()
        assert all("--hash=sha256:" in line for line in pinned if line.strip())


def test_what_the_project_asks_for_is_locked(home: Path) -> None:
    import tomllib

    project = tomllib.loads((home / "pyproject.toml").read_text())["project"]
    asked = [
        *project["dependencies"],
        # What listens to recordings, and what analyses Korean, weigh too much: who wants them installs them.
        *(
            name
            for extra, names in project["optional-dependencies"].items()
            if extra not in ("speech", "korean")
            for name in names
        ),
    ]
    names = {re.split(r"[\[<>=;~ ]", requirement, maxsplit=1)[0].lower() for requirement in asked}
    names.remove(project["name"])  # the tools for testing ask for its own extras
    locked = {name.lower() for name, _ in PIN.findall((home / DEV_LOCK).read_text())}
    assert names <= locked


def test_no_lock_that_names_its_registry_is_tracked(tracked: list[str]) -> None:
    assert not {"uv.lock", "pylock.toml", "package-lock.json"} & {Path(name).name for name in tracked}


def test_nothing_new_stands_at_the_top(tracked: list[str]) -> None:
    assert {name.split("/")[0] for name in tracked if not name.startswith(".")} <= TOP_LEVEL


def test_every_room_can_be_read_in_one_sitting(home: Path, tracked: list[str]) -> None:
    rooms = [name for name in tracked if is_ours(name)]
    lengths = {name: len((home / name).read_text().splitlines()) for name in rooms}
    assert {name: length for name, length in lengths.items() if length > LONGEST_ROOM} == {}


def test_every_module_says_what_it_is_for(home: Path, tracked: list[str]) -> None:
    import ast

    texts = {name: (home / name).read_text() for name in tracked if is_ours(name)}
    silent = [name for name, text in texts.items() if text.strip() and not ast.get_docstring(ast.parse(text))]
    assert silent == []


def test_nothing_written_at_run_time_is_tracked(tracked: list[str]) -> None:
    assert not [
        name
        for name in tracked
        if name.startswith((".var/", ".venv/")) or name.endswith((".pyc", ".sqlite3"))
    ]
