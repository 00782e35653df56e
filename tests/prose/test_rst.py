"""Blocks and passages of reStructuredText: one fixture a construct, then properties of composed drafts."""

from __future__ import annotations

import pytest

from prose.written import marks, only, outline
from unmid.prose.formats import parse
from unmid.prose.rst import parse_chunk

BLOCKS = {
    'paragraphs and titles': (
        '=====\n Tea\n=====\n\nThe kettle\nsang.\n\nMilk *first*\n------------\n\nNo.\n\n----\n\nEnd\n',
        [
            "heading 1: '=====\\n Tea\\n====='",
            "= heading[] 'Tea'",
            "paragraph: 'The kettle\\nsang.'",
            "= paragraph[] 'The kettle sang.'",
            "heading 2: 'Milk *first*\\n------------'",
            "= heading[] 'Milk first'",
            "paragraph: 'No.'",
            "= paragraph[] 'No.'",
            "rule: '----'",
            "paragraph: 'End'",
            "= paragraph[] 'End'",
        ],
    ),
    'lists': (
        '* red\n  wine\n\n  or white\n\n* rum::\n\n    42 %\n\n  strong\n\n#. one\n\n   - deep\n\n(a) x\n(b) y\n\nIn May\n- no list\n',
        [
            "list 1: '* red\\n  wine\\n\\n  or white\\n\\n* rum::\\n\\n    42 %\\n\\n  strong'",
            "  item <*>: '* red\\n  wine\\n\\n  or white'",
            "    paragraph: 'red\\n  wine'",
            "    = list-item[list/item] 'red wine'",
            "    paragraph: 'or white'",
            "    = list-item[list/item] 'or white'",
            "  item <*>: '* rum::\\n\\n    42 %\\n\\n  strong'",
            "    paragraph: 'rum:'",
            "    = list-item[list/item] 'rum:'",
            "    code: '42 %'",
            "    paragraph: 'strong'",
            "    = list-item[list/item] 'strong'",
            "list 1 ordered: '#. one\\n\\n   - deep'",
            "  item <#.>: '#. one\\n\\n   - deep'",
            "    paragraph: 'one'",
            "    = list-item[list/item] 'one'",
            "    list 2: '- deep'",
            "      item <->: '- deep'",
            "        paragraph: 'deep'",
            "        = list-item[list/item/list/item] 'deep'",
            "list 1 ordered: '(a) x\\n(b) y'",
            "  item <(a)>: '(a) x'",
            "    paragraph: 'x'",
            "    = list-item[list/item] 'x'",
            "  item <(b)>: '(b) y'",
            "    paragraph: 'y'",
            "    = list-item[list/item] 'y'",
            "paragraph: 'In May\\n- no list'",
            "= paragraph[] 'In May - no list'",
        ],
    ),
    'a number that wraps begins no list': (
        '1. We met in\n84 of them.\n',
        [
            "paragraph: '1. We met in\\n84 of them.'",
            "= paragraph[] '1. We met in 84 of them.'",
        ],
    ),
    'definitions, fields, options': (
        'oar\n   It rows.\n\n   And steers.\nthole : pin\n   It holds.\n\n:Author: Jo\n:param x: goes\n   on\n\n-a, --all  Take it all.\n--out=FILE\n           Write it.\n',
        [
            "definitions: 'oar\\n   It rows.\\n\\n   And steers.\\nthole : pin\\n   It holds.'",
            "  item: 'oar\\n   It rows.\\n\\n   And steers.'",
            "    paragraph: 'oar'",
            "    = list-item[definitions/item] 'oar'",
            "    paragraph: 'It rows.'",
            "    = list-item[definitions/item] 'It rows.'",
            "    paragraph: 'And steers.'",
            "    = list-item[definitions/item] 'And steers.'",
            "  item: 'thole : pin\\n   It holds.'",
            "    paragraph: 'thole : pin'",
            "    = list-item[definitions/item] 'thole : pin'",
            "    paragraph: 'It holds.'",
            "    = list-item[definitions/item] 'It holds.'",
            "definitions: ':Author: Jo\\n:param x: goes\\n   on\\n\\n-a, --all  Take it all.\\n--out=FILE\\n           Write it.'",
            "  item: ':Author: Jo'",
            "    paragraph: 'Jo'",
            "    = list-item[definitions/item] 'Jo'",
            "  item: ':param x: goes\\n   on'",
            "    paragraph: 'goes\\n   on'",
            "    = list-item[definitions/item] 'goes on'",
            "  item: '-a, --all  Take it all.'",
            "    paragraph: 'Take it all.'",
            "    = list-item[definitions/item] 'Take it all.'",
            "  item: '--out=FILE\\n           Write it.'",
            "    paragraph: 'Write it.'",
            "    = list-item[definitions/item] 'Write it.'",
        ],
    ),
    'quotes and verse': (
        'He said:\n\n   Row on.\n\n   -- Jo\n\n| Row, row,\n|   row\n',
        [
            "paragraph: 'He said:'",
            "= paragraph[] 'He said:'",
            "quote: 'Row on.\\n\\n   -- Jo'",
            "  paragraph: 'Row on.'",
            "  = paragraph[quote] 'Row on.'",
            "  paragraph: '-- Jo'",
            "  = paragraph[quote] '-- Jo'",
            "quote: '| Row, row,\\n|   row'",
            "  paragraph: 'Row, row,'",
            "  = paragraph[quote] 'Row, row,'",
            "  paragraph: 'row'",
            "  = paragraph[quote] 'row'",
        ],
    ),
    'literal blocks': (
        'Run::\n\n   row --fast\n\n   row\n\nQuoted ::\n\n> row\n> row\n\nInline::\n   code\n\n>>> row()\n1\n\nEnd.\n',
        [
            "paragraph: 'Run:'",
            "= paragraph[] 'Run:'",
            "code: 'row --fast\\n\\n   row'",
            "paragraph: 'Quoted'",
            "= paragraph[] 'Quoted'",
            "code: '> row\\n> row'",
            "paragraph: 'Inline:'",
            "= paragraph[] 'Inline:'",
            "code: 'code'",
            "code: '>>> row()\\n1'",
            "paragraph: 'End.'",
            "= paragraph[] 'End.'",
        ],
    ),
    'directives with prose': (
        '.. note:: Mind the\n   oar.\n\n   Twice.\n\n.. warning::\n   :class: x\n\n   - wet\n\n.. figure:: a.png\n   :alt: no\n\n   A boat.\n\n.. py:function:: row(x)\n   :module: y\n\n   Rows.\n\n.. versionadded:: 3.2 The oar.\n\n.. epigraph::\n\n   Row.\n',
        [
            "paragraph: 'Mind the\\n   oar.'",
            "= paragraph[] 'Mind the oar.'",
            "paragraph: 'Twice.'",
            "= paragraph[] 'Twice.'",
            "list 1: '- wet'",
            "  item <->: '- wet'",
            "    paragraph: 'wet'",
            "    = list-item[list/item] 'wet'",
            "paragraph: 'A boat.'",
            "= paragraph[] 'A boat.'",
            "paragraph: 'Rows.'",
            "= paragraph[] 'Rows.'",
            "paragraph: 'The oar.'",
            "= paragraph[] 'The oar.'",
            "quote: '.. epigraph::\\n\\n   Row.'",
            "  paragraph: 'Row.'",
            "  = paragraph[quote] 'Row.'",
        ],
    ),
    'directives without': (
        '.. code-block:: sh\n   :x:\n\n   row\n\n.. math:: a\n\n.. csv-table::\n\n   a,b\n\n.. image:: a.png\n\n.. unknown:: It is so.\n\n   No.\n',
        [
            "code: '.. code-block:: sh\\n   :x:\\n\\n   row'",
            "math: '.. math:: a'",
            "table: '.. csv-table::\\n\\n   a,b'",
            "html: '.. image:: a.png'",
            "code: '.. unknown:: It is so.\\n\\n   No.'",
        ],
    ),
    'explicit markup': (
        '.. a comment\n   goes on\n\n..\n\n   quoted\n\n.. _oar: http://a.example\n\n.. |x| replace:: y\n\n.. [1] A *note*\n   here.\n\n__ http://b.example\n',
        [
            "comment: '.. a comment\\n   goes on'",
            "comment: '..'",
            "quote: 'quoted'",
            "  paragraph: 'quoted'",
            "  = paragraph[quote] 'quoted'",
            "footnote: '.. [1] A *note*\\n   here.'",
            "  paragraph: 'A *note*\\n   here.'",
            "  = paragraph[footnote] 'A note here.'",
        ],
    ),
    'tables': (
        '+---+\n| a |\n+---+\n\n== ==\na  b\n== ==\n\nEnd.\n',
        [
            "table: '+---+\\n| a |\\n+---+'",
            "table: '== ==\\na  b\\n== =='",
            "paragraph: 'End.'",
            "= paragraph[] 'End.'",
        ],
    ),
}


@pytest.mark.parametrize("name", BLOCKS)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
def test_blocks(name: str, end: str) -> None:
    text, expected = BLOCKS[name]
    found = outline(text := text.replace("\n", end), parse_chunk(text))
    written = end.encode("unicode_escape").decode()

    assert [line.replace(written, "\\n") for line in found] == expected


INLINE = {
    'emphasis': (
        'a *b c* **d** e',
        'a b c d e',
        [('emphasis', 'b c', '*b c*'), ('strong', 'd', '**d**')],
    ),
    'stars that mean nothing': (
        '2 * 3 ** 4 and a*b* "*" *x',
        '2 * 3 ** 4 and a*b* "*" *x',
        [],
    ),
    'code': (
        'run ``rm  -f *`` or `that`',
        'run \ufffc or \ufffc',
        [('code', '\ufffc', '``rm  -f *``'), ('code', '\ufffc', '`that`')],
    ),
    'links': (
        'see `the map\n<http://a.example>`_, `map`_ or map_ at http://a.example/x_y_.',
        'see the map, map or map at \ufffc.',
        [('link', 'the map', '`the map\n<http://a.example>`_'), ('link', 'map', '`map`_'), ('html', '', '_'), ('link', '\ufffc', 'http://a.example/x_y'), ('html', '', '_')],
    ),
    'roles': (
        ':ref:`the map <m>` :ref:`m` :func:`row` :math:`x` :emphasis:`so` `x`:code: :doc:`Oars </oars>`',
        'the map \ufffc \ufffc \ufffc so \ufffc Oars',
        [('link', 'the map', ':ref:`the map <m>`'), ('link', '\ufffc', ':ref:`m`'), ('code', '\ufffc', ':func:`row`'), ('math', '\ufffc', ':math:`x`'), ('emphasis', 'so', ':emphasis:`so`'), ('code', '\ufffc', '`x`:code:'), ('link', 'Oars', ':doc:`Oars </oars>`')],
    ),
    'footnotes': (
        'so [1]_, or\\ [#a]_ not',
        'so \ufffc, or\ufffc not',
        [('footnote', '\ufffc', '[1]_'), ('html', '', '\\ '), ('footnote', '\ufffc', '[#a]_')],
    ),
    'substitution': (
        'the |oar| is',
        'the \ufffc is',
        [('html', '\ufffc', '|oar|')],
    ),
    'escapes': (
        'a\\*b\\* C:\\\\x un\\ tied',
        'a*b* C:\\x untied',
        [('html', '', '\\ ')],
    ),
    'targets': (
        'an _`oar here` is',
        'an oar here is',
        [('span', 'oar here', '_`oar here`')],
    ),
}


@pytest.mark.parametrize("name", INLINE)
def test_inline(name: str) -> None:
    source, text, expected = INLINE[name]
    found = only(source, "rst")

    assert found.text == text
    assert marks(source, found) == expected


def test_where_chunks_begin() -> None:
    """Below a blank line, where nothing above can go on: no item, term, literal block or indented line."""
    text = "A.\n\nB::\n\n  c\n\n> d\n\nEh.\n\n- f\n\ng\n  h\n\n.. note:: i\n\n   j\n\n1. k\n\n*l*\n"

    assert [chunk.text for _, chunk in parse(text, "rst").chunks] == [
        "A.\n\n",
        "B::\n\n  c\n\n> d\n\n",
        "Eh.\n\n- f\n\ng\n  h\n\n",
        ".. note:: i\n\n   j\n\n1. k\n\n",
        "*l*\n",
    ]


@pytest.mark.parametrize("blank", ["", " ", "\t", "\u2028", "\u00a0 "])
def test_what_follows_a_double_colon_stays_with_it(blank: str) -> None:
    """Whatever white space ends the line: what looks like a directive is a literal block."""
    text = f"B::{blank}\n\n.. note:: c\n"

    assert [chunk.text for _, chunk in parse(text, "rst").chunks] == [text]
