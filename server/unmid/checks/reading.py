"""A passage read for checking: folded, split into sentences, with what gates ask about it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from unmid.prose import nlp
from unmid.prose.model import PLACEHOLDER, Passage
from unmid.text.span import Span

_LABEL = re.compile(r"""\s*[^\s:.!?][^:.!?]{0,60}?(?:\s?:|\s[–—-])(?=\s)""")
_DOUBLE = re.compile(r'"[^"]+"')
_WORD = re.compile(r"\w+(?:['’-]\w+)*")
LABEL_WORDS = 9


@dataclass(frozen=True, slots=True)
class Reading:
    """A passage with its sentences. All spans are in passage coordinates.

    `folded` has the passage's length: lower case, straight quotes. `lengths` holds each sentence's
    number of words; `count` is the number of words of the whole passage.
    `label` is the lead-in of a labelled item or paragraph (`**Speed:**`, `Speed –`), which is no sentence of its own.
    `quotes` are the stretches in double quotation marks, marks included.
    """

    passage: Passage
    folded: str
    sentences: tuple[Span, ...]
    lengths: tuple[int, ...]
    count: int
    label: Span | None
    bold_label: bool
    quotes: tuple[Span, ...]

    @property
    def text(self) -> str:
        """The passage's words as written."""
        return self.passage.text

    def sentence_at(self, offset: int) -> int:
        """The index of the sentence that holds `offset`, or of the last one before it."""
        for index, sentence in enumerate(self.sentences):
            if offset < sentence.end:
                return index
        return max(len(self.sentences) - 1, 0)

    def sentence(self, index: int) -> str:
        """A sentence, folded."""
        return self.sentences[index].of(self.folded) if self.sentences else ""


def word_count(text: str) -> int:
    """Words of running prose: runs of letters and digits, with inner apostrophes and hyphens."""
    return len(_WORD.findall(text))


def read(passage: Passage, sentences: Iterable[Span]) -> Reading:
    """Read a passage of which somebody has said where its sentences are."""
    folded = nlp.fold(passage.text)
    label, bold = _label(passage)
    said = []
    for sentence in sentences:
        if label and sentence.start < label.end:
            start = label.end
            while start < sentence.end and folded[start].isspace():
                start += 1
            if start >= sentence.end:
                continue
            sentence = Span(start, sentence.end)
        said.append(sentence)
    return Reading(
        passage,
        folded,
        tuple(said),
        tuple(word_count(sentence.of(folded)) for sentence in said),
        word_count(folded),
        label,
        bold,
        tuple(Span(*found.span()) for found in _DOUBLE.finditer(folded)),
    )


def _label(passage: Passage) -> tuple[Span | None, bool]:
    """The label that opens a passage, sign included, and whether it is bold."""
    text = passage.text
    for mark in passage.marks:
        if mark.kind == "strong" and mark.span.start == 0 and mark.span.end < len(text):
            label = mark.span.of(text)
            rest = text[mark.span.end :]
            sign = re.match(r"\s?[:–—.-]+(?=\s)", rest)
            if word_count(label) <= LABEL_WORDS and (sign or label.rstrip().endswith((":", ".", "–", "—"))):
                return Span(0, mark.span.end + (sign.end() if sign else 0)), True
    if passage.kind == "list-item" and PLACEHOLDER not in text[:20]:
        found = _LABEL.match(text)
        if found and word_count(found[0]) <= LABEL_WORDS - 3 and found[0][:1].isupper() and found.end() < len(text):
            return Span(0, found.end()), False
    return None, False
