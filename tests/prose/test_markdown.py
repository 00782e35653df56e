"""Blocks and passages of Markdown: one fixture a block type and an inline type, then properties of composed drafts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unmid.prose import chunks
from unmid.prose.formats import parse
from unmid.prose.markdown import definitions, parse_chunk, parse_strictly
from unmid.prose.model import PLACEHOLDER, Block, Chunk, Document, Passage
from unmid.text.span import Span

X = PLACEHOLDER


def outline(text: str, blocks: tuple[Block, ...], depth: int = 0) -> Iterator[str]:
    """One line a block: kind, attributes, `source`, then its passages."""
    for block in blocks:
        attributes = [block.kind]
        attributes += [str(block.level)] if block.level else []
        attributes += ["ordered"] if block.ordered else []
        attributes += [f"<{block.marker}>"] if block.marker else []
        attributes += ["task"] if block.task else []
        attributes += [f"({block.info})"] if block.info else []
        yield f"{'  ' * depth}{' '.join(attributes)}: {block.span.of(text)!r}"
        for passage in block.passages:
            path = "/".join(passage.path)
            yield f"{'  ' * depth}= {passage.kind}[{path}] {passage.span.of(text)!r} -> {passage.text!r}"
        yield from outline(text, block.children, depth + 1)


BLOCKS = {
    "paragraph over two lines": (
        "The kettle sang\n  and nobody came.\n",
        [
            r"paragraph: 'The kettle sang\n  and nobody came.'",
            r"= paragraph[] 'The kettle sang\n  and nobody came.' -> 'The kettle sang and nobody came.'",
        ],
    ),
    "atx headings": (
        "#   Tea, *first*   ##\n### Milk\n#\n",
        [
            "heading 1: '#   Tea, *first*   ##'",
            "= heading[] 'Tea, *first*' -> 'Tea, first'",
            "heading 3: '### Milk'",
            "= heading[] 'Milk' -> 'Milk'",
            "heading 1: '#'",
        ],
    ),
    "setext headings": (
        "A long\ntitle\n=====\n\nAnd a short one\n---\n",
        [
            r"heading 1: 'A long\ntitle\n====='",
            r"= heading[] 'A long\ntitle' -> 'A long title'",
            r"heading 2: 'And a short one\n---'",
            "= heading[] 'And a short one' -> 'And a short one'",
        ],
    ),
    "tight list, nested": (
        "- red\n  wine\n- white\n  1. dry\n  2. sweet\n",
        [
            r"list 1: '- red\n  wine\n- white\n  1. dry\n  2. sweet'",
            r"  item <->: '- red\n  wine'",
            r"    paragraph: 'red\n  wine'",
            r"    = list-item[list/item] 'red\n  wine' -> 'red wine'",
            r"  item <->: '- white\n  1. dry\n  2. sweet'",
            "    paragraph: 'white'",
            "    = list-item[list/item] 'white' -> 'white'",
            r"    list 2 ordered: '1. dry\n  2. sweet'",
            "      item <1.>: '1. dry'",
            "        paragraph: 'dry'",
            "        = list-item[list/item/list/item] 'dry' -> 'dry'",
            "      item <2.>: '2. sweet'",
            "        paragraph: 'sweet'",
            "        = list-item[list/item/list/item] 'sweet' -> 'sweet'",
        ],
    ),
    "loose list with a second paragraph": (
        "3) one\n\n   more\n\n4) two\n",
        [
            r"list 1 ordered: '3) one\n\n   more\n\n4) two'",
            r"  item <3)>: '3) one\n\n   more'",
            "    paragraph: 'one'",
            "    = list-item[list/item] 'one' -> 'one'",
            "    paragraph: 'more'",
            "    = list-item[list/item] 'more' -> 'more'",
            "  item <4)>: '4) two'",
            "    paragraph: 'two'",
            "    = list-item[list/item] 'two' -> 'two'",
        ],
    ),
    "tasks": (
        "* [ ] buy bread\n* [x] eat it\n* [y] no task\n",
        [
            r"list 1: '* [ ] buy bread\n* [x] eat it\n* [y] no task'",
            "  item <*> task: '* [ ] buy bread'",
            "    paragraph: 'buy bread'",
            "    = list-item[list/item] 'buy bread' -> 'buy bread'",
            "  item <*> task: '* [x] eat it'",
            "    paragraph: 'eat it'",
            "    = list-item[list/item] 'eat it' -> 'eat it'",
            "  item <*>: '* [y] no task'",
            "    paragraph: '[y] no task'",
            "    = list-item[list/item] '[y] no task' -> '[y] no task'",
        ],
    ),
    "bullets that CommonMark does not know": (
        "Bring:\n• a rope\nof hemp\n•  a knife\n\n• and luck\n",
        [
            "paragraph: 'Bring:'",
            "= paragraph[] 'Bring:' -> 'Bring:'",
            r"list 1: '• a rope\nof hemp\n•  a knife\n\n• and luck'",
            r"  item <•>: '• a rope\nof hemp'",
            r"    paragraph: 'a rope\nof hemp'",
            r"    = list-item[list/item] 'a rope\nof hemp' -> 'a rope of hemp'",
            "  item <•>: '•  a knife'",
            "    paragraph: 'a knife'",
            "    = list-item[list/item] 'a knife' -> 'a knife'",
            "  item <•>: '• and luck'",
            "    paragraph: 'and luck'",
            "    = list-item[list/item] 'and luck' -> 'and luck'",
        ],
    ),
    "list in a quote, quote in a list": (
        "> He *said\n> this*:\n> - never\n>   ever\n\n- as in\n  > the\nplay\n",
        [
            r"quote: '> He *said\n> this*:\n> - never\n>   ever'",
            r"  paragraph: 'He *said\n> this*:'",
            r"  = paragraph[quote] 'He *said\n> this*:' -> 'He said this:'",
            r"  list 1: '- never\n>   ever'",
            r"    item <->: '- never\n>   ever'",
            r"      paragraph: 'never\n>   ever'",
            r"      = list-item[quote/list/item] 'never\n>   ever' -> 'never ever'",
            r"list 1: '- as in\n  > the\nplay'",
            r"  item <->: '- as in\n  > the\nplay'",
            "    paragraph: 'as in'",
            "    = list-item[list/item] 'as in' -> 'as in'",
            r"    quote: '> the\nplay'",
            r"      paragraph: 'the\nplay'",
            r"      = list-item[list/item/quote] 'the\nplay' -> 'the play'",
        ],
    ),
    "code, fenced and indented": (
        "```python title\nx = 1\n```\n\n    y = 2\n\n~~~\nopen",
        [
            r"code (python title): '```python title\nx = 1\n```'",
            "code: 'y = 2'",
            r"code: '~~~\nopen'",
        ],
    ),
    "html and comments": (
        "<div>\nraw\n</div>\n\n<!-- unmid-off\n\nx -->\n\n<!-- a --> <!-- b --> rest\n",
        [
            r"html: '<div>\nraw\n</div>'",
            "comment (unmid-off\n\nx): '<!-- unmid-off\\n\\nx -->'",
            "comment (a): '<!-- a -->'",
            "comment (b): '<!-- b -->'",
            "html: 'rest'",
        ],
    ),
    "math": (
        "$$\na = b\n$$\n\n$$ c $$\n",
        [r"math: '$$\na = b\n$$'", "math: '$$ c $$'"],
    ),
    "table": (
        "Sizes | *Price* \\| tax\n---|:--:\n`S` | two [pounds](x)\nL\n",
        [
            r"table: 'Sizes | *Price* \\| tax\n---|:--:\n`S` | two [pounds](x)\nL'",
            r"  row: 'Sizes | *Price* \\| tax'",
            "  = table-cell[table] 'Sizes' -> 'Sizes'",
            r"  = table-cell[table] '*Price* \\| tax' -> 'Price | tax'",
            "  row: '`S` | two [pounds](x)'",
            f"  = table-cell[table] '`S`' -> {X!r}",
            "  = table-cell[table] 'two [pounds](x)' -> 'two pounds'",
            "  row: 'L'",
            "  = table-cell[table] 'L' -> 'L'",
        ],
    ),
    "rules": ("***\n\n- - -\n", ["rule: '***'", "rule: '- - -'"]),
    "front matter in TOML": (
        '+++\ntitle = "Tea"\n+++\nText.\n',
        [
            r"""front-matter (title = "Tea"): '+++\ntitle = "Tea"\n+++'""",
            "paragraph: 'Text.'",
            "= paragraph[] 'Text.' -> 'Text.'",
        ],
    ),
    "plus signs that frame nothing": (
        "+++\nTea\n",
        [r"paragraph: '+++\nTea'", r"= paragraph[] '+++\nTea' -> '+++ Tea'"],
    ),
    "front matter": (
        "---\ntitle: Tea\n---\nText.\n",
        [
            r"front-matter (title: Tea): '---\ntitle: Tea\n---'",
            "paragraph: 'Text.'",
            "= paragraph[] 'Text.' -> 'Text.'",
        ],
    ),
    "footnote": (
        "[^a]: It *was*\n    so.\n\n    - Truly.\n",
        [
            r"footnote: '[^a]: It *was*\n    so.\n\n    - Truly.'",
            r"  paragraph: 'It *was*\n    so.'",
            r"  = paragraph[footnote] 'It *was*\n    so.' -> 'It was so.'",
            "  list 1: '- Truly.'",
            "    item <->: '- Truly.'",
            "      paragraph: 'Truly.'",
            "      = list-item[footnote/list/item] 'Truly.' -> 'Truly.'",
        ],
    ),
    "link definitions are no blocks": ("[a]: /x 'T'\n[b]:\n  /y\n", []),
    "tabs for indentation": (
        "-\tone\n\ttwo\n\n\tthree\n>\tquoted\n>\tmore\n",
        [
            r"list 1: '-\tone\n\ttwo\n\n\tthree'",
            r"  item <->: '-\tone\n\ttwo\n\n\tthree'",
            r"    paragraph: 'one\n\ttwo'",
            r"    = list-item[list/item] 'one\n\ttwo' -> 'one two'",
            "    paragraph: 'three'",
            "    = list-item[list/item] 'three' -> 'three'",
            r"quote: '>\tquoted\n>\tmore'",
            r"  paragraph: 'quoted\n>\tmore'",
            r"  = paragraph[quote] 'quoted\n>\tmore' -> 'quoted more'",
        ],
    ),
    "a form feed and U+2028 end no line": (
        "one\x0ctwo\u2028three\n\x0b\nfour\n",
        [
            r"paragraph: 'one\x0ctwo\u2028three\n\x0b\nfour'",
            r"= paragraph[] 'one\x0ctwo\u2028three\n\x0b\nfour' -> 'one two three four'",
        ],
    ),
}


@pytest.mark.parametrize("name", BLOCKS)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_blocks(name: str, end: str) -> None:
    text, expected = BLOCKS[name]
    found = list(outline(text := text.replace("\n", end), parse_chunk(text)))
    written = end.encode("unicode_escape").decode()
    # A block's source has the text's own line ends; front matter and comments are told in theirs.
    assert [line.replace("\r\n", "\n").replace(written, "\\n") for line in found] == [
        line.replace("\n", end).replace("\r\n", "\n") for line in expected
    ]


def only(text: str, references: tuple[str, ...] = ()) -> Passage:
    """The one passage of a text."""
    (passage,) = Chunk(text, parse_chunk(text, references)).passages()
    return passage


INLINE = {
    "emphasis": ("a *b c* d", "a b c d", [("emphasis", "b c", "*b c*")]),
    "strong": ("a **b** c", "a b c", [("strong", "b", "**b**")]),
    "both": (
        "***a* b** c",
        "a b c",
        [("strong", "a b", "***a* b**"), ("emphasis", "a", "*a*")],
    ),
    "within a word": ("un*frigging*real", "unfriggingreal", [("emphasis", "frigging", "*frigging*")]),
    "stars that mean nothing": ("2 * 3 ** 4 and a_b_c", "2 * 3 ** 4 and a_b_c", []),
    "strike": ("~~a~~ b ~c~", "a b ~c~", [("strike", "a", "~~a~~")]),
    "odd tildes": ("x ~~~a~~~ y", "x ~a~ y", [("strike", "a~", "~~a~~~")]),
    "link": (
        'see [the *map*](/m "M") now',
        "see the map now",
        [("link", "the map", '[the *map*](/m "M")'), ("emphasis", "map", "*map*")],
    ),
    "link by reference": (
        "[a][ref], [Ref][] and [ref]",
        "a, Ref and ref",
        [("link", "a", "[a][ref]"), ("link", "Ref", "[Ref][]"), ("link", "ref", "[ref]")],
    ),
    "no link without a definition": ("[a][b] [c]", "[a][b] [c]", []),
    "autolink": ("at <https://a.example/x_y_z>.", f"at {X}.", [("link", X, "<https://a.example/x_y_z>")]),
    "mail": ("to <jo@a.example>", f"to {X}", [("link", X, "<jo@a.example>")]),
    "bare address": (
        "(at https://a.example/x_y_z*?q=(1).) or www.b.example, fine",
        f"(at {X}.) or {X}, fine",
        [("link", X, "https://a.example/x_y_z*?q=(1)"), ("link", X, "www.b.example")],
    ),
    "no bare address": ("http:// and xhttp://a and www. b", "http:// and xhttp://a and www. b", []),
    "code": (
        "run `rm  -f *` or ``a`b``",
        f"run {X} or {X}",
        [("code", X, "`rm  -f *`"), ("code", X, "``a`b``")],
    ),
    "back-ticks without partner": ("a `` b ` c", "a `` b ` c", []),
    "code over two lines": ("a `b\n  c` d", f"a {X} d", [("code", X, "`b\n  c`")]),
    "math": ("if $x_1$ or $$y$$ then", f"if {X} or {X} then", [("math", X, "$x_1$"), ("math", X, "$$y$$")]),
    "prices": ("costs $5 or US$6, not $ 7 $", "costs $5 or US$6, not $ 7 $", []),
    "image": ("see ![a *b* `c`](x.png) here", f"see {X} here", [("image", X, "![a *b* `c`](x.png)")]),
    "linked image": ("[![b](c)](d) go", f"{X} go", [("link", X, "[![b](c)](d)"), ("image", X, "![b](c)")]),
    "formatting tags": (
        "a <b>b</b><sup>2</sup> c",
        "a b2 c",
        [("html", "", "<b>"), ("html", "", "</b>"), ("html", "", "<sup>"), ("html", "", "</sup>")],
    ),
    "comment": ("a <!-- x --> b", "a b", [("html", "", "<!-- x -->")]),
    "br": ("a <br> b<br/>c", "a b c", [("html", "", "<br>"), ("html", "", "<br/>")]),
    "other tags": (
        "ask <Someone /> or <kbd>Ctrl</kbd>",
        f"ask {X} or {X}",
        [("html", X, "<Someone />"), ("html", X, "<kbd>Ctrl</kbd>")],
    ),
    "code element": ("a <code>b *c*</code> d", f"a {X} d", [("code", X, "<code>b *c*</code>")]),
    "footnotes": (
        "true[^1] or not^[who *knows*].",
        "true or not.",
        [("footnote", "", "[^1]"), ("footnote", "", "^[who *knows*]")],
    ),
    "entities": ("R&amp;D &mdash; 5&#37;&#32;&nbsp;x &nosuch;", "R&D — 5% \u00a0x &nosuch;", []),
    "escapes": (r"\*no\* C:\dir \\", r"*no* C:\dir \ ".strip(), []),
    "hard breaks": ("a  \nb\\\n  c", "a b c", [("break", "", "\n"), ("break", "", "\\\n  ")]),
    "white space": ("a \t b\u2003c\u00a0d \n  e", "a b c\u00a0d e", []),
    "no-break space at the ends": ("\u00a0 a b &nbsp;", "a b", []),
}


@pytest.mark.parametrize("name", INLINE)
def test_inline(name: str) -> None:
    source, text, marks = INLINE[name]
    found = only(source, ("REF",))
    assert found.text == text
    assert [(m.kind, m.span.of(found.text), m.source.of(source)) for m in found.marks] == marks


@pytest.mark.parametrize(
    ("source", "shown", "expected"),
    [
        ("one **two** three", "two", "two"),
        ("one **two** three", "one two", "one **two"),
        ("one **two** three", "two three", "two** three"),
        ("> at the\n> end", "the end", "the\n> end"),
        ("> at the\n> end", "the ", "the\n> "),
        ("- at\n\tthe end", "at the", "at\n\tthe"),
        ("a [very *big*](x) thing", "very big thing", "very *big*](x) thing"),
        ("R&amp;D now", "&", "&amp;"),
        ("R&amp;D now", "R&D", "R&amp;D"),
        (r"say \*this\*", "*this*", r"\*this\*"),
        ("a <!-- x --> b", "a ", "a "),
        ("a  <br>  b", " ", "  <br>  "),
        ("use `x` so", f"{X} so", "`x` so"),
        ("an\u2028emoji 🙂 here", "🙂 here", "🙂 here"),
        ("one\r\n  two", "one two", "one\r\n  two"),
    ],
)
def test_passage_spans_lead_back_to_the_source(source: str, shown: str, expected: str) -> None:
    found = only(source)
    start = found.text.index(shown)
    assert found.offsets.to_chunk(Span(start, start + len(shown))).of(source) == expected


def test_labels_of_definitions_are_normalised() -> None:
    assert definitions("[A  b]: /x\n\n> [ß]: /y\n\n```\n[c]: /z\n```\n") == {"A B", "SS"}


# --- properties

_WORDS = st.sampled_from(
    ["tea", "a", "Käse", "🙂", "e\u0301", "so\u2028it", "x\u00a0y", "don't", "“yes”", "1.", "•", "-", "C&A", "\\*", "&amp;", "\x0c", "\0"]
)  # fmt: skip
_INLINE = st.one_of(
    _WORDS,
    _WORDS.map("*{}*".format),
    _WORDS.map("**{}** ".format),
    _WORDS.map("~~{}~~".format),
    _WORDS.map("`{}`".format),
    _WORDS.map("[{}](u)".format),
    _WORDS.map("[{}][ref]".format),
    _WORDS.map("<b>{}</b>".format),
    _WORDS.map("<!-- {} -->".format),
    st.sampled_from(
        [
            "[ref]",
            "[^1]",
            "![i](u)",
            "$x$",
            "https://a.example/b_c",
            "<br>",
            "*",
            "_",
            "[",
            "](",
            "`",
            "<",
            "~~",
            "|",
        ]
    ),
)
_LINE = st.lists(_INLINE, min_size=1, max_size=6).map(" ".join)
_PARAGRAPH = st.lists(_LINE, min_size=1, max_size=4).map("\n".join)


def _indented(prefix: str) -> Callable[[str], str]:
    return lambda text: "\n".join(prefix + line if line else line for line in text.split("\n"))


def _listed(marker: str) -> Callable[[list[str]], str]:
    indent = _indented(" " * (len(marker) + 1))
    return lambda items: "\n".join(f"{marker} {indent(item).lstrip(' ')}" for item in items)


_BLOCK = st.recursive(
    st.one_of(
        _PARAGRAPH,
        _LINE.map("## {}".format),
        _PARAGRAPH.map("{}\n===".format),
        _LINE.map("• one\n• {}".format),
        _LINE.map("[^1]: note {}\n\n    goes on".format),
        _LINE.map("| a | b |\n|---|---|\n| {} | c |".format),
        _LINE.map("- [ ] {}".format),
        st.sampled_from(
            [
                "```\ncode\n\n# no heading\n```",
                "~~~ info\nx",
                "    indented\n\n    code",
                "<!-- a\n\nb -->",
                "<div>\n```\n</div>",
                "<pre>\n\nx</pre>",
                "<b>inline</b>",
                "$$\nx\n$$",
                "$$",
                "---",
                "* * *",
                "[ref]: /there",
                "[^2]: x",
                "---\na: b\n---",
                ">",
                "-",
            ]
        ),
    ),
    lambda inner: st.one_of(
        inner.map(_indented("> ")),
        inner.map(_indented("  ")),
        st.lists(inner, min_size=1, max_size=3).map(_listed("-")),
        st.lists(inner, min_size=1, max_size=3).map(_listed("2.")),
        st.lists(inner, min_size=1, max_size=2).map("\n\n".join),
    ),
    max_leaves=5,
)
_DRAFT = st.builds(
    lambda blocks, gap, end: gap.join(blocks).replace("\n", end),
    st.lists(_BLOCK, max_size=6),
    st.sampled_from(["\n\n", "\n", "\n \n\n"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
)


def described(block: Block, base: int) -> tuple[Any, ...]:
    """Everything about a block, in source coordinates."""
    return (
        *(
            block.kind,
            block.span.shifted(base),
            block.level,
            block.ordered,
            block.marker,
            block.task,
            block.info,
        ),
        tuple(
            (
                *(p.kind, p.text, p.span.shifted(base), p.path),
                tuple((start, end, a + base, b + base) for start, end, a, b in p.offsets.runs),
                tuple((m.kind, m.span, m.source.shifted(base)) for m in p.marks),
            )
            for p in block.passages
        ),
        tuple(described(child, base) for child in block.children),
    )


@settings(max_examples=300, deadline=None)
@given(_DRAFT)
def test_every_character_leads_home(check: Callable[[Document], None], text: str) -> None:
    check(parse(text))


@settings(max_examples=300, deadline=None)
@given(_DRAFT)
def test_chunks_parse_as_the_whole_does(text: str) -> None:
    whole = [described(block, 0) for block in parse_strictly(text)]
    assert [described(block, base) for base, block in parse(text).blocks()] == whole


@settings(max_examples=100, deadline=None)
@given(_DRAFT, st.data())
def test_a_warm_parse_after_an_edit_is_a_cold_parse(text: str, data: st.DataObject) -> None:
    cache: dict[str, Chunk] = {}
    parse(text, cache=cache)
    for _ in range(3):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 5)))
        text = (
            text[:start]
            + data.draw(st.sampled_from(["", "x", "\n\n", "```\n", "- ", "[ref]: /u\n", "<!--"]))
            + text[end:]
        )
        assert parse(text, cache=cache) == parse(text)


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("ab \t\n\r\0*_`~[]()!<>&;#$^:|\\-+.1'\"•\u2028\x0c\ud83d🙂=/"), max_size=80))
def test_any_text_parses(check: Callable[[Document], None], text: str) -> None:
    parse_strictly(text)
    check(parse(text))


@settings(max_examples=100, deadline=None)
@given(_DRAFT)
def test_chunks_tile_the_text(text: str) -> None:
    spans = chunks.split(text)
    assert "".join(span.of(text) for span in spans) == text
    assert all(len(span) for span in spans)
