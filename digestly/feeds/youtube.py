"""YouTube: the addresses that people paste, and the feed behind each.

A channel's or playlist's own address names its feed. A handle, a user name or a video does not: its page is
asked once, and from then on only the feed. Nothing here imitates a browser; where YouTube refuses to show the
page, the failure says what to paste instead.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qs, quote, unquote, urlsplit

from digestly.feeds import values
from digestly.feeds.errors import NotAFeed
from digestly.feeds.plain import line_from_html
from digestly.fetch.client import Client, Fetched, Limits
from digestly.fetch.errors import BlockedByHost, Missing
from digestly.fetch.text import decode

HOME = "https://www.youtube.com"
HOSTS = frozenset({"youtube.com", "www.youtube.com", "m.youtube.com", "music.youtube.com"})
SHORT_HOST = "youtu.be"
NO_COOKIES = frozenset({"youtube-nocookie.com", "www.youtube-nocookie.com"})
CLOSE = 4_000  # characters
PAGE = Limits(max_bytes=6_000_000)

INSTEAD = "Paste the channel's own address instead: youtube.com/channel/UC…"

_CHANNEL = re.compile(r"UC[\w-]{22}")
_PLAYLIST = re.compile(r"(?:PL|UU|OL|FL|LL)[\w-]{10,64}")
_VIDEO = re.compile(r"[\w-]{11}")
_NAME = re.compile(r"[^/?#\s@]{1,100}")
_BLOCKED = re.compile(
    r"consent\.youtube\.com/(?:save|m\b)|Sign in to confirm you|/sorry/index|unusual traffic"
)
_OF_CHANNEL = (
    re.compile(r'<link[^<>]{0,200}rel="canonical"[^<>]{0,200}/channel/(UC[\w-]{22})"'),
    re.compile(r'itemprop="(?:identifier|channelId)"\s+content="(UC[\w-]{22})"'),
    re.compile(r"feeds/videos\.xml\?channel_id=(UC[\w-]{22})"),
    re.compile(r'"externalId":"(UC[\w-]{22})"'),
)
_OF_VIDEO = (
    re.compile(r'itemprop="channelId"\s+content="(UC[\w-]{22})"'),
    re.compile(r'"(?:externalChannelId|channelId)":"(UC[\w-]{22})"'),
)
_TITLE = re.compile(r'<meta\s+(?:property|name)="(?:og:)?title"\s+content="([^"<>]{1,500})"')
_NAME_OF = re.compile(r'itemprop="name"\s+content="([^"<>]{1,300})"')
_PUBLISHED = re.compile(r'itemprop="(?:datePublished|uploadDate)"\s+content="([^"<>]{1,40})"')
_SECONDS = re.compile(r'"lengthSeconds":"(\d{1,7})"')


@dataclass(frozen=True, slots=True)
class Address:
    """What an address of YouTube's names: a "channel", "playlist", "video" or somebody's "name"; and its id."""

    kind: str
    id: str

    @property
    def page(self) -> str:
        """The one spelling of its page's address."""
        path = {"channel": "/channel/", "playlist": "/playlist?list=", "video": "/watch?v=", "name": "/"}
        return HOME + path[self.kind] + quote(self.id, safe="@/-_.")

    @property
    def feed(self) -> str | None:
        """The address of its feed, where it names one without being asked."""
        names = {"channel": "channel_id", "playlist": "playlist_id"}
        return f"{HOME}/feeds/videos.xml?{names[self.kind]}={self.id}" if self.kind in names else None


@dataclass(frozen=True, slots=True)
class Video:
    """One video, as its page tells it. `guid` is what its channel's feed calls it."""

    id: str
    title: str
    channel: str = ""
    published: datetime | None = None
    duration: float | None = None

    @property
    def guid(self) -> str:
        return f"yt:video:{self.id}"

    @property
    def link(self) -> str:
        return Address("video", self.id).page


@dataclass(frozen=True, slots=True)
class Found:
    """Where an address leads: to a feed, and to one video of it if the address was a video's."""

    feed: str
    video: Video | None = None


def recognise(url: str) -> Address | None:
    """What the address names; None for a feed's address, and for any that is not YouTube's."""
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").lower()
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"}:
        return None
    steps = [unquote(step) for step in parts.path.split("/") if step]
    asked = parse_qs(parts.query)
    if host == SHORT_HOST:
        return _named("video", steps[0] if steps else "")
    if host in NO_COOKIES:
        return _named("video", steps[1] if steps[:1] == ["embed"] and len(steps) > 1 else "")
    if host not in HOSTS or not steps:
        return None
    first, second = steps[0], steps[1] if len(steps) > 1 else ""
    if first in {"watch", "v", "embed", "shorts", "live"}:
        return _named("video", asked.get("v", [""])[0] if first == "watch" else second)
    if first == "playlist":
        return _named("playlist", asked.get("list", [""])[0])
    if first == "channel":
        return _named("channel", second)
    if first in {"user", "c"}:
        return _named("name", second, under=f"{first}/")
    return _named("name", first[1:], under="@") if first.startswith("@") else None


def spelled(url: str, *, home: str = HOME) -> str:
    """The address in its one spelling: its feed's where it names one, else its page's; any other as it is."""
    address = recognise(url)
    if address is None:
        return url
    return _at(home, address.feed) if address.feed else address.page


def find(address: Address, client: Client, *, home: str = HOME) -> Found:
    """Ask the page which channel it belongs to; `home` is where YouTube is. Raises a Failure.

    Addresses that name a feed are not asked about.
    """
    if address.feed:
        return Found(_at(home, address.feed))
    fetched = client.fetch(_at(home, address.page), limits=PAGE, accept="text/html")
    page = decode(fetched.body, content_type=fetched.content_type)
    if address.kind == "video":
        channel = _first(_OF_VIDEO, _part(page, '"videoDetails":')) or _first(_OF_VIDEO, page)
    else:
        channel = _first(_OF_CHANNEL, page)
    if not channel:
        raise _refusal(fetched, page, address)
    feed = Address("channel", channel).feed
    assert feed
    return Found(_at(home, feed), _video(address.id, page) if address.kind == "video" else None)


def _named(kind: str, id: str, *, under: str = "") -> Address | None:
    shape = {"channel": _CHANNEL, "playlist": _PLAYLIST, "video": _VIDEO, "name": _NAME}[kind]
    return Address(kind, under + id) if shape.fullmatch(id) else None


def _at(home: str, url: str) -> str:
    return home + url.removeprefix(HOME)


def _first(patterns: tuple[re.Pattern[str], ...], page: str) -> str | None:
    return next((found[1] for pattern in patterns if (found := pattern.search(page))), None)


def _part(page: str, mark: str) -> str:
    """What follows the mark closely; nothing where it is not."""
    start = page.find(mark)
    return page[start : start + CLOSE] if start >= 0 else ""


def _video(id: str, page: str) -> Video:
    title, published, seconds = (pattern.search(page) for pattern in (_TITLE, _PUBLISHED, _SECONDS))
    channel = _NAME_OF.search(_part(page, 'itemprop="author"'))
    return Video(
        id=id,
        title=line_from_html(title[1]) if title else "",
        channel=line_from_html(channel[1]) if channel else "",
        published=values.moment(published[1]) if published else None,
        duration=values.duration(seconds[1]) if seconds else None,
    )


def _refusal(fetched: Fetched, page: str, address: Address) -> BlockedByHost | Missing | NotAFeed:
    host = urlsplit(fetched.url).hostname or ""
    if host.startswith("consent.") or _BLOCKED.search(page):
        said = "YouTube shows this server a consent or robot page instead of the channel."
        return BlockedByHost(f"{said} {INSTEAD}", status=fetched.status, host=host)
    if address.kind == "video":
        return Missing(
            "This video is private, deleted or not yet out: its page names no channel.",
            status=404,
            host=host,
        )
    return NotAFeed(f"This page of YouTube names no channel. {INSTEAD}")
