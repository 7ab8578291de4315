"""Korean speech becomes written Korean: one register at the end of each sentence, and nothing else touched."""

from __future__ import annotations

import random
import re
import sys

import pytest

from digestly.engine import Options, make_outline
from digestly.engine.extractive.rewrite import tidy
from digestly.engine.extractive.tongues import korean_morphemes, tongue_for
from digestly.engine.extractive.tongues.korean import headline, listed
from digestly.engine.extractive.tongues.korean_endings import formal
from digestly.engine.extractive.tongues.patterns import lowered
from digestly.transcripts.types import Segment

KOREAN = tongue_for("ko")

ENDINGS = {
    "한다": "합니다",
    "만든다": "만듭니다",
    "먹는다": "먹습니다",
    "걸렸다": "걸렸습니다",
    "쉽다": "쉽습니다",
    "필요함": "필요합니다",
    "저장됨": "저장됩니다",
    "줄었음": "줄었습니다",
    "저장해요": "저장합니다",
    "열려요": "열립니다",
    "만들어져요": "만들어집니다",
    "어려워요": "어렵습니다",
    "배워요": "배웁니다",
    "빨라요": "빠릅니다",
    "많아요": "많습니다",
    "만들어요": "만듭니다",
    "있었어요": "있었습니다",
    "모르겠어요": "모르겠습니다",
    "말씀드릴게요": "말씀드리겠습니다",
    "되고요": "됩니다",
    "했구요": "했습니다",
    "알고요": "압니다",
    "걸리거든요": "걸립니다",
    "하잖아요": "합니다",
    "만드는데요": "만듭니다",
    "많은데요": "많습니다",
    "있네요": "있습니다",
    "그렇죠": "그렇습니다",
    "되지요": "됩니다",
    "문장이에요": "문장입니다",
    "예제예요": "예제입니다",
    "Behavior예요": "Behavior입니다",
    "방법이죠": "방법입니다",
    "기능인데요": "기능입니다",
    "할 거예요": "할 것입니다",
    "설명드릴거예요": "설명드릴것입니다",
    "하는 거죠": "하는 것입니다",
    "어려울 텐데요": "어려울 것입니다",
    "문제가 아니에요": "문제가 아닙니다",
    "위한 겁니다": "위한 것입니다",
    "가능하고": "가능합니다",
    "볼 수 있고": "볼 수 있습니다",
    "있는데": "있습니다",
    "처리하겠죠": "처리할 것입니다",
    "됐겠죠": "됐을 것입니다",
    "만들겠죠": "만들 것입니다",
}
# Questions, requests, invitations, hearsay, promises, nouns, and verbs that another spells alike.
UNCERTAIN = """
뭐예요? 있나요 할까요 보이시죠 보셨죠 눌러 주세요 시작하죠 넘어가죠 좋대요 있더라고요 어렵겠죠 거겠죠 코드고요
데이터죠 편지요 영어요 광고요 페이지요 까지고요 친구하고요 차이고요 올해요 증거예요 들어요 물어요 람다 캐나다 판다 포함
책임 마음 과거예요 API가요 왔으니까 친구하고 참고 광고 말고 있다고 하려고 한데
"""


@pytest.fixture(autouse=True)
def only_by_spelling(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is installed here: what the analyser adds has tests of its own."""
    monkeypatch.setitem(sys.modules, "kiwipiepy", None)
    korean_morphemes.analyser.cache_clear()


@pytest.mark.parametrize(("spoken", "written"), ENDINGS.items())
def test_spoken_endings_become_written_ones(spoken: str, written: str) -> None:
    assert formal(f"이것은 서버에서 {spoken}.") == f"이것은 서버에서 {written}."
    assert formal(formal(f"{spoken}.")) == f"{written}."


@pytest.mark.parametrize("word", UNCERTAIN.split())
def test_what_has_another_reading_stays_as_it_was_said(word: str) -> None:
    mark = "" if word.endswith("?") else "."
    assert formal(f"서버가 {word}{mark}") == f"서버가 {word}{mark}"


def test_an_unmarked_sentence_that_may_ask_stays_as_it_was_said() -> None:
    assert formal("이 값은 왜 달라요") == "이 값은 왜 달라요"
    assert formal("이 값은 서로 달라요") == "이 값은 서로 다릅니다"


def test_fillers_go_and_the_ending_follows_in_one_pass() -> None:
    spoken = "음, 그래서 이제 Kafka 3대에 로그를 1,200건씩 나눠서 저장하거든요"
    assert tidy(spoken, KOREAN) == "Kafka 3대에 로그를 1,200건씩 나눠서 저장합니다."


@pytest.mark.parametrize(
    ("spoken", "written"),
    [
        ("이거는 뭐냐 하면 서버가 5대라는 뜻이에요.", "서버가 5대라는 뜻입니다."),
        ("바꾼 이유는 뭐냐 하면 이거는 값이 달라서 그렇습니다.", "바꾼 이유는 값이 달라서 그렇습니다."),
        (
            "먼저 연결을 만들고 그래서 함수를 부르고 그다음에 값을 받아요.",
            "먼저 연결을 만들고 함수를 부르고 값을 받습니다.",
        ),
        ("그 다음에 서버가 값을 저장해요.", "서버가 값을 저장합니다."),
        ("저장소가 있고 그 안에 파일이 있어요.", "저장소가 있고 그 안에 파일이 있습니다."),
        ("서버가 그 파일을 저장해요.", "서버가 파일을 저장합니다."),
        ("공식 사이트에 예제가 있습니다, API가요.", "공식 사이트에 예제가 있습니다."),
    ],
)
def test_spoken_debris_goes_and_what_leans_on_a_word_keeps_it(spoken: str, written: str) -> None:
    assert tidy(spoken, KOREAN) == written


@pytest.mark.parametrize(
    "told",
    [
        "위에는 여러 로봇을 위한 서버...",
        "그런 일을 나무에 넣기보다.",
        "이 방식을 쓰시는 분 손들어보세요.",
        "함께 사회를 바꿉시다.",
        "먼저 간단하게 소개하면요.",
        "아까 본 속성 기억나시나요?",
        "여러 명령어를 수행할 수 있는 구조.",
        "서버에서 받은 값을.",
    ],
)
def test_what_breaks_off_or_asks_the_listeners_is_no_statement(told: str) -> None:
    assert KOREAN.courtesy.search(lowered(told))


@pytest.mark.parametrize(
    ("phrases", "heading"),
    [
        (("RPC", "서버"), "RPC와 서버"),
        (("HDR", "그림"), "HDR과 그림"),
        (("Python", "자바"), "Python과 자바"),
        (("packages", "문서"), "packages와 문서"),
        (("파일", "이름"), "파일과 이름"),
        (("cache", "서버"), "cache, 서버"),
        (("서버", "파일", "이름"), "서버, 파일, 이름"),
    ],
)
def test_two_nouns_are_joined_by_the_particle_that_sounds_right(
    phrases: tuple[str, ...], heading: str
) -> None:
    assert listed(phrases) == heading


SUBJECTS = ("도서관", "자원봉사", "예산", "출판사", "기차", "캐시", "서버", "그림", "PostgreSQL", "독서 모임")
VERBS = [ending for ending in ENDINGS if " " not in ending]


def talk(*, lines: int) -> list[Segment]:
    """A talk in which every sentence ends in another way."""
    dice = random.Random(7)
    said = []
    for number in range(lines):
        subject = SUBJECTS[number * len(SUBJECTS) // lines]
        other, place = dice.choice(SUBJECTS), dice.choice(("마을", "회사", "학교", "연구실", "강당"))
        start = dice.choice(("음, ", "그래서 ", "이제 ", "", ""))
        said.append(
            f"{start}{subject} 준비 {number}번 자료는 {place}의 {other} 기록과 함께 {dice.choice(VERBS)}."
        )
    return [Segment(None, None, None, text) for text in said]


def test_every_sentence_of_a_korean_digest_ends_in_one_register() -> None:
    segments = talk(lines=240)
    outline = make_outline(segments, Options(language="ko")).outline
    points = [*outline.key_points, *outline.insights]
    points += [bullet for section in outline.walk() for bullet in section.bullets]
    assert len(points) > 10
    for point in points:
        assert point.text.endswith("니다.")
        assert point.evidence
        heard = " ".join(segment.text for segment in segments[point.evidence[0] : point.evidence[1] + 1])
        # All but the last word was said like this, numbers and names too.
        assert point.text.rpartition(" ")[0] in heard
        assert set(re.findall(r"\d+|[A-Za-z]+", point.text)) <= set(re.findall(r"\d+|[A-Za-z]+", heard))
    assert all(sentence.endswith("니다") for sentence in outline.summary.rstrip(".").split(". "))


@pytest.mark.parametrize("language", ["en", "ja", "zh", "de"])
def test_other_languages_know_nothing_of_it(language: str) -> None:
    for spoken in (f"서버에서 {ending}." for ending in ENDINGS):
        assert tongue_for(language).written(spoken) == spoken


@pytest.mark.parametrize(
    ("phrase", "heading"),
    [
        ("작은 도서관에서는", "작은 도서관"),
        ("새 예산을", "새 예산"),
        ("독서 모임으로", "독서 모임"),
        ("우리 마을", "우리 마을"),
        ("그림책을 만드는", "그림책을 만드는"),
        ("검색과 한글", "검색과 한글"),
        ("성능 평가", "성능 평가"),
    ],
)
def test_a_heading_loses_its_particle_and_keeps_its_noun(phrase: str, heading: str) -> None:
    assert headline(phrase) == heading


def test_only_the_last_word_is_looked_at() -> None:
    """What stands before it is handed on unread, however long it is or lacks a space."""
    endless = "하거든요" * 100_000
    assert formal(f"{endless} 저장하거든요") == f"{endless} 저장합니다"
    assert formal(endless) == endless.removesuffix("하거든요") + "합니다"


@pytest.mark.parametrize(
    "told", ["서버가 값을 저장합니다.", "“값은 그대로입니다.”", "이 방식이 더 빠릅니다", "3배 줄었음!"]
)
def test_what_ends_in_its_predicate_is_a_statement(told: str) -> None:
    assert not KOREAN.courtesy.search(lowered(told))
