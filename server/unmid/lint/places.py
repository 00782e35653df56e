"""Places: named predicates about where a hit stands in its document.

Like gates (`unmid.lint.gates`), but they need the whole document, so they are asked anew whenever it changes. Each public
function here is a place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import regex

from unmid.checks.hit import Hit
from unmid.checks.reading import Reading

_SECOND = regex.compile(r"\b(?:you|your|yours|you're|you've|you'll|you'd)\b")
_FIRST = regex.compile(r"\b(?:i|my|me|i'm|i've|i'd|i'll)\b")
_PAST = regex.compile(r"\b(?:was|were|had|did|went|said|came|took|told|knew|thought|felt|saw)\b")
_CONTENT = regex.compile(r"\p{L}{4,}")
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
    """A passage in its document: its number, and the number of its first sentence, both from 0."""

    number: int
    first_sentence: int
    kind: str
    heading: int
    """The number of the heading it stands under, -1 before the first."""


@dataclass
class Scene:
    """A document as places see it. `strong` counts, by passage number, marks that stand on their own."""

    genre: str
    spots: tuple[Spot, ...]
    readings: tuple[Reading, ...]
    sketches: tuple[Sketch, ...]
    strong: Mapping[int, int] = field(default_factory=dict)

    @cached_property
    def sentences(self) -> int:
        """Sentences of prose in the document."""
        return sum(s.sentences for s, spot in zip(self.sketches, self.spots, strict=True) if spot.kind != "heading")

    @cached_property
    def words(self) -> int:
        """Words of prose in the document."""
        return sum(sketch.words for sketch in self.sketches)

    @cached_property
    def second(self) -> float:
        """Share of sentences that address the reader."""
        return sum(sketch.second for sketch in self.sketches) / max(self.sentences, 1)

    @cached_property
    def first(self) -> float:
        """Share of sentences in the first person."""
        return sum(sketch.first for sketch in self.sketches) / max(self.sentences, 1)

    @cached_property
    def past(self) -> float:
        """Share of sentences with a past auxiliary or a common past verb."""
        return sum(sketch.past for sketch in self.sketches) / max(self.sentences, 1)

    @cached_property
    def prose(self) -> tuple[int, ...]:
        """Numbers of the passages that are paragraphs or list items."""
        return tuple(spot.number for spot in self.spots if spot.kind in ("paragraph", "list-item"))

    @cached_property
    def title(self) -> frozenset[str]:
        """Content stems of the first heading, if it opens the document."""
        if self.spots and self.spots[0].kind == "heading":
            return stems(self.readings[0].folded)
        return frozenset()

    @cached_property
    def first_seen(self) -> dict[str, int]:
        """By content stem, the number of the sentence that used it first; headings count for the sentence after them."""
        seen: dict[str, int] = {}
        for reading, spot in zip(self.readings, self.spots, strict=True):
            for index in range(len(reading.sentences)):
                number = spot.first_sentence + (index if spot.kind != "heading" else -1)
                for stem in stems(reading.sentence(index)):
                    seen.setdefault(stem, number)
        return seen

    @cached_property
    def company(self) -> int:
        """Marks in the document that stand on their own."""
        return sum(self.strong.values())


Place = Callable[[Scene, Spot, Hit, str], bool]


def _global(spot: Spot, hit: Hit) -> int:
    return spot.first_sentence + hit.sentence


def opening(scene: Scene, spot: Spot, hit: Hit, arg: str = "1") -> bool:
    """In the first sentences of the document (one, if no number is given)."""
    return _global(spot, hit) < int(arg or 1)


def closing(scene: Scene, spot: Spot, hit: Hit, arg: str = "2") -> bool:
    """In the last sentences of the document (two, if no number is given)."""
    return _global(spot, hit) >= scene.sentences - int(arg or 2)


def first_paragraph(scene: Scene, spot: Spot, hit: Hit, arg: str = "") -> bool:
    """In the first paragraph."""
    return bool(scene.prose) and spot.number == scene.prose[0]


def last_paragraph(scene: Scene, spot: Spot, hit: Hit, arg: str = "1") -> bool:
    """In the last paragraphs or items (one, if no number is given)."""
    return spot.number in scene.prose[-int(arg or 1) :]


def last_part(scene: Scene, spot: Spot, hit: Hit, arg: str = "20") -> bool:
    """In the last part of the document, in percent of its sentences (20 if no number is given)."""
    return _global(spot, hit) >= scene.sentences * (1 - int(arg or 20) / 100)


def first_part(scene: Scene, spot: Spot, hit: Hit, arg: str = "20") -> bool:
    """In the first part of the document, in percent of its sentences (20 if no number is given)."""
    return _global(spot, hit) < scene.sentences * int(arg or 20) / 100


def section_end(scene: Scene, spot: Spot, hit: Hit, arg: str = "") -> bool:
    """In the last passage before a heading, or of the document."""
    return spot.number + 1 >= len(scene.spots) or scene.spots[spot.number + 1].kind == "heading"


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
    reading = scene.readings[spot.number]
    said = stems(reading.sentence(hit.sentence))
    asked = scene.title | (stems(scene.readings[spot.heading].folded) if spot.heading >= 0 else frozenset())
    return bool(asked) and len(said & asked) * 100 >= int(arg or 50) * len(asked)


def seen(scene: Scene, spot: Spot, hit: Hit, arg: str = "60") -> bool:
    """At least so many percent (60) of the sentence's content words stood earlier in the document."""
    said = stems(scene.readings[spot.number].sentence(hit.sentence))
    here = _global(spot, hit)
    before = sum(scene.first_seen[stem] < here for stem in said)
    return bool(said) and before * 100 >= int(arg or 60) * len(said)
