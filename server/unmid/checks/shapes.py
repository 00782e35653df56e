"""All shapes by the name under which rules know them: `single_item` is `single-item`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import ModuleType

from unmid.checks import lists, rhythm, voice
from unmid.checks.layout import Shape


def _shapes(*modules: ModuleType) -> Iterator[tuple[str, Shape]]:
    for module in modules:
        for name, function in vars(module).items():
            if not name.startswith("_") and getattr(function, "__annotations__", {}).get("return") == "Iterator[BlockHit]":
                yield name.replace("_", "-"), function


SHAPES: Mapping[str, Shape] = dict(_shapes(lists, rhythm, voice))
