"""A rule's examples: under which settings each speaks, and what the rule says to it."""

from __future__ import annotations

from dataclasses import replace

from unmid.lint.apply import fix_all
from unmid.lint.check import ruleset_for
from unmid.lint.engine import lint
from unmid.lint.finding import Finding
from unmid.lint.ruleset import weak
from unmid.packs.author import read_baseline
from unmid.packs.model import Example, Rule
from unmid.packs.reader import Table
from unmid.prose.formats import parse
from unmid.settings import Settings, SettingsError
from unmid.settings import parse as parse_settings


def scene(rule: Rule, example: Example) -> Settings:
    """Settings under which an example speaks: its rule alone, or all rules where the rule counts only in company.

    Raises SettingsError for an example whose `with` cannot be used.
    """
    given = _given(rule, example)
    ruleset = ruleset_for(given)
    known = ruleset.rules.get(rule.id)
    leaning = known is not None and any(weak(ruleset.conditions[rule.id, match.number]) for match in known.matches)
    shown = {rule.id: "information"} if rule.severity == "quiet" else {}
    return replace(given, select=() if leaning else (rule.id,), severity={**shown, **given.severity})


def findings(text: str, settings: Settings, rule: Rule, format: str = "markdown") -> tuple[Finding, ...]:
    """The findings of one rule, whatever other rules would say of the same words. Raises RuntimeError if a rule throws."""
    report = lint(parse(text, format), ruleset_for(settings), only=rule.id)
    if report.problems:
        raise RuntimeError("; ".join(map(str, report.problems)))
    return report.findings


def fixed(text: str, settings: Settings, rule: Rule, format: str = "markdown") -> str:
    """The text after the preferred fix of every finding of one rule."""
    return fix_all(text, lambda now: findings(now, settings, rule, format), suggested=True)[0]


def _given(rule: Rule, example: Example) -> Settings:
    table = Table(rule.path, "", example.given)
    baseline = read_baseline(table) if "baseline" in example.given else None
    rest = {key: value for key, value in example.given.items() if key not in ("meta", "baseline")}
    settings, problems = parse_settings(rest, "", rule.path, Settings(genre=example.genre, baseline=baseline))
    if problems or table.problems:
        raise SettingsError((*problems, *table.problems))
    return settings
