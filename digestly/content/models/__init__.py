"""The rows of the walk, in its order."""

from .digest import Digest, Rendering, Revision
from .edition import Edition, EditionEntry, RetiredSlug
from .episode import Episode, Transcript
from .provider import ProviderState
from .smallprint import SmallPrint
from .source import FetchAttempt, HostState, Source
from .transition import Transition

__all__ = [
    "Digest",
    "Edition",
    "EditionEntry",
    "Episode",
    "FetchAttempt",
    "HostState",
    "ProviderState",
    "Rendering",
    "RetiredSlug",
    "Revision",
    "SmallPrint",
    "Source",
    "Transcript",
    "Transition",
]
