"""`unmid check`."""

from __future__ import annotations

import argparse
import difflib
import json
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from unmid import cli
from unmid.cli import options
from unmid.files import Unreadable, decode, drafts, read_text, write_text
from unmid.layers import Effective, Sources
from unmid.lint import render
from unmid.lint.apply import fix_all
from unmid.lint.check import check_under, front_matter_of
from unmid.lint.finding import Report
from unmid.settings import SettingsError

_SLOW = 25


def run(args: argparse.Namespace) -> int:
    """Check the named drafts and print what was found."""
    run = _Run(args)
    results: list[tuple[Report, str]] = []
    try:
        for path, name in run.sources():
            result = run.check(path, name)
            if result:
                results.append(result)
                if args.output_format != "json":
                    run.show(*result)
    except SettingsError as error:
        print(f"unmid: {error}", file=sys.stderr)
        return cli.BROKEN
    if args.output_format == "json":
        json.dump(render.as_json(results), sys.stdout, ensure_ascii=False, indent=1)
        print()
    elif args.output_format == "full" and results and not args.diff and not run.rewrites_input:
        print(render.summary([report for report, _ in results]))
    findings = any(report.findings for report, _ in results)
    if run.broken:
        return cli.BROKEN
    return cli.FINDINGS if findings and not args.exit_zero else cli.OK


class _Run:
    """One run: its options, and what went wrong in it."""

    def __init__(self, args: argparse.Namespace) -> None:
        self.args = args
        self.broken = False
        self.colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
        self.rewrites_input = args.fix and args.paths == ["-"]
        """The fixed text goes to standard output, so nothing else may."""
        self._sources = Sources()
        self._told: set[str] = set()

    def sources(self) -> Iterator[tuple[Path | None, str]]:
        """The drafts, each with its name as given; None stands for standard input."""
        for given in self.args.paths:
            if given == "-":
                yield None, self.args.stdin_filename
                continue
            path = Path(given)
            if not path.is_dir():
                yield path, given
                continue
            found = list(drafts(path, self.layers(path).settings.exclude))
            if not found:
                self.tell(f"{given}: no drafts in this folder (looking for .md, .markdown, .mdx, .qmd, .Rmd, .txt)")
            yield from _progress([(file, str(file)) for file in found])

    def layers(self, path: Path, front_matter: str = "") -> Effective:
        """What holds for a draft or a folder. Raises SettingsError."""
        found = options.layers(self.args, path, front_matter, self._sources)
        for problem in options.problems(found):
            self.tell(str(problem))
            self.broken = True
        return found

    def check(self, path: Path | None, name: str) -> tuple[Report, str] | None:
        """The report on one draft with the text it speaks of; None if it cannot be read. Raises SettingsError."""
        try:
            text = decode(sys.stdin.buffer.read(), name) if path is None else read_text(path)
        except Unreadable as error:
            self.tell(str(error))
            self.broken = True
            return None
        settings = self.layers(path or Path(name), front_matter_of(text, name)).settings
        report = check_under(text, settings, name)
        if self.args.fix or self.args.diff:
            fixed, _ = fix_all(text, lambda now: check_under(now, settings, name).findings, self.args.suggested_fixes)
            text = self.write(path, name, text, fixed)
            report = check_under(text, settings, name)
        for problem in report.problems:
            self.tell(f"{name}: rule {problem.path} was skipped: {problem.message}")
        return report, text

    def write(self, path: Path | None, name: str, text: str, fixed: str) -> str:
        """Put a fixed text where it belongs, or show the difference. Returns the text that holds from now on."""
        if self.args.diff:
            for line in difflib.unified_diff(text.splitlines(True), fixed.splitlines(True), name, name):  # shown to people only
                sys.stdout.write(line if line.endswith(("\n", "\r")) else f"{line}\n\\ No newline at end of file\n")
            return text
        if path is None:
            sys.stdout.write(fixed)
        elif fixed != text:
            try:
                write_text(path, fixed)
            except Unreadable as error:
                self.tell(str(error))
                self.broken = True
                return text
        return fixed

    def show(self, report: Report, text: str) -> None:
        """Print the findings of one draft."""
        if self.args.diff or self.rewrites_input:
            return
        style = render.concise if self.args.output_format == "concise" else render.full
        for line in style(report, text, self.colour):
            print(line)

    def tell(self, message: str) -> None:
        """Say something once on standard error."""
        if message not in self._told:
            self._told.add(message)
            print(f"unmid: {message}", file=sys.stderr)


def _progress(items: list[tuple[Path, str]]) -> Iterable[tuple[Path, str]]:
    """The items, with a counter on standard error where it is a terminal and there are many."""
    if len(items) < _SLOW or not sys.stderr.isatty():
        yield from items
        return
    for number, item in enumerate(items, 1):
        print(f"\r{number}/{len(items)}", end="", file=sys.stderr, flush=True)
        yield item
    print("\r\x1b[K", end="", file=sys.stderr, flush=True)
