"""What differs between two texts."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from digestly.content.desk.differences import MAX_LINES, Line, differences

texts = st.lists(st.text("ab c.\n", max_size=12), max_size=12).map("\n".join)


def side(lines: list[Line], kind: str) -> list[str]:
    return ["".join(piece.text for piece in line.pieces) for line in lines if line.kind == kind]


def test_equal_texts_do_not_differ() -> None:
    assert differences("# A\n- b", "# A\n- b") == []


def test_a_reworded_line_has_only_its_changed_words_marked() -> None:
    gone, came = (
        line for line in differences("- the light was red", "- the light was green") if line.kind != "same"
    )
    assert [piece.text for piece in gone.pieces if piece.changed] == ["red"]
    assert [piece.text for piece in came.pieces if piece.changed] == ["green"]


def test_far_from_a_change_there_is_a_gap() -> None:
    before = [f"line {number}" for number in range(60)]
    after = [*before[:5], "new", *before[5:50], *before[51:]]
    lines = differences("\n".join(before), "\n".join(after))
    assert [line.kind for line in lines].count("gap") == 1
    assert len(lines) < 12


@settings(max_examples=200, deadline=None)
@given(texts, texts)
def test_every_line_that_went_or_came_is_shown(before: str, after: str) -> None:
    lines = differences(before, after)
    gone, came, same = side(lines, "gone"), side(lines, "came"), side(lines, "same")
    assert not set(before.splitlines()) - set(after.splitlines()) - set(gone)
    assert not set(after.splitlines()) - set(before.splitlines()) - set(came)
    assert set(same) <= set(before.splitlines()) & set(after.splitlines())


def test_long_texts_are_not_compared_line_by_line() -> None:
    before = "\n".join(f"a {number % 7}" for number in range(MAX_LINES))
    after = "\n".join(f"b {number % 7}" for number in range(MAX_LINES))
    assert len(differences(before, after)) == 2 * MAX_LINES
