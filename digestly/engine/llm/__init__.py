"""The LLM engine: a digest written by a language model of the operator's choice, and checked by us.

parts → section (map) → opening, analysis (reduce) → compose. `errand` asks the questions side by side, `ledger` says
what may be spent and what was answered before, `provider` is the only room that knows the library; it is imported
where a question is asked, never by a web process.
"""

from __future__ import annotations

VERSION = "1"
