"""What a page needs to play a recording where it is read. Nothing is asked of its host before somebody presses play."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qs, urlsplit

from .models import Episode

YOUTUBE = "https://www.youtube-nocookie.com"
VIDEO = re.compile(r"[\w-]{6,20}")


@dataclass(frozen=True)
class Recording:
    """`page` is where it is found, `player` what plays it: a frame's address, or the file itself."""

    kind: Literal["youtube", "audio"]
    page: str
    player: str

    @property
    def policy(self) -> dict[str, list[str]]:
        """What the page's content security policy must allow besides. A podcast's file is served from wherever its
        host redirects to, so its scheme is all that can be named."""
        if self.kind == "youtube":
            return {"frame-src": [YOUTUBE]}
        return {"media-src": [self.player.split(":")[0].lower() + ":"]}


def recording_of(episode: Episode) -> Recording | None:
    """How the episode is played, if it can be: a YouTube video first, else its file."""
    if video := video_in(episode.link) or video_in(episode.media_url):
        return Recording("youtube", episode.url, f"{YOUTUBE}/embed/{video}")
    if is_web(episode.media_url) and not episode.media_type.startswith("video/"):
        return Recording("audio", episode.media_url, episode.media_url)
    return None


def video_in(address: str) -> str:
    """The id of the YouTube video at an address, or blank."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    if host == "youtu.be":
        found = parts.path.strip("/")
    elif host == "youtube.com" and parts.path.startswith(("/live/", "/shorts/", "/embed/")):
        found = parts.path.split("/")[2]
    elif host == "youtube.com" and parts.path == "/watch":
        found = parse_qs(parts.query).get("v", [""])[0]
    else:
        return ""
    return found if is_web(address) and VIDEO.fullmatch(found) else ""


def is_web(address: str) -> bool:
    return address.lower().startswith(("https://", "http://"))
