"""Script first, then what is declared, then a guess."""

from __future__ import annotations

import pytest

from digestly.engine.language import spoken_language
from digestly.transcripts.types import Segment


def spoken(text: str, declared: str | None = None) -> str:
    return spoken_language([Segment(None, None, None, text)] * 3, declared=declared)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("오늘은 API와 데이터베이스를 이야기합니다.", "ko"),
        ("今天我们讨论一线城市的就业问题。", "zh"),
        ("今日は東京の図書館について話します。", "ja"),
        ("Сегодня мы говорим о новых поездах и старых вокзалах нашей страны.", "ru"),
        ("Today we are going to talk about the history of the railway in the mountains.", "en"),
        ("Hoy vamos a hablar de la historia del ferrocarril en las montañas del norte.", "es"),
        ("Σήμερα μιλάμε για τα τρένα και τους σταθμούς.", "el"),
    ],
)
def test_undeclared_languages_are_found(text: str, language: str) -> None:
    assert spoken(text) == language


def test_a_declared_language_is_believed_and_shortened_to_its_first_part() -> None:
    assert spoken("ok", declared="pt-BR") == "pt"
    assert spoken("Today we talk about trains.", declared="EN_us") == "en"


def test_english_is_doubted_where_hardly_an_english_word_is_said() -> None:
    spanish = (
        "Hoy hablamos de una tienda pequeña que quiso vender por internet y descubrió que sus clientes preferían "
        "llamar por teléfono, porque nadie contestaba los mensajes y los pedidos se perdían entre correos que no "
        "leía ninguna de las personas que trabajaban allí los fines de semana."
    )
    english = (
        "So today we talk about a small shop that wanted to sell on the internet, and what they found is that "
        "people just like to call, you know, because if you write to them it is not clear who will read it."
    )
    assert spoken(spanish, declared="en-US") == "es"
    assert spoken(english, declared="en-US") == "en"
    assert spoken(spanish, declared="ca") == "ca"


def test_a_declaration_that_the_script_contradicts_is_not() -> None:
    assert spoken("오늘은 데이터베이스를 이야기합니다.", declared="en") == "ko"
    assert spoken("Today we are going to talk about the history of the railway.", declared="ko") == "en"
    assert spoken("東京図書館", declared="ja-JP") == "ja"


@pytest.mark.parametrize("declared", [None, "", "und", "not a tag!"])
def test_too_few_letters_and_no_declaration_are_undetermined(declared: str | None) -> None:
    assert spoken("12 34", declared=declared) == "und"
