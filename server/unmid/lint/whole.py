"""What needs the whole document: which candidates stand, what is counted, the shapes, and the marks that are shown.

Called at every keystroke, so runs of chunks are asked, and keep their answers under all that these depend on
(`unmid.lint.run`).
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from unmid.checks.layout import BlockHit, Layout
from unmid.checks.reading import word_count
from unmid.checks.shapes import SHAPES
from unmid.lint import marks
from unmid.lint.chunk import Candidate, ChunkLint, Sort
from unmid.lint.finding import Batch, Finding, Marks, Report
from unmid.lint.places import Scene, Spot
from unmid.lint.ruleset import PLACES, Ruleset, rank
from unmid.lint.run import Placed, Run
from unmid.lint.suppress import Silence, Unknown, silences
from unmid.packs.model import Problem
from unmid.prose import nlp
from unmid.prose.model import Document
from unmid.text.span import Span

SUPPRESSION = "unmid/unknown-rule"
_LIMIT_WORDS = 300
_PAGE = 1_800
"""Characters of source, about 300 words."""
_PAGE_MARKS = 18
"""Marks that a page may show; readers who mark hardest reach half of that."""


@dataclass
class Whole:
    """A document with what each of its chunks yields, and these by runs."""

    document: Document
    ruleset: Ruleset
    runs: Sequence[Run]
    only: str = ""
    broken: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.bases = [base for base, _ in self.document.chunks]
        self.chunks = [chunk for run in self.runs for chunk in run.chunks]
        self.firsts = [*accumulate((len(run.chunks) for run in self.runs), initial=0)][:-1]
        self.scene = Scene(self.chunks, self.runs)
        stretches = [(self.bases[first], run.stretch) for first, run in zip(self.firsts, self.runs, strict=True)]
        self.layout = Layout(self.document, self.ruleset.genre, stretches, self.ruleset.baseline, self.ruleset.usual)
        said = [
            (first + local, comment)
            for first, run in zip(self.firsts, self.runs, strict=True)
            if run.commented
            for local, chunk in enumerate(run.chunks)
            for comment in chunk.comments
        ]
        self.unknown: tuple[Unknown, ...] = ()
        self.silenced: Mapping[int, tuple[Silence, ...]] = {}
        if said:
            silent, self.unknown = silences(self.document, said, self.ruleset.rules.keys() | self.ruleset.off.keys())
            self.silenced = self._by_chunk(silent)
        self.alone_failed = self._failed()

    def number(self, offset: int) -> int:
        """The chunk that holds a source offset."""
        return max(bisect_right(self.bases, offset) - 1, 0)

    def run(self, number: int) -> tuple[int, int]:
        """The run that holds a chunk, and the chunk's number in it."""
        run = bisect_right(self.firsts, number) - 1
        return run, number - self.firsts[run]

    def report(self, path: str) -> Report:
        """The report; what is only counted is worked out when somebody asks."""
        shown = self._shown()
        return Report(
            path=path,
            words=self.scene.words,
            batches=tuple(shown),
            metrics=self._metrics(shown),
            count=self._counted,
            problems=tuple(Problem(rule, 0, reason) for rule, reason in self.broken.items()),
        )

    # What is shown.

    def _shown(self) -> list[tuple[int, Batch]]:
        alone: Sort = self.alone_failed, False, False
        standing, self.scene.company = self._placed(alone)
        self.leaning_failed = self._failed()
        leaning: Sort = self.leaning_failed, True, False
        for run, placed in self._placed(leaning)[0].items():
            standing[run] = standing.get(run, ()) + placed
        blocks: dict[int, list[tuple[int, Finding]]] = defaultdict(list)
        for hit in self._shapes(quiet=False):
            number = self.number(hit.base)
            run, local = self.run(number)
            blocks[run].append((local, marks.block(self.layout, number, hit)))
        silent: dict[int, list[tuple[int, Silence]]] = defaultdict(list)
        for number, some in self.silenced.items():
            run, local = self.run(number)
            silent[run] += [(local, one) for one in some]
        found = []
        last = len(self.runs) - 1
        for number, one in enumerate(self.runs):
            base = self.bases[self.firsts[number]]
            around = marks.Around(
                before=self.runs[number - 1].chunks[-1].closes if number else "",
                after=self.runs[number + 1].chunks[0].opens if number < last else "",
                only=self.only,
                end=(self.document.text, base) if number == last else None,
            )
            placed, shaped, quiet = standing.get(number, ()), tuple(blocks.get(number, ())), tuple(silent.get(number, ()))
            kept = one.marks((alone, leaning), placed, shaped, quiet, around)
            if kept:
                found.append((base, kept))
        return self._with_unknown(_capped(found))

    def _placed(self, sort: Sort) -> tuple[dict[int, tuple[Placed, ...]], int]:
        """By run, the candidates of one sort that stand and might not, and how many of all that stand are company for weaker ones."""
        found: dict[int, list[Placed]] = defaultdict(list)
        dense: dict[tuple[str, int], list[tuple[int, Candidate]]] = defaultdict(list)
        company = sentences = 0
        for number, (first, run) in enumerate(zip(self.firsts, self.runs, strict=True)):
            together = run.together(sort)
            company += together.company
            for local, candidate in together.open:
                if self._stands(candidate, first + local, sentences + run.before[local]):
                    company += candidate.counts
                    if not candidate.spared:
                        found[number].append((local, candidate))
            for local, candidate in together.dense:
                if self._stands(candidate, first + local, sentences + run.before[local]):
                    hit = candidate.hit
                    dense[hit.rule.id, hit.match.number if hit.match.limit else -1].append((first + local, candidate))
            sentences += run.sentences
        for (rule, _), hits in dense.items():
            try:
                extra = _beyond(self.scene, hits)
            except Exception as error:
                self._switch_off(rule, error)
                continue
            for chunk, candidate in extra:
                number, local = self.run(chunk)
                found[number].append((local, candidate))
        return {number: tuple(placed) for number, placed in found.items()}, company

    def _stands(self, candidate: Candidate, chunk: int, sentences: int) -> bool:
        """Whether the places of a candidate hold; `sentences` are those before its chunk."""
        if not candidate.local:
            return True
        spot = Spot(chunk, candidate.passage, sentences + candidate.sentence)
        try:
            return all(PLACES[c.name](self.scene, spot, candidate.hit, c.arg) == c.wanted for c in candidate.local)
        except Exception as error:
            self._switch_off(candidate.hit.rule.id, error)
            return False

    def _failed(self) -> int:
        """A bit for each of the ruleset's wide conditions that does not hold."""
        spot, failed = Spot(0, 0, 0), 0
        for number, condition in enumerate(self.ruleset.wide):
            try:
                holds = PLACES[condition.name](self.scene, spot, None, condition.arg) == condition.wanted
            except Exception as error:
                holds = False
                for (rule, _), conditions in self.ruleset.conditions.items():
                    if conditions.wide >> number & 1:
                        self._switch_off(rule, error)
            failed |= 0 if holds else 1 << number
        return failed

    def _switch_off(self, rule: str, error: Exception) -> None:
        """A rule that throws is switched off; the others go on."""
        self.broken[rule] = f"{type(error).__name__}: {error}"

    def _shapes(self, quiet: bool) -> Iterator[BlockHit]:
        for rule in self.ruleset.shapes:
            if rule.id in self.broken or (rule.severity == "quiet") != quiet:
                continue
            try:
                yield from [hit for hit in SHAPES[rule.shape](self.layout, rule) if hit.whole or not self._allowed(hit)]
            except Exception as error:
                self._switch_off(rule.id, error)

    def _allowed(self, hit: BlockHit) -> bool:
        """Whether what a shape marks is itself a phrase that the author keeps."""
        words = hit.span.shifted(hit.base).of(self.document.text) if self.ruleset.allow else ""
        return " ".join(nlp.fold(words).split()) in self.ruleset.allow

    def _by_chunk(self, silent: Iterable[Silence]) -> dict[int, tuple[Silence, ...]]:
        """Silences by the chunks that they meet, in chunk coordinates and no longer than the chunk."""
        found: dict[int, list[Silence]] = defaultdict(list)
        for silence in silent:
            for number in range(self.number(silence.span.start), self.number(max(silence.span.end - 1, silence.span.start)) + 1):
                base, length = self.bases[number], len(self.chunks[number].chunk.text)
                span = Span(max(silence.span.start - base, 0), min(silence.span.end - base, length))
                found[number].append(Silence(span, silence.rules))
        return {number: tuple(some) for number, some in found.items()}

    def _with_unknown(self, found: list[tuple[int, Batch]]) -> list[tuple[int, Batch]]:
        if not self.unknown:
            return found
        known = dict(found)
        for item in self.unknown:
            number = self.number(item.span.start)
            base = self.bases[number]
            message = f"there is no rule “{item.name}”{item.hint}"
            finding = Finding(SUPPRESSION, "warning", message, item.span.shifted(-base), item.span.of(self.document.text))
            start = self.bases[self.firsts[self.run(number)[0]]]
            beside = dict(known.get(start, ()))
            beside[base - start] = Marks((*beside.get(base - start, ()), finding), marks.saved)
            known[start] = Batch(sorted(beside.items(), key=lambda item: item[0]))
        return sorted(known.items(), key=lambda item: item[0])

    # What is counted.

    def _counted(self) -> dict[str, int]:
        counts: Counter[str] = Counter()
        for failed, weak in ((self.alone_failed, False), (self.leaning_failed, True)):
            placed, _ = self._placed((failed, weak, True))
            for number, (first, run) in enumerate(zip(self.firsts, self.runs, strict=True)):
                sure = run.together((failed, weak, True)).sure.items()
                stand = [*((local, one) for local, some in sure for one in some), *placed.get(number, ())]
                counts.update(c.hit.rule.id for local, c in stand if not self._silent(first + local, c.hit.rule.id, c.span))
        for hit in self._shapes(quiet=True):
            number = self.number(hit.base)
            if not self._silent(number, hit.rule.id, hit.span):
                counts[hit.rule.id] += 1
        return {rule: count for rule, count in counts.items() if not self.only or rule == self.only}

    def _silent(self, number: int, rule: str, span: Span) -> bool:
        return any(silence.covers(rule, span) for silence in self.silenced.get(number, ()))

    def _metrics(self, found: Sequence[tuple[int, Batch]]) -> dict[str, float]:
        words = self.scene.words
        count, total, squares = (sum(run.lengths[n] for run in self.runs) for n in range(3))
        # Whole numbers up to here, so that the order in which chunks were read cannot show.
        deviation = (max(count * squares - total * total, 0)) ** 0.5 if count > 1 else 0.0
        return {
            "cuttable_words": sum(kept.saved for _, kept in found),
            "hedges_per_1k": round(1000 * sum(kept.hedges for _, kept in found) / words, 2) if words else 0.0,
            "list_share": round(self.layout.list_share, 3),
            "sentence_cv": round(deviation / total, 3) if total else 0.0,
        }


def _beyond(scene: Scene, hits: Sequence[tuple[int, Candidate]]) -> Sequence[tuple[int, Candidate]]:
    """Of a density rule's hits those beyond what is allowed.

    `at_least` hits are needed, or a rate above `per_1k` words (under 300 words two more than that rate allows). `within`
    words must hold `at_least` of them, and the document more than `per_1k`. `all` marks every hit once the limit is passed,
    not just the extra ones, the weakest first. A match with a limit of its own is counted by itself.
    """
    limit = hits[0][1].hit.match.limit or hits[0][1].hit.rule.limit
    least = max(int(limit.get("at_least", 1)), 1)
    spare = 2 if scene.words < _LIMIT_WORDS else 0
    # More than a thousand in a thousand words there cannot be.
    usual = int(min(limit["per_1k"], 1000) * scene.words / 1000 + spare) if "per_1k" in limit else 0
    allowed = least - 1
    if "within" in limit:
        hits = _near(scene, hits, int(limit["within"]), least) if len(hits) > usual else []
    else:
        allowed = max(allowed, usual)
    if len(hits) <= allowed:
        return ()
    return hits if limit.get("all") else _weakest(hits, len(hits) - allowed)


def _weakest(hits: Sequence[tuple[int, Candidate]], count: int) -> list[tuple[int, Candidate]]:
    """The hits that can best be spared: words said before, then those that open a sentence, then the later ones."""
    seen: set[str] = set()
    order = []
    for index, (_, candidate) in enumerate(hits):
        hit, reading = candidate.hit, candidate.part.reading
        words = hit.found.of(reading.folded)
        opens = hit.span.start == reading.sentences[hit.sentence].start if reading.sentences else False
        order.append((words not in seen, not opens, -index))
        seen.add(words)
    return [hits[index] for index in sorted(-before for *_, before in sorted(order)[:count])]


def _near(scene: Scene, hits: Sequence[tuple[int, Candidate]], words: int, least: int) -> list[tuple[int, Candidate]]:
    """Hits of which at least `least` stand within so many words."""
    before = [0]
    for chunk in scene.chunks:
        before.append(before[-1] + chunk.words)
    at = [before[number] + _words_before(scene.chunks[number], candidate) for number, candidate in hits]
    near: set[int] = set()
    for i in range(len(hits) - least + 1):
        if at[i + least - 1] - at[i] <= words:
            near.update(range(i, i + least))
    return [hits[i] for i in sorted(near)]


def _words_before(chunk: ChunkLint, candidate: Candidate) -> int:
    earlier = sum(part.sketch.words for part in chunk.passages[: candidate.passage])
    return earlier + word_count(candidate.part.reading.text[: candidate.hit.span.start])


def _capped(found: list[tuple[int, Batch]]) -> list[tuple[int, Batch]]:
    """The strongest marks of each page, so that none drowns: the most severe, then the longest."""
    pages = Counter([(base + start) // _PAGE for base, batch in found for start in batch.starts])
    full = {page for page, count in pages.items() if count > _PAGE_MARKS}
    if not full:
        return found
    crowded: dict[int, list[tuple[int, Finding]]] = defaultdict(list)
    for start, batch in found:
        for offset, kept in batch:
            for finding in kept:
                page = (start + offset + finding.span.start) // _PAGE
                if page in full:
                    crowded[page].append((start + offset, finding))
    dropped: dict[int, list[Finding]] = defaultdict(list)
    for all_marks in crowded.values():
        all_marks.sort(key=lambda one: (rank(one[1].severity), -len(one[1].span), one[0] + one[1].span.start, one[1].rule))
        for base, finding in all_marks[_PAGE_MARKS:]:
            dropped[base].append(finding)
    by_base = ((base, {offset: dropped[base + offset] for offset, _ in batch if base + offset in dropped}) for base, batch in found)
    less = ((base, _without(batch, gone)) for (_, batch), (base, gone) in zip(found, by_base, strict=True))
    return [(base, batch) for base, batch in less if batch]


def _without(batch: Batch, dropped: Mapping[int, Sequence[Finding]]) -> Batch:
    """The batch less some marks, these by the offset of their chunk; the same object as when last asked, if it can be."""
    if not dropped:
        return batch
    less = ((offset, marks.without(kept, dropped[offset]) if offset in dropped else kept) for offset, kept in batch)
    made, known = Batch((offset, kept) for offset, kept in less if kept), batch.kept.get(_without)
    if known is None or not made.same(known):
        batch.kept[_without] = known = made
    return known
