"""`unmid config`."""

from __future__ import annotations

import argparse
import sys
from dataclasses import fields
from pathlib import Path

from unmid import cli
from unmid.cli import options
from unmid.settings import Settings, SettingsError


def run(args: argparse.Namespace) -> int:
    """Show the settings in force for a file, or for the current folder, and where each comes from."""
    target = Path(args.file) if args.file else Path.cwd()
    try:
        base, path = options.settings_for(args, target)
    except SettingsError as error:
        print(f"unmid: {error}", file=sys.stderr)
        return cli.BROKEN
    settings = base.for_path(str(target)) if args.file else base
    shipped = Settings()
    for item in fields(Settings):
        value = getattr(settings, item.name)
        if value != getattr(base, item.name):
            source = f"{path}, paths"
        elif value == getattr(shipped, item.name):
            source = "shipped"
        elif getattr(args, item.name, None):
            source = "command line"
        else:
            source = str(path)
        print(f"{item.name} = {_shown(value)}  # {source}")
    return cli.OK


def _shown(value: object) -> str:
    return repr(list(value) if isinstance(value, tuple) else value)
