"""The picture that a link is shared with: drawn from what everybody may read, in letters that are always there."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.test import Client
from lxml import html
from PIL import Image

from accounts.models import User
from digestly.content import editorial
from digestly.content.cards.drawing import ROOM, SIZE, WEIGHT, set_title
from digestly.content.cards.faces import Hand, file_of, width
from digestly.content.models import Digest
from digestly.outline.types import Outline, Point, Section
from tests.conftest import DAY

Make = Callable[..., Digest]
Publish = Callable[[Digest], Digest]
SignIn = Callable[[User | None], Client]
LONG = (
    "네 사람이 서로 말을 끊어 가며 세 시간 동안 나눈 대화를 한 쪽짜리 글로 바꾸어 내는 조용한 기술에 대하여 "
    * 4
)


def named(page: bytes) -> str:
    (address,) = html.document_fromstring(page).xpath("//meta[@property='og:image']/@content")
    return str(address).partition("//")[2].partition("/")[2]


def is_card(body: bytes) -> bool:
    card = Image.open(io.BytesIO(body))
    return card.format == "PNG" and card.size == SIZE and len(card.convert("L").getcolors() or []) > 2


@pytest.mark.parametrize("language", ["en", "ko"])
def test_a_page_names_a_card_and_there_it_is(
    language: str, talk: Outline, make_digest: Make, publish: Publish
) -> None:
    digest = publish(make_digest(talk, language=language, edition_date=DAY))
    browser = Client()
    for path, card in [
        (digest.get_absolute_url(), digest.get_absolute_url().rstrip("/") + ".png"),
        (f"/{language}/", f"/{language}/card.png"),
        (f"/{language}/pricing/", f"/{language}/card.png"),
    ]:
        assert f"/{named(browser.get(path).content)}" == card
        answer = browser.get(card)
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
        assert is_card(answer.content)
        assert "public" in answer["Cache-Control"]
        assert not answer.cookies
        assert browser.get(card, headers={"If-None-Match": answer["ETag"]}).status_code == 304


def test_what_is_locked_makes_no_difference_to_it(
    talk: Outline, make_digest: Make, publish: Publish, plus: User, signed_in: SignIn
) -> None:
    secret = Section("s", "A", sections=(Section("t", "B", bullets=(Point("The secret."),)),))
    open_one, locked_one = (
        publish(make_digest(replace(talk, sections=sections), edition_date=DAY.replace(month=month)))
        for month, sections in ((5, (*talk.sections,)), (5, (*talk.sections, secret)))
    )
    Digest.objects.update(minutes=4)
    cards = [digest.get_absolute_url().rstrip("/") + ".png" for digest in (open_one, locked_one)]
    seen = {browser.get(card).content for browser in (Client(), signed_in(plus)) for card in cards}
    assert len(seen) == 1


def test_withdrawn_it_is_gone(published: Digest, editor: User) -> None:
    card = published.get_absolute_url().rstrip("/") + ".png"
    editorial.withdraw(published, by=editor, why="A mistake.")
    assert Client().get(card).status_code == 410


def test_every_syllable_and_every_letter_has_a_face_and_an_emoji_has_none() -> None:
    letters = [*map(chr, range(0xAC00, 0xD7A4)), *"Añéßœł “quoted” – 12:30 · …"]
    assert [one for one in letters for hand in ("sans", "serif") if not file_of(one, hand)] == []
    assert file_of("🎉", "sans") is None


@pytest.mark.parametrize(
    "title", [LONG, "x" * 400, "Short", "A title with 🎉 in it", "해지 버튼을 숨기지 않았더니"]
)
@pytest.mark.parametrize("hand", ["sans", "serif"])
def test_a_title_fits(title: str, hand: Hand) -> None:
    size, lines = set_title(title, hand)
    assert 1 <= len(lines) <= 4
    assert all(0 < width(line, hand, size, WEIGHT[hand]) <= ROOM for line in lines)
