"""`unmid pack new`, `unmid pack test` and `unmid pack list`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from unmid import __version__, cli
from unmid.cli import options
from unmid.layers import Effective, Sources
from unmid.lint.examples import faults, speed
from unmid.lint.ruleset import packs
from unmid.packs.discovery import BUILTIN, at_hand, folders, installed, personal
from unmid.packs.model import Pack, Rule
from unmid.packs.scaffold import ScaffoldError, begin
from unmid.packs.sources import located, missing
from unmid.settings import Settings, SettingsError

_SLOWEST = 5


def run(args: argparse.Namespace) -> int:
    """Begin a pack, test one, or list those at hand."""
    return {"new": _new, "test": _test, "list": _list}[args.what](args)


def _new(args: argparse.Namespace) -> int:
    try:
        written = begin(args.name, Path(args.folder), args.python, __version__)
    except (ScaffoldError, OSError) as error:
        print(f"unmid: {error}", file=sys.stderr)
        return cli.BROKEN
    for path in written:
        print(path)
    pack = next(path.parent for path in written if path.name == "pack.toml")
    print(f"Next: `unmid pack test {pack}`; then use it with packs = [\"{pack}\"] in unmid.toml", file=sys.stderr)
    return cli.OK


def _test(args: argparse.Namespace) -> int:
    path = located(args.path, Path.cwd())
    if path is None:
        print(f"unmid: {args.path}: {missing(args.path)}", file=sys.stderr)
        return cli.BROKEN
    found, problems = Sources().packs.with_bases(path, "", (Path("/"),))
    settings = Settings(packs=tuple(str(pack.path) for pack in found))
    pack = next(pack for pack in packs(settings) if pack.path == path)
    for problem in dict.fromkeys((*problems, *pack.problems)):
        print(f"unmid: {replace(problem, path=_near(problem.path))}", file=sys.stderr)
    failed = [fault for rule in _progress(pack) for fault in faults(rule, settings)]
    for fault in failed:
        print(replace(fault, path=_near(fault.path)))
    for line in _told(pack, len(failed), settings):
        print(line)
    return cli.BROKEN if problems or pack.problems else cli.FINDINGS if failed else cli.OK


def _near(path: str) -> str:
    """A path as seen from here, if it is below."""
    here = Path.cwd()
    return str(Path(path).relative_to(here)) if Path(path).is_relative_to(here) else path


def _progress(pack: Pack) -> Iterator[Rule]:
    """The rules whose examples can be run, with a counter on standard error where it is a terminal."""
    rules = [rule for rule in pack.rules if not rule.needs]
    for number, rule in enumerate(rules, 1):
        if sys.stderr.isatty():
            print(f"\r{number}/{len(rules)}\x1b[K", end="", file=sys.stderr, flush=True)
        yield rule
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def _told(pack: Pack, failed: int, settings: Settings) -> Iterator[str]:
    examples = sum(len(rule.examples) for rule in pack.rules)
    yield f"{_counted(len(pack.rules), 'rule')}, {_counted(examples, 'example')}: {_counted(failed, 'fault') if failed else 'all good'}."
    skipped = [rule.id for rule in pack.rules if rule.needs]
    if skipped:
        yield f"Not run, since they need a spaCy pipeline: {', '.join(skipped)}."
    whole, each = speed(tuple(rule for rule in pack.rules if not rule.needs), settings)
    if each:
        slowest = ", ".join(f"{rule} {cost:.2f} ms" for rule, cost in each[:_SLOWEST])
        yield f"Speed: {whole:.2f} ms per 1,000 words. Slowest: {slowest}."


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"


def _list(args: argparse.Namespace) -> int:
    try:
        found = options.layers(args, Path.cwd())
    except SettingsError as error:
        print(f"unmid: {error}", file=sys.stderr)
        return cli.BROKEN
    for problem in options.problems(found):
        print(f"unmid: {problem}", file=sys.stderr)
    rows = list(_rows(found))
    widths = [max(len(row[n]) for row in rows) for n in range(4)]
    for row in rows:
        print("  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[4]]))
    return cli.OK


def _rows(found: Effective) -> Iterator[tuple[str, str, str, str, str]]:
    """Name, kind, number of rules, whether in force here, place."""
    here = Path.cwd()
    places = (*folders(here, found.config.parent if found.config else here), personal())
    hand = dict(at_hand(places))
    force = {pack.path: pack.name for pack in found.packs}
    paths = {installed()[BUILTIN]: BUILTIN} | force | {path: name for name, path in hand.items() if path not in force}
    sources = Sources()
    for path, name in paths.items():
        kind = (
            "always" if name == BUILTIN
            else "installed" if path in installed().values()
            else "personal" if path.is_relative_to(personal())
            else "project"
        )
        rules = len(sources.packs.read(path, name).pack.rules)
        yield name, kind, _counted(rules, "rule"), "in force" if path in force or name == BUILTIN else "", str(path)
