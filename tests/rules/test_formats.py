"""The words that a rule marks in Markdown it marks in LaTeX, reStructuredText and AsciiDoc: in a paragraph, a list item, emphasis,
across a line end. A sample of the rules' own examples, another for each dress."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest

from rules.test_rules import MARKED
from support import findings, scene
from unmid.lint.examples import plain, words
from unmid.packs.model import Example, Rule

WORDS = [case for case in MARKED if case.values[0].kind in ("phrase", "pattern", "regex", "density")]
BLOCKS = {"item", "labelled", "paragraph", "heading", "first-in-passage", "last-in-passage"}
"""Gates that ask what block the words stand in."""

_SPECIAL = str.maketrans({sign: f"\\{sign}" for sign in "%&$#_{}"})
SAMPLE = 13
"""One example in so many is put into each dress of each format."""

ESCAPED: dict[str, Callable[[str], str]] = {
    "latex": lambda text: text.translate(_SPECIAL),
    "rst": lambda text: text,
    "asciidoc": lambda text: text,
}
EMPHASIS = {"latex": "\\emph{{{}}}", "rst": "*{}*", "asciidoc": "_{}_"}
LINK = {"latex": "\\href{{http://x.example/a_b}}{{{}}}", "rst": "`{} <x.html>`_", "asciidoc": "link:x.html[{}]"}
ITEM = {"latex": "\\begin{{itemize}}\n\\item {}\n\\end{{itemize}}", "rst": "- {}", "asciidoc": "* {}"}
AROUND = {
    "latex": "\\documentclass{{article}}\n\\begin{{document}}\n\\section{{Oars}}\n\n{} % wet\n\n\\end{{document}}\n",
    "rst": "Oars\n====\n\n.. wet\n\n{}\n\n.. code-block:: sh\n\n   row\n",
    "asciidoc": "== Oars\n\n// wet\n{}\n\n----\nrow\n----\n",
}


def dressed(rule: Rule, example: Example, format: str) -> Iterator[tuple[str, str]]:
    """The example in every dress that fits it: (name, text)."""
    gates = {gate.partition(":")[0] for match in rule.matches for gate in (*match.when, *match.unless)}
    text, flag = ESCAPED[format](example.text.strip()), ESCAPED[format](max(example.flags, key=len))
    head, *tail = flag.split(" ")
    yield "paragraph", text
    if not gates & BLOCKS:
        yield "document", AROUND[format].format(text)
        if "list-item" in rule.scope:
            yield "item", ITEM[format].format(text)
    if tail and re.fullmatch(r"[\w'’]+", tail[0]) and head:
        yield "wrap", text.replace(flag, f"{head}\n{' '.join(tail)}", 1)
        for name, pattern in (("emphasis", EMPHASIS), ("link", LINK)):
            if name == "emphasis" or "linked" not in gates:
                yield name, text.replace(flag, " ".join([head, pattern[format].format(tail[0]), *tail[1:]]), 1)


def bare(text: str) -> str:
    """A mark's words without markup."""
    text = re.sub(r"\\href\{[^}]*\}|\\emph|link:x\.html|<x\.html>`_|[{}`_]|\\", "", text)
    return words(text)


def _sampled() -> Iterator[object]:
    number = 0
    for case in WORDS:
        rule, example = case.values
        # What LaTeX would read as markup is not what the rule's author wrote.
        if not plain(example) or re.search(r"[\\~^|<>+:;`]|--|''", example.text):
            continue
        for format in ESCAPED:
            for name, text in dressed(rule, example, format):
                number += 1
                if number % SAMPLE == 0:
                    yield pytest.param(rule, example, format, text, id=f"{case.id}-{format}-{name}")


@pytest.mark.parametrize(("rule", "example", "format", "text"), [*_sampled()])
def test_marked_alike(rule: Rule, example: Example, format: str, text: str) -> None:
    """The same words are marked, whatever they are written in."""
    found = findings(text, scene(rule, example), rule, format)

    assert [bare(finding.text) for finding in found] == [bare(flag) for flag in example.flags]
