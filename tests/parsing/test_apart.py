"""Reading apart: what one document does to its reader is nobody else's trouble."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from digestly.feeds.errors import NotAFeed
from digestly.feeds.parse import parse as parse_feed
from digestly.feeds.types import ParsedFeed
from digestly.parsing import apart as room
from digestly.parsing import limits
from digestly.parsing.apart import Reader, apart, prepare
from digestly.parsing.errors import ParseLimits
from digestly.transcripts.parse import parse as parse_transcript
from tests.parsing import readers

ROOT = Path(__file__).parents[2]
FEED = (ROOT / "tests/data/feeds/podcast.xml").read_bytes()
MEBIBYTE = 2**20


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    """No reader is left from another test."""
    room._end_all()
    yield
    room._end_all()


def test_what_is_read_apart_is_what_is_read_here() -> None:
    assert apart(parse_feed, FEED, url="https://a.example/") == parse_feed(FEED, url="https://a.example/")
    words = (ROOT / "tests/data/transcripts/voices.vtt").read_bytes()
    assert apart(parse_transcript, words, name="voices.vtt") == parse_transcript(words, name="voices.vtt")


def test_a_failure_comes_back_as_it_was_raised() -> None:
    with pytest.raises(NotAFeed) as refused:
        apart(parse_feed, b"<html><body>Log in</body></html>")
    assert (refused.value.code, refused.value.message) == ("not_a_feed", "This is a web page, not a feed.")


def test_one_reader_reads_many_documents() -> None:
    assert {apart(readers.who) for _ in range(20)} == {apart(readers.who)}


@pytest.mark.parametrize(
    "greedy", [readers.too_much_memory, readers.too_deep, readers.killed, readers.talkative, readers.broken]
)
def test_a_document_that_breaks_its_reader_fails_alone(greedy: Callable[[], object]) -> None:
    with pytest.raises(ParseLimits) as refused:
        apart(greedy)
    assert refused.value.code == "parse_limits"
    assert apart(parse_feed, FEED).items


@pytest.mark.parametrize(("limit", "value"), [("CPU_SECONDS", 1), ("WALL_SECONDS", 0.5)])
def test_a_document_that_takes_too_long_is_given_up(
    limit: str, value: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the processor's clock, which the system keeps, or by the wall's, which we keep."""
    endless = readers.endless_for if limit == "CPU_SECONDS" else readers.asleep
    reader_before = apart(readers.who)
    with monkeypatch.context() as patched:
        patched.setattr(room, "WALL_SECONDS", value if limit == "WALL_SECONDS" else limits.WALL_SECONDS)
        with pytest.raises(ParseLimits):
            apart(endless)
    assert apart(readers.who) != reader_before
    assert not is_running(reader_before)


def test_two_million_empty_items_stay_below_the_memory_of_a_worker() -> None:
    body = b"<rss><channel>" + b"<item/>" * 2_000_000 + b"</channel></rss>"
    prepare()
    pid = room._idle[0].pid
    told = threading.Event()
    peaks: list[int] = []
    watcher = threading.Thread(target=watch, args=(pid, told, peaks))
    watcher.start()
    with pytest.raises(ParseLimits):
        apart(parse_feed, body)
    told.set()
    watcher.join()
    assert MEBIBYTE < max(peaks) < 400 * MEBIBYTE
    assert apart(parse_feed, FEED).items


def test_a_reader_killed_while_it_waited_costs_no_document() -> None:
    prepare()
    [reader] = room._idle
    os.kill(reader.pid, signal.SIGKILL)
    assert soon(lambda: not reader.is_alive)
    assert apart(parse_feed, FEED).items


def test_a_reader_that_has_read_enough_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    one = apart(readers.who)
    apart(readers.grown)
    other = apart(readers.who)
    assert other != one
    assert not is_running(one)


def test_readers_end_with_their_master_even_in_the_middle_of_a_document() -> None:
    master = subprocess.Popen(
        [sys.executable, "-m", "tests.parsing.master"], cwd=ROOT, stdout=subprocess.PIPE
    )
    assert master.stdout
    with master.stdout:
        idle, busy = map(int, master.stdout.readline().split())
    assert is_running(idle)
    assert is_running(busy)
    master.kill()
    master.wait()
    assert soon(lambda: not is_running(idle) and not is_running(busy))


def test_a_fork_has_readers_of_its_own_and_leaves_ours_alone() -> None:
    ours = apart(readers.who)
    ear, mouth = os.pipe()
    child = os.fork()
    if not child:
        os.write(mouth, str(apart(readers.who)).encode())
        room._end_all()
        os._exit(0)
    os.waitpid(child, 0)
    theirs = int(os.read(ear, 20))
    os.close(ear)
    os.close(mouth)
    assert theirs != ours == apart(readers.who)


def test_threads_read_at_the_same_time() -> None:
    read: list[ParsedFeed] = []
    threads = [threading.Thread(target=lambda: read.append(apart(parse_feed, FEED))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert read == [parse_feed(FEED)] * 4
    assert len(room._idle) <= room.MOST_IDLE


def test_a_reader_knows_none_of_our_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "kept to ourselves")
    assert "kept to ourselves" not in apart(readers.environment)
    assert "PATH=" in apart(readers.environment)


def test_an_answer_that_would_run_code_is_refused() -> None:
    with pytest.raises(ParseLimits):
        apart(readers.treacherous)
    assert apart(parse_feed, FEED).items


def test_a_reader_is_ready_before_it_is_needed() -> None:
    prepare()
    prepare()
    [ready] = room._idle
    assert apart(readers.who) == ready.pid


def test_a_reader_that_is_stopped_can_be_ended() -> None:
    reader = Reader()
    os.kill(reader.pid, signal.SIGSTOP)
    reader.end()
    assert not reader.is_alive


def watch(pid: int, told: threading.Event, peaks: list[int]) -> None:
    """The reader's memory in use, at its highest."""
    while not told.wait(0.005):
        try:
            pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        except (OSError, IndexError):
            return
        peaks.append(pages * os.sysconf("SC_PAGE_SIZE"))


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def soon(is_so: Callable[[], bool]) -> bool:
    """Within ten seconds."""
    deadline = time.monotonic() + 10
    while not is_so():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
