"""`unmid rules` and `unmid explain`."""

from __future__ import annotations

import argparse
import json
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

from unmid import cli
from unmid.cli import options
from unmid.lint.ruleset import packs, severity_of
from unmid.packs.figures import load_figures
from unmid.packs.model import Rule
from unmid.packs.reader import suggestion
from unmid.settings import Settings, SettingsError


def run_rules(args: argparse.Namespace) -> int:
    """List the rules under the settings of the current folder."""
    loaded = _load(args)
    if loaded is None:
        return cli.BROKEN
    rules, settings = loaded
    if args.output_format == "json":
        json.dump([_as_json(rule, settings) for rule in rules], sys.stdout, ensure_ascii=False, indent=1)
        print()
        return cli.OK
    width = max((len(rule.id) for rule in rules), default=0)
    for rule in rules:
        severity = "off" if rule.needs and not settings.pipeline else severity_of(rule, settings)
        needs = f" (needs a spaCy pipeline with a {rule.needs}; set `pipeline`)" if rule.needs and not settings.pipeline else ""
        print(f"{rule.id:{width}}  {severity:11}  {rule.fix:7}  {rule.summary}{needs}")
    return cli.OK


def run_explain(args: argparse.Namespace) -> int:
    """Explain one rule."""
    loaded = _load(args)
    if loaded is None:
        return cli.BROKEN
    rules, settings = loaded
    rule = next((rule for rule in rules if rule.id == args.rule), None)
    if rule is None:
        hint = suggestion(args.rule, [rule.id for rule in rules])
        print(f"unmid: there is no rule “{args.rule}”{hint}", file=sys.stderr)
        return cli.BROKEN
    about, figures = load_figures(Path(rule.path).parents[1])
    print("\n".join(_explained(rule, settings)))
    if rule.id in figures:
        print(f"\nMeasured:\n{_folded(f'{figures[rule.id].sentence} {about}')}")
    return cli.OK


def _folded(text: str) -> str:
    return textwrap.fill(" ".join(text.split()), 88, initial_indent="  ", subsequent_indent="  ")


def _explained(rule: Rule, settings: Settings) -> Iterator[str]:
    yield rule.id
    yield rule.summary
    yield ""
    yield f"severity: {severity_of(rule, settings)}   fix: {rule.fix}{', safe' if rule.safe else ''}   kind: {rule.kind}"
    for head, body in (("Why", rule.why), ("Instead", rule.instead), ("Exceptions", rule.exceptions)):
        if body:
            yield ""
            yield f"{head}:"
            yield _folded(body)
    flagged = [example for example in rule.examples if example.flags]
    silent = [example for example in rule.examples if not example.flags]
    if flagged:
        yield ""
        yield "Marked:"
        for example in flagged:
            text = example.text
            for flag in example.flags:
                text = text.replace(flag, f"[{flag}]", 1)
            yield from _quoted(text)
            if example.fixed is not None:
                yield from _quoted(example.fixed, "    → ")
    if silent:
        yield ""
        yield "Not marked:"
        for example in silent:
            yield from _quoted(example.text)
            if example.note:
                yield f"      ({example.note})"


def _quoted(text: str, lead: str = "  - ") -> Iterator[str]:
    for number, line in enumerate(text.rstrip("\n").split("\n")):
        yield (lead if number == 0 else " " * len(lead)) + line


def _load(args: argparse.Namespace) -> tuple[list[Rule], Settings] | None:
    try:
        found = options.layers(args, Path.cwd())
    except SettingsError as error:
        print(f"unmid: {error}", file=sys.stderr)
        return None
    for problem in options.problems(found):
        print(f"unmid: {problem}", file=sys.stderr)
    rules = {rule.id: rule for pack in packs(found.settings) for rule in pack.rules}
    return [rules[name] for name in sorted(rules)], found.settings


def _as_json(rule: Rule, settings: Settings) -> dict[str, object]:
    return {
        "id": rule.id,
        "kind": rule.kind,
        "severity": severity_of(rule, settings),
        "fix": rule.fix,
        "safe": rule.safe,
        "summary": rule.summary,
        "why": rule.why,
        "instead": rule.instead,
        "exceptions": rule.exceptions,
        "since": rule.since,
        "examples": [
            {"text": example.text, "flags": list(example.flags), "fixed": example.fixed, "note": example.note}
            for example in rule.examples
        ],
    }
