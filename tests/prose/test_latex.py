"""Blocks and passages of LaTeX: one fixture a construct, then properties of composed drafts."""

from __future__ import annotations

import pytest

from prose.written import marks, only, outline
from unmid.prose.formats import parse
from unmid.prose.latex import PREAMBLE, parse_chunk
from unmid.prose.model import PLACEHOLDER
from unmid.text.span import Span

X = PLACEHOLDER

BLOCKS = {
    "paragraphs": (
        "The kettle % loud\n  sang.\n% not prose\n\\noindent Nobody came.\n\n \\par\nTea.\n",
        [
            r"paragraph: 'The kettle % loud\n  sang.\n% not prose\n\\noindent Nobody came.'",
            "= paragraph[] 'The kettle sang. Nobody came.'",
            "paragraph: 'Tea.'",
            "= paragraph[] 'Tea.'",
        ],
    ),
    "headings": (
        "\\section*{Tea \\& \\emph{milk}}\\label{sec:tea}\nHot.\n\\paragraph[s]{Cold.} Or not.\n\\section{open\n",
        [
            r"heading 2: '\\section*{Tea \\& \\emph{milk}}'",
            "= heading[] 'Tea & milk'",
            r"paragraph: '\\label{sec:tea}\nHot.'",
            "= paragraph[] 'Hot.'",
            r"heading 5: '\\paragraph[s]{Cold.}'",
            "= heading[] 'Cold.'",
            "paragraph: 'Or not.'",
            "= paragraph[] 'Or not.'",
            "paragraph: '{open'",
            "= paragraph[] 'open'",
        ],
    ),
    "lists": (
        "Bring:\n\\begin{itemize}[nosep]\n  \\item a rope\n\n  of hemp\n  \\item[--] a knife\n    \\begin{enumerate}\\item sharp\\end{enumerate}\n\\end{itemize}\nGo.\n",
        [
            "paragraph: 'Bring:'",
            "= paragraph[] 'Bring:'",
            r"list 1: '\\item a rope\n\n  of hemp\n  \\item[--] a knife\n    \\begin{enumerate}\\item sharp'",
            r"  item <\item>: '\\item a rope\n\n  of hemp'",
            "    paragraph: 'a rope'",
            "    = list-item[list/item] 'a rope'",
            "    paragraph: 'of hemp'",
            "    = list-item[list/item] 'of hemp'",
            r"  item <\item>: '\\item[--] a knife\n    \\begin{enumerate}\\item sharp'",
            "    paragraph: 'a knife'",
            "    = list-item[list/item] 'a knife'",
            r"    list 2 ordered: '\\item sharp'",
            r"      item <\item>: '\\item sharp'",
            "        paragraph: 'sharp'",
            "        = list-item[list/item/list/item] 'sharp'",
            "paragraph: 'Go.'",
            "= paragraph[] 'Go.'",
        ],
    ),
    "a description is a glossary": (
        "\\begin{description}\n\\item[Oar] It rows.\n\\end{description}\n",
        [
            r"definitions: '\\item[Oar] It rows.'",
            r"  item <\item>: '\\item[Oar] It rows.'",
            "    paragraph: 'Oar'",
            "    = list-item[definitions/item] 'Oar'",
            "    paragraph: 'It rows.'",
            "    = list-item[definitions/item] 'It rows.'",
        ],
    ),
    "quotes": (
        "\\begin{quote}\nHe said.\n\nTwice.\n\\end{quote}",
        [
            r"quote: '\\begin{quote}\nHe said.\n\nTwice.\n\\end{quote}'",
            "  paragraph: 'He said.'",
            "  = paragraph[quote] 'He said.'",
            "  paragraph: 'Twice.'",
            "  = paragraph[quote] 'Twice.'",
        ],
    ),
    "what is not LaTeX": (
        "\\begin{verbatim}\n\\section{no}\n\n% no\n\\end{verbatim}\nYes.\n\\begin{tabular}{ll}\na & b \\\\\n\n\\end{tabular}\n",
        [
            r"code: '\\begin{verbatim}\n\\section{no}\n\n% no\n\\end{verbatim}'",
            "paragraph: 'Yes.'",
            "= paragraph[] 'Yes.'",
            r"table: '\\begin{tabular}{ll}\na & b \\\\\n\n\\end{tabular}'",
        ],
    ),
    "a figure and its caption": (
        "\\begin{figure}[ht]\n\\centering\n\\includegraphics[width=3cm]{a.png}\n\\caption[s]{A boat\\footnote{Mine.}.}\n\\end{figure}\n",
        [
            r"html: '\\centering\n\\includegraphics[width=3cm]{a.png}'",
            r"paragraph: 'A boat\\footnote{Mine.}.'",
            "= paragraph[] 'A boat.'",
            "  footnote: 'Mine.'",
            "    paragraph: 'Mine.'",
            "    = paragraph[footnote] 'Mine.'",
        ],
    ),
    "math of its own": ("\\begin{align*}\n a\n\n b\n\\end{align*}\n\n\\[ c \\]\n", [r"math: '\\begin{align*}\n a\n\n b\n\\end{align*}'", r"math: '\\[ c \\]'"]),
    "environments that are seen through": (
        "\\begin{theorem}[Oar]\nIt floats.\n\\end{theorem}\n\\begin{quote}never ended\n\n\\end{itemize}\nSo.",
        [
            "paragraph: 'It floats.'",
            "= paragraph[] 'It floats.'",
            "paragraph: 'never ended'",
            "= paragraph[] 'never ended'",
            "paragraph: 'So.'",
            "= paragraph[] 'So.'",
        ],
    ),
    "nothing after the end": ("A.\n\\end{document}\nB.\n\nC.", ["paragraph: 'A.'", "= paragraph[] 'A.'"]),
}


@pytest.mark.parametrize("name", BLOCKS)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_blocks(name: str, end: str) -> None:
    text, expected = BLOCKS[name]
    found = outline(text := text.replace("\n", end), parse_chunk(text))
    written = end.encode("unicode_escape").decode()

    assert [line.replace(written, "\\n") for line in found] == expected


def test_a_preamble_holds_nothing_but_the_title() -> None:
    """And what looks like one further down is text."""
    text = "\\documentclass{a}\n% \\title{No}\n\n\\newcommand{\\x}{It is so.}\n\\title{Oars}\n\n\\begin{document}\n\nWet.\n\n\\begin{document} Dry.\n"

    assert list(outline(text, parse_chunk(text, {PREAMBLE}))) == [
        r"heading 1: '\\title{Oars}'",
        "= heading[] 'Oars'",
        "paragraph: 'Wet.'",
        "= paragraph[] 'Wet.'",
        "paragraph: 'Dry.'",
        "= paragraph[] 'Dry.'",
    ]
    assert [chunk.text[:4] for _, chunk in parse(text, "latex").chunks] == ["\\doc", "Wet.", "\\beg"]


INLINE = {
    "emphasis": ("a \\emph{b \\textbf{c}} d", "a b c d", [("emphasis", "b c", "\\emph{b \\textbf{c}}"), ("strong", "c", "\\textbf{c}")]),
    "a group": ("so {\\bf bold} it is", "so bold it is", [("span", "bold", "{\\bf bold}"), ("html", "", "\\bf ")]),
    "other dress": (
        "\\textsc{Low} \\textcolor{red}{or red}",
        "Low or red",
        [("span", "Low", "\\textsc{Low}"), ("span", "or red", "\\textcolor{red}{or red}")],
    ),
    "links": (
        "\\href{http://a.example/%20b_c}{the map}, \\url{http://a.example/%x}",
        f"the map, {X}",
        [("link", "the map", "\\href{http://a.example/%20b_c}{the map}"), ("link", X, "\\url{http://a.example/%x}")],
    ),
    "references": (
        "see~\\cite[p.~4]{a,b} and \\ref{c}\\index{d}",
        f"see {X} and {X}",
        [("footnote", X, "\\cite[p.~4]{a,b}"), ("link", X, "\\ref{c}"), ("html", "", "\\index{d}")],
    ),
    "footnotes": ("so\\footnote{Or \\emph{not}.}.", "so.", [("footnote", "", "\\footnote{Or \\emph{not}.}")]),
    "code": ("\\verb|a%b}| or \\texttt{x_y}", f"{X} or {X}", [("code", X, "\\verb|a%b}|"), ("code", X, "\\texttt{x_y}")]),
    "math": (
        "if $x_1\\$$ or \\(y\\) then\n\\begin{equation}\nz\n\n\\end{equation}\nholds",
        f"if {X} or {X} then {X} holds",
        [("math", X, "$x_1\\$$"), ("math", X, "\\(y\\)"), ("math", X, "\\begin{equation}\nz\n\n\\end{equation}")],
    ),
    "signs": ("5\\,\\% of R\\&D --- 1--2 ``yes'' `no' \\ldots{} ok", "5 % of R&D — 1–2 “yes” ‘no' … ok", []),
    "accents": ("na\\\"ive caf\\'{e} \\c{c}a \\v s Stra\\ss e \\'\\i", "naïve café ça š Straße í", []),
    "quotation commands": ("\\enquote{so \\emph{it} is}", "“so it is”", [("emphasis", "it", "\\emph{it}")]),
    "ties and hyphenation": ("a~b\\ c man\\-u\\-script", "a b c manuscript", [("html", "", "\\-"), ("html", "", "\\-")]),
    "a comment takes the line end": ("un% c\n   tied \\%d", "untied %d", [("html", "", "% c\n   ")]),
    "line breaks": ("a\\\\[2pt]\n b", "a b", [("break", "", "\\\\[2pt]\n ")]),
    "unknown commands": (
        "\\foo{some words} \\foo{key} \\LaTeX{} \\foo[x]{red}{more words}",
        f"some words {X} {X} more words",
        [
            ("span", "some words", "\\foo{some words}"),
            ("html", X, "\\foo{key}"),
            ("html", X, "\\LaTeX{}"),
            ("span", "more words", "\\foo[x]{red}{more words}"),
        ],
    ),
    "dollars alone": ("costs $5", "costs $5", []),
}


@pytest.mark.parametrize("name", INLINE)
def test_inline(name: str) -> None:
    source, text, expected = INLINE[name]
    found = only(source, "latex")

    assert found.text == text
    assert marks(source, found) == expected


@pytest.mark.parametrize(
    ("source", "shown", "expected"),
    [
        ("one \\emph{two} three", "two", "two"),
        ("one \\emph{two} three", "one two", "one \\emph{two"),
        ("a~b", " ", "~"),
        ("caf\\'{e} now", "é", "\\'{e}"),
        ("a --- b", "—", "---"),
        ("a % x\n b", "a b", "a % x\n b"),
        ("\\enquote{so} it", "“so”", "\\enquote{so}"),
        ("one\r\n  two", "one two", "one\r\n  two"),
    ],
)
def test_passage_spans_lead_back_to_the_source(source: str, shown: str, expected: str) -> None:
    found = only(source, "latex")
    start = found.text.index(shown)

    assert found.offsets.to_chunk(Span(start, start + len(shown))).of(source) == expected
