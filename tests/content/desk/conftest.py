"""The desk as an editor uses it: a browser, and forms filled from the page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import lxml.html
import pytest
from celery import Task
from django.contrib.auth.models import Permission
from django.http import HttpResponse
from django.test import Client

from accounts.models import User
from digestly.content.models import Digest
from digestly.outline.types import Outline


@dataclass
class Page:
    """One page as an editor sees it."""

    response: HttpResponse

    @property
    def text(self) -> str:
        return self.response.content.decode()

    @property
    def tree(self) -> Any:
        return lxml.html.fromstring(self.text)

    def words(self, css_id: str) -> str:
        """The text inside an element."""
        return " ".join(self.tree.get_element_by_id(css_id).text_content().split())

    @property
    def fields(self) -> dict[str, str]:
        """The review form as it stands in the page."""
        return dict(self.tree.get_element_by_id("review-form").form_values())

    @property
    def messages(self) -> str:
        return " ".join(node.text_content() for node in self.tree.find_class("messagelist"))

    def button(self, act: str) -> Any:
        found = self.tree.xpath(f'//button[@name="act"][@value="{act}"]')
        return found[-1] if found else None


class Desk:
    """An editor's browser."""

    def __init__(self, user: User) -> None:
        self.client = Client()
        self.client.force_login(user)

    def get(self, path: str) -> Page:
        return Page(self.client.get(path))

    def post(self, path: str, data: dict[str, Any]) -> Page:
        return Page(self.client.post(path, data, follow=True))

    def review(self, digest: Digest, query: str = "") -> Page:
        return self.get(address(digest) + query)

    def send(self, digest: Digest, page: Page, *, act: str = "save", query: str = "", **typed: str) -> Page:
        """Press a button on the review page, with some fields retyped."""
        return self.post(address(digest) + query, {**page.fields, "act": act, **typed})


def address(digest: Digest) -> str:
    return f"/admin/content/digest/{digest.pk}/change/"


@pytest.fixture
def desk(editor: User) -> Desk:
    return Desk(editor)


@pytest.fixture
def colleague(db: None) -> User:
    return User.objects.create_superuser("mina@desk.example", "a-long-password", name="Mina Seo")


@pytest.fixture
def colleagues_desk(colleague: User) -> Desk:
    return Desk(colleague)


@pytest.fixture
def with_permissions(db: None) -> Callable[..., Desk]:
    """A member of staff who may do only what is named."""

    def browser(*codes: str) -> Desk:
        user = User.objects.create_user("helper@desk.example", "a-long-password", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__in=codes))
        return Desk(user)

    return browser


@pytest.fixture
def draft(talk: Outline, make_digest: Callable[..., Digest]) -> Digest:
    """The talk, waiting for review."""
    return make_digest(talk)


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """What was sent to the broker: task and row."""
    sent: list[tuple[str, int]] = []

    def hear(task: Task, args: tuple[int], **options: Any) -> None:
        sent.append((task.name.rsplit(".", 1)[1], args[0]))

    monkeypatch.setattr(Task, "apply_async", hear)
    return sent
