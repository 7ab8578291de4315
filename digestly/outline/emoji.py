"""What counts as one emoji: the Markdown form must tell a heading's emoji from its words."""

from __future__ import annotations

import re

_FLAG = "[\U0001f1e6-\U0001f1ff]{2}"
_KEYCAP = "[#*0-9]\ufe0f?\u20e3"
_PICTURE = (
    "[\U0001f000-\U0001f1e5\U0001f200-\U0001faff\u231a\u231b\u23e9-\u23f3\u23f8-\u23fa\u25fd\u25fe"
    "\u2600-\u27bf\u2b1b\u2b1c\u2b50\u2b55]"
)
# Signs that are text ("©", "→") until a variation selector makes a picture of them.
_SIGN = "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u2bff\u3030\u303d\u3297\u3299]\ufe0f"
_TONED = f"(?:{_PICTURE}[\ufe0e\ufe0f]?[\U0001f3fb-\U0001f3ff]?|{_SIGN})[\U000e0020-\U000e007f]*"

EMOJI = re.compile(f"{_FLAG}|{_KEYCAP}|{_TONED}(?:\u200d{_TONED})*")


def is_emoji(text: str) -> bool:
    """Whether `text` is exactly one emoji, of however many code points."""
    return EMOJI.fullmatch(text) is not None
