"""Mails: one design, two forms each, in the reader's language."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.utils import timezone

from accounts import notices
from accounts.mail import send, send_to
from accounts.models import User

pytestmark = pytest.mark.django_db
FACTS: dict[str, Any] = {
    "code": "ABCD-EFGH",
    "password_reset_url": "https://digestly.example/account/password/reset/",
    "signup_url": "https://digestly.example/account/signup/",
    "notice": "Your password was changed.",
    "timestamp": timezone.now(),
    "ip": "198.51.100.7",
    "user_agent": "<b>Browser</b>",
}
OURS = [
    "account_already_exists", "account_closed", "email_confirmation", "login_code", "password_reset_code",
    "security_notice", "unknown_account",
]  # fmt: skip


def test_every_mail_has_its_three_parts() -> None:
    for folder in Path(settings.HOME / "templates" / "emails").iterdir():
        if folder.is_dir():
            assert {"subject.txt", "body.txt", "body.html"} <= {file.name for file in folder.iterdir()}, (
                folder.name
            )


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("name", OURS)
def test_a_mail_is_whole_in_each_language(name: str, language: str) -> None:
    send_to("mina@reader.example", language, name, **FACTS)
    (letter,) = mail.outbox
    ((html, kind),) = letter.alternatives
    assert kind == "text/html"
    assert f'<html lang="{language}">' in html
    assert letter.extra_headers["Content-Language"] == language
    assert letter.extra_headers["Auto-Submitted"] == "auto-generated"
    assert "\n" not in letter.subject
    for part in (letter.subject, letter.body, html):
        assert "{{" not in part
        assert "{%" not in part
    hangul = any("가" <= letter_ <= "힣" for letter_ in letter.body)
    assert hangul is (language == "ko")
    assert len(html) < 20_000
    for secret in ("code", "password_reset_url", "signup_url"):
        assert (FACTS[secret] in letter.body) == (FACTS[secret] in html)


def test_what_a_stranger_wrote_is_text_in_html_and_itself_in_text() -> None:
    send_to("mina@reader.example", "en", "security_notice", **FACTS)
    (letter,) = mail.outbox
    assert "<b>Browser</b>" in letter.body
    assert "<b>Browser</b>" not in letter.alternatives[0][0]


def test_a_mail_to_a_user_speaks_their_language() -> None:
    user = User.objects.create_user("mina@reader.example")
    user.preferences.language = "ko"
    user.preferences.save()
    send("login_code", user, code="ABCD-EFGH")
    assert "로그인" in mail.outbox[0].subject


def test_a_line_break_in_a_fact_does_not_break_the_subject() -> None:
    send_to(
        "mina@reader.example", "en", "security_notice", **{**FACTS, "notice": "One\r\nBcc: all@x.example"}
    )
    assert mail.outbox[0].subject == "Digestly: One Bcc: all@x.example"


def test_every_notice_can_be_said() -> None:
    facts = {
        "from_email": "a@b.example",
        "to_email": "c@d.example",
        "deleted_email": "a@b.example",
        "provider": "Kakao",
    }
    for event in notices.NOTICES:
        assert "%(" not in notices.sentence(event, facts)
