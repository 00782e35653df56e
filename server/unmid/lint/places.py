"""Places: named predicates about where a hit stands in its document.

Like gates (`unmid.lint.gates`), but they need the whole document, so they are asked anew whenever it changes. Each public
function here is a place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate, islice
from typing import TYPE_CHECKING

from unmid.checks.hit import Hit
from unmid.checks.reading import Reading
from unmid.lint import blocks

if TYPE_CHECKING:
    from unmid.lint.chunk import ChunkLint
    from unmid.lint.run import Run

_SECOND = re.compile(r"\b(?:you|your|yours|you're|you've|you'll|you'd)\b")
_FIRST = re.compile(r"\b(?:i|my|me|i'm|i've|i'd|i'll)\b")
_PAST = re.compile(r"\b(?:was|were|had|did|went|said|came|took|told|knew|thought|felt|saw)\b")
_CONTENT = re.compile(r"[^\W\d_]{4,}")
_FUNCTION = frozenset(
    ["this", "that", "these", "those", "with", "from", "have", "will", "would", "could", "should", "about", "which", "their", "there", "your", "they", "what", "when", "where", "been", "were", "being", "also", "more", "most", "some", "such", "than", "then", "into", "over", "very", "just", "only", "each", "other", "them", "does", "because", "while", "here"]
)


@lru_cache(maxsize=32_768)
def stems(text: str) -> frozenset[str]:
    """The content words of a folded text, cut to six letters so that inflections meet. Kept: drafts change a sentence at a time."""
    return frozenset(word[:6] for word in _CONTENT.findall(text) if word not in _FUNCTION)


@dataclass(frozen=True, slots=True)
class Sketch:
    """What a passage contributes to the picture of its document; kept with the passage."""

    words: int
    sentences: int
    second: int
    first: int
    past: int

    @classmethod
    def of(cls, reading: Reading) -> Sketch:
        """Counts of words, sentences, and sentences that hold you, I, or a past auxiliary."""
        texts = [reading.sentence(n) for n in range(len(reading.sentences))]
        return cls(
            reading.count,
            len(texts),
            sum(bool(_SECOND.search(text)) for text in texts),
            sum(bool(_FIRST.search(text)) for text in texts),
            sum(bool(_PAST.search(text)) for text in texts),
        )


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a hit stands: its chunk, the passage in that chunk, and its sentence in the document, all from 0."""

    chunk: int
    passage: int
    sentence: int


@dataclass
class Scene:
    """A document as places see it, by chunks and by runs of them. `company` counts marks that stand on their own."""

    chunks: Sequence[ChunkLint]
    runs: Sequence[Run]
    company: int = 0

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """By chunk, the sentences of prose before it."""
        return tuple(accumulate((chunk.sentences for chunk in self.chunks), initial=0))

    @cached_property
    def sentences(self) -> int:
        """Sentences of prose in the document."""
        return sum(run.sentences for run in self.runs)

    @cached_property
    def words(self) -> int:
        """Words of prose in the document."""
        return sum(run.words for run in self.runs)

    @cached_property
    def second(self) -> float:
        """Share of sentences that address the reader."""
        return sum(run.second for run in self.runs) / max(self.sentences, 1)

    @cached_property
    def first(self) -> float:
        """Share of sentences in the first person."""
        return sum(run.first for run in self.runs) / max(self.sentences, 1)

    @cached_property
    def past(self) -> float:
        """Share of sentences with a past auxiliary or a common past verb."""
        return sum(run.past for run in self.runs) / max(self.sentences, 1)

    @cached_property
    def title(self) -> frozenset[str]:
        """Content stems of the first heading, if it opens the document."""
        opening = next((chunk.passages[0].reading for chunk in self.chunks if chunk.passages), None)
        return stems(opening.folded) if opening and opening.passage.kind == "heading" else frozenset()

    @cached_property
    def first_seen(self) -> dict[str, int]:
        """By content stem, the number of the sentence that used it first; headings count for the sentence after them."""
        seen: dict[str, int] = {}
        for start, chunk in zip(self.starts, self.chunks, strict=False):
            for part in chunk.passages:
                heading = part.reading.passage.kind == "heading"
                for index in range(len(part.reading.sentences)):
                    number = start - 1 if heading else start + index
                    for stem in stems(part.reading.sentence(index)):
                        seen.setdefault(stem, number)
                start += 0 if heading else part.sketch.sentences
        return seen

    def reading(self, spot: Spot) -> Reading:
        """The passage at a spot."""
        return self.chunks[spot.chunk].passages[spot.passage].reading

    def prose(self, backwards: bool = False) -> Iterator[tuple[int, int]]:
        """Chunk and number of each passage that is a paragraph or list item, from one end of the document."""
        step = -1 if backwards else 1
        for number in range(len(self.chunks))[::step]:
            for passage, part in [*enumerate(self.chunks[number].passages)][::step]:
                if part.reading.passage.kind in ("paragraph", "list-item"):
                    yield number, passage

    def heading(self, spot: Spot) -> Reading | None:
        """The heading that a spot stands under."""
        stop = spot.passage
        for chunk in self.chunks[spot.chunk :: -1]:
            for part in chunk.passages[:stop][::-1]:
                if part.reading.passage.kind == "heading":
                    return part.reading
            stop = None  # type: ignore[assignment]
        return None

    def next_kind(self, spot: Spot) -> str:
        """The kind of the passage after a spot's own; empty at the end of the document."""
        passages = self.chunks[spot.chunk].passages
        if spot.passage + 1 < len(passages):
            return passages[spot.passage + 1].reading.passage.kind
        after = (self.chunks[n].passages for n in range(spot.chunk + 1, len(self.chunks)))
        return next((passages[0].reading.passage.kind for passages in after if passages), "")


_EXHIBITS = ("code", "math", "table", "quote")
WIDE = frozenset({"address", "personal", "narrative", "long", "company", "crowd"})
"""Places that hold for all hits of a document or for none: spot and hit do not matter."""


def opening(scene: Scene, spot: Spot, hit: Hit, arg: str = "1") -> bool:
    """In the first sentences of the document (one, if no number is given)."""
    return spot.sentence < int(arg or 1)


def closing(scene: Scene, spot: Spot, hit: Hit, arg: str = "2") -> bool:
    """In the last sentences of the document (two, if no number is given)."""
    return spot.sentence >= scene.sentences - int(arg or 2)


def first_paragraph(scene: Scene, spot: Spot, hit: Hit, arg: str = "") -> bool:
    """In the first paragraph."""
    return (spot.chunk, spot.passage) == next(scene.prose(), None)


def last_paragraph(scene: Scene, spot: Spot, hit: Hit, arg: str = "1") -> bool:
    """In the last paragraphs or items (one, if no number is given)."""
    return (spot.chunk, spot.passage) in islice(scene.prose(backwards=True), int(arg or 1))


def last_part(scene: Scene, spot: Spot, hit: Hit, arg: str = "20") -> bool:
    """In the last part of the document, in percent of its sentences (20 if no number is given)."""
    return spot.sentence >= scene.sentences * (1 - int(arg or 20) / 100)


def first_part(scene: Scene, spot: Spot, hit: Hit, arg: str = "20") -> bool:
    """In the first part of the document, in percent of its sentences (20 if no number is given)."""
    return spot.sentence < scene.sentences * int(arg or 20) / 100


def section_end(scene: Scene, spot: Spot, hit: Hit, arg: str = "") -> bool:
    """In the last passage before a heading, or of the document."""
    return scene.next_kind(spot) in ("", "heading")


def exhibit(scene: Scene, spot: Spot, hit: Hit, arg: str = "") -> bool:
    """In the last sentence before code, a formula, a table or a quotation, which it hands over."""
    chunk = scene.chunks[spot.chunk]
    reading = chunk.passages[spot.passage].reading
    if hit.sentence < len(reading.sentences) - 1:
        return False
    kind = blocks.follower(chunk.chunk.blocks, reading.passage)
    if not kind and spot.passage == len(chunk.passages) - 1 and len(blocks.way_to(chunk.chunk.blocks, reading.passage)) == 1:
        kind = next((after.opens for after in scene.chunks[spot.chunk + 1 :] if after.opens), "")
    return kind in _EXHIBITS


def address(scene: Scene, spot: Spot, hit: Hit, arg: str = "10") -> bool:
    """The document speaks to its reader: `you` in at least so many percent of its sentences (10)."""
    return scene.second >= int(arg or 10) / 100


def personal(scene: Scene, spot: Spot, hit: Hit, arg: str = "20") -> bool:
    """The document speaks in the first person in at least so many percent of its sentences (20)."""
    return scene.first >= int(arg or 20) / 100


def narrative(scene: Scene, spot: Spot, hit: Hit, arg: str = "35") -> bool:
    """The document tells a story: past tense in at least so many percent of its sentences (35)."""
    return scene.past >= int(arg or 35) / 100


def long(scene: Scene, spot: Spot, hit: Hit, arg: str = "300") -> bool:
    """The document has at least so many words (300)."""
    return scene.words >= int(arg or 300)


def company(scene: Scene, spot: Spot, hit: Hit, arg: str = "1") -> bool:
    """At least so many marks in the document stand on their own (1). Weak signs count only in such company."""
    return scene.company >= int(arg or 1)


def crowd(scene: Scene, spot: Spot, hit: Hit, arg: str = "4") -> bool:
    """Marks that stand on their own reach so many per 1,000 words of the document (4)."""
    return scene.company * 1000 >= int(arg or 4) * max(scene.words, 100)


def echo(scene: Scene, spot: Spot, hit: Hit, arg: str = "50") -> bool:
    """The sentence repeats at least so many percent (50) of the content words of the title or its own heading."""
    said = stems(scene.reading(spot).sentence(hit.sentence))
    heading = scene.heading(spot)
    asked = scene.title | (stems(heading.folded) if heading else frozenset())
    return bool(asked) and len(said & asked) * 100 >= int(arg or 50) * len(asked)


def seen(scene: Scene, spot: Spot, hit: Hit, arg: str = "60") -> bool:
    """At least so many percent (60) of the sentence's content words stood earlier in the document."""
    said = stems(scene.reading(spot).sentence(hit.sentence))
    before = sum(scene.first_seen[stem] < spot.sentence for stem in said)
    return bool(said) and before * 100 >= int(arg or 60) * len(said)
