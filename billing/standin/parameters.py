"""Parameters: what a request asks, read as the SDK's own typed parameters say it may be asked.

Names, shapes and choices are checked here, always those of the SDK that is installed; rules that span several
parameters are checked by whoever acts on them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from functools import cache
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import stripe
from typing_extensions import is_typeddict  # what the SDK makes its own with

from .refusals import Refused, needed

Given = dict[str, Any]
Tree = dict[str, Any]

DEEPEST = 8
LARGEST_NUMBER = 10**15
MOST_SHOWN = 20


def read(pairs: Iterable[tuple[str, str]], shape: type) -> Given:
    """Form fields such as `line_items[0][price]=price_1` as plain values; raises Refused, as Stripe would."""
    return _object(_tree(pairs), shape, "")


def _tree(pairs: Iterable[tuple[str, str]]) -> Tree:
    tree: Tree = {}
    for name, value in pairs:
        first, *rest = name.replace("]", "").split("[")
        if not first or len(rest) > DEEPEST:
            raise Refused(f"Invalid parameter name: {name[:100]}")
        branch, keys = tree, [first, *rest]
        for key in keys[:-1]:
            branch = branch.setdefault(key, {})
            if not isinstance(branch, dict):
                raise Refused(f"Invalid object: {name[:100]}", param=name)
        branch[keys[-1] or str(len(branch))] = value
    return tree


@cache
def fields(shape: type) -> dict[str, Any]:
    """The parameters of one typed dictionary of the SDK, without those that are meant for the SDK itself."""
    own = {
        name: hint
        for name, hint in shape.__annotations__.items()
        if name not in stripe.RequestOptions.__annotations__
    }
    return get_type_hints(type("Own", (), {"__annotations__": own}), vars(sys.modules[shape.__module__]))


def _object(tree: Mapping[str, Any], shape: type, path: str) -> Given:
    known = fields(shape)
    for name in tree:
        if name not in known:
            near = get_close_matches(name, known, 1)
            hint = f" Did you mean {within(path, near[0])}?" if near else ""
            full = within(path, name)
            raise Refused(f"Received unknown parameter: {full}.{hint}", code="parameter_unknown", param=full)
    for name in sorted(shape.__required_keys__):  # type: ignore[attr-defined]
        if name not in tree:
            raise needed(within(path, name))
    return {name: _fit(value, known[name], within(path, name)) for name, value in tree.items()}


def within(path: str, name: str) -> str:
    return f"{path}[{name}]" if path else name


def _fit(value: Any, hint: Any, path: str) -> Any:
    options = _options(hint)
    return _branch(value, options, path) if isinstance(value, dict) else _leaf(value, options, path)


def _options(hint: Any) -> list[Any]:
    """What a union allows, one by one."""
    if get_origin(hint) in (Union, UnionType):
        return [option for part in get_args(hint) for option in _options(part)]
    return [hint]


def _branch(value: Tree, options: list[Any], path: str) -> Any:
    for option in options:
        if is_typeddict(option):
            return _object(value, option, path)
        if get_origin(option) is list and all(key.isdecimal() for key in value):
            (inner,) = get_args(option)
            return [_fit(value[key], inner, within(path, key)) for key in sorted(value, key=int)]
        if get_origin(option) is dict:
            _, inner = get_args(option)
            # A blank one takes its key away.
            return {key: part and _fit(part, inner, within(path, key)) for key, part in value.items()}
    raise Refused(f"Invalid string: {path} must be a plain value", param=path)


def _leaf(value: str, options: list[Any], path: str) -> Any:
    choices = [choice for option in options if get_origin(option) is Literal for choice in get_args(option)]
    if value in choices:
        return value
    kinds = [option for option in options if isinstance(option, type)]
    if bool in kinds:
        return _boolean(value, path)
    if int in kinds:
        return _integer(value, path)
    if float in kinds or Decimal in kinds:
        return _decimal(value, path)
    # A choice is typed `Literal[…] | str` so that it may grow; today's list is what Stripe takes today.
    if real := [choice for choice in choices if choice]:
        near = get_close_matches(value, real, 1)
        hint = f" Did you mean {near[0]}?" if near else ""
        shown = listed(real) if len(real) <= MOST_SHOWN else f"the {len(real)} that Stripe knows"
        raise Refused(f"Invalid {path}: must be one of {shown}.{hint}", param=path)
    if str in kinds or object in kinds:
        return _text(value, path)
    if any(get_origin(option) is list for option in options):
        raise Refused("Invalid array", param=path)
    raise Refused("Invalid object", param=path)


def _boolean(value: str, path: str) -> bool:
    if value in ("true", "false"):
        return value == "true"
    raise Refused(f"Invalid boolean: {value}", param=path)


def _integer(value: str, path: str) -> int:
    digits = value.removeprefix("-")
    if digits.isascii() and digits.isdecimal() and len(digits) < 16:
        return int(value)
    raise Refused(f"Invalid integer: {value[:100]}", code="parameter_invalid_integer", param=path)


def _decimal(value: str, path: str) -> Decimal:
    try:
        number = Decimal(value)
    except InvalidOperation:
        number = Decimal("NaN")
    if number.is_finite() and abs(number) < LARGEST_NUMBER:
        return number
    raise Refused(f"Invalid decimal: {value[:100]}", param=path)


def _text(value: str, path: str) -> str:
    if value:
        return value
    raise Refused(
        f"You passed an empty string for '{path}'. We assume empty values are an attempt to unset a parameter; "
        f"however '{path}' cannot be unset. You should remove '{path}' from your request or supply a non-empty value.",
        code="parameter_invalid_empty",
        param=path,
    )


def listed(names: Iterable[str]) -> str:
    *first, last = names
    return f"{', '.join(first)}, or {last}" if first else last
