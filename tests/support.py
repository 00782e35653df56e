"""What tests know of the product: one function a boundary."""

from __future__ import annotations

from unmid.lint.apply import fix_all
from unmid.lint.check import ruleset_for
from unmid.lint.engine import lint
from unmid.lint.finding import Finding
from unmid.lint.ruleset import weak
from unmid.packs.model import Example, Rule
from unmid.prose.formats import parse
from unmid.settings import Settings


def scene(rule: Rule, example: Example) -> Settings:
    """Settings under which an example speaks: its rule alone, or all rules where the rule counts only in company."""
    ruleset = ruleset_for(Settings(genre=example.genre))
    leaning = any(weak(ruleset.conditions[rule.id, match.number]) for match in ruleset.rules[rule.id].matches) if rule.id in ruleset.rules else False
    select = () if leaning else (rule.id,)
    shown = {rule.id: "information"} if rule.severity == "quiet" else {}
    return Settings(select=select, genre=example.genre, severity=shown)


def findings(text: str, settings: Settings, rule: Rule, format: str = "markdown") -> tuple[Finding, ...]:
    """The findings of one rule, whatever other rules would say of the same words."""
    report = lint(parse(text, format), ruleset_for(settings), only=rule.id)
    assert not report.problems, report.problems
    return report.findings


def fixed(text: str, settings: Settings, rule: Rule, format: str = "markdown") -> str:
    """The text after the preferred fix of every finding of one rule."""
    return fix_all(text, lambda now: findings(now, settings, rule, format), suggested=True)[0]
