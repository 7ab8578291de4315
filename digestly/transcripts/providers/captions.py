"""Captions of YouTube's own, through youtube-transcript-api (the extra `captions`).

The library speaks through our guarded client: no proxies, no cookies, and only addresses that were checked. From
the networks of cloud providers YouTube mostly refuses; then the provider rests as a whole, and people paste.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from digestly.fetch.client import TRANSCRIPT, Client
from digestly.fetch.errors import BlockedAddress, Failure
from digestly.fetch.text import one_line
from digestly.transcripts import timing
from digestly.transcripts.errors import Empty, TranscriptBad
from digestly.transcripts.providers import Blocked, NotInstalled, Recording
from digestly.transcripts.types import ParsedTranscript, Segment

HOME = "https://www.youtube.com"
BLOCKED = (
    "RequestBlocked", "IpBlocked", "PoTokenRequired", "FailedToCreateConsentCookie", "YouTubeDataUnparsable",
)  # fmt: skip
ENGLISH = "en-US,en"  # the library tells one refusal from another by YouTube's English words


class YouTubeCaptions:
    """Written captions before generated ones, the source's language before others."""

    name = "captions"

    def __init__(self, *, home: str = HOME) -> None:
        """`home` is where YouTube is."""
        self._home = home

    def serves(self, recording: Recording) -> bool:
        return bool(recording.video_id)

    def words(self, recording: Recording, client: Client) -> ParsedTranscript:
        try:
            import youtube_transcript_api as library
        except ImportError:
            raise NotInstalled(
                "Captions are turned on, but youtube-transcript-api is not installed."
            ) from None
        assert recording.video_id
        try:
            tracks = list(
                library.YouTubeTranscriptApi(http_client=_session(client, self._home)).list(
                    recording.video_id
                )
            )
            track = min(tracks, key=lambda each: _rank(each, recording.language), default=None)
            if track is None:
                raise Empty("This video has no captions.")
            return _parsed(track.fetch(), track.language_code)
        except library.YouTubeTranscriptApiException as refusal:
            raise _failure(refusal) from None
        except (
            ValueError,
            KeyError,
            TypeError,
            SyntaxError,
            AttributeError,
        ):  # a shape the library does not know
            raise TranscriptBad("YouTube's answer about captions could not be read.") from None


def _session(client: Client, home: str) -> Any:
    """What the library takes for a `requests.Session`. Every request it makes is ours to make."""
    import requests

    class Guarded(requests.adapters.BaseAdapter):
        def send(self, request: Any, *args: Any, **kwargs: Any) -> Any:
            url = home + request.url.removeprefix(HOME)
            if urlsplit(request.url).hostname != "www.youtube.com":
                raise BlockedAddress("YouTube's captions lead away from YouTube.")
            answer = requests.Response()
            answer.request, answer.url, answer.encoding = request, request.url, "utf-8"
            try:
                if request.method == "POST":
                    fetched = client.post(
                        url, request.body or b"", content_type="application/json", limits=TRANSCRIPT
                    )
                else:
                    fetched = client.fetch(url, limits=TRANSCRIPT, accept_language=ENGLISH)
            except Failure as failure:
                if failure.status is None:
                    raise
                answer.status_code, answer._content = failure.status, b""
                return answer
            answer.status_code, answer._content = fetched.status, fetched.body
            return answer

        def close(self) -> None:
            """Nothing is kept open."""

    session = requests.Session()
    session.trust_env = False
    session.mount("https://", Guarded())
    session.mount("http://", Guarded())
    return session


def _rank(track: Any, language: str | None) -> tuple[bool, bool]:
    spoken = str(track.language_code).split("-")[0].lower()
    return bool(language) and spoken != language, bool(track.is_generated)


def _parsed(fetched: Any, language: str) -> ParsedTranscript:
    segments = tuple(
        Segment(
            start=timing.plausible(snippet.start),
            end=timing.plausible(snippet.start + snippet.duration),
            speaker=None,
            text=text,
        )
        for snippet in fetched
        if (text := one_line(snippet.text))
    )
    if not segments:
        raise Empty("The captions of this video hold no words.")
    return ParsedTranscript(format="captions", language=one_line(language)[:35] or None, segments=segments)


def _failure(refusal: Exception) -> Failure:
    """The library's refusals in our words. Its own text names addresses and gives advice that is not ours."""
    kind = type(refusal).__name__
    if kind in BLOCKED:
        return Blocked("YouTube does not hand captions to this server for now.")
    if kind == "YouTubeRequestFailed":
        return Failure("YouTube did not answer about captions.")
    told = {
        "TranscriptsDisabled": "This video has no captions.",
        "NoTranscriptFound": "This video has no captions.",
        "AgeRestricted": "This video may only be watched by those who sign in and are old enough.",
        "VideoUnavailable": "This video is not there any more.",
        "VideoUnplayable": "This video cannot be played: it may be private, live or yet to come.",
    }
    return Empty(told.get(kind, "YouTube has no captions for this video."))
