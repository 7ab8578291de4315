"""Korean endings that only an analyser can tell, with the answers that kiwipiepy 0.24.1 gave."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from digestly.engine import Options, make_outline
from digestly.engine.extractive.tongues import korean_morphemes
from digestly.engine.extractive.tongues.korean_endings import formal
from digestly.transcripts.types import Segment

RECORDED = json.loads((Path(__file__).parents[1] / "data" / "engine" / "korean_morphemes.json").read_text())

WRITTEN = {
    "이것은 우리가 만든 라이브러리고요": "이것은 우리가 만든 라이브러리입니다",
    "명령을 내리는 그런 구조거든요": "명령을 내리는 그런 구조입니다",
    "파이썬 문법의 일부다": "파이썬 문법의 일부입니다",
    "추가 데이터죠": "추가 데이터입니다",
    "이야기를 들어요": "이야기를 듣습니다",
    "짐을 들어요": "짐을 듭니다",
    "집을 지어요": "집을 짓습니다",
    "저한테 길을 물어요": "저한테 길을 묻습니다",
    "모듈 안에서 가져다 쓰다": "모듈 안에서 가져다 씁니다",
    "많은 분들이 도움을 주고 계시죠": "많은 분들이 도움을 주고 계십니다",
}


class Kiwi:
    """Says what kiwipiepy said of the same sentence."""

    def __init__(self, num_workers: int) -> None:
        assert num_workers == 1

    def tokenize(self, text: str) -> list[Any]:
        names = ("form", "tag", "start", "len")
        return [SimpleNamespace(**dict(zip(names, told, strict=True))) for told in RECORDED[text]]


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    korean_morphemes.analyser.cache_clear()
    yield
    korean_morphemes.analyser.cache_clear()


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    library = ModuleType("kiwipiepy")
    library.Kiwi = Kiwi  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "kiwipiepy", library)


@pytest.mark.usefixtures("recorded")
@pytest.mark.parametrize("spoken", RECORDED)
def test_with_the_analyser_an_ending_of_several_readings_becomes_written(spoken: str) -> None:
    assert formal(f"{spoken}.") == f"{WRITTEN.get(spoken, spoken)}."


@pytest.mark.parametrize("spoken", RECORDED)
def test_without_it_the_sentence_stays_as_it_was_said(spoken: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "kiwipiepy", None)
    assert formal(f"{spoken}.") == f"{spoken}."


def test_only_the_end_of_an_endless_sentence_is_analysed(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    answer = RECORDED["추가 데이터죠"]

    class Listening(Kiwi):
        def tokenize(self, text: str) -> list[Any]:
            asked.append(text)
            offset = len(text) - len("추가 데이터죠")
            return [
                SimpleNamespace(form=form, tag=tag, start=start + offset, len=size)
                for form, tag, start, size in answer
            ]

    library = ModuleType("kiwipiepy")
    library.Kiwi = Listening  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "kiwipiepy", library)
    endless = "이것은 " * 5000 + "추가 데이터"
    assert formal(f"{endless}죠.") == f"{endless}입니다."
    assert len(asked[0]) < 210


def test_the_analyser_itself_still_answers_like_that() -> None:
    kiwipiepy = pytest.importorskip("kiwipiepy", reason="the extra `korean` weighs 105 MB and is in no lock")
    kiwi = kiwipiepy.Kiwi(num_workers=1)
    for spoken in RECORDED:
        told = [[token.form, token.tag, token.start, token.len] for token in kiwi.tokenize(spoken)]
        assert told == RECORDED[spoken]
    draft = make_outline(
        [Segment(None, None, None, f"{spoken}.") for spoken in [*WRITTEN] * 9], Options(language="ko")
    )
    assert all(
        bullet.text.endswith("니다.") for section in draft.outline.walk() for bullet in section.bullets
    )
    assert "kiwipiepy" in draft.report.versions
