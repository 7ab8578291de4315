"""Social sign-in: the providers whose keys an operator has set. One without keys has no button and no address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ImproperlyConfigured


@dataclass(frozen=True)
class Provider:
    """`keys` says which variable fills which part of allauth's app; `host` is where a sign-in form leads."""

    name: str
    host: str
    keys: dict[str, str]
    settings: dict[str, str] = field(default_factory=dict)
    asks: dict[str, Any] = field(default_factory=dict)

    def app(self, values: dict[str, str]) -> dict[str, Any]:
        made: dict[str, Any] = {part: values[variable] for part, variable in self.keys.items()}
        # An environment file holds a private key on one line, with its line ends written out.
        made["settings"] = {part: values[name].replace("\\n", "\n") for part, name in self.settings.items()}
        return made


def pair(name: str) -> dict[str, str]:
    return {"client_id": f"{name}_CLIENT_ID", "secret": f"{name}_CLIENT_SECRET"}


PROVIDERS = (
    Provider("google", "https://accounts.google.com", pair("GOOGLE"), asks={"SCOPE": ["email"]}),
    Provider("kakao", "https://*.kakao.com", pair("KAKAO"), asks={"SCOPE": ["account_email"]}),
    Provider("naver", "https://nid.naver.com", pair("NAVER")),
    Provider("github", "https://github.com", pair("GITHUB"), asks={"SCOPE": ["user:email"]}),
    Provider(
        "apple",
        "https://appleid.apple.com",
        {"client_id": "APPLE_CLIENT_ID", "secret": "APPLE_KEY_ID", "key": "APPLE_TEAM_ID"},
        {"certificate_key": "APPLE_PRIVATE_KEY"},
        {"SCOPE": ["email"]},
    ),
)


def configured(given: Callable[[str], str]) -> list[tuple[Provider, dict[str, Any]]]:
    """The providers that are set, each with its app. A half-set one stops the start, naming what is missing."""
    found = []
    for provider in PROVIDERS:
        names = [*provider.keys.values(), *provider.settings.values()]
        values = {name: given(name) for name in names}
        missing = [name for name in names if not values[name]]
        if not missing:
            found.append((provider, provider.app(values)))
        elif len(missing) < len(names):
            there = next(name for name in names if values[name])
            raise ImproperlyConfigured(f"set {', '.join(missing)} as well, or unset {there}.")
    return found
