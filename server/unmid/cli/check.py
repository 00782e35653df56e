"""`unmid check`."""

from __future__ import annotations

import argparse
import difflib
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from unmid import __version__, cli
from unmid.cli import options
from unmid.cli.workers import WorkerDied, in_order, sensible
from unmid.files import Unreadable, decode, drafts, read_text, write_text
from unmid.layers import Effective, Sources
from unmid.lint import exports, render
from unmid.lint.apply import fix_all
from unmid.lint.check import check_under, front_matter_of
from unmid.lint.finding import Report
from unmid.lint.ruleset import packs
from unmid.settings import SettingsError
from unmid.text.formats import ENDINGS

_SLOW = 25
_FOR_PEOPLE = ("full", "concise")

Source = tuple[Path | None, str]
"""A draft with its name as given; None stands for standard input."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What checking one draft came to, in plain values that another process can send.

    `file` is the draft in the terms of `--output-format json`, None if it could not be read. `output` is for standard output,
    `told` for standard error. `fatal`: the run ends here, with this message.
    """

    file: dict[str, Any] | None = None
    output: str = ""
    told: tuple[str, ...] = ()
    broken: bool = False
    fatal: str = ""


def run(args: argparse.Namespace) -> int:
    """Check the named drafts and print what was found."""
    if wrong := _mixed(args):
        print(f"unmid: {wrong}", file=sys.stderr)
        return cli.BROKEN
    args.colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    run = _Run(args)
    files: list[dict[str, Any]] = []
    said: set[str] = set()
    try:
        sources = list(run.sources())
        _say(run.told, said)
        for outcome in _progress(_outcomes(run, sources), len(sources)):
            _say(outcome.told, said)
            if outcome.fatal:
                print(f"unmid: {outcome.fatal}", file=sys.stderr)
                return cli.BROKEN
            run.broken |= outcome.broken
            sys.stdout.write(outcome.output)
            files += [outcome.file] if outcome.file else []
    except SettingsError as error:
        _say(run.told, said)
        print(f"unmid: {error}", file=sys.stderr)
        return cli.BROKEN
    except WorkerDied:
        print("unmid: a worker process ended in the middle of its work; --jobs 1 does without", file=sys.stderr)
        return cli.BROKEN
    if args.output_format not in _FOR_PEOPLE:
        try:
            _export(run, files)
        except SettingsError as error:
            print(f"unmid: {error}", file=sys.stderr)
            return cli.BROKEN
    elif args.output_format == "full" and files and not args.diff and not run.rewrites_input:
        print(render.summary(files))
    if run.broken:
        return cli.BROKEN
    return cli.FINDINGS if any(file["findings"] for file in files) and not args.exit_zero else cli.OK


def _mixed(args: argparse.Namespace) -> str:
    """What is wrong with options that would each have standard output for themselves; nothing if they agree."""
    if args.output_format in _FOR_PEOPLE:
        return ""
    if args.diff:
        return f"--diff and --output-format {args.output_format} both write to standard output; leave one out"
    if args.fix and "-" in args.paths:
        return f"--fix - and --output-format {args.output_format} both write to standard output; name a file, or leave one out"
    return ""


def _export(run: _Run, files: Sequence[Mapping[str, Any]]) -> None:
    """Print what other programs read."""
    made: object
    match run.args.output_format:
        case "github":
            for line in exports.github(files):
                print(line)
            return
        case "gitlab":
            made = exports.gitlab(files)
        case "sarif":
            rules = {rule.id: rule for pack in packs(run.layers(Path.cwd()).settings) for rule in pack.rules} if files else {}
            made = exports.sarif(files, rules, __version__, successful=not run.broken)
        case _:
            made = render.as_json(files)
    json.dump(made, sys.stdout, ensure_ascii=False, indent=1)
    print()


def _outcomes(run: _Run, sources: Sequence[Source]) -> Iterator[Outcome]:
    paths = [path for path, _ in sources if path]
    jobs = sensible(paths, run.args.jobs) if len(paths) == len(sources) else 1
    # Standard input cannot be read elsewhere, and one process has its settings at hand already.
    begin = partial(_Run, run.args) if jobs > 1 else lambda: run
    return in_order(sources, begin, _Run.outcome, jobs)


def _say(messages: Iterable[str], said: set[str]) -> None:
    """Say things on standard error, each once in a run."""
    for message in messages:
        if message not in said:
            said.add(message)
            print(f"unmid: {message}", file=sys.stderr)


class _Run:
    """One run, or one worker's part of it: its options, and what went wrong."""

    def __init__(self, args: argparse.Namespace) -> None:
        self.args = args
        self.broken = False
        self.told: list[str] = []
        self.rewrites_input = args.fix and args.paths == ["-"]
        """The fixed text goes to standard output, so nothing else may."""
        self._sources = Sources()
        self._output: list[str] = []

    def sources(self) -> Iterator[Source]:
        """The drafts that are named, each once. Raises SettingsError."""
        seen: set[Path | None] = set()
        for path, name in self._named():
            real = path and path.resolve()
            if real not in seen:
                seen.add(real)
                yield path, name

    def _named(self) -> Iterator[Source]:
        for given in self.args.paths:
            if given == "-":
                yield None, self.args.stdin_filename
                continue
            path = Path(given)
            if not path.is_dir():
                yield path, given
                continue
            here = self.layers(path)
            found = list(drafts(path, here.settings.exclude, here.config and here.config.parent))
            if not found:
                self.tell(f"{given}: no drafts in this folder (looking for {', '.join(ENDINGS)})")
            yield from ((file, str(file)) for file in found)

    def outcome(self, source: Source) -> Outcome:
        """What checking a draft comes to."""
        self.told, self._output = [], []
        try:
            found = self.check(*source)
        except SettingsError as error:
            return Outcome(told=tuple(self.told), fatal=str(error))
        if found and self.args.output_format in _FOR_PEOPLE:
            self.show(*found)
        file = render.file_as_json(*found) if found else None
        return Outcome(file, "".join(self._output), tuple(self.told), self.broken)

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
                self._output.append(line if line.endswith(("\n", "\r")) else f"{line}\n\\ No newline at end of file\n")
            return text
        if path is None:
            self._output.append(fixed)
        elif fixed != text:
            try:
                write_text(path, fixed)
            except Unreadable as error:
                self.tell(str(error))
                self.broken = True
                return text
        return fixed

    def show(self, report: Report, text: str) -> None:
        """Put the findings of one draft into the output."""
        if self.args.diff or self.rewrites_input:
            return
        style = render.concise if self.args.output_format == "concise" else render.full
        self._output += (f"{line}\n" for line in style(report, text, self.args.colour))

    def tell(self, message: str) -> None:
        """Have something said on standard error."""
        self.told.append(message)


def _progress(outcomes: Iterator[Outcome], total: int) -> Iterator[Outcome]:
    """The outcomes, with a counter on standard error where it is a terminal and there are many."""
    if total < _SLOW or not sys.stderr.isatty():
        yield from outcomes
        return
    for number, outcome in enumerate(outcomes, 1):
        print(f"\r\x1b[K{number}/{total}", end="\r", file=sys.stderr, flush=True)
        yield outcome
    print("\x1b[K", end="", file=sys.stderr, flush=True)
