"""Cuts in LaTeX, reStructuredText and AsciiDoc leave correct markup, or are not offered."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lint.test_fix_properties import LINES, PLAIN, RULESET, few, flat, is_part
from lint.test_fixes import fix as cut
from unmid.lint import source
from unmid.lint.apply import fix_all
from unmid.lint.check import check_text
from unmid.lint.engine import lint
from unmid.lint.finding import REWRITE, Finding
from unmid.prose.formats import parse
from unmid.text.edits import apply
from unmid.text.formats import format_of

AFTER = [
    # Inside lines.
    ("a.tex", "In order to row, \\emph{sit} down.", "To row, \\emph{sit} down."),
    ("a.rst", "In order to row, *sit* down.", "To row, *sit* down."),
    ("a.adoc", "In order to row, _sit_ down.", "To row, _sit_ down."),
    # All that is marked goes with its markup.
    ("a.tex", "\\emph{It is important to note that} the valve sticks.", "The valve sticks."),
    ("a.tex", "{\\bf It is important to note that} the valve sticks.", "The valve sticks."),
    ("a.rst", "*It is important to note that* the valve sticks.", "The valve sticks."),
    ("a.adoc", "_It is important to note that_ the valve sticks.", "The valve sticks."),
    # Markup that would be torn, or a brace that is still to be typed: no fix.
    ("a.tex", "It is \\emph{important to note that the valve} sticks.", None),
    ("a.tex", "\\emph{It is important to note that the valve sticks.\n\nSo.} It rains.", "\\emph{The valve sticks.\n\nSo.} It rains."),
    # Across lines, ties and comments.
    ("a.tex", "\\item It is important\n  to note~that the valve sticks.", "\\item The valve sticks."),
    ("a.tex", "It is important % so\nto note that the valve sticks.", None),
    # Words that may not begin a line join the one before.
    ("a.rst", "It is important to note that\n- the valve - sticks.", "The valve - sticks."),
]


def after(name: str, text: str) -> str | None:
    """The text after all fixes; None where there are none."""
    fixed, count = fix_all(text, lambda now: check_text(now, path=name).findings, suggested=True)
    return fixed if count else None


@pytest.mark.parametrize(("name", "text", "expected"), AFTER)
def test_fix(name: str, text: str, expected: str | None) -> None:
    """The text is left as a copy-editor would leave it."""
    assert check_text(text, path=name).findings
    assert after(name, text) == expected


CUT = [
    # A paragraph goes whole, an item too, where others stay.
    ("latex", "Hot.\n\n⟦Row on.⟧\n\nCold.\n", "Hot.\n\nCold.\n"),
    ("rst", "Hot.\n\n⟦Row on.⟧\n\nCold.\n", "Hot.\n\nCold.\n"),
    ("asciidoc", "Hot.\n\n⟦Row on.⟧\n\nCold.\n", "Hot.\n\nCold.\n"),
    ("latex", "\\begin{itemize}\n\\item Hot.\n\\item ⟦Row on.⟧\n\\end{itemize}\n", "\\begin{itemize}\n\\item Hot.\n\\end{itemize}\n"),
    ("rst", "- Hot.\n\n- ⟦Row on.⟧\n\n- Cold.\n", "- Hot.\n\n- Cold.\n"),
    ("asciidoc", "* Hot.\n* ⟦Row on.⟧\n* Cold.\n", "* Hot.\n* Cold.\n"),
    # But not what frames it, leads on from it or is said of it.
    ("latex", "\\begin{itemize}\n\\item ⟦Row on.⟧\n\\end{itemize}\n", "none"),
    ("latex", "\\begin{itemize}\\item Hot.\\item ⟦Row on.⟧\\end{itemize}\n", "none"),
    ("latex", "\\begin{center}\n⟦Row on.⟧\n\\end{center}\n", "none"),
    ("latex", "Hot.\\footnote{⟦Row on.⟧}\n", "none"),
    ("latex", "\\section{⟦Row on⟧}\n", "none"),
    ("rst", ".. note:: ⟦Row on.⟧\n", "none"),
    ("rst", "oar\n   ⟦Row on.⟧\n", "none"),
    ("rst", "* Hot.\n\n⟦Row on.⟧\n\n   Quoted.\n", "none"),
    ("asciidoc", "Hot.\n\n[.lead]\n⟦Row on.⟧\n\nCold.\n", "none"),
    ("asciidoc", "____\n⟦Row on.⟧\n____\n", "none"),
    # What is put in its place may be markup, and so may what it leaves.
    ("latex", "We ⟦row→row & row⟧ on.", "none"),
    ("rst", "We ⟦row →⟧*on* *and* on.", "We *on* *and* on."),
    ("asciidoc", "Old title ⟦of mine⟧\n-----------------\n\nWet.\n", "none"),
    ("rst", "Old title ⟦of mine⟧\n-----------------\n\nWet.\n", "Old title\n-----------------\n\nWet.\n"),
]


@pytest.mark.parametrize(("format", "before", "expected"), CUT)
def test_cut(format: str, before: str, expected: str) -> None:
    """What is left has the blocks that it had, without the one that was emptied."""
    assert cut(before, format) == expected


ITEMS = ["- **Speed:** The boat goes faster than any walker.", "- **Health:** The arms and the back grow strong with it.", "- **Quiet:** The river makes no noise at all in May."]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "item", "frame"),
    [
        ("a.tex", "\\item \\textbf{{{}:}} {}", "\\begin{{itemize}}\n{}\n\\end{{itemize}}"),
        ("a.rst", "- **{}:** {}", "{}"),
        ("a.adoc", "* *{}:* {}", "{}"),
    ],
)
def test_lists(name: str, item: str, frame: str) -> None:
    """A list that should have been prose is marked from its first item on; in LaTeX its frame cannot be folded away."""
    parts = [re.fullmatch(r"- \*\*(\w+):\*\* (.*)", one) for one in ITEMS]
    items = "\n".join(item.format(*part.groups()) for part in parts if part)
    text = "Rowing is worth the trouble, and these are the reasons.\n\n" + frame.format(items) + "\n\nSo row before the winter comes, and row often.\n"
    (found,) = [finding for finding in check_text(text, path=name).findings if finding.rule == "list/bold-label"]

    assert found.text == items
    assert bool(found.fixes) == (name != "a.tex")
    for fix in found.fixes:
        assert "The boat goes faster than any walker. The arms" in apply(text, fix.edits)


# --- properties

_SPECIAL = str.maketrans({sign: f"\\{sign}" for sign in "%&$#_{}"})
DRESS = {
    "latex": ["\\emph{{{}}}", "\\textbf{{{}}}", "\\href{{u}}{{{}}}", "{{\\it {}}}", "{}~", "{} % c\n", "\\foo{{{} more}}"],
    "rst": ["*{}*", "**{}**", "`{} <u>`_", "``{}``"],
    "asciidoc": ["_{}_", "*{}*", "link:u[{}]", "`{}`", "{} +\n"],
}
BLOCKS = {
    "latex": ["{}", "\\begin{{itemize}}\n\\item {}\n\\item {}\n\\end{{itemize}}", "\\begin{{quote}}\n{}\n\\end{{quote}}", "\\section{{{}}}", "A.\\footnote{{{}}}"],
    "rst": ["{}", "- {}\n- {}", "1. {}\n\n2. {}", "   {}", ".. note:: {}", "term\n   {}", "Run::\n\n   row"],
    "asciidoc": ["{}", "* {}\n* {}", ". {}\n+\n{}", "____\n{}\n____", "NOTE: {}", "term:: {}", "----\nrow\n----"],
}


def drafts(format: str) -> st.SearchStrategy[str]:
    """Blocks of sentences in all sorts of dress."""
    escaped: Callable[[str], str] = (lambda text: text.translate(_SPECIAL)) if format == "latex" else str

    @st.composite
    def words(draw: st.DrawFn, indent: str = "") -> str:
        lines = draw(st.lists(st.sampled_from(LINES) | st.sampled_from(PLAIN), min_size=1, max_size=2))
        parts = escaped(" ".join(lines)).split(" ")
        for dress in draw(st.lists(st.sampled_from(DRESS[format]), max_size=2)):
            at = draw(st.integers(0, len(parts) - 1))
            if re.fullmatch(r"\w+", parts[at]):
                parts[at] = dress.format(parts[at])
        breaks = draw(st.sets(st.integers(1, max(len(parts) - 1, 1)), max_size=3))
        return re.sub(r"\n ?", f"\n{indent}", "".join(("\n" if n in breaks else " ") + part for n, part in enumerate(parts)).strip())

    @st.composite
    def text(draw: st.DrawFn) -> str:
        blocks = []
        for frame in draw(st.lists(st.sampled_from(BLOCKS[format]), min_size=1, max_size=4)):
            indent = "   " if format == "rst" and frame != "{}" and not frame.startswith("-") else "  " if frame.startswith("-") else ""
            blocks.append(frame.format(draw(words(indent)), draw(words(indent))))
        return ("\n\n".join(blocks) + draw(st.sampled_from(["", "\n"]))).replace("\n", draw(st.sampled_from(["\n", "\r\n"])))

    return text()


def findings(text: str, format: str) -> tuple[Finding, ...]:
    report = lint(parse(text, format), RULESET)
    assert not report.problems
    return report.findings


@pytest.mark.parametrize("format", DRESS)
def test_blocks_stay(format: str) -> None:
    """A fix to words changes no block and no other passage; one that takes out a block takes out nothing else."""

    @few
    @given(drafts(format))
    def check(text: str) -> None:
        old = parse(text, format)
        before = flat(source.skeleton([block for _, block in old.blocks()]))
        for finding in findings(text, format):
            for fix in finding.fixes:
                if fix.kind == REWRITE:
                    continue
                made = apply(text, fix.edits)
                new = parse(made, format)
                after = flat(source.skeleton([block for _, block in new.blocks()]))
                gone = all(not e.text and (not e.span.start or text[e.span.start - 1] in "\r\n") for e in fix.edits)
                reach = min(e.span.start for e in fix.edits), max(e.span.end for e in fix.edits)
                others = [p.text for base, p in old.passages() if base + p.span.end < reach[0] or base + p.span.start > reach[1]]

                assert is_part(after, before) if gone else after == before, fix
                assert is_part(others, [p.text for _, p in new.passages()])
                if format == "latex":
                    assert _depth(made) == _depth(text)
                    assert not re.search(r"\\(?:emph|textbf)\{\s*\}|\{\\it\s*\}", made)

    check()


def _depth(text: str) -> int:
    signs = re.findall(r"\\.|[{}]", text)
    return signs.count("{") - signs.count("}")


@pytest.mark.parametrize("format", DRESS)
def test_all_fixes_twice_is_once(format: str) -> None:
    """Fixes never fight, and a second run has nothing to do."""

    @few
    @given(drafts(format))
    def check(text: str) -> None:
        once, _ = fix_all(text, lambda now: findings(now, format), suggested=True)

        assert fix_all(once, lambda now: findings(now, format), suggested=True) == (once, 0)

    check()


def test_formats_by_name() -> None:
    """Files and editors name the format."""
    assert [format_of(name) for name in ("a.TEX", "latex", "plaintex", "a.rst", "restructuredtext", "a.adoc", "b.asciidoc", "asciidoc")] == [
        *["latex"] * 3, *["rst"] * 2, *["asciidoc"] * 3,
    ]  # fmt: skip
