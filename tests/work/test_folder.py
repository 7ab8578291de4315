"""The embedded broker, by the side that workers and requests see: messages are whole, whoever was killed before."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from queue import Empty
from typing import Any

import pytest
from kombu import Connection

import digestly.celery  # noqa: F401 - from here on folders are ours

LONG = "a message takes a while to write " * 30_000
MESSAGES = 60
ROUNDS = 60  # where the table was written late, one in six lost a message

Line = Callable[[], AbstractContextManager[Any]]


@pytest.fixture
def name(tmp_path: Path) -> str:
    return tmp_path.name  # kombu remembers for as long as the process lives which lines it has set up


def lines_in(folder: Path) -> Line:
    folders = dict.fromkeys(("data_folder_in", "data_folder_out", "control_folder"), str(folder))

    @contextmanager
    def line() -> Iterator[Any]:
        with (
            Connection("filesystem://", transport_options=folders) as broker,
            broker.SimpleQueue(folder.name) as line,
        ):
            yield line

    return line


@pytest.fixture
def dial(tmp_path: Path) -> Line:
    return lines_in(tmp_path)


@pytest.fixture
def hurried() -> Iterator[None]:
    """Threads take turns a thousand times as often: what can come between two statements does."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(usual / 1000)
    yield
    sys.setswitchinterval(usual)


def say(dial: Line, *messages: object) -> None:
    with dial() as line:
        for message in messages:
            line.put(message)


def heard(dial: Line, count: int) -> list[Any]:
    found: list[Any] = []
    with dial() as line:
        while len(found) < count:
            message = line.get(timeout=20)
            message.ack()
            found.append(message.payload)
    return found


def test_no_message_is_read_before_it_is_whole(dial: Line) -> None:
    writers = [
        threading.Thread(target=say, args=(dial, *([n, number, LONG] for number in range(MESSAGES))))
        for n in range(2)
    ]
    for writer in writers:
        writer.start()
    found = heard(dial, 2 * MESSAGES)
    for writer in writers:
        writer.join()
    assert sorted(message[:2] for message in found) == [
        [n, number] for n in range(2) for number in range(MESSAGES)
    ]


def test_threads_that_bind_a_line_at_the_same_moment_lose_no_message(tmp_path: Path, hurried: None) -> None:
    for round in range(ROUNDS):
        folder = tmp_path / f"{tmp_path.name}-{round}"
        folder.mkdir()
        dial, together = lines_in(folder), threading.Barrier(3)

        def first_word(number: int, dial: Line = dial, together: threading.Barrier = together) -> None:
            together.wait()
            say(dial, number)

        writers = [threading.Thread(target=first_word, args=(number,)) for number in range(3)]
        for writer in writers:
            writer.start()
        for writer in writers:
            writer.join()
        assert len(list(folder.glob("*.msg"))) == 3


@pytest.mark.parametrize("torn", [b"", b'{"body": "', b"\xff\xfe"], ids=["empty", "half", "bytes"])
def test_a_torn_message_is_thrown_away_and_the_next_one_heard(
    dial: Line, tmp_path: Path, name: str, torn: bytes
) -> None:
    message = tmp_path / f"0_torn.{name}.msg"
    message.write_bytes(torn)
    say(dial, "whole")
    assert heard(dial, 1) == ["whole"]
    assert not message.exists()
    with dial() as line, pytest.raises(Empty):
        line.get(block=False)


def test_a_killed_writer_leaves_a_table_of_lines_that_the_next_one_mends(
    dial: Line, tmp_path: Path, name: str
) -> None:
    (tmp_path / f"{name}.exchange").write_bytes(b"")
    say(dial, "whole")
    assert heard(dial, 1) == ["whole"]


def test_what_a_killed_writer_had_begun_is_no_message(dial: Line, tmp_path: Path, name: str) -> None:
    (tmp_path / f"0_begun.{name}.draft").write_bytes(b'{"body"')
    say(dial, "whole")
    assert heard(dial, 1) == ["whole"]
