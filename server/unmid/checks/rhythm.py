"""Kinds `rhythm` and `absence`: sentence lengths, openings, and what a text lacks.

Each public function is a shape, as in `unmid.checks.lists`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import regex

from unmid.checks.layout import BlockHit, Layout, prose, variation
from unmid.checks.reading import Reading
from unmid.packs.model import Rule
from unmid.text.span import Span

_FINITE = re.compile(
    r"\b(?:is|are|was|were|has|have|had|can|could|may|might|must|should|will|would|do|does|did|\w{3,}(?:n't))\b"
)
_SUBJECT = re.compile(r"^\W*(?:i|you|he|she|it|we|they|this|that|there|who|nobody|everyone)\b|\w'(?:s|re|ve|ll|d|m|t)\b")
_STANCE = re.compile(
    r"\b(?:i|we|my|our|should|must|ought|never|wrong|right|better|worse|best|worst|bad|good|fail(?:s|ed|ure)?|mistake|myth|nonsense|"
    r"wins?|loses?|beats?|prefer|pick|choose|avoid|worth|deserves?|matters?|need(?:s|n't)? to|too (?:much|many|little|few|\w+) |"
    r"more \w+ than|less \w+ than|rather than|nobody|nothing|not because|in fact|the point is|the trouble|the problem is)\b"
)
_NAME = regex.compile(r"\d|(?<=[\p{L}\d,;:'’)] )(?!I\b|I['’])\p{Lu}")
_FIRST = re.compile(r"\b(?:i|me|my|we|us|our)\b")
WINDOW = 12
"""Sentences over which a rhythm is judged."""
_FIRST_WORDS = re.compile(r"\W*([\w']+)(?:\W+([\w']+))?(?:\W+([\w']+))?")


def flat_sentences(layout: Layout, rule: Rule) -> Iterator[BlockHit]:
    """Runs of sentences of one length: the coefficient of variation over a window of sentences falls below the limit."""
    if layout.words < rule.limit.get("words", 300):
        return
    found = flattest(layout, int(rule.limit.get("window", WINDOW)))
    if found and found[0] < rule.limit.get("cv_below", 0.28):
        flat, base, span = found
        yield BlockHit(rule, base, span, {"cv": f"{flat:.2f}"})


def flattest(layout: Layout, window: int = WINDOW) -> tuple[float, int, Span] | None:
    """The lowest variation of length over `window` sentences, with the first of them: base and chunk span.

    None where the document has fewer sentences.
    """
    sentences = [(base, reading, n) for base, reading in prose(layout) for n in range(len(reading.sentences))]
    if len(sentences) < window:
        return None
    lengths = [reading.lengths[n] for _, reading, n in sentences]
    flat, at = min((variation(lengths[i : i + window]), i) for i in range(len(lengths) - window + 1))
    base, reading, n = sentences[at]
    return flat, base, reading.passage.offsets.to_chunk(reading.sentences[n])


def flat_paragraphs(layout: Layout, rule: Rule) -> Iterator[BlockHit]:
    """Paragraphs all of one size."""
    paragraphs = [(base, reading) for base, reading in prose(layout)]
    sizes = [reading.count for _, reading in paragraphs]
    if len(sizes) >= rule.limit.get("paragraphs", 5) and layout.words >= rule.limit.get("words", 300):
        flat = variation(sizes)
        if flat < rule.limit.get("cv_below", 0.2):
            base, reading = paragraphs[0]
            yield BlockHit(rule, base, reading.passage.span, {"cv": f"{flat:.2f}"})


def same_opener(layout: Layout, rule: Rule) -> Iterator[BlockHit]:
    """Many sentences that open with the same word, where it is no deliberate anaphora."""
    sentences = [(base, reading, n) for base, reading in prose(layout) for n in range(len(reading.sentences))]
    window, least = int(rule.limit.get("window", 8)), int(rule.limit.get("same", 4))
    openers = [_opener(reading.sentence(n)) for _, reading, n in sentences]
    last = -window
    for i in range(len(sentences)):
        if i - last < window or not openers[i] or openers[i][0] in ("i", "the", "a"):
            continue
        alike = [o for o in openers[i : i + window] if o[:1] == openers[i][:1]]
        anaphora = sum(o == openers[i] for o in alike) >= 3
        if len(alike) >= least and not anaphora:
            base, reading, n = sentences[i]
            span = reading.passage.offsets.to_chunk(reading.sentences[n])
            yield BlockHit(rule, base, span, {"count": len(alike), "word": openers[i][0].capitalize()})
            last = i


def staccato(layout: Layout, rule: Rule) -> Iterator[BlockHit]:
    """Bursts of verbless fragments."""
    least = int(rule.limit.get("fragments", 3))
    for base, reading in prose(layout):
        run: list[Span] = []
        for n, sentence in enumerate([*reading.sentences, None]):
            short = (
                sentence is not None
                and reading.lengths[n] <= 4
                and not _FINITE.search(reading.sentence(n))
                and not _SUBJECT.search(reading.sentence(n))
            )
            if short and sentence and sentence.of(reading.text).endswith(".") and not _quoted(reading, sentence):
                run.append(sentence)
                continue
            if len(run) >= least:
                yield BlockHit(rule, base, reading.passage.offsets.to_chunk(Span(run[0].start, run[-1].end)), whole=False)
            run = []


def no_claim(layout: Layout, rule: Rule) -> Iterator[BlockHit]:
    """Texts of some length in which no sentence takes a stand: no ought, no judgement, no first person, no comparison."""
    paragraphs = list(prose(layout))
    words = sum(reading.count for _, reading in paragraphs)
    if words < rule.limit.get("words", 300) or any(_STANCE.search(reading.folded) for _, reading in paragraphs):
        return
    base, reading = paragraphs[0]
    yield BlockHit(rule, base, reading.passage.span)


def no_specifics(layout: Layout, rule: Rule) -> Iterator[BlockHit]:
    """Long stretches of paragraphs without a name, a number, a quotation, code or a link, and hardly a first person."""
    least = rule.limit.get("words", 100)
    run: list[tuple[int, Reading]] = []
    for base, reading in [*prose(layout), (0, None)]:
        if reading is not None and not _specific(reading):
            run.append((base, reading))
            continue
        if sum(bare.count for _, bare in run) >= least and sum(len(_FIRST.findall(bare.folded)) for _, bare in run) < 2:
            start, first = run[0]
            yield BlockHit(rule, start, first.passage.span, {"count": sum(bare.count for _, bare in run)})
        run = []


def _specific(reading: Reading) -> bool:
    held = any(mark.kind in ("link", "code", "math", "image") for mark in reading.passage.marks)
    return held or bool(reading.quotes) or bool(_NAME.search(reading.text))


def _quoted(reading: Reading, span: Span) -> bool:
    return any(quote.meets(span) for quote in reading.quotes)


def _opener(sentence: str) -> tuple[str, ...]:
    """The first words of a sentence, up to three."""
    found = _FIRST_WORDS.match(sentence)
    return tuple(word for word in found.groups() if word) if found else ()
