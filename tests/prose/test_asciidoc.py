"""Blocks and passages of AsciiDoc: one fixture a construct, then properties of composed drafts."""

from __future__ import annotations

import pytest

from prose.written import marks, only, outline
from unmid.prose.asciidoc import parse_chunk
from unmid.prose.formats import parse

BLOCKS = {
    'title, author, attributes': (
        '= Oars\nJo Row <jo@a.example>\nv1.0, 2020-01-01\n:toc:\n:long: a \\\n  b\n\nWet.\n\n== Milk _first_\n\nNo.\n\nOld title\n---------\n\nYes.\n',
        [
            "heading 1: '= Oars'",
            "= heading[] 'Oars'",
            "paragraph: 'Wet.'",
            "= paragraph[] 'Wet.'",
            "heading 2: '== Milk _first_'",
            "= heading[] 'Milk first'",
            "paragraph: 'No.'",
            "= paragraph[] 'No.'",
            "heading 2: 'Old title\\n---------'",
            "= heading[] 'Old title'",
            "paragraph: 'Yes.'",
            "= paragraph[] 'Yes.'",
        ],
    ),
    'paragraphs': (
        'The kettle\n// not prose\nsang.\n\nNOTE: Mind it.\n\n  row --fast\n\n[verse]\nRow, row,\nrow.\n\n[source]\nrow()\n',
        [
            "paragraph: 'The kettle\\n// not prose\\nsang.'",
            "= paragraph[] 'The kettle sang.'",
            "paragraph: 'Mind it.'",
            "= paragraph[] 'Mind it.'",
            "code: '  row --fast'",
            "quote: 'Row, row,\\nrow.'",
            "  paragraph: 'Row, row,\\nrow.'",
            "  = paragraph[quote] 'Row, row, row.'",
            "code: 'row()'",
        ],
    ),
    'delimited blocks': (
        '----\n== no\n\n* no\n----\n[NOTE]\n====\nMind *it*.\n\n* oar\n====\n[quote, Jo]\n____\nRow on.\n____\n....\nlit\n....\n|===\n|a |b\n|===\n++++\nraw\n++++\n```sh\nrow\n```\n////\nno\n\nno\n////\n--\nOpen.\n--\n',
        [
            "code: '----\\n== no\\n\\n* no\\n----'",
            "paragraph: 'Mind *it*.'",
            "= paragraph[] 'Mind it.'",
            "list 1: '* oar'",
            "  item <*>: '* oar'",
            "    paragraph: 'oar'",
            "    = list-item[list/item] 'oar'",
            "quote: '____\\nRow on.\\n____'",
            "  paragraph: 'Row on.'",
            "  = paragraph[quote] 'Row on.'",
            "code: '....\\nlit\\n....'",
            "table: '|===\\n|a |b\\n|==='",
            "code: '++++\\nraw\\n++++'",
            "code: '```sh\\nrow\\n```'",
            "comment: '////\\nno\\n\\nno\\n////'",
            "paragraph: 'Open.'",
            "= paragraph[] 'Open.'",
        ],
    ),
    'lists': (
        '* red\nwine\n** dry\n* [x] white\n\n* rum\n+\nOld rum.\n+\n----\n42\n----\n\n. one\n\n[start=4]\n. two\n\nEnd.\n',
        [
            "list 1: '* red\\nwine\\n** dry\\n* [x] white\\n\\n* rum\\n+\\nOld rum.\\n+\\n----\\n42\\n----\\n\\n. one'",
            "  item <*>: '* red\\nwine\\n** dry'",
            "    paragraph: 'red\\nwine'",
            "    = list-item[list/item] 'red wine'",
            "    list 2: '** dry'",
            "      item <**>: '** dry'",
            "        paragraph: 'dry'",
            "        = list-item[list/item/list/item] 'dry'",
            "  item <*> task: '* [x] white'",
            "    paragraph: 'white'",
            "    = list-item[list/item] 'white'",
            "  item <*>: '* rum\\n+\\nOld rum.\\n+\\n----\\n42\\n----\\n\\n. one'",
            "    paragraph: 'rum'",
            "    = list-item[list/item] 'rum'",
            "    paragraph: 'Old rum.'",
            "    = list-item[list/item] 'Old rum.'",
            "    code: '----\\n42\\n----'",
            "    list 2 ordered: '. one'",
            "      item <.>: '. one'",
            "        paragraph: 'one'",
            "        = list-item[list/item/list/item] 'one'",
            "list 1 ordered: '. two'",
            "  item <.>: '. two'",
            "    paragraph: 'two'",
            "    = list-item[list/item] 'two'",
            "paragraph: 'End.'",
            "= paragraph[] 'End.'",
        ],
    ),
    'labelled lists': (
        'oar:: It rows.\nthole::\n  It holds\n  it.\npin::\n\nIn it.\n\n<1> called out\n\nEnd.\n',
        [
            "definitions: 'oar:: It rows.\\nthole::\\n  It holds\\n  it.\\npin::\\n\\nIn it.\\n\\n<1> called out'",
            "  item: 'oar:: It rows.'",
            "    paragraph: 'oar'",
            "    = list-item[definitions/item] 'oar'",
            "    paragraph: 'It rows.'",
            "    = list-item[definitions/item] 'It rows.'",
            "  item: 'thole::\\n  It holds\\n  it.'",
            "    paragraph: 'thole'",
            "    = list-item[definitions/item] 'thole'",
            "    paragraph: 'It holds\\n  it.'",
            "    = list-item[definitions/item] 'It holds it.'",
            "  item: 'pin::\\n\\nIn it.\\n\\n<1> called out'",
            "    paragraph: 'pin'",
            "    = list-item[definitions/item] 'pin'",
            "    paragraph: 'In it.'",
            "    = list-item[definitions/item] 'In it.'",
            "    definitions: '<1> called out'",
            "      item <<1>>: '<1> called out'",
            "        paragraph: 'called out'",
            "        = list-item[definitions/item/definitions/item] 'called out'",
            "paragraph: 'End.'",
            "= paragraph[] 'End.'",
        ],
    ),
    'macros': (
        "image::a.png[A boat]\n\ninclude::b.adoc[]\n\n'''\n\n.Caption\n[[x]]\nText.\nifdef::x[]\nMore.\nendif::[]\n",
        [
            "html: 'image::a.png[A boat]'",
            "html: 'include::b.adoc[]'",
            'rule: "\'\'\'"',
            "paragraph: 'Text.\\nifdef::x[]\\nMore.\\nendif::[]'",
            "= paragraph[] 'Text. More.'",
        ],
    ),
    'an open block takes the rest': (
        '----\na\n\nb\n',
        [
            "code: '----\\na\\n\\nb'",
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
        'a *b _c_* d **e**f `g` ``h``i',
        'a b c d ef \ufffc \ufffci',
        [('strong', 'b c', '*b _c_*'), ('emphasis', 'c', '_c_'), ('strong', 'e', '**e**'), ('code', '\ufffc', '`g`'), ('code', '\ufffc', '``h``')],
    ),
    'signs that mean nothing': (
        '2 * 3 and a_b_c, x_ *y',
        '2 * 3 and a_b_c, x_ *y',
        [],
    ),
    'code and pass': (
        'run `rm -f *` +a_b_ +++<b>+++ or',
        'run \ufffc +a_b_ \ufffc or',
        [('code', '\ufffc', '`rm -f *`'), ('code', '\ufffc', '+++<b>+++')],
    ),
    'links': (
        'see https://a.example/x_y[the *map*], link:b.html[here^] xref:c[] <<d,so>> <<e>> https://f.example/g_h.',
        'see the map, here \ufffc so \ufffc \ufffc.',
        [('link', 'the map', 'https://a.example/x_y[the *map*]'), ('strong', 'map', '*map*'), ('link', 'here', 'link:b.html[here^]'), ('link', '\ufffc', 'xref:c[]'), ('link', 'so', '<<d,so>>'), ('link', '\ufffc', '<<e>>'), ('link', '\ufffc', 'https://f.example/g_h')],
    ),
    'notes': (
        'sofootnote:[Or _not_.] it is',
        'so it is',
        [('footnote', '', 'footnote:[Or _not_.]')],
    ),
    'macros': (
        'image:a.png[A] kbd:[x] stem:[y_1] {attr} so',
        '\ufffc \ufffc \ufffc \ufffc so',
        [('image', '\ufffc', 'image:a.png[A]'), ('code', '\ufffc', 'kbd:[x]'), ('math', '\ufffc', 'stem:[y_1]'), ('html', '\ufffc', '{attr}')],
    ),
    'other dress': (
        '[.big]#so# x^2^ H~2~O (((no))) ((yes))',
        'so x2 H2O yes',
        [('span', 'so', '[.big]#so#'), ('span', '2', '^2^'), ('span', '2', '~2~'), ('html', '', '(((no)))'), ('span', 'yes', '((yes))')],
    ),
    'quotes': (
        '"`so`" it is the \'`one`\' Olaf`\'s',
        '“so” it is the ‘one’ Olaf’s',
        [],
    ),
    'escapes': (
        '\\*no* \\{no} C:\\dir',
        '*no* {no} C:\\dir',
        [('html', '', '\\'), ('html', '', '\\')],
    ),
    'breaks': (
        'a +\nb',
        'a b',
        [('break', '', ' +')],
    ),
}


@pytest.mark.parametrize("name", INLINE)
def test_inline(name: str) -> None:
    source, text, expected = INLINE[name]
    found = only(source, "asciidoc")

    assert found.text == text
    assert marks(source, found) == expected


def test_where_chunks_begin() -> None:
    """Below a blank line, where nothing above can go on: no item, delimited block or indented line."""
    text = "A.\n\n----\n\nb\n\n----\n\nC.\n\n* d\n\ne::\n\nf\n\nTitle\n-----\n\nG.\n"

    assert [chunk.text for _, chunk in parse(text, "asciidoc").chunks] == [
        "A.\n\n",
        "----\n\nb\n\n----\n\n",
        "C.\n\n* d\n\ne::\n\nf\n\n",
        "Title\n-----\n\n",
        "G.\n",
    ]
