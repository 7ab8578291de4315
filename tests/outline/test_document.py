"""The JSON form loses nothing and trusts nothing."""

from __future__ import annotations

import json
import math
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digestly.outline.document import (
    MAX_CHARACTERS,
    MAX_DEPTH,
    MAX_POINTS,
    MAX_SECTIONS,
    DocumentError,
    dump,
    load,
)
from digestly.outline.types import Outline, Point, Section
from tests.outline.strategies import outlines, repair_talk

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["title", "summary", "key_points", "sections", "bullets", "text", "start", "id", "emoji"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@given(outlines)
def test_nothing_is_lost_on_the_way_through_json(outline: Outline) -> None:
    assert load(json.loads(json.dumps(dump(outline), allow_nan=False))) == outline


@given(json_values)
def test_anything_else_is_refused_with_its_place(data: Any) -> None:
    read = loaded_or_refused(data)
    if isinstance(read, DocumentError):
        assert read.code == "bad_outline"
        assert re.match(r"[a-z_.\[\]0-9]+: ", read.message)
    else:
        assert load(dump(read)) == read


def loaded_or_refused(data: Any) -> Outline | DocumentError:
    try:
        return load(data)
    except DocumentError as refusal:
        return refusal


def test_every_key_is_always_there() -> None:
    outline = Outline(
        key_points=(Point("k"),),
        sections=(
            Section("a", "top", sections=(Section("b", "sub", bullets=(Point("x", 1.5, (2, 3), "Ann"),)),)),
        ),
    )
    point = {"text": "k", "start": None, "evidence": None, "speaker": None}
    bare = {"emoji": None, "access": "inherit", "start": None}
    sub = {
        **bare,
        "id": "b",
        "number": "1.1.",
        "heading": "sub",
        "bullets": [{"text": "x", "start": 1.5, "evidence": [2, 3], "speaker": "Ann"}],
        "sections": [],
    }
    assert dump(outline) == {
        "title": None,
        "summary": "",
        "key_points": [point],
        "sections": [{**bare, "id": "a", "number": "1.", "heading": "top", "bullets": [], "sections": [sub]}],
        "insights": [],
        "analysis": None,
    }


def test_other_peoples_documents_are_read_kindly() -> None:
    outline = load(
        {
            "title": " A\ttalk ",
            "language": "en",
            "engine": "theirs",
            "key_points": ["as plain text", {"text": "cafe\u0301", "start": 3}],
            "sections": [{"heading": "One", "number": "7."}, {"heading": "One", "id": None, "unknown": [1]}],
            "analysis": "first\nline\n\n\nsecond",
        }
    )
    assert outline.title == "A talk"
    assert outline.key_points == (Point("as plain text"), Point("café", 3.0))
    assert outline.analysis == "first line\n\nsecond"
    first, second = outline.sections
    assert first.id
    assert second.id
    assert first.id != second.id


def test_missing_ids_are_the_same_each_time_and_never_one_that_stands_below() -> None:
    anonymous = load({"sections": [{"heading": "One"}]}).sections[0].id
    assert load({"sections": [{"heading": "One"}]}).sections[0].id == anonymous
    crowded = load({"sections": [{"heading": "One"}, {"heading": "Two", "id": anonymous}]})
    assert crowded.sections[0].id != anonymous
    assert crowded.sections[1].id == anonymous


def deep(levels: int) -> dict[str, Any]:
    section: dict[str, Any] = {"heading": "h"}
    for _ in range(levels - 1):
        section = {"heading": "h", "sections": [section]}
    return {"sections": [section]}


def test_six_levels_are_the_deepest() -> None:
    assert len(list(load(deep(MAX_DEPTH)).walk())) == MAX_DEPTH


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ([], "outline: must be an object, not a list"),
        ({"title": 3}, "title: must be text, not a number"),
        ({"sections": {}}, "sections: must be a list, not an object"),
        ({"sections": [None]}, "sections[0]: must be an object, not null"),
        (
            {"sections": [{}, {"bullets": [{"text": "x", "start": -1}]}]},
            "sections[1].bullets[0].start: must be",
        ),
        ({"key_points": [{"text": "x", "start": math.nan}]}, "key_points[0].start: must be seconds from 0"),
        ({"key_points": [{"text": "x", "start": math.inf}]}, "key_points[0].start: must be seconds from 0"),
        ({"key_points": [{"text": "x", "start": 10**400}]}, "key_points[0].start: must be seconds from 0"),
        (
            {"key_points": [{"text": "x", "start": True}]},
            "key_points[0].start: must be seconds, not true or false",
        ),
        ({"key_points": [{"text": "x", "start": "1:02"}]}, "key_points[0].start: must be seconds, not text"),
        ({"key_points": [{"text": " \x00 "}]}, "key_points[0].text: is empty"),
        (
            {"insights": [{"text": "x", "evidence": [3, 2]}]},
            "insights[0].evidence: must be two segment numbers",
        ),
        ({"insights": [{"text": "x", "evidence": [1]}]}, "insights[0].evidence: must be [first segment"),
        ({"insights": [{"text": "x", "evidence": [True, 2]}]}, "insights[0].evidence: must be two"),
        ({"sections": [{"access": "secret"}]}, "sections[0].access: must be one of inherit, free, plus"),
        ({"sections": [{"access": ["free"]}]}, "sections[0].access: must be one of"),
        ({"sections": [{"emoji": "party"}]}, "sections[0].emoji: must be one emoji"),
        ({"sections": [{"id": "a b"}]}, "sections[0].id: must be 1 to 64 letters"),
        (
            {"sections": [{"id": "a", "sections": [{"id": "a"}]}]},
            "sections[0].sections[0].id: “a” is already",
        ),
        (deep(MAX_DEPTH + 1), "sections may be 6 levels deep"),
        (deep(900), "sections may be 6 levels deep"),
        ({"key_points": ["x"] * (MAX_POINTS + 1)}, "at most 10,000 points"),
        ({"sections": [{}] * (MAX_SECTIONS + 1)}, "at most 999 sections"),
        ({"summary": "x" * (MAX_CHARACTERS + 1)}, "summary: is longer than 100,000 characters"),
    ],
)
def test_a_mistake_is_named_by_its_place(data: Any, message: str) -> None:
    with pytest.raises(DocumentError) as refusal:
        load(data)
    assert message in refusal.value.message


def test_the_page_of_our_own_has_the_shape_of_a_real_one() -> None:
    talk = repair_talk()
    assert len(talk.sections) == 9
    assert len(list(talk.walk())) == 9 + 13
    assert len(talk.key_points) == 5
