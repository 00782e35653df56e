"""What an author may want to allow or ban, found in their own texts. Nothing of it is stored until they say so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from unmid.checks.habits import COUNTED
from unmid.packs.figures import Figures
from unmid.packs.model import Baseline
from unmid.packs.usual import Usual
from unmid.voice.features import Sample
from unmid.voice.learn import distinct
from unmid.voice.profile import SHRINK, percentile
from unmid.voice.terms import LONGEST, small

QUIRK_TIMES, QUIRK_SHARE = 3, 0.6
"""A habit is a quirk at so many times the usual rate, in this share of the texts."""
TIC_TIMES, TIC_SHARE = 5, 0.4
"""The same for a word or phrase that may be a tic."""
PHRASE_SHARE, LEAST_PHRASE_TEXTS = 0.15, 2
"""Share and number of the texts that hold a marked phrase again and again."""
LEAST_TEXTS, LEAST_HITS = 3, 4
"""Texts and hits without which nothing is a habit."""
_MOST_TICS = 12
_HABIT_RULES = {
    "sentence.one-word": "rhythm/staccato",
    "sentence.short": "rhythm/staccato",
    **{f"open.{word}": "rhythm/same-opener" for word in ("and", "but", "so", "this", "it", "that", "there", "we", "you", "if", "when")},
}
"""The rules whose subject a habit is."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Something to put into a pack if the author agrees.

    `kind` is `phrase` or `rule` (to allow) or `ban`; `what` the phrase, the rule or the word; `why` says it to the author.
    `per_1k` is the most that a ban leaves in 1,000 words.
    """

    kind: str
    what: str
    why: str
    per_1k: float = 0.0


def proposals(
    samples: Sequence[Sample], baseline: Baseline, usual: Usual, figures: Mapping[str, Figures]
) -> tuple[Proposal, ...]:
    """Quirks to allow, then tics to ban, the most telling first."""
    texts = distinct(samples)
    return (*_phrases(texts, baseline, usual), *_rules(baseline, usual, figures), *_tics(texts, usual))


def quirks(baseline: Baseline, usual: Usual) -> tuple[str, ...]:
    """The habits, by name, that an author has far more than is usual, the strongest first."""
    found = {
        name: rate.mean / usual.rates[name].mean
        for name, rate in baseline.rates.items()
        if name in COUNTED and name in usual.rates and not name.startswith("markup.") and _quirk(name, baseline, usual)
    }
    return tuple(sorted(found, key=lambda name: (-found[name], name)))


def _phrases(texts: Sequence[Sample], baseline: Baseline, usual: Usual) -> Iterator[Proposal]:
    """Marked words that finished texts hold again and again: they were meant.

    Once is enough where the rule that marks them finds a quirk of the author's.
    """
    hits = sum((one.marks for one in texts), Counter[tuple[str, str]]())
    held = Counter(mark for one in texts for mark in one.marks)
    often = max(PHRASE_SHARE * len(texts), LEAST_PHRASE_TEXTS)
    for (rule, words), count in sorted(hits.items(), key=lambda item: (-item[1], item[0])):
        if len(words.split()) <= LONGEST and (held[rule, words] >= often or _quirk(rule, baseline, usual)):
            times = "once" if count == 1 else f"{count} times"
            yield Proposal("phrase", words, f"you wrote it {times}, in {held[rule, words]} of {len(texts)} texts; {rule} marks it")


def _quirk(name: str, baseline: Baseline, usual: Usual) -> bool:
    """Whether a habit, or what a rule marks, is far more common in an author's texts than is usual, and in most of them."""
    rate = baseline.rates.get(name)
    if rate is None or rate.n < max(QUIRK_SHARE * baseline.texts, LEAST_TEXTS):
        return False
    return name not in usual.rates or rate.mean >= QUIRK_TIMES * usual.rates[name].mean


def _rules(baseline: Baseline, usual: Usual, figures: Mapping[str, Figures]) -> Iterator[Proposal]:
    """Rules whose subject is a habit: none that finds more in answers of machines than in essays."""
    wanted = {_HABIT_RULES[name] for name in quirks(baseline, usual) if name in _HABIT_RULES}
    wanted |= {
        name for name in baseline.rates
        if name in figures and figures[name].human >= figures[name].machine and _quirk(name, baseline, usual)
    }
    for rule in sorted(wanted):
        yield Proposal("rule", rule, "what it marks is a habit of yours")


def _tics(texts: Sequence[Sample], usual: Usual) -> Iterator[Proposal]:
    """Words and phrases far more common here than anywhere, in many of the texts.

    Single words must be among those that general usage lists: others are what the texts are about. So are phrases that
    hold neither such a word nor a small one.
    """
    counts = _counts(texts)
    hits = sum(counts, Counter[str]())
    held = Counter(term for one in counts for term in one)
    words = sum(one.words for one in texts) / 1000
    found: dict[str, float] = {}
    for term, count in hits.items():
        parts = term.split()
        common = any(part in usual.terms or small(part) for part in parts) if len(parts) > 1 else term in usual.terms
        if common and count >= LEAST_HITS and held[term] >= max(TIC_SHARE * len(texts), LEAST_TEXTS):
            times = (count + SHRINK * usual.term(term)) / (words + SHRINK) / usual.term(term)
            if times >= TIC_TIMES:
                found[term] = times
    # A word that stands mostly inside one phrase is that phrase, and so is half of a longer one.
    chosen: list[str] = []
    for term in sorted(found, key=lambda term: (-len(term.split()), -found[term], term)):
        if not any(_inside(term, other) and hits[other] >= 0.7 * hits[term] for other in chosen):
            chosen.append(term)
    for term in sorted(chosen, key=lambda term: (-found[term], term))[:_MOST_TICS]:
        rate = percentile(sorted(1000 * one[term] / text.words for text, one in zip(texts, counts, strict=True)), 0.9)
        why = f"{hits[term] / words:.1f} in 1,000 words of yours, {usual.term(term):.2f} or less elsewhere; in {held[term]} of {len(texts)} texts"
        yield Proposal("ban", term, why, round(rate, 1))


def _inside(term: str, other: str) -> bool:
    """Whether a term is part of another, or shares two words or more with it."""
    mine, theirs = set(term.split()), set(other.split())
    return mine <= theirs or len(mine & theirs) >= 2


def _counts(texts: Sequence[Sample]) -> list[Counter[str]]:
    """The terms of each text, without sentences that an earlier text has word for word: those are furniture."""
    seen: set[str] = set()
    found = []
    for one in texts:
        found.append(Counter(term for name, terms in one.terms.items() if name not in seen for term in terms))
        seen |= one.terms.keys()
    return found
