"""Fixes: cut or replace words and leave the sentence as a copy-editor would.

Work is done on the clean prose of the passage; the edits go back to the source through its offset map and never leave
markup unbalanced. Where that cannot be promised there is no fix.
"""

from __future__ import annotations

import regex

from unmid.checks.hit import Hit
from unmid.checks.reading import Reading
from unmid.prose.model import PLACEHOLDER, Block, Passage
from unmid.text.edits import Edit
from unmid.text.span import Span

_VOWEL = regex.compile(r"(?!(?:uni(?!n)|use|usual|usab|eu|one\b|once|ubiq|uti))[aeiou]|hour|honest|heir|honou?r", regex.I)
_KEEPS_CASE = regex.compile(r"[a-z]+[A-Z0-9]|\ufffc")
_CLAUSE = regex.compile(r"(?:[;:—–]|\b(?:and|but|or|so|yet|that|because|although|while))\s$")
_OPENERS = "\"'“‘(["
_FINALS = ".!?…"


def edits(chunk: str, block: Block | None, reading: Reading, hit: Hit, fix: str) -> tuple[Edit, ...] | None:
    """The edits, in chunk coordinates, that apply a `cut` or `replace` to a hit; None if it cannot be done cleanly."""
    text = reading.text
    if fix == "replace" and hit.text is None:
        return None
    replacement = hit.text if fix == "replace" and hit.text is not None else ""
    span = hit.cut
    if span.start <= 0 and not replacement and not _rest(text, span):
        return _remove_block(chunk, block, reading.passage)
    change = _replace(reading, span, replacement) if replacement else _cut(reading, span)
    return None if change is None else _to_chunk(reading.passage, text, change)


def apply_to_passage(text: str, change: tuple[tuple[Span, str], ...]) -> str:
    """The passage after a change, for tests and previews."""
    out, at = [], 0
    for span, new in change:
        out += [text[at : span.start], new]
        at = span.end
    return "".join([*out, text[at:]])


def _rest(text: str, span: Span) -> str:
    return text[span.end :].strip(" .!?…\"')*_")


def _cut(reading: Reading, span: Span) -> tuple[tuple[Span, str], ...] | None:
    text = reading.text
    start, end = span.start, span.end
    head = _opens_sentence(reading, start)
    sentence = reading.sentences[reading.sentence_at(start)] if reading.sentences else Span(0, len(text))
    last = reading.sentences[reading.sentence_at(max(end - 1, start))] if reading.sentences else sentence
    tail = not text[end : last.end].strip(" .!?…\"')”’")
    if head and tail:
        # A whole sentence, or several: one of the spaces around it goes too.
        end = last.end
        start = sentence.start
        if end < len(text) and text[end] == " ":
            end += 1
        elif start > 0 and text[start - 1] == " ":
            start -= 1
        return ((Span(start, end), ""),)
    if head:
        while end < len(text) and text[end] in " ,:;—–":
            end += 1
        return _with_capital(text, Span(start, end))
    if tail:
        # The sentence keeps its final stop and loses the comma, dash or space before the cut.
        while start > sentence.start and text[start - 1] in " ,;:—–":
            start -= 1
        while end > span.start and text[end - 1] in _FINALS:
            end -= 1
        if (end < len(text) and text[end : end + 1] in _FINALS) or end == len(text):
            return ((Span(start, end), ""),)
        return ((Span(start, end), "."),)
    before, after = text[start - 1 : start], text[end : end + 1]
    if text[:start].rstrip().endswith(",") and after == ",":
        start = len(text[:start].rstrip()) - 1
        end += 1
    elif after == "," and _CLAUSE.search(text, 0, start):
        end += 2 if text[end + 1 : end + 2] == " " else 1
    elif before == "(" and after == ")":
        start, end = start - 1, end + 1
        if text[start - 1 : start] == " ":
            start -= 1
    elif after == " ":
        end += 1
    elif before == " ":
        start -= 1
    return _with_article(text, Span(start, end), "")


def _replace(reading: Reading, span: Span, replacement: str) -> tuple[tuple[Span, str], ...]:
    text = reading.text
    if _opens_sentence(reading, span.start) or (text[span.start : span.start + 1].isupper() and not text[span.start:].startswith("I ")):
        replacement = replacement[:1].upper() + replacement[1:]
    return _with_article(text, span, replacement)


def _opens_sentence(reading: Reading, start: int) -> bool:
    """Whether no word stands between the start of a sentence and `start`."""
    text = reading.text
    for sentence in reading.sentences:
        if sentence.start <= start < sentence.end:
            return not any(char.isalnum() or char == PLACEHOLDER for char in text[sentence.start : start])
    return start == 0


def _with_capital(text: str, span: Span) -> tuple[tuple[Span, str], ...]:
    """Cut, and give the word that now opens the sentence its capital."""
    end = span.end
    at = end
    while at < len(text) and text[at] in _OPENERS:
        at += 1
    if at < len(text) and text[at].islower() and not _KEEPS_CASE.match(text, at):
        return ((Span(span.start, end), ""), (Span(at, at + 1), text[at].upper()))
    return ((Span(span.start, end), ""),)


def _with_article(text: str, span: Span, replacement: str) -> tuple[tuple[Span, str], ...]:
    """Put `replacement` in place of the span and mend an `a` or `an` right before it."""
    following = (replacement + text[span.end :]).lstrip(" \"'“‘(")
    article = regex.search(r"\b(an?) $", text[: span.start], regex.I)
    if not article or not following[:1].isalpha():
        return ((span, replacement),)
    vowel = bool(_VOWEL.match(following))
    if vowel == (article[1].lower() == "an"):
        return ((span, replacement),)
    at = article.start(1) + 1
    if vowel:
        return ((Span(at, at), "n"), (span, replacement))
    return ((Span(at, at + 1), ""), (span, replacement))


def _to_chunk(passage: Passage, text: str, change: tuple[tuple[Span, str], ...]) -> tuple[Edit, ...] | None:
    out: list[Edit] = []
    for span, new in change:
        source = _source(passage, span)
        if source is None:
            return None
        if not new and PLACEHOLDER in span.of(text):
            return None
        if out and out[-1].span.end == source.start:
            out[-1] = Edit(Span(out[-1].span.start, source.end), out[-1].text + new)
        else:
            out.append(Edit(source, new))
    return tuple(out)


def _source(passage: Passage, span: Span) -> Span | None:
    """The source of a passage span with the markup that lies wholly in it; None if markup would be torn."""
    if not span:
        at = passage.offsets.end_of(span.start) if span.start else passage.offsets.start_of(0)
        return Span(at, at)
    source = passage.offsets.to_chunk(span)
    start, end = source.start, source.end
    for mark in passage.marks:
        if span.covers(mark.span) and mark.span:
            start, end = min(start, mark.source.start), max(end, mark.source.end)
        elif (not mark.span and span.start < mark.span.start < span.end) or (mark.span.meets(span) and not mark.span.covers(span)):
            return None
    return Span(start, end)


def _remove_block(chunk: str, block: Block | None, passage: Passage) -> tuple[Edit, ...] | None:
    """Take out a paragraph or list item whole, with the blank line that set it off."""
    if block is None or block.kind not in ("paragraph", "item") or any(not mark.span for mark in passage.marks):
        return None
    if "quote" in passage.path or PLACEHOLDER in passage.text:
        return None
    start = chunk.rfind("\n", 0, block.span.start) + 1
    if chunk[start : block.span.start].strip():
        return None
    end = block.span.end
    blank = regex.compile(r"[ \t]*(?:\r\n|\r|\n)" if block.kind == "item" else r"(?:[ \t]*(?:\r\n|\r|\n))*")
    end = found.end() if (found := blank.match(chunk, end)) else end
    return (Edit(Span(start, end), ""),)
