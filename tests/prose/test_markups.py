"""What holds of every markup that our own fronts read, on drafts composed of its signs and on any text."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prose.written import drafts, in_chunks, whole
from unmid.prose.formats import parse
from unmid.prose.model import Document

PIECES: dict[str, tuple[str, ...]] = {
    "asciidoc": (
        *["* ", "** ", "- ", ". ", "1. ", "a. ", "<1> ", "a::", "b:: ", ";;", "+", "----", "....", "====", "****", "____", "--", "```", "++++", "////", "// c", "[source]", "[quote]", "[[a]]", ".T", "= T", "== U"],
        *[":a: b", "NOTE: ", "image::x[]", "ifdef::x[]", "'''", "*", "_", "`", "#", "^", "~", "++", "<<", ">>", "{a}", "(((", "))", '"`', '`"', "link:a[", "]", "footnote:[", "http://a[", "http://b", "\\", " +"],
        "|===",
    ),
    "latex": (
        *(f"\\begin{{{name}}}" for name in ("itemize", "enumerate", "description", "quote", "verbatim", "equation", "tabular", "center", "document")),
        *(f"\\end{{{name}}}" for name in ("itemize", "enumerate", "description", "quote", "verbatim", "equation", "tabular", "center", "document")),
        *["\\item", "\\item[x]", "\\section{", "\\footnote{", "\\emph{", "\\foo{", "{", "}", "}", "$", "$$", "\\[", "\\]", "\\(", "\\)", "% c", "\\%", "\\\\", "~", "--", "---", "``", "''", "`", "\\'e", '\\"{o}', "\\verb+x+"],
        *["\\cite{a}", "\\url{a%b}", "\\caption{", "\\ldots", "\\enquote{", "[", "]", "\\title{T}", "\\", "\\par", "\\bf"],
    ),
    "rst": (
        *["* ", "- ", "1. ", "a) ", "#. ", ":field: ", "-a  ", ">>> ", "+---+", "=== ===", ".. ", ".. note:: ", ".. code::", ".. [1] ", ".. _t: u", "====", "----", "~~~~", "::", "__", "``", "`", "*", "**", "_"],
        *["`a <b>`_", ":ref:`", "[1]_", "http://a.b_", "  ", "    ", "   :opt: v", "> ", "\\", '"', "'"],
        *("|", "| "),
    ),
}
"""By format, signs that mean something in it."""

ALPHABETS = {
    "asciidoc": "ab \t\n\r*`_:|[]<>.=-~+\\\"'#^(){}/,;1\ud83d🙂\u2028\x0c",
    "latex": "ab \t\n\r\\{}[]$%&~`'\"-|*_^#\ud83d🙂\u2028\x0c",
    "rst": "ab \t\n\r*`_:|[]<>.=-~+\\\"'#1\ud83d🙂\u2028\x0c",
}
"""By format, the characters that such signs are made of, and some that no one expects."""

FORMATS = pytest.mark.parametrize("format", PIECES)


@FORMATS
@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_every_character_leads_home(check: Callable[[Document], None], format: str, data: st.DataObject) -> None:
    text = data.draw(drafts(PIECES[format]))
    check(parse(text, format))
    assert in_chunks(text, format) == whole(text, format)


@FORMATS
@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_after_an_edit_it_is_what_it_would_be_afresh(format: str, data: st.DataObject) -> None:
    text = data.draw(drafts(PIECES[format]))
    document = parse(text, format)
    for _ in range(3):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 5)))
        text = text[:start] + data.draw(st.sampled_from(PIECES[format])) + text[end:]
        document = parse(text, format, before=document)
        assert document == parse(text, format)


@FORMATS
@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_any_text_parses(check: Callable[[Document], None], format: str, data: st.DataObject) -> None:
    check(parse(data.draw(st.text(st.sampled_from(ALPHABETS[format]), max_size=60)), format))
