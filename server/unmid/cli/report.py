"""`unmid report`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from unmid import cli
from unmid.cli import options
from unmid.files import Unreadable, decode, read_text, write_text
from unmid.report.page import page
from unmid.report.portrait import portrait
from unmid.settings import SettingsError


def run(args: argparse.Namespace) -> int:
    """Write the page about one draft."""
    piped = args.file == "-"
    name = args.stdin_filename if piped else args.file
    try:
        settings, config = options.settings_for(args, Path.cwd() if piped else Path(args.file).parent)
        text = decode(sys.stdin.buffer.read(), name) if piped else read_text(Path(args.file))
        for problem in options.ruleset(settings, config).problems:
            print(f"unmid: {problem}", file=sys.stderr)
        made = page(portrait(text, path=name, settings=settings.for_path(name), folder=config.parent if config else None))
        if args.output:
            write_text(Path(args.output), made)
        else:
            sys.stdout.buffer.write(made.encode())
    except (SettingsError, Unreadable) as error:
        print(f"unmid: {error}", file=sys.stderr)
        return cli.BROKEN
    return cli.OK
