"""A rule's examples are its tests: under which settings each speaks, in which dresses it is tried, and what fails."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from time import process_time

from unmid.lint.apply import fix_all
from unmid.lint.check import ruleset_for
from unmid.lint.engine import lint
from unmid.lint.finding import Finding
from unmid.packs.author import read_baseline
from unmid.packs.lines import key_lines
from unmid.packs.model import Example, Rule
from unmid.packs.reader import Table, read_toml
from unmid.prose.formats import parse
from unmid.settings import Settings, SettingsError
from unmid.settings import parse as parse_settings

LONGEST_MESSAGE = 90
"""Characters of a rule's message."""
_WORD_KINDS = ("phrase", "pattern", "regex", "density")
_BLOCKS = {"item", "labelled", "paragraph", "heading", "first-in-passage", "last-in-passage"}
"""Gates that ask what block the words stand in: such a rule may well answer otherwise in a list item."""
_SPEED_WORDS = 1_000


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a rule, at the line (from 1) of the example that shows it, or of the rule."""

    rule: str
    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule}: {self.message}"


def scene(rule: Rule, example: Example, base: Settings | None = None) -> Settings:
    """Settings under which an example speaks: its rule alone, or all rules where the rule counts only in company.

    `base` brings packs. Raises SettingsError for an example whose `with` cannot be used.
    """
    given = _given(rule, example, base or Settings())
    ruleset = ruleset_for(given)
    known = ruleset.rules.get(rule.id)
    leaning = known is not None and any(ruleset.conditions[rule.id, match.number].weak for match in known.matches)
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


def words(text: str) -> str:
    """A mark's words without the clothes: markup, quotation marks, white space."""
    text = re.sub(r"\]\([^)]*\)|[*\[\]]", "", text)
    return " ".join(text.translate(str.maketrans("‘’“”", "''\"\"")).split())


def plain(example: Example) -> bool:
    """One paragraph without markup."""
    return "\n" not in example.text.strip() and not re.search(r"^[-*#>|\d]|[*_`\[\]|]", example.text)


def dressed(rule: Rule, example: Example) -> Iterator[tuple[str, str]]:
    """A marked example in every dress that fits it: (name, text). One-word marks cannot be broken in two.

    Markup is put on in Markdown alone; an example in another format brings its own.
    """
    yield "with other line ends", example.text.replace("\n", "\r\n")
    if rule.kind not in _WORD_KINDS:
        return
    yield "with curly quotes", re.sub(r'"([^"]*)"', r"“\1”", example.text.replace("'", "’"))
    if not plain(example):
        return
    gates = {gate.partition(":")[0] for match in rule.matches for gate in (*match.when, *match.unless)}
    text, flag = example.text, max(example.flags, key=len)
    head, *tail = flag.split(" ")
    broken = bool(tail and re.fullmatch(r"[\w'’]+", tail[0]))
    if broken:
        yield "across lines", text.replace(flag, f"{head}\n{' '.join(tail)}", 1)
    yield "after an emoji", f"🙂 {text}"
    if example.format != "markdown":
        return
    if broken:
        yield "with emphasis", text.replace(flag, " ".join([head, f"*{tail[0]}*", *tail[1:]]), 1)
        if "linked" not in gates:
            yield "with a link", text.replace(flag, " ".join([head, f"[{tail[0]}](x.html)", *tail[1:]]), 1)
    if not gates & _BLOCKS and "list-item" in rule.scope:
        yield "in a list item", f"- {text}"


def faults(rule: Rule, base: Settings | None = None) -> Iterator[Fault]:
    """What is wrong with a rule: what it does not say of itself, and what its examples do not do."""
    lines = _lines(rule)
    yield from (Fault(rule.id, rule.path, lines[0], message) for message in incomplete(rule))
    for number, example in enumerate(rule.examples, 1):
        for message in _failures(rule, example, base):
            yield Fault(rule.id, rule.path, lines[number], f"example {number}{message}")


def incomplete(rule: Rule) -> Iterator[str]:
    """What a rule lacks: its reasons, three marked examples, two near misses."""
    missing = [key for key in ("summary", "message", "why", "instead", "since") if not getattr(rule, key)]
    if missing:
        yield f"{', '.join(missing)} is empty"
    if len(rule.message) > LONGEST_MESSAGE:
        yield f"message has {len(rule.message)} characters; use at most {LONGEST_MESSAGE}"
    marked = sum(bool(example.flags) for example in rule.examples)
    if marked < 3:
        yield f"has {marked} examples with flags; write three or more"
    if len(rule.examples) - marked < 2:
        yield f"has {len(rule.examples) - marked} examples without flags; write two near misses or more"
    if any(not example.flags and not example.note for example in rule.examples):
        yield "an example without flags needs a note on why it is silent"
    if rule.fix in ("cut", "replace") and all(example.fixed is None for example in rule.examples):
        yield f"offers to {rule.fix} words, but no example says what is left; write `fixed`"


def _failures(rule: Rule, example: Example, base: Settings | None) -> Iterator[str]:
    try:
        settings = scene(rule, example, base)
        marks = [finding.text for finding in findings(example.text, settings, rule, example.format)]
        if marks != list(example.flags):
            yield f": expected {_listed(example.flags)}, got {_listed(marks)}"
            return
        if not marks:
            return
        for dress, text in dressed(rule, example):
            found = [words(finding.text) for finding in findings(text, settings, rule, example.format)]
            if found != (wanted := [words(flag) for flag in example.flags]):
                yield f" {dress}: expected {_listed(wanted)}, got {_listed(found)}"
        if example.fixed is not None:
            after = fixed(example.text, settings, rule, example.format)
            if after != example.fixed:
                yield f": fixed should be “{example.fixed}”, is “{after}”"
            elif any(finding.fixes for finding in findings(after, settings, rule, example.format)):
                yield f": the fixed text still has something to fix: “{after}”"
    except SettingsError as error:
        yield f": with: {error.problems[0].message}"
    except RuntimeError as error:
        yield f": {error}"


def _listed(marks: tuple[str, ...] | list[str]) -> str:
    return ", ".join(f"“{' '.join(mark.split())}”" for mark in marks) or "nothing"


def _given(rule: Rule, example: Example, base: Settings) -> Settings:
    table = Table(rule.path, "", example.given)
    baseline = read_baseline(table) if "baseline" in example.given else None
    rest = {key: value for key, value in example.given.items() if key not in ("meta", "baseline")}
    settings, problems = parse_settings(rest, "", rule.path, replace(base, genre=example.genre, baseline=baseline))
    if problems or table.problems:
        raise SettingsError((*problems, *table.problems))
    return settings


def _lines(rule: Rule) -> list[int]:
    """The lines of a rule and of its examples in its file."""
    raw, source, _ = read_toml(Path(rule.path))
    nth = next((n for n, one in enumerate(raw.get("rule", ())) if isinstance(one, dict) and one.get("id") == rule.id), None)
    at = () if nth is None else ("rule", nth)
    lines = key_lines(source)
    return [lines.get(at, 1), *(lines.get((*at, "example", n), 1) for n in range(len(rule.examples)))]


def speed(rules: tuple[Rule, ...], base: Settings | None = None) -> tuple[float, tuple[tuple[str, float], ...]]:
    """What rules cost, in milliseconds of processor time for 1,000 words of their own examples: all of them, and each, the slowest first."""
    base = base or Settings()
    texts = [example.text for rule in rules for example in rule.examples]
    count = sum(len(text.split()) for text in texts)
    if not count:
        return 0.0, ()
    document = parse("\n\n".join(texts * (_SPEED_WORDS // count + 1)))
    size = sum(len(text.split()) for text in texts) * (_SPEED_WORDS // count + 1) / 1000

    def cost(select: tuple[str, ...]) -> float:
        ruleset = ruleset_for(replace(base, select=select))
        times = []
        for _ in range(3):
            start = process_time()
            lint(document, ruleset)
            times.append(process_time() - start)
        return 1000 * min(times) / size

    bare = cost(("no/rule",))
    each = [(rule.id, max(cost((rule.id,)) - bare, 0.0)) for rule in rules]
    return max(cost(tuple(rule.id for rule in rules)) - bare, 0.0), tuple(sorted(each, key=lambda one: -one[1]))
