"""axe on every page, in every role, in every language: `python3 manage.py test tests/soak/accessibility.py`."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.test_accessibility import WIDTHS, look_at
from tests.browser.tour import LANGUAGES, stage


@pytest.mark.django_db
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_on_any_page_in_any_language(language: str, width: int, browser: Any) -> None:
    stage()
    assert look_at(browser, language, width=width) == {}
