"""A draft in the JSON shape that `make_digest` prints and `import_digest` reads."""

from __future__ import annotations

from typing import Any

from digestly.engine.make import Draft
from digestly.outline import document


def as_dict(draft: Draft) -> dict[str, Any]:
    """Every key is always there."""
    body = document.dump(draft.outline)
    return {"title": body.pop("title"), "language": draft.language, "engine": draft.report.engine, **body}
