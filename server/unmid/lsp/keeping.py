"""Code actions that change the writer's own pack: keep a phrase, never flag a rule, ban a word."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from lsprotocol import types

from unmid.lsp.from_proto import span_of
from unmid.lsp.state import Analysis
from unmid.prose.model import Document
from unmid.text.lines import Encoding
from unmid.text.span import Span

KEEP: Final = "unmid.keepPhrase"
ALLOW: Final = "unmid.allowRule"
BAN: Final = "unmid.banWord"
BAN_KIND: Final = "unmid.ban"
"""A kind of our own: banning mends nothing and rearranges nothing, so it is neither a quick fix nor a refactoring."""

_MOST_KEPT: Final = 8
"""Words of a phrase that someone may want to keep; a longer one does not come again."""

_MOST_BANNED: Final = 3


def keeps(diagnostic: types.Diagnostic, analysis: Analysis, encoding: Encoding) -> Iterator[types.CodeAction]:
    """Keep the marked words, where they are few enough to come again."""
    span = span_of(diagnostic.range, analysis.snapshot.lines, encoding)
    phrase = prose_at(analysis.document, span)
    block = any(one.block for one in analysis.report.findings if one.span == span and one.rule == diagnostic.code)
    if phrase and not block and len(phrase.split()) <= _MOST_KEPT:
        yield _action(f"Keep “{phrase}” (my voice)", KEEP, phrase, analysis, diagnostic)


def allows(diagnostic: types.Diagnostic, rule: str, analysis: Analysis) -> Iterator[types.CodeAction]:
    """Never flag a rule for the one who writes."""
    if rule in analysis.basis.ruleset.rules:
        yield _action(f"Never flag {rule} for me", ALLOW, rule, analysis, diagnostic)


def bans(range_: types.Range, analysis: Analysis, encoding: Encoding) -> Iterator[types.CodeAction]:
    """Ban the selected word, or a few words."""
    span = span_of(range_, analysis.snapshot.lines, encoding)
    text = span.of(analysis.snapshot.text)
    word = prose_at(analysis.document, span)
    whole = not _joined(analysis.snapshot.text, span.start) and not _joined(analysis.snapshot.text, span.end)
    if whole and word and "\n" not in text and len(word.split()) <= _MOST_BANNED and any(map(str.isalnum, word)):
        yield _action(f"Ban “{word}”", BAN, word, analysis, None, BAN_KIND)


def prose_at(document: Document, span: Span) -> str:
    """The words in a stretch of source, as they read: without markup, white space as single spaces; "" across blocks."""
    for base, passage in document.passages():
        if passage.span.shifted(base).covers(span):
            words = "".join(_words(passage.text, passage.offsets.runs, Span(span.start - base, span.end - base)))
            return " ".join(words.split())
    return ""


def _words(text: str, runs: Iterable[tuple[int, int, int, int]], span: Span) -> Iterator[str]:
    for start, end, first, last in runs:
        if last <= span.start or first >= span.end:
            continue
        if end - start == last - first:
            yield text[start + max(span.start - first, 0) : end - max(last - span.end, 0)]
        else:
            yield text[start:end]


def _joined(text: str, at: int) -> bool:
    """Whether a word goes on across an offset."""
    return 0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum()


def _action(
    title: str, command: str, what: str, analysis: Analysis, diagnostic: types.Diagnostic | None, kind: str = "quickfix"
) -> types.CodeAction:
    return types.CodeAction(
        title=title,
        kind=kind,
        diagnostics=[diagnostic] if diagnostic else None,
        command=types.Command(title, command, arguments=[what, analysis.snapshot.uri]),
    )
