"""What a feed says, after its dialect no longer matters. Nothing after parsing knows RSS from Atom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A media file. `length` is in bytes; `url` is empty where a publisher forgot it."""

    url: str
    type: str | None = None
    length: int | None = None


@dataclass(frozen=True, slots=True)
class TranscriptLink:
    """One `podcast:transcript` tag. `rel` is "captions" where the publisher says so."""

    url: str
    type: str | None = None
    language: str | None = None
    rel: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who takes part, from `podcast:person`. `role` is "host" where nothing else is said."""

    name: str
    role: str = "host"


@dataclass(frozen=True, slots=True)
class Chapter:
    """A mark in the recording: from this second on it is about that."""

    start: float
    title: str


@dataclass(frozen=True, slots=True)
class ParsedItem:
    """One episode as the feed tells it.

    `guid` is its identity, made up from other facts where the feed gives none.
    `published` is aware, in UTC, between 1995 and tomorrow, else None; `duration` is in seconds.
    `chapters` is where its chapters are, `marks` are those that the feed itself tells.
    """

    guid: str
    title: str
    link: str | None = None
    published: datetime | None = None
    duration: float | None = None
    summary: str | None = None
    enclosures: tuple[Enclosure, ...] = ()
    transcripts: tuple[TranscriptLink, ...] = ()
    chapters: str | None = None
    marks: tuple[Chapter, ...] = ()
    persons: tuple[Person, ...] = ()

    @property
    def recording(self) -> Enclosure | None:
        """The file to listen to: the first that sounds like one, else the first that can be asked for."""
        files = [file for file in self.enclosures if file.url.startswith(("http://", "https://"))]
        sounding = (file for file in files if (file.type or "").lower().startswith(("audio/", "video/")))
        return next(sounding, files[0] if files else None)


@dataclass(frozen=True, slots=True)
class Manners:
    """How a feed wants to be asked.

    `ttl` (seconds) is how long it is good for, `quiet_hours` (UTC) are those in which nothing is published. `hub`
    tells who subscribes to `topic` when something is.
    """

    ttl: int | None = None
    quiet_hours: tuple[int, ...] = ()
    hub: str | None = None
    topic: str | None = None


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed understood, at least in part. `partial` means that the document broke off or was cut."""

    kind: str
    title: str | None = None
    language: str | None = None
    link: str | None = None
    image: str | None = None
    new_feed_url: str | None = None
    podcast_guid: str | None = None
    persons: tuple[Person, ...] = ()
    partial: bool = False
    manners: Manners = Manners()
    items: tuple[ParsedItem, ...] = ()
