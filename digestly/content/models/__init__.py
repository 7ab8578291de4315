"""The rows of the walk, in its order."""

from .correction import Correction
from .digest import Digest, Rendering, Revision
from .edition import Edition, EditionEntry, RetiredSlug
from .episode import Episode, Transcript
from .hub import HubSubscription
from .provider import ProviderState
from .searching import SearchText, SearchWord
from .smallprint import SmallPrint
from .source import FetchAttempt, FormerAddress, HostState, Source
from .spending import LlmCall, ModelPrice, SpendingDay
from .transition import Transition

__all__ = [
    "Correction",
    "Digest",
    "Edition",
    "EditionEntry",
    "Episode",
    "FetchAttempt",
    "FormerAddress",
    "HostState",
    "HubSubscription",
    "LlmCall",
    "ModelPrice",
    "ProviderState",
    "Rendering",
    "RetiredSlug",
    "Revision",
    "SearchText",
    "SearchWord",
    "SmallPrint",
    "Source",
    "SpendingDay",
    "Transcript",
    "Transition",
]
