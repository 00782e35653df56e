"""Fixes: cut or replace words and leave the sentence as a copy-editor would.

What has to change in the sentence is worked out on clean prose (`mend`), carried over to the source without tearing
markup (`source`), and where nothing is left the block goes (`blocks`). Where no clean result is certain there is no fix.
"""

from __future__ import annotations

import re
from dataclasses import replace

from unmid.checks.hit import Hit
from unmid.checks.reading import Reading
from unmid.lint import blocks, casing, gates, mend, source
from unmid.prose.model import PLACEHOLDER, Chunk, Passage
from unmid.text.edits import Edit
from unmid.text.span import Span

_FRAME = re.compile(r"\bthat$")
_SECOND_CLAUSE = re.compile(r"\b(?:and|but|or) that\b")
# What sets a sentence against the one before it stays when the frame after it goes: “But note that”.
_CONTRAST = re.compile(r"(?:but|yet|still|however|nevertheless|nonetheless|instead|though)\b,? (?=\w)", re.I)
_NEXT_WORD = re.compile(r"[ ,:;—–]*(?P<word>[^\W\d_]+)(?P<more>[\w'’-]*)")
_DIGIT = re.compile(r"\d")
_LONGEST = 10_000
"""Characters of a passage in which words are mended. Each fix reads all of it, so in longer ones there are marks alone."""


def edits(chunk: Chunk, reading: Reading, hit: Hit, fix: str) -> tuple[Edit, ...] | None:
    """The edits, in chunk coordinates, that apply a `cut` or `replace` to a hit; None if it cannot be done cleanly."""
    if fix == "replace" and hit.text is None:
        return None
    if fix == "cut" and (_names(reading, hit) if hit.match.mark == "match" else _tells(reading, hit)):
        return None
    replacement = hit.text if fix == "replace" and hit.text is not None else ""
    span = hit.cut if replacement else _after_contrast(reading, hit.cut)
    # Only a rule about lists may take out the line that leads into one.
    return words(chunk, reading, span, replacement, leads=hit.rule.family == "list")


def keeps_names(reading: Reading, hit: Hit) -> bool:
    """Whether a cut gives its capital to no word that may be a name in small letters, such as `git` or *attrs*."""
    text, cut = reading.text, hit.cut
    following = _NEXT_WORD.match(text, cut.end)
    if not following or not cut.of(text)[:1].isupper() or not following["word"][0].islower():
        return True
    start = following.start("word")
    marked = any(mark.kind in ("strong", "emphasis") and mark.span.start == start for mark in reading.passage.marks)
    plain = not following["more"] or following["more"][0] in "'’"
    return plain and not marked and casing.is_common(following["word"])


def _after_contrast(reading: Reading, span: Span) -> Span:
    """The words to cut without the contrast that they open with, unless nothing is left of the sentence to stand in it."""
    contrast = _CONTRAST.match(reading.text, span.start, span.end)
    if not contrast or not mend.opens_sentence(reading, span.start):
        return span
    end = reading.sentences[reading.sentence_at(span.end - 1)].end if reading.sentences else len(reading.text)
    return Span(contrast.end(), span.end) if _has_words(reading.text[span.end : end]) else span


def _tells(reading: Reading, hit: Hit) -> bool:
    """Whether a sentence that is marked as a whole says more than its fault: an example, or something that can be checked.

    What is said to a partner in a conversation is the exception; unless there is a number in it, it goes whatever it names.
    """
    told = gates.number if hit.rule.family == "chat" else gates.specific
    return gates.example(reading, hit) or told(reading, hit)


def _names(reading: Reading, hit: Hit) -> bool:
    """Whether what is cut of a sentence holds a name or a figure, however it is marked; chat speaks to a partner by name."""
    return hit.rule.family != "chat" and any(sign.search(hit.cut.of(reading.text)) for sign in (_DIGIT, gates.CAPITAL))


def words(
    chunk: Chunk, reading: Reading, span: Span, replacement: str = "", *, leads: bool = False
) -> tuple[Edit, ...] | None:
    """The edits that cut a stretch of a passage, or put a replacement in its place. `leads`: it may be a list's lead-in."""
    text, passage = reading.text, reading.passage
    if len(text) > _LONGEST:
        return None
    title = _title(chunk.text, passage)
    if title and span.start < title.end < span.end:
        return None
    if title:
        reading = _below(reading, title.end)
    leads = leads or not text.endswith(":") or blocks.follower(chunk.blocks, passage) not in blocks.LED
    if not replacement and not _has_words(text[: span.start] + text[span.end :]):
        return blocks.remove(chunk, passage) if leads and passage.kind not in ("heading", "table-cell") else None
    if not replacement and _holds_more(reading, span):
        return None
    headed = title or reading.label
    if not replacement and headed and headed.end <= span.start and not _has_words(text[headed.end : span.start] + text[span.end :]):
        return None  # a label or title with nothing after it
    for change in mend.replace(reading, span, replacement) if replacement else mend.cut(reading, span):
        if leads or mend.apply(text, change).endswith(":"):
            made = source.edits(chunk, passage, change)
            if made is not None:
                return made
    return None


def _holds_more(reading: Reading, span: Span) -> bool:
    """Whether the frame holds a second clause: `note that it rusts and that it leaks` is not mended by one cut."""
    end = reading.sentences[reading.sentence_at(span.end - 1)].end if reading.sentences else len(reading.text)
    return bool(_FRAME.search(span.of(reading.folded)) and _SECOND_CLAUSE.search(reading.folded, span.end, end))


def _title(chunk_text: str, passage: Passage) -> Span | None:
    """The line in bold that heads the words after it in the same paragraph."""
    for mark in passage.marks:
        if mark.kind == "strong" and mark.span.start == 0 and passage.text[mark.span.end : mark.span.end + 1] == " ":
            space = passage.offsets.to_chunk(Span(mark.span.end, mark.span.end + 1)).of(chunk_text)
            if "\n" in space or "\r" in space:
                return mark.span
    return None


def _below(reading: Reading, title: int) -> Reading:
    """The reading with a sentence end after its title."""
    parts = [
        part
        for sentence in reading.sentences
        for part in (
            (Span(sentence.start, title), Span(title + 1, sentence.end)) if sentence.start < title < sentence.end - 1 else (sentence,)
        )
    ]
    return replace(reading, sentences=tuple(parts))


def _has_words(text: str) -> bool:
    return any(char.isalnum() or char == PLACEHOLDER for char in text)
