"""Every language says everything: what the code and the templates say in English is translated, and compiled."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import override
from django.utils.translation.template import templatize

from billing.money import money

HOME = Path(settings.HOME)
LOCALES = HOME / "digestly" / "locale"
TRANSLATED = sorted(code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE)
MARKS = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"}
# What `templatize` makes of the tags: _('…'), gettext('…') and ngettext('…', '…', count).
IN_TEMPLATES = re.compile(r"""(?:\b_|gettext)\(\s*u?(?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")""")
PLACEHOLDERS = re.compile(r"%\(\w+\)[sd]|%[sd]")


def sources() -> Iterator[Path]:
    for room in ("digestly", "accounts", "billing"):
        yield from (path for path in (HOME / room).rglob("*.py") if "migrations" not in path.parts)
    yield from (path for path in (HOME / "templates").rglob("*") if path.suffix in (".html", ".txt"))


def said(path: Path) -> Iterator[str]:
    """The English texts that a file marks for translation."""
    written = path.read_text()
    if path.suffix == ".py":
        for node in ast.walk(ast.parse(written)):
            match node:
                case ast.Call(func=ast.Name(id=name), args=[ast.Constant(value=str(text)), *_]) if (
                    name in MARKS
                ):
                    yield text
    else:
        for found in IN_TEMPLATES.finditer(templatize(written)):
            yield ast.literal_eval(found["text"])


def catalogue(language: str) -> polib.POFile:
    return polib.pofile(str(LOCALES / language / "LC_MESSAGES" / "django.po"))


def strings(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


@pytest.mark.parametrize("language", TRANSLATED)
class TestLanguage:
    def test_everything_said_is_translated(self, language: str) -> None:
        translated = {entry.msgid for entry in catalogue(language).translated_entries()}
        missing = {text: path for path in sources() for text in said(path) if text not in translated}
        assert missing == {}, "run makemessages, translate, and compilemessages"

    def test_nothing_translated_is_no_longer_said(self, language: str) -> None:
        everything = {text for path in sources() for text in said(path)}
        assert {entry.msgid for entry in catalogue(language)} - everything == set()

    def test_compiled_messages_are_those_written(self, language: str) -> None:
        written = catalogue(language)
        compiled = polib.mofile(str(LOCALES / language / "LC_MESSAGES" / "django.mo"))
        assert {entry.msgid: strings(entry) for entry in compiled} == {
            entry.msgid: strings(entry) for entry in written.translated_entries()
        }

    def test_nothing_is_left_unsure(self, language: str) -> None:
        assert not [entry.msgid for entry in catalogue(language) if entry.fuzzy or entry.obsolete]

    def test_placeholders_are_kept(self, language: str) -> None:
        for entry in catalogue(language):
            wanted = set(PLACEHOLDERS.findall(entry.msgid_plural or entry.msgid))
            for text in strings(entry):
                assert set(PLACEHOLDERS.findall(text)) == wanted, entry.msgid


def test_the_search_for_texts_finds_them_in_code_and_in_templates() -> None:
    assert "Cancel anytime." in set(said(HOME / "templates" / "content" / "_wall.html"))
    assert "%(minutes)s minute saved" in set(said(HOME / "templates" / "content" / "_facts.html"))
    assert "%(count)d point in Plus" in set(said(HOME / "digestly" / "content" / "access.py"))


@pytest.mark.parametrize(
    ("language", "written"),
    [("en", ["Jan 8, 2025", "May 30, 2026"]), ("ko", ["2025년 1월 8일", "2026년 5월 30일"])],
)
def test_dates_read_as_in_a_paper(language: str, written: list[str]) -> None:
    with override(language):
        assert [date_format(day) for day in (date(2025, 1, 8), date(2026, 5, 30))] == written


@pytest.mark.parametrize(
    ("language", "written"),
    [("en", ["$5", "$5.50", "₩6,500", "CHF 1,200"]), ("ko", ["$5", "$5.50", "₩6,500", "CHF 1,200"])],
)
def test_prices_show_cents_only_where_there_are_some(language: str, written: list[str]) -> None:
    with override(language):
        asked = [(500, "usd"), (550, "USD"), (6500, "krw"), (120000, "chf")]
        assert [money(amount, currency) for amount, currency in asked] == written
