"""Where Django looks for admin pages: ours are in `desk`."""

from __future__ import annotations

from .desk import corrections, digests, editions, episodes, records, site, smallprint, sources, spending

__all__ = [
    "corrections",
    "digests",
    "editions",
    "episodes",
    "records",
    "site",
    "smallprint",
    "sources",
    "spending",
]
