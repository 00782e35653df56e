"""Texts that no one wrote: checked from end to end, they cost what their length does, and the words after them are marked."""

from __future__ import annotations

import time

import pytest

from unmid import check_text

_N = 10_000
_MOST = 6.0
"""Seconds of processor time. Before these were bounded, each of them took minutes."""

LAST = "\n\nIt is important to note that the valve sticks.\n"
HOSTILE = {
    "open brackets": "[" * _N,
    "nested brackets": "[" * _N + "x" + "]" * _N,
    "links in links": "[a](" * _N,
    "images in images": "![a](" * _N,
    "asterisks": "*" * _N,
    "mixed delimiters": "*_" * _N,
    "delimiters in words": "a**b" * _N,
    "dollars": "$" * _N,
    "carets": "^[" * _N,
    "back-ticks": "".join("`" * n + " a " for n in range(300)),
    "straight quotes": '"' * _N,
    "curly quotes": "“" * _N,
    "dashes": "—" * _N,
    "parentheses": "(" * _N,
    "emoji": "😀" * _N,
    "inline comments": "a <!-- " * _N,
    "inline character data": "a <![CDATA[" * _N,
    "half characters": "\ud83d a \udc00 " * _N,
    "null bytes": "a\0b " * _N,
    "dots": "a... " * _N,
    "initials": "A. " * _N,
    "one word": "x" * 100 * _N,
    "one sentence": "word " * 20 * _N,
    "one line": "The oar is long. " * 20 * _N,
    "one hit after the other": "It is important to note that the valve sticks." * 500 + " The oar is long." * 200,
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("path", ["draft.md", "draft.txt"])
def test_what_follows_is_marked_in_time(name: str, path: str) -> None:
    """No rule gives up on such a text, and no time is lost on it."""
    text = HOSTILE[name] + LAST
    began = time.process_time()

    report = check_text(text, path=path)

    assert time.process_time() - began < _MOST
    assert report.problems == ()
    last = [finding for finding in report.findings if finding.span.start >= len(HOSTILE[name])]
    assert [(finding.rule, finding.text) for finding in last] == [("filler/note-that", "It is important to note that")]


SUPPRESSED = {
    "comments that never end": "<!-- unmid-ignore " * _N,
    "one long comment": "<!-- unmid-ignore x" + "-x" * _N,
    "comment after comment": "<!-- unmid-ignore filler -->\n\n" * 500,
    "switched off again and again": "<!-- unmid-off hedge -->\n\n" * 2_000,
    "unknown names": "".join(f"<!-- unmid-off fill{n} -->\n\n" for n in range(2_000)),
}


@pytest.mark.parametrize("name", SUPPRESSED)
def test_comments_cost_what_their_length_does(name: str) -> None:
    """Suppression comments in great numbers, or without an end."""
    began = time.process_time()

    report = check_text(SUPPRESSED[name] + LAST)

    assert time.process_time() - began < _MOST
    assert report.problems == ()
