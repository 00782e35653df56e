"""What a chunk yields under a ruleset, wherever it stands: kept while the text around it changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from unmid.checks.hit import Hit
from unmid.checks.layout import Sheet
from unmid.checks.reading import Reading
from unmid.lint.finding import Fix, Marks
from unmid.lint.places import Sketch
from unmid.lint.ruleset import Condition, Ruleset, rank
from unmid.lint.suppress import Comment
from unmid.prose.model import Chunk
from unmid.text.span import Span

_LAST_OF_RUN = 8
"""So many of 256 chunks end a run, whichever they are."""


@dataclass(frozen=True, slots=True)
class PassageLint:
    """A passage with its hits, each of which passed the gates that see only the passage.

    `spared` are hits that the author's pack allows. They are not shown, but count as company as if they were: keeping a
    phrase must not take the marks off other words. `rivals` are, by index into `hits`, what else the same rule would cut of
    the same words.
    """

    reading: Reading
    sketch: Sketch
    hits: tuple[Hit, ...]
    spared: tuple[Hit, ...] = ()
    rivals: Mapping[int, tuple[Hit, ...]] = field(default_factory=dict)
    fixes: dict[int, tuple[Fix, ...]] = field(default_factory=dict)
    """Fixes already made, by index into `hits`, in chunk coordinates."""


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A hit that stands if the document lets it.

    `number` counts the chunk's candidates, `passage` its passages, `sentence` the sentences before the hit's in the chunk.
    `wide` has a bit for each condition of the ruleset's `wide` that must hold, `local` are the places to ask about this hit.
    """

    number: int
    passage: int
    part: PassageLint
    hit: Hit
    index: int
    sentence: int
    wide: int
    local: tuple[Condition, ...]
    weak: bool
    counts: bool
    """Whether it is company for weaker ones."""
    spared: bool
    """Whether it is never shown, but company all the same; `index` leads nowhere then."""

    @property
    def severity(self) -> str:
        """How the hit is shown: as its match says, else as its rule does."""
        return self.hit.match.severity or self.hit.rule.severity

    @property
    def span(self) -> Span:
        """What is marked, in chunk coordinates."""
        return self.part.reading.passage.offsets.to_chunk(self.hit.span)


Sort = tuple[int, bool, bool]
"""A sort of candidates: a bit for each wide condition that has failed; whether they are weak; whether they are only counted."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Candidates that the document as a whole lets stand: for sure, or if their places say so; density rules apart."""

    sure: tuple[Candidate, ...]
    open: tuple[Candidate, ...]
    dense: tuple[Candidate, ...]
    company: int
    """How many of those that stand for sure, spared ones too, are company for weaker ones."""


class ChunkLint:
    """What a chunk yields under a ruleset. What is worked out later is kept here, too: it depends on nothing but its key."""

    __slots__ = (
        "candidates", "chunk", "closes", "comments", "ends_run", "first", "lengths", "marks", "opens", "passages", "past",
        "second", "sentences", "sheet", "standings", "words",
    )  # fmt: skip

    def __init__(self, chunk: Chunk, passages: Sequence[PassageLint], ruleset: Ruleset, comments: tuple[Comment, ...]) -> None:
        self.chunk = chunk
        self.passages = tuple(passages)
        self.comments = comments
        self.ends_run = 0 < int(chunk.key[:2] or "0", 16) <= _LAST_OF_RUN
        """Whether the chunks after it are another run (`unmid.lint.run`). Its text alone decides that."""
        self.opens, self.closes = (chunk.blocks[0].kind, chunk.blocks[-1].kind) if chunk.blocks else ("", "")
        """The kinds of its first and of its last block."""
        self.sheet = Sheet(chunk, [part.reading for part in passages])
        self.words = sum(part.sketch.words for part in passages)
        self.sentences = sum(part.sketch.sentences for part in passages if not _heads(part))
        self.second = sum(part.sketch.second for part in passages)
        self.first = sum(part.sketch.first for part in passages)
        self.past = sum(part.sketch.past for part in passages)
        lengths = [n for part in passages if part.reading.passage.kind == "paragraph" for n in part.reading.lengths]
        self.lengths = len(lengths), sum(lengths), sum(n * n for n in lengths)
        """Of the sentences in paragraphs: how many, the sum of their lengths in words, and of the squares of these."""
        self.candidates = tuple(_candidates(self.passages, ruleset))
        self.standings: dict[Sort, Standing] = {}
        self.marks: dict[object, Marks] = {}

    def standing(self, sort: Sort) -> Standing:
        """Candidates of one sort, less those of which a wide condition has failed."""
        known = self.standings.get(sort)
        if known is None:
            if len(self.standings) > 8:
                self.standings.clear()
            known = self.standings[sort] = self._standing(*sort)
        return known

    def _standing(self, failed: int, weak: bool, quiet: bool) -> Standing:
        sort = [
            c for c in self.candidates if not c.wide & failed and c.weak == weak and (c.severity == "quiet") == quiet
        ]
        plain = [c for c in sort if c.hit.rule.kind != "density"]
        return Standing(
            tuple(c for c in plain if not c.local and not c.spared),
            tuple(c for c in plain if c.local),
            tuple(c for c in sort if c.hit.rule.kind == "density" and not c.spared),
            sum(c.counts for c in plain if not c.local),
        )


def _heads(part: PassageLint) -> bool:
    return part.reading.passage.kind == "heading"


def _candidates(passages: Sequence[PassageLint], ruleset: Ruleset) -> list[Candidate]:
    found: list[Candidate] = []
    sentences = 0
    for number, part in enumerate(passages):
        for index, hit in enumerate((*part.hits, *part.spared)):
            conditions = ruleset.conditions[hit.rule.id, hit.match.number]
            found.append(
                Candidate(
                    number=len(found),
                    passage=number,
                    part=part,
                    hit=hit,
                    index=index,
                    sentence=sentences + hit.sentence,
                    wide=conditions.wide,
                    local=conditions.local,
                    weak=conditions.weak,
                    counts=rank(hit.rule.severity) <= rank("information") and hit.rule.kind != "density",
                    spared=index >= len(part.hits),
                )
            )
        if not _heads(part):
            sentences += part.sketch.sentences
    return found
