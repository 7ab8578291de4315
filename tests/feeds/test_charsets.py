"""Right text, whoever names the charset: the server, the document, both differently, or nobody."""

from __future__ import annotations

import pytest

from digestly.feeds.parse import parse
from digestly.fetch.text import decode, one_line, printable, without_entities

RUSSIAN = "Как пережить новогоднюю ночь и не опоздать на работу"
KOREAN = "한글 닉네임을 표시하는 방법에 대한 짧은 이야기"


def document(title: str, declared: str | None = None) -> str:
    prolog = f'<?xml version="1.0" encoding="{declared}"?>' if declared else '<?xml version="1.0"?>'
    return f"{prolog}<rss><channel><title>{title}</title></channel></rss>"


@pytest.mark.parametrize(
    ("title", "charset"),
    [
        (RUSSIAN, "koi8-r"),
        (RUSSIAN, "windows-1251"),
        (KOREAN, "euc-kr"),
        ("日本語の題名", "shift_jis"),
        ("Größe", "iso-8859-15"),
    ],
)
def test_declared_charset_is_read(title: str, charset: str) -> None:
    assert parse(document(title, charset).encode(charset)).title == title


@pytest.mark.parametrize("charset", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig"])
def test_wide_charsets_are_seen_by_their_bytes(charset: str) -> None:
    assert parse(document(KOREAN).encode(charset)).title == KOREAN


def test_server_names_the_charset() -> None:
    body = document(RUSSIAN).encode("windows-1251")
    assert parse(body, content_type="text/xml; charset='windows-1251'").title == RUSSIAN


def test_utf8_that_holds_wins_over_a_wrong_label() -> None:
    body = document(KOREAN, "iso-8859-1").encode()
    assert parse(body, content_type="text/xml; charset=us-ascii").title == KOREAN


@pytest.mark.parametrize(
    ("text", "charset"), [(RUSSIAN, "koi8-r"), (KOREAN, "euc-kr"), ("Déjà vu à São Paulo", "cp1252")]
)
def test_undeclared_charset_is_guessed(text: str, charset: str) -> None:
    assert decode(text.encode(charset)) == text


@pytest.mark.parametrize("label", ["rot13", "zip", "idna", "unicode_escape", "no-such-thing", "\x00"])
def test_charset_label_cannot_name_a_trick(label: str) -> None:
    assert decode(b"abc \\u0041", content_type=f"text/xml; charset={label}") == "abc \\u0041"


def test_nothing_unprintable_gets_through() -> None:
    assert printable("a\x00b\ud800c\ufffe\x9fd\ufeff") == "abcd"
    assert one_line(" e\u0301 \n\t\x85 x\u2028y ") == "é x y"


def test_endless_character_references_are_harmless() -> None:
    assert without_entities(f"a&#{'9' * 6_000};b &amp; c") == "a\ufffdb & c"
