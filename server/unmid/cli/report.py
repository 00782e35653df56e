"""`unmid report`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from unmid import cli
from unmid.cli import options
from unmid.files import Unreadable, decode, read_text, write_text
from unmid.lint.check import front_matter_of
from unmid.report.page import page
from unmid.report.portrait import portrait
from unmid.settings import SettingsError


def run(args: argparse.Namespace) -> int:
    """Write the page about one draft."""
    piped = args.file == "-"
    name = args.stdin_filename if piped else args.file
    try:
        text = decode(sys.stdin.buffer.read(), name) if piped else read_text(Path(args.file))
        found = options.layers(args, Path(name), front_matter_of(text, name))
        for problem in options.problems(found):
            print(f"unmid: {problem}", file=sys.stderr)
        made = page(portrait(text, path=name, settings=found.settings))
        if args.output:
            write_text(Path(args.output), made)
        else:
            sys.stdout.buffer.write(made.encode())
    except (SettingsError, Unreadable) as error:
        print(f"unmid: {error}", file=sys.stderr)
        return cli.BROKEN
    return cli.OK
