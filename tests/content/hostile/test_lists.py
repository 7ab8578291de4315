"""Hostile lists, number 42; and that each of the fifty inputs has a test, here or in the room that owns it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from digestly.content import subscribing
from digestly.content.subscribing import Verdict
from digestly.fetch.errors import Failure

# By file: what is proven best where it is built. Every one goes over real sockets, databases or processes.
ELSEWHERE = {
    5: (
        "tests/fetch/test_connections.py",
        "test_a_trickle_does_not_outlast_the_deadline",
        "test_silence_is_not_waited_out",
    ),
    17: (
        "tests/fetch/test_connections.py",
        "test_a_name_is_looked_up_once_and_the_judged_address_is_the_connected_one",
        "test_a_name_that_leads_inwards_is_blocked",
    ),
    45: (
        "tests/feeds/test_youtube.py",
        "test_a_handle_leads_to_its_channels_feed",
        "test_a_page_that_tells_nothing_is_a_clear_failure",
        "test_a_private_or_deleted_video_says_so",
    ),
    47: (
        "tests/content/test_ingest.py",
        "test_two_workers_make_one_fetch",
        "test_one_feed_in_several_spellings_is_one_source",
        "test_the_same_feed_added_by_two_at_once_is_one_source",
    ),
    48: (
        "tests/test_crashes.py",
        "test_a_walk_killed_at_every_named_point_ends_as_if_nothing_had_happened",
        "test_walks_killed_at_moments_drawn_by_lot_end_as_if_nothing_had_happened",
    ),
    49: (
        "tests/engine/llm/test_faults.py",
        "test_a_passing_fault_costs_a_request_and_no_digest",
        "test_a_slow_answer_is_not_waited_for_forever",
        "test_a_truncated_answer_is_asked_for_with_more_room",
    ),
    50: (
        "tests/content/test_ingest.py",
        "test_the_sources_of_one_host_are_woken_in_turn_and_leave_room_for_others",
    ),
}


def listing(*lines: str) -> bytes:
    return f'<opml version="2.0"><body>{"".join(lines)}</body></opml>'.encode()


def test_h42_lists_are_bounded_and_judged_line_by_line() -> None:
    many = listing(*(f'<outline text="{n}" xmlUrl="https://a{n}.example/"/>' for n in range(50_000)))
    some = listing(*(f'<outline xmlUrl="https://a{n}.example/"/>' for n in range(20_000)))
    read = subscribing.read(some)
    assert len(read.subscriptions) + read.left_out == 20_000
    assert read.left_out
    laughs = b'<!DOCTYPE o [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>' + listing("&b;" * 100_000)
    for hostile in (many, listing("<outline text='deep'>" * 10_000), laughs, b"", b"<html/>"):
        with pytest.raises(Failure):
            subscribing.read(hostile)


@pytest.mark.django_db
def test_h42_no_line_leads_inwards_and_none_includes_another_list() -> None:
    odd = listing(
        '<outline text="file" xmlUrl="file:///etc/passwd"/>',
        '<outline text="inside" xmlUrl="http://169.254.169.254/"/>',
        '<outline text="twice" xmlUrl="https://a.example/feed"/>' * 2,
        '<outline type="include" text="more" url="http://10.0.0.1/more.opml"/>',
    )
    verdicts = [line.verdict for line in subscribing.judged(subscribing.read(odd).subscriptions)]
    assert verdicts == [Verdict.BAD, Verdict.BLOCKED, Verdict.NEW, Verdict.HERE]


def test_each_of_the_fifty_has_a_test(home: Path) -> None:
    here = "".join(file.read_text() for file in Path(__file__).parent.glob("test_*.py"))
    proven = {int(number) for number in re.findall(r"_h(\d\d)(?=_)", here)}
    for number, (file, *tests) in ELSEWHERE.items():
        told = (home / file).read_text()
        assert all(f"def {test}(" in told for test in tests), number
        proven.add(number)
    assert proven == set(range(1, 51))
