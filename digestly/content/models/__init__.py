"""The rows of the walk, in its order."""

from .transition import Transition
from .source import FetchAttempt, HostState, Source
from .episode import Episode, Transcript
from .digest import Digest, Rendering, Revision
from .edition import Edition, EditionEntry, RetiredSlug

__all__ = [
    "Digest",
    "Edition",
    "EditionEntry",
    "Episode",
    "FetchAttempt",
    "HostState",
    "Rendering",
    "RetiredSlug",
    "Revision",
    "Source",
    "Transcript",
    "Transition",
]
