"""`unmid config`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from unmid import cli
from unmid.cli import options
from unmid.files import Unreadable, read_text
from unmid.layers import Effective
from unmid.lint.check import front_matter_of
from unmid.packs.discovery import personal
from unmid.packs.model import Ban
from unmid.settings import ADDED, NAMES, Settings, SettingsError

SHIPPED = "shipped"


def run(args: argparse.Namespace) -> int:
    """Show the settings in force for a file, or for the current folder, and the layer that each comes from."""
    target = Path(args.file) if args.file else Path.cwd()
    try:
        front_matter = front_matter_of(read_text(target), str(target)) if target.is_file() else ""
        found = options.layers(args, target, front_matter)
    except (SettingsError, Unreadable) as error:
        print(f"unmid: {error}", file=sys.stderr)
        return cli.BROKEN
    for problem in options.problems(found):
        print(f"unmid: {problem}", file=sys.stderr)
    for line in _lines(found):
        print(line)
    return cli.OK


def _lines(found: Effective) -> Iterator[str]:
    for name in Settings.__match_args__:
        if name not in NAMES:
            continue
        value = getattr(found.settings, name)
        origin = found.origins.get(name, SHIPPED)
        if name in ADDED and isinstance(value, Mapping):
            # What several layers add to says of each part where it comes from.
            yield from (f"{name}.{item!r} = {_shown(one)}  # {found.origins[f'{name}.{item}']}" for item, one in value.items())
            if not value:
                yield f"{name} = {{}}  # {SHIPPED}"
        elif name in ADDED:
            items: dict[str, list[str]] = {} if value else {SHIPPED: []}
            for item in value:
                items.setdefault(found.origins[f"{name}.{item}"], []).append(item)
            yield from (f"{name} {'+=' if nth else '='} {_shown(some)}  # {words}" for nth, (words, some) in enumerate(items.items()))
        elif name == "packs":
            yield f"packs = {[pack.name for pack in found.packs]!r}  # {origin if found.packs else SHIPPED}"
        else:
            yield f"{name} = {_shown(value)}  # {origin}"
    if found.author:
        texts = f", learned from {found.baseline.texts} texts" if found.baseline else ""
        yield f"# {found.author}'s pack: {f'{found.pack}{texts}' if found.found else 'none yet'}"
    yield f"# packs of your own: {personal()}"


def _shown(value: object) -> str:
    if isinstance(value, Ban):
        return repr({key: one for key in Ban.__match_args__ if (one := getattr(value, key)) not in (None, "")})
    return repr(list(value) if isinstance(value, tuple) else value)
