"""Providers: where words come from when a feed links to none.

Each is optional, off until an operator turns it on, and needs libraries that Digestly does without. A provider
takes a `Recording` and gives a `ParsedTranscript`, or raises a Failure; `Blocked` says that the provider as a whole
is not served, so that asking for the next recording would only make it worse.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from digestly.fetch.client import Client
from digestly.fetch.errors import Failure
from digestly.transcripts.types import ParsedTranscript


@dataclass(frozen=True, slots=True)
class Recording:
    """What is to be put into words. `language` is what the source declares, `seconds` how long it lasts, if known."""

    video_id: str | None = None
    media_url: str | None = None
    language: str | None = None
    seconds: float | None = None


class Provider(Protocol):
    """One way to get words. `name` is what its pauses are remembered under."""

    name: str

    def serves(self, recording: Recording) -> bool:
        """Could it have words of this recording?"""
        ...

    def words(self, recording: Recording, client: Client) -> ParsedTranscript:
        """The words. Raises a Failure."""
        ...


class Blocked(Failure):
    """The provider is not served at all for now."""

    code = "blocked_by_host"


class NotInstalled(Failure):
    """The operator turned a provider on without its libraries, or without its model."""

    code = "transcript_bad"
