"""Neighbouring chunks taken together: their sums, shapes and marks are kept while none of them changes.

A long draft has thousands of chunks, and a keystroke changes one. Where a run ends its last chunk says by itself, so an edit
leaves all runs but its own as they were, and what is asked of a document at each keystroke is asked of its runs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TypeVar

from unmid.checks.layout import Stretch
from unmid.lint import marks
from unmid.lint.chunk import Candidate, ChunkLint, Sort
from unmid.lint.finding import Batch, Finding, Marks
from unmid.lint.marks import Around
from unmid.lint.suppress import Silence

_MOST_KEPT = 8
_MOST_CHUNKS = 128
"""Chunks of a run, should none of them end it: those of a text that says one thing again and again are all alike."""

T = TypeVar("T")

Placed = tuple[int, Candidate]
"""A candidate with the number of its chunk in the run."""


@dataclass(frozen=True, slots=True)
class Together:
    """Candidates of one sort in a run, as `Standing` has them in a chunk. `sure` has no chunk without any."""

    sure: Mapping[int, tuple[Candidate, ...]]
    open: tuple[Placed, ...]
    dense: tuple[Placed, ...]
    company: int


class Run:
    """Neighbouring chunks. What is worked out of them is kept here: it depends on nothing but them.

    `offsets` are code points from the start of the run to each chunk, `before` the sentences of prose in the run before each.
    """

    __slots__ = (
        "_marks", "_together", "before", "chunks", "commented", "first", "lengths", "offsets", "past", "second", "sentences",
        "stretch", "words",
    )  # fmt: skip

    def __init__(self, chunks: Sequence[ChunkLint]) -> None:
        self.chunks = tuple(chunks)
        self.offsets = tuple(accumulate((len(chunk.chunk.text) for chunk in self.chunks), initial=0))[:-1]
        self.stretch = Stretch([(offset, chunk.sheet) for offset, chunk in zip(self.offsets, self.chunks, strict=True)])
        self.words = sum(chunk.words for chunk in self.chunks)
        self.before = tuple(accumulate((chunk.sentences for chunk in self.chunks), initial=0))
        self.sentences = self.before[-1]
        self.second = sum(chunk.second for chunk in self.chunks)
        self.first = sum(chunk.first for chunk in self.chunks)
        self.past = sum(chunk.past for chunk in self.chunks)
        self.lengths = tuple(sum(chunk.lengths[n] for chunk in self.chunks) for n in range(3))
        self.commented = any(chunk.comments for chunk in self.chunks)
        """Whether comments in the run silence rules."""
        self._together: dict[Sort, Together] = {}
        self._marks: dict[object, Batch] = {}

    def together(self, sort: Sort) -> Together:
        """Candidates of one sort, less those of which a wide condition has failed."""
        known = self._together.get(sort)
        if known is None:
            if len(self._together) > _MOST_KEPT:
                self._together.clear()
            found = [(number, chunk.standing(sort)) for number, chunk in enumerate(self.chunks) if chunk.candidates]
            known = self._together[sort] = Together(
                {number: standing.sure for number, standing in found if standing.sure},
                tuple((number, one) for number, standing in found for one in standing.open),
                tuple((number, one) for number, standing in found for one in standing.dense),
                sum(standing.company for _, standing in found),
            )
        return known

    def marks(
        self,
        sorts: tuple[Sort, ...],
        placed: tuple[Placed, ...],
        blocks: tuple[tuple[int, Finding], ...],
        silent: tuple[tuple[int, Silence], ...],
        around: Around,
    ) -> Batch:
        """The marks of the run; the same object when asked again.

        The sure candidates of these sorts stand, those that are `placed`, and `blocks`; `silent` is what comments silence, with
        the numbers of the chunks.
        """
        key = sorts, placed, tuple((number, id(finding)) for number, finding in blocks), silent, around.key
        known = self._marks.get(key)
        if known is not None and around.end is None:
            return known
        found = Batch(self._made(sorts, placed, blocks, silent, around))
        if known is not None and found.same(known):
            return known
        if len(self._marks) >= _MOST_KEPT:
            self._marks.clear()
        # Whatever is known by its id() must live as long as that.
        found.kept[Run] = blocks
        self._marks[key] = found
        return found

    def _made(
        self,
        sorts: tuple[Sort, ...],
        placed: tuple[Placed, ...],
        blocks: tuple[tuple[int, Finding], ...],
        silent: tuple[tuple[int, Silence], ...],
        around: Around,
    ) -> Iterator[tuple[int, Marks]]:
        standing: dict[int, list[Candidate]] = defaultdict(list)
        for sort in sorts:
            for number, sure in self.together(sort).sure.items():
                standing[number] += sure
        for number, candidate in placed:
            standing[number].append(candidate)
        whole, quiet = _by_chunk(blocks), _by_chunk(silent)
        for number in sorted(standing.keys() | whole.keys()):
            stand = tuple(sorted(standing.get(number, ()), key=lambda one: one.number))
            here = self._around(number, around)
            made = marks.of(self.chunks[number], stand, tuple(whole.get(number, ())), tuple(quiet.get(number, ())), here)
            if made:
                yield self.offsets[number], made

    def _around(self, number: int, around: Around) -> Around:
        """What is around a chunk, from what is around the run."""
        last = len(self.chunks) - 1
        return Around(
            before=self.chunks[number - 1].closes if number else around.before,
            after=self.chunks[number + 1].opens if number < last else around.after,
            only=around.only,
            end=(around.end[0], around.end[1] + self.offsets[number]) if around.end and number == last else None,
        )


def _by_chunk(placed: Iterable[tuple[int, T]]) -> dict[int, list[T]]:
    found: dict[int, list[T]] = defaultdict(list)
    for number, one in placed:
        found[number].append(one)
    return found


def runs(chunks: Sequence[ChunkLint], known: Mapping[tuple[ChunkLint, ...], Run]) -> list[Run]:
    """The chunks of a document by runs; those that are `known` are not made again."""
    found: list[Run] = []
    for start, stop in pairwise([0, *(number for number, chunk in enumerate(chunks, 1) if chunk.ends_run), len(chunks)]):
        for first in range(start, stop, _MOST_CHUNKS):
            some = tuple(chunks[first : min(first + _MOST_CHUNKS, stop)])
            found.append(known.get(some) or Run(some))
    return found
