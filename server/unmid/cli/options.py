"""From command-line options to settings."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from unmid.lint.check import ruleset_for
from unmid.lint.ruleset import Ruleset, packs
from unmid.packs.model import Problem
from unmid.packs.reader import suggestion
from unmid.settings import Settings, SettingsError, find, load


def settings_for(args: argparse.Namespace, start: Path) -> tuple[Settings, Path | None]:
    """The settings for a file or folder, and the configuration file that they come from. Raises SettingsError."""
    path: Path | None = None
    settings = Settings()
    if args.config:
        path = Path(args.config)
        settings = load(path)
    elif not args.isolated:
        path = find(start.resolve())
        settings = load(path) if path else settings
    if args.select:
        settings = replace(settings, select=_names(args.select))
    if args.ignore:
        settings = replace(settings, ignore=(*settings.ignore, *_names(args.ignore)))
    if args.author:
        settings = replace(settings, author=args.author)
    _check_names(args, settings, path)
    return settings, path


def ruleset(settings: Settings, path: Path | None) -> Ruleset:
    """The compiled rules. Raises SettingsError for a pack that cannot be used."""
    return ruleset_for(settings, path.parent if path else None)


def _names(value: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in value.split(",") if name.strip())


def _check_names(args: argparse.Namespace, settings: Settings, path: Path | None) -> None:
    """Unknown rules and packs are broken configuration, wherever they were named."""
    folder = path.parent if path else None
    for name in settings.packs:
        if not any(pack.name == name and (pack.rules or pack.path.is_dir()) for pack in packs(settings, folder)):
            raise SettingsError((Problem(str(path or "command line"), 0, f"there is no pack “{name}”"),))
    rules = {rule.id for pack in packs(settings, folder) for rule in pack.rules}
    known = rules | {rule.split("/", 1)[0] for rule in rules}
    named = [*settings.select, *settings.ignore, *settings.severity]
    wrong = [name for name in named if name not in known]
    if wrong:
        given = _names(args.select) + _names(args.ignore)
        where = "command line" if wrong[0] in given else str(path or "settings")
        raise SettingsError((Problem(where, 0, f"there is no rule “{wrong[0]}”{suggestion(wrong[0], known)}"),))
