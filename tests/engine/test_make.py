"""What a draft promises, whatever the transcript."""

from __future__ import annotations

import json
import math
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digestly.engine import Options, TooShort, UnknownEngine, make_outline
from digestly.engine.extractive.tongues.tongue import HAN
from digestly.engine.report import as_dict
from digestly.outline import document
from digestly.outline.text import clean_line
from digestly.outline.types import Outline, Point
from digestly.transcripts.types import Segment

WORDS = (
    "network channel payment river morning library budget sensor valley teacher bread window signal garden engine "
    "the of and to we it is was this that with for in on so but because um yeah you know"
).split()

sentences = st.lists(st.sampled_from(WORDS), min_size=1, max_size=14).map(" ".join)
times = st.one_of(st.none(), st.floats(-10, 1e5), st.just(math.nan), st.just(math.inf))
segments = st.lists(
    st.builds(
        Segment,
        start=times,
        end=times,
        speaker=st.sampled_from([None, "Ada", "Ben", ""]),
        text=st.one_of(
            sentences,
            sentences.map(lambda text: text.capitalize() + "."),
            sentences.map(lambda text: text.capitalize() + "?"),
            st.text(max_size=40),
            st.sampled_from(
                [
                    "[Music]",
                    "네, 그래서 데이터를 봤습니다.",
                    "我们今天聊网络支付。",
                    "ネットワークについて話します。",
                    "",
                ]
            ),
        ),
    ),
    max_size=60,
)


def points_of(outline: Outline) -> list[Point]:
    bullets = [bullet for section in outline.walk() for bullet in section.bullets]
    return [*bullets, *outline.key_points, *outline.insights]


def words_of(text: str) -> set[str]:
    """Where a script needs no spaces, each of its characters counts as a word."""
    return set(re.findall(rf"(?=\w)[{HAN}]|[^\W{HAN}]+", text.lower()))


@settings(max_examples=150, deadline=None)
@given(segments=segments, language=st.sampled_from([None, "en", "ko", "zh", "ja", "es", "nonsense!"]))
def test_any_transcript_gives_a_valid_grounded_and_repeatable_outline_or_says_it_is_too_short(
    segments: list[Segment], language: str | None
) -> None:
    options = Options(language=language)
    try:
        draft = make_outline(segments, options)
    except TooShort:
        return
    written = json.dumps(as_dict(draft), ensure_ascii=False, allow_nan=False)
    assert document.load(json.loads(written)) == draft.outline
    assert json.dumps(as_dict(make_outline(segments, options)), ensure_ascii=False) == written
    assert draft.outline.sections
    assert all(section.heading and (section.bullets or section.sections) for section in draft.outline.walk())
    for point in points_of(draft.outline):
        assert point.evidence is not None
        first, last = point.evidence
        assert 0 <= first <= last < len(segments)
        assert words_of(point.text) <= words_of(
            " ".join(clean_line(segment.text) for segment in segments[first : last + 1])
        )


@pytest.mark.parametrize("text", ["", "One two three.", "[Music]", "♪ la la la ♪"])
def test_hardly_any_words_are_too_short_and_the_message_says_what_to_do(text: str) -> None:
    with pytest.raises(TooShort, match="use another transcript") as raised:
        make_outline([Segment(0, 1, None, text)])
    assert raised.value.as_dict() == {"code": "too_short", "message": raised.value.message}


def test_an_hour_of_music_is_too_short() -> None:
    with pytest.raises(TooShort):
        make_outline([Segment(float(i), i + 1.0, None, "[Music]") for i in range(3600)])


def test_an_unknown_engine_is_named_in_the_error() -> None:
    with pytest.raises(UnknownEngine, match='"oracle"'):
        make_outline([], Options(engine="oracle"))


def test_without_times_points_have_evidence_but_no_start() -> None:
    draft = make_outline([Segment(None, None, None, text) for text in STORY])
    assert all(point.start is None and point.evidence for point in points_of(draft.outline))
    assert any("no times" in warning for warning in draft.report.warnings)


def test_start_is_the_start_of_the_first_segment_of_the_evidence() -> None:
    segments = [Segment(10.0 * place, 10.0 * place + 9, "Ada", text) for place, text in enumerate(STORY)]
    draft = make_outline(segments)
    for point in points_of(draft.outline):
        assert point.evidence
        assert point.start == segments[point.evidence[0]].start
        assert point.speaker == "Ada"


def test_roll_up_captions_are_told_once_and_keep_their_indices() -> None:
    words = " ".join(STORY).split()
    windows = [words[at : at + 12] for at in range(0, len(words) - 6, 6)]
    segments = [
        Segment(3.0 * place, 3.0 * place + 3, None, " ".join(window)) for place, window in enumerate(windows)
    ]
    draft = make_outline(segments)
    for point in points_of(draft.outline):
        assert not re.search(r"(\w+ \w+ \w+ \w+ \w+ \w+) \1", point.text)
        assert point.evidence
        assert point.evidence[1] < len(segments)


def test_the_report_names_engine_and_version() -> None:
    assert re.fullmatch(r"extractive \d+", make_outline([Segment(0, 9, None, " ".join(STORY))]).report.engine)


def test_the_title_is_the_one_given_cleaned() -> None:
    assert (
        make_outline([Segment(0, 9, None, " ".join(STORY))], Options(title=" A\x00 B\n")).outline.title
        == "A B"
    )
    assert make_outline([Segment(0, 9, None, " ".join(STORY))]).outline.title is None


STORY = (
    "The harbour of the old town was rebuilt in 1962 after a storm.",
    "Fishing boats from the island bring mackerel every morning before six.",
    "The harbour master counts the boats and writes the number on a slate.",
    "Tourists arrive later and photograph the slate without knowing what it means.",
    "A new ferry will connect the harbour with the airport next summer.",
    "The ferry carries 200 passengers and runs on batteries that charge at the pier.",
    "Batteries are heavy, and therefore the pier needs a stronger foundation.",
    "Engineers found an oak foundation from the thirteenth century under the pier.",
    "Archaeologists asked for three months to document the oak beams.",
    "The town agreed, and the ferry company moved its opening to the autumn.",
)


def test_latin_words_in_chinese_speech_stay_apart() -> None:
    said = [
        "今天我们谈谈 Kubernetes Operator 的internationalization问题",
        "我们的团队 用 Amazon Web Services 来 部署 每一个服务",
        "这个工具 在 生产环境 里面 运行得很稳定 大家都很满意",
    ]
    segments = [Segment(float(n), n + 1.0, None, f"{said[n % 3]} 第{n}次") for n in range(60)]
    texts = " ".join(
        point.text for point in points_of(make_outline(segments, Options(language="zh")).outline)
    )
    for kept in ("Amazon Web Services", "Kubernetes Operator", "internationalization", "我们的团队用"):
        assert kept in texts, texts
