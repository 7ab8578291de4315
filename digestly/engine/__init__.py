"""Engine: segments become an outline in which each point names the segments it rests on."""

from __future__ import annotations

from digestly.engine.errors import EngineError, TooShort, UnknownEngine
from digestly.engine.make import Draft, NeedsModel, Options, Report, make_outline

__all__ = [
    "Draft", "EngineError", "NeedsModel", "Options", "Report", "TooShort", "UnknownEngine", "make_outline",
]  # fmt: skip
