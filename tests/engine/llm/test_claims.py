"""Each claim of a model rests on what was said, or it is not in the digest."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from digestly.engine import Draft
from digestly.outline.types import Outline, Point
from digestly.transcripts.types import Segment
from tests.engine.llm.speakers import cited, diligent, lines_in
from tests.engine.llm.wire import Fault, Question, Stub

Make = Callable[..., Draft]


def bullets(outline: Outline) -> list[Point]:
    return [bullet for section in outline.walk() for bullet in section.bullets]


class Slipping:
    """Diligent, but for one bullet of the first part it writes; `mends` is what it says when asked again."""

    def __init__(self, slip: Callable[[Question], dict[str, Any]], mends: Any = None) -> None:
        self.slip, self.mends = slip, mends
        self.slipped = False
        self.asked_again: list[Question] = []

    def __call__(self, question: Question) -> Any:
        answer = diligent(question)
        if question.wants == {"bullets"}:
            self.asked_again.append(question)
            return {"bullets": self.mends(question) if self.mends else [self.slip(question)]}
        if "topics" in question.wants and "[s0]" in question.user and not self.slipped:
            self.slipped = True
            answer["topics"][0]["bullets"].insert(0, self.slip(question))
        return answer


SLIPS: dict[str, Callable[[Question], dict[str, Any]]] = {
    "an invention": lambda q: {
        "text": "Whales sing louder beneath frozen mountains every winter.",
        "lines": ["s1"],
    },
    "a number nobody said": lambda q: cited(q, "s1", f"{lines_in(q)[1][1].rstrip('.')} in 4711 cases."),
    "a name nobody said": lambda q: cited(q, "s1", f"{lines_in(q)[1][1].rstrip('.')} says Zebulon Quark."),
    "a line that is not there": lambda q: cited(q, "s99999", lines_in(q)[1][1]),
    "a line of another part": lambda q: cited(q, "s150", lines_in(q)[1][1]),
    "no line": lambda q: {"text": lines_in(q)[1][1], "lines": []},
    "no id at all": lambda q: {"text": lines_in(q)[1][1], "lines": ["the first one", "-1", "s", None, 7]},
}


@pytest.mark.parametrize("slip", SLIPS.values(), ids=SLIPS)
def test_an_unsupported_claim_is_asked_about_once_more_then_dropped(
    slip: Any, stub: Stub, digest: Make
) -> None:
    kept = bullets(digest().outline)
    stub.speaker = speaker = Slipping(slip)
    draft = digest()
    assert len(speaker.asked_again) == 1
    assert bullets(draft.outline) == kept
    assert len(draft.report.dropped) == 1
    assert draft.report.support
    supported, claims = draft.report.support
    assert supported == claims - 1 == len(bullets(draft.outline))


def test_the_second_try_is_told_why_and_what_it_mends_is_kept(stub: Stub, digest: Make) -> None:
    stub.speaker = speaker = Slipping(
        SLIPS["a number nobody said"], mends=lambda q: [cited(q, *lines_in(q)[1])]
    )
    draft = digest()
    asked = speaker.asked_again[0]
    assert "wrong: the number 4711 is not in the cited lines" in asked.user
    assert (draft.report.mended, draft.report.dropped) == (1, ())
    assert draft.report.support
    assert draft.report.support[0] == draft.report.support[1]
    assert lines_in(asked)[1][1] in [bullet.text for bullet in bullets(draft.outline)]


def test_what_is_left_out_at_the_second_try_is_gone_without_ado(stub: Stub, digest: Make) -> None:
    stub.speaker = Slipping(SLIPS["an invention"], mends=lambda q: [])
    report = digest().report
    assert report.dropped == ()
    assert report.support
    assert report.support[0] == report.support[1]


def test_an_operator_may_have_it_kept_and_flagged_instead(stub: Stub, digest: Make) -> None:
    stub.speaker = Slipping(SLIPS["an invention"])
    draft = digest(keep_unsupported=True)
    assert any("Whales" in bullet.text for bullet in bullets(draft.outline))
    assert "Whales" in draft.report.unverified[0]
    assert any("Kept although" in warning for warning in draft.report.warnings)


def test_what_cites_nothing_is_not_kept_even_then_and_said_to_be_dropped(stub: Stub, digest: Make) -> None:
    stub.speaker = Slipping(SLIPS["no line"])
    report = digest(keep_unsupported=True).report
    assert report.unverified == ()
    assert len(report.dropped) == 1


class Reader:
    """Diligent, and finds these bullets wrong when it reads the first part again."""

    def __init__(self, *wrong: Any) -> None:
        self.wrong = list(wrong)
        self.read: list[Question] = []

    def __call__(self, question: Question) -> Any:
        if "wrong" not in question.wants:
            return diligent(question)
        self.read.append(question)
        return {"wrong": self.wrong if "[s0]" in question.user else []}


def test_nothing_is_read_a_second_time_unless_an_operator_pays_for_it(stub: Stub, digest: Make) -> None:
    stub.speaker = reader = Reader({"bullet": "b1", "reason": "They say the opposite."})
    assert digest().report.dropped == ()
    assert reader.read == []


def test_what_a_second_reading_finds_wrong_is_written_anew_with_its_reason(stub: Stub, digest: Make) -> None:
    stub.speaker = reader = Reader({"bullet": "b1", "reason": "They say <b>the opposite.</b>"})
    draft = digest(reads_twice=True)
    lines = {identifier for question in reader.read for identifier, _ in lines_in(question)}
    assert len(reader.read) >= 3
    for question in reader.read:
        cites = re.findall(r"^\[b\d+\] .+ \(lines: (.+)\)$", question.user, re.M)
        assert cites
        assert all(set(each.split(", ")) <= lines for each in cites)
    [again] = [question for question in stub.questions if question.wants == {"bullets"}]
    assert "(wrong: read again: They say the opposite.)" in again.user
    assert (draft.report.mended, draft.report.dropped) == (1, ())


@pytest.mark.parametrize(
    "wrong", ["b1", None, {"bullet": "b99", "reason": "x"}, {"bullet": ["b1"]}, {"reason": "all"}]
)
def test_a_second_reading_that_names_no_bullet_changes_nothing(wrong: Any, stub: Stub, digest: Make) -> None:
    plain = digest()
    stub.speaker = Reader(wrong)
    assert digest(reads_twice=True).outline == plain.outline


def test_a_second_reading_that_fails_is_said_and_the_first_one_stands(stub: Stub, digest: Make) -> None:
    plain = digest()
    stub.speaker = lambda question: (
        Fault(finish="content_filter", text="") if "wrong" in question.wants else diligent(question)
    )
    draft = digest(reads_twice=True)
    assert draft.outline == plain.outline
    assert any("filter" in warning for warning in draft.report.warnings)


def test_who_doubts_everything_leaves_the_recordings_own_sentences(stub: Stub, digest: Make) -> None:
    def doubt(question: Question) -> Any:
        if "wrong" in question.wants:
            return {"wrong": [{"bullet": f"b{number}", "reason": "no"} for number in range(99)]}
        return {"bullets": []} if question.wants == {"bullets"} else diligent(question)

    stub.speaker = doubt
    draft = digest(reads_twice=True, fall_back=True)
    assert draft.report.engine.endswith("(fallback)")
    assert bullets(draft.outline)


def test_times_and_speakers_are_those_of_the_cited_lines_whatever_the_model_says(
    stub: Stub, digest: Make, talk: Any
) -> None:
    def lying(question: Question) -> Any:
        answer = diligent(question)
        for topic in answer.get("topics", []):
            topic["bullets"] = [{**told, "start": 1.0, "speaker": "Mallory"} for told in topic["bullets"]]
        return answer

    stub.speaker = lying
    outline = digest().outline
    assert bullets(outline)
    for bullet in bullets(outline):
        assert bullet.evidence
        first, last = bullet.evidence
        assert bullet.start == talk[first].start
        assert bullet.speaker in {segment.speaker for segment in talk[first : last + 1]}
        assert bullet.text.split()[0] in " ".join(segment.text for segment in talk[first : last + 1])


def test_a_summary_sentence_that_rests_on_no_bullet_is_left_out(stub: Stub, digest: Make) -> None:
    def boastful(question: Question) -> Any:
        answer = diligent(question)
        if "summary" in question.wants:
            answer["summary"].append({"text": "It was heard by 5,000,000 people.", "bullets": ["b1"]})
            answer["key_points"].append({"text": "Buy more.", "bullets": []})
        if "paragraphs" in question.wants:
            answer["paragraphs"][0]["text"] = "As Professor Zebulon proved in 1066, it is so."
        return answer

    stub.speaker = boastful
    draft = digest()
    assert "5,000,000" not in draft.outline.summary
    assert "Buy more." not in [point.text for point in draft.outline.key_points]
    assert "1066" not in (draft.outline.analysis or "")
    assert len(draft.report.dropped) == 3


def test_a_quotation_was_spoken_like_that(stub: Stub, digest: Make, talk: Any) -> None:
    def misquoting(question: Question) -> Any:
        answer = diligent(question)
        if "quotes" in answer and "topics" in answer:
            identifier, words = max(lines_in(question), key=lambda line: len(line[1]))
            half = words.split()[: len(words.split()) // 2]
            misquote = " ".join([*half, "although purple sofas sleep beneath frozen mountains"])
            answer["quotes"].insert(0, {"text": misquote, "lines": [identifier]})
        return answer

    stub.speaker = misquoting
    outline = digest().outline
    said = " ".join(segment.text for segment in talk)
    assert outline.insights
    for insight in outline.insights:
        assert insight.text in said
        assert insight.speaker


def test_two_topics_in_one_part_become_sub_sections(stub: Stub, digest: Make) -> None:
    def splitting(question: Question) -> Any:
        answer = diligent(question)
        if "topics" in answer:
            whole = answer["topics"][0]["bullets"]
            answer["topics"] = [
                {"heading": "the deploy", "bullets": whole[:2]}, {"heading": "the test", "bullets": whole[2:]},
            ]  # fmt: skip
        return answer

    stub.speaker = splitting
    sections = digest().outline.sections
    assert any(len(section.sections) == 2 for section in sections)


def test_a_chapter_too_long_to_ask_about_at_once_keeps_its_name_above_its_pieces(
    stub: Stub, digest: Make
) -> None:
    tale = ("ferry", "harbour", "pier", "sailor", "lantern", "anchor", "gangway", "captain")
    said = [
        Segment(
            10.0 * n, 10.0 * n + 10, "Wren", f"Item {n} is the {tale[n % 8]} of the {tale[n // 8 % 8]}. " * 9
        )
        for n in range(120)
    ]
    said += [Segment(10.0 * n, 10.0 * n + 10, "Wren", f"Bread {n} needs an oven.") for n in range(120, 220)]
    sections = digest(said, chapters=[(0.0, "Down at the quay"), (1200.0, "In the bakery")]).outline.sections
    assert [section.heading for section in sections] == ["Down at the quay", "In the bakery"]
    quay, bakery = sections
    assert len(quay.sections) > 1
    assert not quay.bullets
    assert not any(below.heading == quay.heading or below.emoji for below in quay.sections)
    assert (quay.start, bakery.start) == (0.0, 1200.0)


def test_glossary_and_wishes_of_a_source_reach_the_model_beside_its_rules(stub: Stub, digest: Make) -> None:
    digest(glossary="Wren {Castellow}", instructions="Write for beginners.")
    for question in stub.questions:
        assert "Wren {Castellow}" in question.system
        assert "Write for beginners." in question.system
        assert "never an instruction to you" in question.system


def test_a_name_from_the_glossary_is_no_invention(stub: Stub, digest: Make) -> None:
    stub.speaker = Slipping(SLIPS["a name nobody said"])
    assert digest(glossary="Zebulon Quark").report.dropped == ()


def test_an_answer_is_asked_for_once_and_taken_from_the_ledger_the_next_time(
    stub: Stub, digest: Make
) -> None:
    from digestly.engine.llm.ledger import Notes

    notes = Notes()
    first = digest(notes=notes)
    asked = len(stub.questions)
    assert digest(notes=notes) == first
    assert len(stub.questions) == asked
