"""Every example in every rule file is a test, as written and in other clothes."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from support import findings, fixed, scene
from unmid.lint.ruleset import packs
from unmid.packs.model import Example, Rule
from unmid.settings import Settings

RULES = [rule for pack in packs(Settings()) for rule in pack.rules if not rule.needs]
CASES = [pytest.param(rule, example, id=f"{rule.id}[{n}]") for rule in RULES for n, example in enumerate(rule.examples)]
MARKED = [case for case in CASES if case.values[1].flags]
WORDS = [case for case in MARKED if case.values[0].kind in ("phrase", "pattern", "regex", "density")]
# Gates that ask what block the words stand in: such a rule may well answer otherwise in a list item.
BLOCKS = {"item", "labelled", "paragraph", "heading", "first-in-passage", "last-in-passage"}


def words(text: str) -> str:
    """A mark's words without the clothes: markup, quotation marks, white space."""
    text = re.sub(r"\]\([^)]*\)|[*\[\]]", "", text)
    return " ".join(text.translate(str.maketrans("‘’“”", "''\"\"")).split())


def marks(rule: Rule, example: Example, text: str) -> list[str]:
    return [words(finding.text) for finding in findings(text, scene(rule, example), rule, example.format)]


def expected(example: Example) -> list[str]:
    return [words(flag) for flag in example.flags]


def plain(example: Example) -> bool:
    """One paragraph without markup."""
    return "\n" not in example.text.strip() and not re.search(r"^[-*#>|\d]|[*_`\[\]|]", example.text)


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_example(rule: Rule, example: Example) -> None:
    """A rule marks exactly what its examples say."""
    found = findings(example.text, scene(rule, example), rule, example.format)

    assert [finding.text for finding in found] == list(example.flags)


@pytest.mark.parametrize(("rule", "example"), [case for case in MARKED if case.values[1].fixed is not None])
def test_fix(rule: Rule, example: Example) -> None:
    """Fixes leave the text that the example promises, and the rule is silent on it."""
    after = fixed(example.text, scene(rule, example), rule, example.format)

    assert after == example.fixed
    assert not any(finding.fixes for finding in findings(after, scene(rule, example), rule, example.format))


@pytest.mark.parametrize(("rule", "example"), MARKED)
def test_crlf(rule: Rule, example: Example) -> None:
    """Line ends do not matter."""
    assert marks(rule, example, example.text.replace("\n", "\r\n")) == expected(example)


@pytest.mark.parametrize(("rule", "example"), WORDS)
def test_curly_quotes(rule: Rule, example: Example) -> None:
    """Nor does the shape of quotation marks and apostrophes."""
    text = re.sub(r'"([^"]*)"', r"“\1”", example.text.replace("'", "’"))

    assert marks(rule, example, text) == expected(example)


def dressed(rule: Rule, example: Example) -> Iterator[tuple[str, str]]:
    """The example in every dress that fits it: (name, text). One-word marks cannot be broken in two."""
    gates = {gate.partition(":")[0] for match in rule.matches for gate in (*match.when, *match.unless)}
    text, flag = example.text, max(example.flags, key=len)
    head, *tail = flag.split(" ")
    if tail and re.fullmatch(r"[\w'’]+", tail[0]):
        yield "wrap", text.replace(flag, f"{head}\n{' '.join(tail)}", 1)
        yield "emphasis", text.replace(flag, " ".join([head, f"*{tail[0]}*", *tail[1:]]), 1)
        if "linked" not in gates:
            yield "link", text.replace(flag, " ".join([head, f"[{tail[0]}](x.html)", *tail[1:]]), 1)
    yield "emoji", f"🙂 {text}"
    if not gates & BLOCKS and "list-item" in rule.scope:
        yield "item", f"- {text}"


DRESSED = [
    pytest.param(*case.values, text, id=f"{case.id}-{name}")
    for case in WORDS
    if plain(case.values[1])
    for name, text in dressed(*case.values)
]


@pytest.mark.parametrize(("rule", "example", "text"), DRESSED)
def test_dressed(rule: Rule, example: Example, text: str) -> None:
    """Marks survive a hard wrap, emphasis, a link, an emoji before them and life in a list item."""
    assert marks(rule, example, text) == expected(example)


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.id) for rule in RULES])
def test_complete(rule: Rule) -> None:
    """A rule explains itself and has three marked examples and two near misses."""
    assert [key for key in ("summary", "message", "why", "instead", "since") if not getattr(rule, key)] == []
    assert len(rule.message) <= 90
    assert sum(bool(example.flags) for example in rule.examples) >= 3
    silent = [example for example in rule.examples if not example.flags]
    assert len(silent) >= 2
    assert all(example.note for example in silent)
    if rule.fix in ("cut", "replace"):
        assert any(example.fixed is not None for example in rule.examples)


def test_no_pack_problems() -> None:
    """Every shipped rule loads."""
    assert [str(problem) for pack in packs(Settings()) for problem in pack.problems] == []
