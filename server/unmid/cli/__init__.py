"""The command line. Findings go to standard output, everything else to standard error."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from unmid import __version__
from unmid.packs.values import GENRES

OK, FINDINGS, BROKEN = 0, 1, 2
"""Exit statuses: nothing to show; findings; usage, unreadable file or broken configuration."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status."""
    args = _parser().parse_args(argv)
    try:
        return _run(args)
    except BrokenPipeError:
        # The reader of our output has gone: nothing to tell anyone, and nothing more to flush.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except KeyboardInterrupt:
        return 130


def _run(args: argparse.Namespace) -> int:
    # Each command is imported when it runs: `serve` must not pay for `check`, nor the other way round.
    match args.command:
        case "check":
            with _spacy_beside(len(args.paths) == 1 and not os.path.isdir(args.paths[0]) and args.jobs != 1):
                from unmid.cli.check import run as check

                return check(args)
        case "serve":
            # Nothing that starting brings in is garbage, and looking through it costs a tenth of the start. The session
            # turns the collector on again when all is there.
            gc.disable()
            from unmid.cli.serve import run as serve

            return serve(args.tcp)
        case "rules":
            from unmid.cli.rules import run_rules

            return run_rules(args)
        case "explain":
            from unmid.cli.rules import run_explain

            return run_explain(args)
        case "report":
            with _spacy_beside(True):
                from unmid.cli.report import run as report

                return report(args)
        case "voice":
            from unmid.cli.voice import run as voice

            return voice(args)
        case "pack":
            from unmid.cli.pack import run as pack

            return pack(args)
        case _:
            from unmid.cli.config import run as config

            return config(args)


@contextmanager
def _spacy_beside(alone: bool) -> Iterator[None]:
    """spaCy in a process of its own for a draft that is read alone: there it comes up while everything else does.

    Where there are more drafts, other cores have these to read.
    """
    if alone and "spacy" not in sys.modules:
        from unmid.prose import annex

        annex.begin()
        try:
            yield
        finally:
            annex.end()
    else:
        yield


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="unmid", description="Mark mid prose: hedges, filler, list-itis, neutral non-opinions. Everything stays local."
    )
    parser.add_argument("--version", action="version", version=f"unmid {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    check = commands.add_parser("check", help="check drafts", description="Check drafts: files, folders, or - for standard input.")
    check.add_argument("paths", nargs="*", metavar="PATH", default=["."], help="files and folders; - reads standard input")
    check.add_argument("--output-format", choices=("full", "concise", "json", "sarif", "github", "gitlab"), default="full")
    check.add_argument("--fix", action="store_true", help="apply safe fixes")
    check.add_argument("--suggested-fixes", action="store_true", help="with --fix or --diff: suggested fixes too")
    check.add_argument("--diff", action="store_true", help="show what --fix would change; write nothing")
    check.add_argument("--stdin-filename", metavar="F", default="draft.md", help="name that decides the format of standard input")
    check.add_argument("--jobs", type=_count, metavar="N", help="processes to use; without it as many as pay, at most one a core")
    check.add_argument("--exit-zero", action="store_true", help="exit with 0 even when there are findings")
    _shared(check)

    serve = commands.add_parser("serve", help="run the language server", description="Run the language server on standard input and output.")
    serve.add_argument("--tcp", metavar="HOST:PORT", help="listen there instead")

    rules = commands.add_parser("rules", help="list the rules")
    rules.add_argument("--output-format", choices=("full", "json"), default="full")
    _shared(rules)

    explain = commands.add_parser("explain", help="explain a rule")
    explain.add_argument("rule", metavar="RULE")
    _shared(explain)

    report = commands.add_parser(
        "report", help="write a page about a draft", description="Write a page about a draft: marks, figures, and what all cuts would leave."
    )
    report.add_argument("file", metavar="FILE", help="the draft; - reads standard input")
    report.add_argument("-o", "--output", metavar="F", help="write the page there; otherwise to standard output")
    report.add_argument("--stdin-filename", metavar="F", default="draft.md", help="name that decides the format of standard input")
    _shared(report)

    _voice(commands.add_parser("voice", help="learn an author's habits, show them, compare a draft with them"))

    config = commands.add_parser("config", help="show the settings in force")
    config.add_argument("file", nargs="?", metavar="FILE")
    _shared(config)

    pack = commands.add_parser("pack", help="begin, test and list packs").add_subparsers(dest="what", required=True, metavar="WHAT")
    new = pack.add_parser("new", help="begin a pack", description="Begin a pack: a folder with a rule to start from.")
    new.add_argument("name", metavar="NAME")
    new.add_argument("--folder", metavar="F", default=".", help="where; otherwise here")
    new.add_argument("--python", action="store_true", help="a whole project that can be published on PyPI")
    test = pack.add_parser("test", help="run a pack's examples", description="Run all examples of a pack, and measure its speed.")
    test.add_argument("path", metavar="PATH", help="a pack's file or folder, or the name of an installed one")
    _shared(pack.add_parser("list", help="list packs, and which are in force here"))
    return parser


def _voice(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")

    learn = actions.add_parser(
        "learn", help="learn from finished texts", description="Learn an author's habits from their own finished texts. Figures are stored, never words."
    )
    learn.add_argument("paths", nargs="+", metavar="PATH", help="texts, and folders of them")
    learn.add_argument("--author", metavar="NAME", required=True, help="whose texts they are")
    learn.add_argument("--genre", choices=GENRES, default="essay", help="only texts of this genre (default: essay)")
    learn.add_argument("--before", metavar="DATE", help="only texts dated before, in front matter or file name")
    learn.add_argument("--after", metavar="DATE", help="only texts dated after")
    learn.add_argument("--accept", action="store_true", help="accept every proposal without asking")
    learn.add_argument("--ask-again", action="store_true", help="propose what was refused before, too")
    learn.add_argument("--pack", metavar="FILE", help="the pack file to write")

    show = actions.add_parser("show", help="show what was learned", description="Show an author's habits beside what is usual.")
    compare = actions.add_parser("compare", help="compare a draft", description="Say where a draft leaves its author's habits.")
    compare.add_argument("draft", metavar="DRAFT")
    compare.add_argument("--genre", choices=GENRES, default="essay", help="the draft's genre (default: essay)")
    for reader in (show, compare):
        reader.add_argument("--author", metavar="NAME", default="", help="whose pack; otherwise whoever writes here")
        reader.add_argument("--pack", metavar="FILE", help="the pack file to read")
        reader.add_argument("--output-format", choices=("full", "json"), default="full")


def _count(value: str) -> int:
    if not value.isdecimal() or int(value) < 1:
        raise argparse.ArgumentTypeError(f"{value} is no number of processes; write 1 or more")
    return int(value)


def _shared(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--author", metavar="NAME", default="", help="judge by this author's pack")
    parser.add_argument("--select", metavar="R,…", default="", help="only these rules or families")
    parser.add_argument("--ignore", metavar="R,…", default="", help="not these rules or families")
    parser.add_argument("--config", metavar="F", help="use this configuration file")
    parser.add_argument("--isolated", action="store_true", help="use no configuration file and no author pack")
