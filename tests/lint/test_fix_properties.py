"""What holds for every fix, whatever the draft: drafts are composed of the rules' own examples in all sorts of dress."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from unmid.lint import source
from unmid.lint.apply import chosen, fix_all
from unmid.lint.check import ruleset_for
from unmid.lint.engine import lint
from unmid.lint.finding import REWRITE, Finding, Fix
from unmid.lint.ruleset import packs
from unmid.prose.formats import parse
from unmid.prose.model import Block
from unmid.settings import Settings
from unmid.text.edits import Edit, apply
from unmid.text.lines import Encoding, LineIndex

RULESET = ruleset_for(Settings())
CACHE: dict[tuple[str, str], object] = {}
EXAMPLES = [
    example.text.strip()
    for pack in packs(Settings())
    for rule in pack.rules
    if rule.id in RULESET.rules
    for example in rule.examples
    if example.format == "markdown" and example.genre == "essay" and (example.flags or len(example.text) < 90)
]
LINES = [text for text in EXAMPLES if "\n" not in text and not re.search(r"^[-*#>|\d]|[\[\]|<]", text)]
LISTS = [text for text in EXAMPLES if re.search(r"^[-*] |^1[.)] ", text, re.M) and "#" not in text]
PLAIN = ["The oar broke in May.", "Nobody saw it, and nobody asked.", "🙂 We rowed 12 miles; then it rained."]

few = settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@st.composite
def paragraphs(draw: st.DrawFn) -> str:
    """A few sentences, some of them marked, wrapped, emphasised or linked somewhere."""
    lines = draw(st.lists(st.sampled_from(LINES) | st.sampled_from(PLAIN), min_size=1, max_size=3))
    words = " ".join(lines).split(" ")
    for dress in draw(st.lists(st.sampled_from(["*{}*", "**{}**", "[{}](x.html)", "_{}_"]), max_size=2)):
        at = draw(st.integers(0, len(words) - 1))
        if re.fullmatch(r"\w+", words[at]):
            words[at] = dress.format(words[at])
    breaks = draw(st.sets(st.integers(1, max(len(words) - 1, 1)), max_size=4))
    parts = [("\n" if n in breaks and not re.match(r"[-+*#>]|\d+[.)]", word) else " ") + word for n, word in enumerate(words)]
    return "".join(parts).strip()


def indented(text: str, first: str, rest: str) -> str:
    """A text behind a marker."""
    return first + text.replace("\n", f"\n{rest}")


@st.composite
def pieces(draw: st.DrawFn) -> str:
    """A block of a draft."""
    kind = draw(st.sampled_from(["paragraph", "paragraph", "items", "quote", "heading", "list", "code", "task"]))
    if kind == "items":
        return "\n".join(indented(one, "- ", "  ") for one in draw(st.lists(paragraphs(), min_size=1, max_size=3)))
    if kind == "quote":
        return indented(draw(paragraphs()), "> ", "> ")
    if kind == "task":
        return indented(draw(paragraphs()), "- [ ] ", "  ")
    if kind == "heading":
        return "## " + draw(st.sampled_from(LINES))
    if kind == "list":
        return draw(st.sampled_from(LISTS))
    if kind == "code":
        return "```\nrow --fast\n```"
    return draw(paragraphs())


@st.composite
def drafts(draw: st.DrawFn) -> str:
    """A draft of a few blocks, with either line end."""
    text = "\n\n".join(draw(st.lists(pieces(), min_size=1, max_size=4))) + draw(st.sampled_from(["", "\n"]))
    return text.replace("\n", draw(st.sampled_from(["\n", "\r\n"])))


def findings(text: str, only: str = "") -> tuple[Finding, ...]:
    """What all rules, or one of them, say to a text."""
    report = lint(parse(text), RULESET, only=only)
    assert not report.problems
    return report.findings


def offers(text: str) -> Iterable[tuple[Finding, Fix]]:
    """Every fix of every finding."""
    return ((finding, fix) for finding in findings(text) for fix in finding.fixes)


def blocks(text: str) -> list[Block]:
    return [block for _, block in parse(text).blocks()]


def passages(text: str) -> list[tuple[int, int, str]]:
    """Every passage with its place in the source."""
    return [(base + p.span.start, base + p.span.end, p.text) for base, p in parse(text).passages()]


def is_part(some: Iterable[object], whole: Iterable[object]) -> bool:
    """Whether the first is the second with some left out."""
    rest = iter(whole)
    return all(one in rest for one in some)


def flat(tree: source.Skeleton) -> list[object]:
    return [one for node in tree for one in (node[:-1], *flat(node[-1]))]  # type: ignore[arg-type]


@few
@given(drafts())
def test_only_the_marked_block_changes(text: str) -> None:
    """Edits of one fix do not overlap; every passage that they do not touch is what it was, in the same order."""
    for _, fix in offers(text):
        after = passages(apply(text, fix.edits))
        reach = min(e.span.start for e in fix.edits), max(e.span.end for e in fix.edits)
        others = [words for start, end, words in passages(text) if end < reach[0] or start > reach[1]]

        assert is_part(others, [words for _, _, words in after])
        assert len(after) <= len(passages(text))


@few
@given(drafts())
def test_blocks_stay(text: str) -> None:
    """A fix to words changes no block; one that takes out a block takes out nothing else; a heading always stays."""
    before = flat(source.skeleton(blocks(text)))
    for _, fix in offers(text):
        after = flat(source.skeleton(blocks(apply(text, fix.edits))))
        gone = all(not e.text and (not e.span.start or text[e.span.start - 1] in "\r\n") for e in fix.edits)
        if fix.kind == REWRITE:
            continue

        assert is_part(after, before) if gone else after == before, fix


@few
@given(drafts())
def test_a_fix_leaves_its_rule_with_less_to_say(text: str) -> None:
    """What a fix mends is not marked again."""
    for rule in {finding.rule for finding in findings(text)}:
        marked = findings(text, rule)
        for finding in marked:
            for fix in finding.fixes:
                left = findings(apply(text, fix.edits), rule)

                assert sum(bool(one.fixes) for one in left) < sum(bool(one.fixes) for one in marked), (fix, left)


@few
@given(drafts(), st.booleans())
def test_all_fixes_twice_is_once(text: str, suggested: bool) -> None:
    """Fixes never fight, an end is reached, and a second run has nothing to do."""
    once, count = fix_all(text, findings, suggested)
    again, more = fix_all(once, findings, suggested)

    assert (again, more) == (once, 0)
    assert bool(count) == (once != text)


@few
@given(drafts())
def test_clean_lines(text: str) -> None:
    """No doubled blanks or blank lines, no space at a line's end, no line end cut in two."""
    after, _ = fix_all(text, findings, suggested=True)

    for flaw in (r"\n\r?\n\r?\n", r"(?<=\S) \r?$", r"\S  +\S", r"\r(?!\n)", r"(?<!\r)\n" if "\r\n" in text else r"\r"):
        assert len(re.findall(flaw, after, re.M)) <= len(re.findall(flaw, text, re.M)), flaw


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_clients_agree(encoding: Encoding) -> None:
    """An editor that counts bytes or UTF-16 units gets the text that we meant."""
    agree(encoding)()


def agree(encoding: Encoding) -> Callable[[], None]:
    @few
    @given(drafts())
    def check(text: str) -> None:
        fixes = chosen(findings(text), suggested=True)
        edits = [edit for fix in fixes for edit in fix.edits]
        lines = LineIndex(text)
        sent = [
            (lines.offset_to_position(edit.span.start, encoding), lines.offset_to_position(edit.span.end, encoding), edit.text)
            for edit in edits
        ]
        received = [
            Edit(type(edit.span)(lines.position_to_offset(*start, encoding), lines.position_to_offset(*end, encoding)), new)
            for (start, end, new), edit in zip(sent, edits, strict=True)
        ]

        assert apply(text, received) == apply(text, edits)

    return check
