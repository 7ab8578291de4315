"""Every address of the project, read from the URL map, so that a new page cannot be forgotten."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.urls import URLResolver, get_resolver
from django.utils.translation import override

Values = dict[str, list[Any] | Callable[[str], list[Any]]]


def addresses(values: Values) -> list[str]:
    """Every address of the project, its parameters filled in every way that `values` offers, be it by the pattern."""
    found: dict[str, None] = {}
    for language, _ in settings.LANGUAGES:
        with override(language):
            for path, names, converters in patterns(get_resolver(), "/"):
                unknown = set(names) - set(values)
                assert not unknown, f"{path}: the walker does not know what to put for {unknown}"
                offered = [values[name] for name in names]
                for choice in itertools.product(*(of(path) if callable(of) else of for of in offered)):
                    written = {
                        name: converters[name].to_url(value) if name in converters else value
                        for name, value in zip(names, choice, strict=True)
                    }
                    found[path % written] = None
    return list(found)


def patterns(resolver: URLResolver, before: str) -> Iterator[tuple[str, list[str], dict[str, Any]]]:
    """Each pattern as a format string with the names and converters of its parameters."""
    for possibilities, *_, converters in itertools.chain.from_iterable(
        entries for _, entries in resolver.reverse_dict.lists()
    ):
        for path, names in possibilities:
            yield before + path, names, converters
    for prefix, inner in resolver.namespace_dict.values():
        yield from patterns(inner, before + prefix)
