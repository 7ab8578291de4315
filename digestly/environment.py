"""Environment: how the settings read what an operator set.

A blank variable counts as unset, since compose files hand on missing ones as blank. A wrong one stops the start
with its name. Parsers raise ValueError with what is wanted, and those of addresses never repeat what was given,
because it may hold a password.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import dj_database_url
import dj_email_url
import django_cache_url
from django.core.exceptions import ImproperlyConfigured

from digestly.engine.llm.model import OUTPUTS, Model

BROKERS = ("amqp", "amqps", "pyamqp", "redis", "rediss", "filesystem")

Value = TypeVar("Value")


def given(name: str) -> str:
    return os.environ.get(name, "").strip()


def required(name: str) -> str:
    """The variable's value; in production a missing one stops the start with its own name."""
    if value := given(name):
        return value
    raise ImproperlyConfigured(f"set {name} (or DEBUG=1 to try Digestly out on this machine).")


def read(name: str, parse: Callable[[str], Value], default: str) -> Value:
    """What `parse` makes of the variable, or of the default."""
    try:
        return parse(given(name) or default)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}: {error}") from None  # the chain below may print a password


def switch(text: str) -> bool:
    if text.lower() in ("1", "true", "yes", "on"):
        return True
    if text.lower() in ("0", "false", "no", "off"):
        return False
    raise ValueError("must be 1 or 0.")


def number(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if text.isascii() and text.isdecimal() and least <= int(text) <= most:
            return int(text)
        raise ValueError(f"must be a whole number from {least} to {most}.")

    return parse


def words(text: str) -> list[str]:
    """The parts of a comma list."""
    return [word.strip() for word in text.split(",") if word.strip()]


def time_zone(text: str) -> str:
    try:
        return ZoneInfo(text).key
    except (ValueError, OSError, KeyError):
        raise ValueError("must be the name of a time zone, such as Europe/Berlin.") from None


def site_address(text: str) -> str:
    """The address people type, without a slash at its end."""
    parts = urlsplit(text if scheme_of(text) in ("http", "https") else "")
    if not parts.hostname or parts.username or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("must be a whole address without a path, such as https://digests.example")
    return f"{parts.scheme}://{parts.netloc}"


def endpoint(text: str) -> str:
    """The address of an interface, which may have a path; blank is the provider's own."""
    parts = urlsplit(text if scheme_of(text) in ("http", "https") else "")
    if text and (not parts.hostname or parts.username or parts.query or parts.fragment):
        raise ValueError("must be an address such as http://127.0.0.1:11434/v1")
    return text.rstrip("/")


def one_of(*names: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text in names:
            return text
        raise ValueError(f"must be {', '.join(names[:-1])} or {names[-1]}.")

    return parse


def money(text: str) -> Decimal:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not (amount.is_finite() and 0 <= amount < 1_000_000):
        raise ValueError("must be an amount such as 2.50, or 0 for no limit.")
    return amount


def language_model() -> Model | None:
    """The model that LLM_MODEL names, if it is set."""
    if not given("LLM_MODEL"):
        return None
    output: Any = read("LLM_OUTPUT", one_of(*OUTPUTS), OUTPUTS[0])
    base_url = read("LLM_BASE_URL", endpoint, "")
    return Model.named(given("LLM_MODEL"), key=given("LLM_API_KEY"), base_url=base_url, output=output)


def database(text: str) -> dict[str, Any]:
    try:
        return dict(dj_database_url.parse(text))
    except Exception:
        raise ValueError("must be an address such as postgres://user:password@host/name") from None


def cache(text: str) -> dict[str, Any]:
    try:
        return dict(django_cache_url.parse(text))
    except Exception:
        raise ValueError("must be an address such as redis://host:6379/0") from None


def mail(text: str) -> dict[str, Any]:
    """Django's EMAIL_* settings."""
    try:
        settings = dj_email_url.parse(text)
    except Exception:
        settings = {}
    if "EMAIL_BACKEND" not in settings:
        raise ValueError("must be an address such as submission://user:password@host:587")
    return settings


def broker(text: str) -> str:
    if scheme_of(text) in BROKERS:
        return text
    raise ValueError("must be an address that begins with amqp://, redis:// or filesystem://")


def scheme_of(address: str) -> str:
    """Blank for what is no address: a slash in a password, for one, makes the rest of it a port."""
    try:
        parts = urlsplit(address)
        _ = parts.port  # raises unless it is a number
    except ValueError:
        return ""
    return parts.scheme
