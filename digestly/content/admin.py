"""Where Django looks for admin pages: ours are in `desk`."""

from __future__ import annotations

from .desk import digests, editions, episodes, records, site, smallprint, sources

__all__ = ["digests", "editions", "episodes", "records", "site", "smallprint", "sources"]
