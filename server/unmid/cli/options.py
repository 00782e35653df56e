"""From command-line options to what a draft is judged by."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from unmid.layers import COMMAND_LINE, Effective, Named, Sources, effective
from unmid.lint.names import unknown
from unmid.lint.ruleset import packs, pipeline_faults
from unmid.packs.discovery import at_hand, personal
from unmid.packs.model import Problem
from unmid.packs.reader import suggestion
from unmid.settings import SettingsError


def layers(args: argparse.Namespace, path: Path, front_matter: str = "", sources: Sources | None = None) -> Effective:
    """What holds for a draft, or for a folder.

    Raises SettingsError for what cannot be used: a configuration, a name on the command line. What is wrong with packs is
    among the problems; the rest of them is used.
    """
    command = {name: value for name in ("select", "ignore") if (value := _names(getattr(args, name)))}
    config = Path(args.config) if args.config else None
    found = effective(
        path, front_matter=front_matter, author=args.author, config=config, command=command, isolated=args.isolated, sources=sources
    )
    named = (*found.named, *(Named(name, False, COMMAND_LINE) for names in command.values() for name in names))
    problems = (*found.problems, *_authorless(args, found), *unknown(named, packs(found.settings)))
    fatal = tuple(problem for problem in problems if problem.path in (COMMAND_LINE, str(found.config or "")))
    if fatal:
        raise SettingsError(fatal[:1])
    return found


def problems(found: Effective) -> Iterator[Problem]:
    """What is wrong with the packs in force, their rules included, and with the pipeline."""
    loaded = packs(found.settings)
    yield from (replace(problem, path=str(found.config or "settings")) for problem in pipeline_faults(found.settings))
    yield from dict.fromkeys((*found.problems, *(problem for pack in loaded for problem in pack.problems), *unknown(found.named, loaded)))


def _names(value: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in value.split(",") if name.strip())


def _authorless(args: argparse.Namespace, found: Effective) -> Iterator[Problem]:
    """An author who is named here, and not in a file that others share, is expected to have a pack."""
    if args.author and not found.found and not args.isolated:
        known = at_hand((personal(),))
        hint = suggestion(args.author, known) or f"; `unmid voice learn PATH --author {args.author}` makes one"
        yield Problem(COMMAND_LINE, 0, f"there is no pack of an author “{args.author}”{hint}")
