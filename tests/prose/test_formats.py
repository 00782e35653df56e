"""The entrance: formats, the cache, and what no writer would type."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, MutableMapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unmid.prose import markdown
from unmid.prose.chunks import split
from unmid.prose.formats import parse
from unmid.prose.model import Chunk, Document
from unmid.text.formats import format_of
from unmid.text.span import Span


@pytest.mark.parametrize(
    "name",
    [
        "a.md",
        "/b/C.MD",
        "notes.markdown",
        "x.mdx",
        "x.qmd",
        "x.Rmd",
        "markdown",
        "quarto",
        "https://h/a.md",
        ".md",
    ],
)
def test_markdown_names(name: str) -> None:
    assert format_of(name) == "markdown"


@pytest.mark.parametrize(
    "name",
    [
        "a.txt",
        "plaintext",
        "gitcommit",
        "git-commit",
        "COMMIT_EDITMSG",
        "a.md.txt",
        "amd",
        "",
        "README",
        "a.b/c",
    ],
)
def test_plain_names(name: str) -> None:
    assert format_of(name) == "plain"


def texts(document: Document) -> list[str]:
    return [passage.text for _, passage in document.passages()]


def test_plain_text_is_not_markdown() -> None:
    assert texts(parse("# *Tea*\n", "plain")) == ["# *Tea*"]
    assert texts(parse("# *Tea*\n")) == ["Tea"]


def test_an_empty_text_has_no_chunks() -> None:
    assert parse("") == Document("", ())
    assert parse("", "plain").chunks == ()


class _Counting(dict[str, Chunk]):
    """A cache that remembers what was put into it."""

    def __init__(self) -> None:
        self.parsed: list[str] = []

    def __setitem__(self, key: str, chunk: Chunk) -> None:
        self.parsed.append(chunk.text)
        super().__setitem__(key, chunk)


def test_an_edit_parses_only_its_chunk() -> None:
    cache = _Counting()
    text = "# Tea\n\nOne.\n\n- two\n\n- three\n\nFour.\n"
    parse(text, cache=cache)
    assert cache.parsed == ["# Tea\n\n", "One.\n\n- two\n\n- three\n\n", "Four.\n"]
    cache.parsed.clear()
    parse(text.replace("Four", "For"), cache=cache)
    assert cache.parsed == ["For.\n"]


def test_equal_chunks_are_one_object() -> None:
    document = parse("Tea.\n\nTea.\n\nCoffee.\n")
    (_, first), (_, second), _ = document.chunks
    assert first is second
    assert [(base, p.span.shifted(base)) for base, p in document.passages()][:2] == [
        (0, Span(0, 4)),
        (6, Span(6, 10)),
    ]


def test_a_label_matters_only_to_chunks_that_use_it() -> None:
    cache: MutableMapping[str, Chunk] = {}
    text = "See [tea].\n\nNo label [here].\n\n"
    before = parse(text, cache=cache)
    after = parse(text + "[TEA]: /leaf\n", cache=cache)
    assert texts(before) == ["See [tea].", "No label [here]."]
    assert texts(after) == ["See tea.", "No label [here]."]
    assert before.chunks[1][1] is after.chunks[1][1]


def test_the_format_is_part_of_the_key() -> None:
    cache: MutableMapping[str, Chunk] = {}
    parse("*tea*", cache=cache)
    assert texts(parse("*tea*", "plain", cache)) == ["*tea*"]


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("a\n\nb\r\n\r\nc\r\rd", ["a", "b", "c", "d"]),
        ("a\n \t\nb", ["a", "b"]),
        ("a\n\n  b\n\n\tc\n\nd", ["a", "d"]),
        ("- a\n\nb\n\n1. c\n\n• d\n\ne", ["-", "b", "e"]),
        ("```\n\na\n\n```\n\nb", ["`", "b"]),
        ("````\n\n```\n\na\n\n`````\n\nb", ["`", "b"]),
        ("~~~\n\n```\n\na", ["~"]),
        ("- ```\n  x\n\nb\n\nc", ["-", "b", "c"]),
        ("- a\n\n  ```\n  x\n\nb\n\nc", ["-", "b", "c"]),
        ("-   a\n\n  ```\n\nb\n\n  ```\n\nc", ["-", "c"]),
        ("<!-- a\n\nb -->\n\nc", ["<", "c"]),
        ("<PRE>\n\nb</pre>\n\nc", ["<", "c"]),
        ("<div>\n```\n\nb\n\nc", ["<", "b", "c"]),
        ("$$\n```\n$$\n\nb\n\nc", ["$", "b", "c"]),
        ("---\n\na: b\n\n---\n\nc\n\n---\n\nd", ["-", "c", "d"]),
        ("[^a]: x\n\n    y\n\nz", ["[", "z"]),
        ("> a\n\n> b", [">", ">"]),
    ],
)
def test_where_chunks_begin(text: str, starts: list[str]) -> None:
    assert [span.of(text)[0] for span in split(text)] == starts


# --- what no writer types

_N = 10_000
HOSTILE = {
    "nested quotes": ">" * _N,
    "nested lists": "- " * _N + "x",
    "open brackets": "[" * _N,
    "nested brackets": "[" * _N + "a" + "]" * _N,
    "nested images": "![" * _N + "a" + "](b)" * _N,
    "open links": "[a](" * _N,
    "link labels": "[a][b" * _N,
    "open emphasis": "*a **b _c " * _N,
    "stars": "*" * _N + "a" + "*" * _N,
    "back-ticks": " ".join("`" * n for n in range(300)),
    "open tags": "<a b='" * _N,
    "open comments": "a <!-- " * _N,
    "open elements": "<code>" * _N + "</kbd>" * _N,
    "footnotes": "[^" * _N + "^[" * _N,
    "dollars": "$a $$" * _N,
    "tildes": "~~a~" * _N,
    "ampersands": "&a" * _N,
    "addresses": "http://a((" * _N,
    "definitions": "[a\n" * _N,
    "nested footnotes": "[^a]: " * _N,
    "wide table": "|a" * _N + "\n" + "|-" * _N + "\n" + "|a" * _N,
    "quotes upon quotes": "\n".join([">" * 300] * 300),
    "deep indentation": "\n".join(" " * n + "- a" for n in range(300)),
    "line ends": "\n\r\r\n" * _N,
    "null bytes": "\0 " * _N,
    "surrogates": "\ud800 [a](\udc00) <http://\ud800> &#xd800; " * 100,
    "separators": "\u2028\x0b\x0c\x85\x1c" * _N,
    "one long line": "word and *more* " * 320_000,
    "one long word": "x" * 5_000_000,
    "blanks": " " * 5_000_000 + "x",
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("format", ["markdown", "plain"])
def test_hostile_input_is_parsed_in_bounded_time(
    check: Callable[[Document], None], name: str, format: str
) -> None:
    text = HOSTILE[name]
    before = time.process_time()
    document = parse(text, format)
    assert (
        time.process_time() - before < 20
    )  # seconds; each takes about one, quadratic behaviour takes minutes
    if len(text) < 200_000:
        check(document)


MARKUP = {
    "latex": {
        "groups": "{" * _N + "\\emph{" * _N + "a" + "}" * 2 * _N,
        "open arguments": "\\cite{" * _N + "\\foo[{" * _N,
        "nested notes": "\\footnote{a b" * _N + "}" * _N,
        "nested quotes": "\\enquote{" * _N + "a" + "}" * _N,
        "nested lists": "\\begin{itemize}\\item a\n" * _N + "\\end{itemize}\n" * _N,
        "crossed": "\\begin{itemize}\\begin{quote}" * _N + "\\end{itemize}",
        "never ended": "\\begin{verbatim}\\begin{equation}\n\n" * _N,
        "delimiters": "".join(f"\\verb{chr(0x4E00 + n % 5000)}" for n in range(_N)),
        "documents": "\\begin{document}\n" * _N,
        "titles": "\\title{a}" * _N + "\\begin{document}",
        "dollars": "$a $$b " * _N,
        "blanks": ("\\section" + " " * _N) * 20,
    },
    "rst": {
        "open markup": "*a **b ``c `d |e :f:`g [h " * _N,
        "roles": ":a" * _N,
        "steps": "\n\n".join(" " * n + "- a" for n in range(400)),
        "nested directives": "\n\n".join(" " * 3 * n + ".. note::" for n in range(200)),
        "literal": "a::\n\n" * _N,
        "options": "-a, -b, " * _N,
        "titles": "a\n=\n" * _N + "===\na\n" * _N,
        "terms": "a\n b\n" * _N,
    },
    "asciidoc": {
        "open markup": "*a _b `c #d <<e {f (((g ((h \"`i +j " * _N,
        "links": "link:a[" * _N + "http://a[" * _N,
        "notes": "footnote:[a b " * _N + "]" * _N,
        "delimiters": "".join("=" * (4 + n % 900) + "\n" for n in range(2000)),
        "fences": "----\n" * _N + "a",
        "terms": "".join(f"a{n}::\n\n" for n in range(_N)),
        "long terms": ("x" * 290 + " ") * 500 + "::",
        "attached": "* a\n+\n" * _N,
        "blanks": "\n" * 5 * _N + "* a" + "\n" * 5 * _N,
    },
}


@pytest.mark.parametrize(("format", "name"), [(format, name) for format, texts in MARKUP.items() for name in texts])
def test_hostile_markup_is_parsed_in_bounded_time(check: Callable[[Document], None], format: str, name: str) -> None:
    text = MARKUP[format][name]
    before = time.process_time()
    document = parse(text, format)
    assert time.process_time() - before < 20  # seconds; each takes about one, quadratic behaviour takes minutes
    if len(text) < 200_000:
        check(document)


def test_nesting_beyond_the_stack_falls_back_to_paragraphs(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(text: str, references: object) -> Iterator[object]:
        raise RecursionError

    monkeypatch.setattr(markdown, "parse_strictly", fail)
    assert texts(parse("> one\n\n# two")) == ["> one", "# two"]


def test_splitting_is_fast() -> None:
    text = ("Some prose that goes on for a while, as prose does. " * 6 + "\n\n- a\n- b\n\n## Head\n\n") * 1850
    assert len(text) > 600_000
    best = min(_seconds(text) for _ in range(5))
    assert best < 0.1  # about 0.01 on a laptop; the bound allows for a busy machine


def _seconds(text: str) -> float:
    before = time.process_time()
    split(text)
    return time.process_time() - before


def test_byte_order_mark() -> None:
    """A byte order mark is passed by: what follows it is the first line."""
    document = parse("\ufeff# Oars\n\nWet.")

    assert [(base, passage.kind, passage.text) for base, passage in document.passages()] == [
        (1, "heading", "Oars"),
        (9, "paragraph", "Wet."),
    ]


PIECES = (
    *("word ", "It is. ", "\n", "\n\n", "\n\n\n", "- ", "1. ", "> ", "# ", "```\n", "~~~", "    ", "<div>", "<!-- ", "-->", "$$\n", "$$"),
    *("---\n", "[a]: b\n", "[a]", "\r\n", "\r", "\u2028", "• ", "|a|b|\n", "|-|-|\n", "\ufeff", "\t", "</div>", "<pre>", "</pre>", "[^1]: "),
)
sources = st.lists(st.sampled_from(PIECES), max_size=50).map("".join)
edits = st.lists(st.tuples(st.floats(0, 1), st.sampled_from([0, 0, 1, 3, 20, 90]), st.lists(st.sampled_from(PIECES), max_size=6).map("".join)), min_size=1, max_size=8)  # fmt: skip


@given(sources, edits, st.sampled_from(["markdown", "markdown", "plain"]))
def test_reading_around_an_edit_is_reading_all(text: str, changes: list[tuple[float, int, str]], format: str) -> None:
    """Chunks, their keys and the labels are those of the whole text, whatever it was before."""
    document, cache = parse(text, format), dict[str, Chunk]()
    for at, length, new in changes:
        start = int(at * len(text))
        text = text[:start] + new + text[start + length :]
        document, whole = parse(text, format, cache, document), parse(text, format)

        assert document == whole
        assert [chunk.key for _, chunk in document.chunks] == [chunk.key for _, chunk in whole.chunks]
        assert document.labels == whole.labels


@pytest.mark.parametrize("fence", ["---", "+++"])
def test_front_matter_that_is_closed_later(fence: str) -> None:
    """The one thing that a line far below changes above."""
    before = parse(f"{fence}\n\nOne.\n\nTwo.\n\nThree.\n")

    assert parse(f"{fence}\n\nOne.\n\nTwo.\n\n{fence}\n\nThree.\n", before=before).front_matter == "\nOne.\n\nTwo.\n"
