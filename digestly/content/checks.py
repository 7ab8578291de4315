"""What an operator should hear before going public."""

from __future__ import annotations

from typing import Any

from django.core import checks

from .smallprint.leaf import unsaid


@checks.register(deploy=True)
def operator_is_named(**asked: Any) -> list[checks.CheckMessage]:
    missing = unsaid()
    if not missing:
        return []
    said = f"Set {', '.join(missing)}: readers have a right to know who runs the site they pay."
    return [checks.Warning(said, id="content.W001")]
