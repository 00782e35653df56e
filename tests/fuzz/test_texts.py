"""Texts put together from what has a meaning somewhere: whatever comes of them, nothing raises and every mark is exact."""

from __future__ import annotations

import string
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fuzz.budget import examples
from unmid import check_text
from unmid.checks.notation import Lexicon, PatternError, compile_pattern, tape_of
from unmid.lint.check import ruleset_for
from unmid.lint.engine import lint
from unmid.packs.author import parse_pack_file
from unmid.packs.load import load_rule
from unmid.prose.formats import parse
from unmid.prose.nlp import fold
from unmid.settings import Settings
from unmid.text.edits import apply

RULES = Path(__file__).parents[2] / "rules" / "unmid_rules"
MARKUP = (
    "\n", "\n\n", "\r\n", "\r", " ", "  ", "\t", "    ", "# ", "## ", "- ", "* ", "1. ", "2) ", "> ", "• ", "- [ ] ", "```", "~~~\n", "---\n",
    "***", "**", "*", "_", "__", "~~", "`", "``", "[", "]", "](", "(", ")", "![", "[^1]", "[^1]: ", "[a]: x\n", "<", ">", "<b>", "</b>", "<div>",
    "<!--", "-->", "<!-- unmid-ignore", " filler -->", "<!-- unmid-off hedge -->", "<!-- unmid-on -->", "$", "$$", "|", "|---|\n", "\\", "&amp;",
    "&#0;", "^[", "\\begin{itemize}", "\\item ", "\\end{itemize}", "% unmid-off\n", "\\emph{", "}", "{", ".. note:: ", "::\n", "==\n", "----\n",
    "// unmid-on\n", "https://example.org/a_b", "\u2028", "\x85", "\0", "\ufeff", "\u00a0", "\u200d", "\ufffc", "\ud83d", "\udc00", "😀", "é", "e\u0301",
    "“", "”", "‘", "’", '"', "'", "—", "–", "…", "...", ".", ", ", ": ", "; ", "? ", "! ",
)  # fmt: skip
WORDS = (
    "It is important to note that ", "the valve sticks", "in order to ", "could potentially ", "very very ", "There are many factors ", "Overall, ",
    "I think ", "not just a pump, it's a way of life", "due to the fact that ", "and ", "but ", "We ", "is ", "a ", "an ", "oar", "Marta said ", "however, ",
)  # fmt: skip
TEXTS = st.lists(st.one_of(st.sampled_from(MARKUP), st.sampled_from(WORDS), st.text(st.characters(exclude_categories=[]), max_size=3)), max_size=40).map("".join)
PATHS = ("draft.md", "draft.txt", "draft.tex", "draft.rst", "draft.adoc")


@pytest.mark.parametrize("path", PATHS)
@settings(max_examples=examples(40))
@given(text=TEXTS)
def test_any_text_is_checked(path: str, text: str) -> None:
    """No rule gives up; marks stand on the words that they name; every fix can be made."""
    report = check_text(text, path=path)

    assert report.problems == ()
    for finding in report.findings:
        assert 0 <= finding.span.start < finding.span.end <= len(text)
        assert finding.span.of(text) == finding.text
        for fix in finding.fixes:
            assert apply(text, fix.edits) != text
            assert all(0 <= edit.span.start <= edit.span.end <= len(text) for edit in fix.edits)


COMMENTS = st.lists(
    st.sampled_from(("<!--", "-->", "<!-- ", " -->", "unmid-", "ignore", "off", "on", " ", "filler", "filler/note-that", "hedge", "nope", ",", ":", "-", ">", "\n", "\n\n",
    "It is important to note that it rusts.", "- ", "> ", "`", "```\n", "    ")),
    max_size=30,
).map("".join)  # fmt: skip


@settings(max_examples=examples(60))
@given(text=COMMENTS)
def test_any_comment_is_read(text: str) -> None:
    """Suppression comments, whole and in pieces: what they silence is a part of what there is without them."""
    ruleset = ruleset_for(Settings(select=("filler/note-that",)))
    marked = {f.span for f in lint(parse(text), ruleset).findings if f.rule == "filler/note-that"}
    heard = {f.span for f in lint(parse(text.replace("unmid-", "ummid-")), ruleset).findings}
    assert marked <= heard


RULE = (RULES / "filler" / "booster.toml").read_text(encoding="utf-8")
PACK = 'extends = ["plain"]\n[allow]\nrules = ["hedge"]\nphrases = ["a bit"]\n[ban]\n"deep" = { max = 0, say = "why" }\n[limits]\n"list/share.share" = "p90"\n[genre.essay]\nban."odd" = { max = 1 }\n[[rule]]\nid = "a/b"\nkind = "phrase"\n'
PIECES = ("\n", "=", "[", "]", "[[", "]]", "{", "}", '"', "'", '"""', ".", ",", "#", "1", "-1", "1e999", "nan", "true", "[]", "{}", "x", "\\u0000", "\\", "kind", "patterns", "regexes", "(((", "\ud83d", "\0", "1979-05-27", "limit", "match", "example", "a." * 60)  # fmt: skip


@st.composite
def mangled(draw: st.DrawFn, source: str) -> str:
    """A file that was right once, with a few stretches replaced."""
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(source)))
        end = min(len(source), at + draw(st.integers(0, 30)))
        source = source[:at] + draw(st.sampled_from(PIECES)) + source[end:]
    return source


@settings(max_examples=examples(60))
@given(source=mangled(RULE))
def test_any_rule_file_is_read(tmp_path_factory: pytest.TempPathFactory, source: str) -> None:
    """As a rule, or with what is wrong and where; never with a traceback."""
    path = tmp_path_factory.mktemp("pack") / "rule.toml"
    path.write_text(source, encoding="utf-8", errors="replace")

    rule, problems = load_rule(path, "trial")

    assert rule or problems
    lines = source.count("\n") + source.count("\r") + 1
    assert all(problem.message and 0 <= problem.line <= lines for problem in problems)


@settings(max_examples=examples(60))
@given(source=mangled(PACK))
def test_any_pack_is_read(source: str) -> None:
    """With what can be used of it, and what is wrong with the rest."""
    pack = parse_pack_file(source, Path("ana.toml"))

    assert all(problem.message and problem.line >= 0 for problem in pack.problems)


NOTATION = st.lists(
    st.sampled_from(("the", "valve", "be*", "explore/v", "point/n", "{hedge}", "{nope}", "_", "...", "..3", "#", "(a b|c)", "[a b|c]", "^", "$", ",", ";", ":", ".", "?", "!",
    "--", "!(a|b)", "&(a|b)", "-(a|b)", "<", ">", "~", "(", ")", "[", "]", "|", "{", "}", "*", "/", "", "'s", "$1", "\0", "(" * 15)),
    max_size=12,
)  # fmt: skip
LEXICON = Lexicon({"hedge": ("perhaps", "may be", "seem/v")})
SENTENCE = "perhaps the valve may be a b or c, and explored points 3 -- a b a b a b the the the end's."


@settings(max_examples=examples(300))
@given(words=NOTATION, glue=st.sampled_from((" ", "")), sentence=st.one_of(st.just(SENTENCE), st.text(string.printable, max_size=80)))
def test_any_pattern_is_read(words: list[str], glue: str, sentence: str) -> None:
    """Or refused with a sentence on what was expected; what it finds lies in the sentence, and it comes to an end."""
    try:
        pattern = compile_pattern(glue.join(words), LEXICON)
    except PatternError:
        return
    text = fold(sentence)
    for found in pattern.find(tape_of(text)):
        for span in (found.span, found.mark, found.cut, *found.groups.values()):
            assert span is None or 0 <= span.start <= span.end <= len(text)
