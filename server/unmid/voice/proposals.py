"""What an author may want to allow or ban, found in their own texts. Nothing of it is stored until they say so.

What everybody's pasted answer has is no quirk: no phrase is proposed that answers of assistants hold again and again, and
no rule that they break.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from unmid.checks.habits import COUNTED, SOFTENERS
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
BENT_TIMES, BENT_SHARE = 2, 0.4
"""The same as for a quirk, for what only helps to explain a phrase."""
TURN_SHARE = 0.3
"""Share of the uses of a softener that stand in one turn of phrase."""
LEAST_TEXTS, LEAST_HITS = 3, 4
"""Texts and hits without which nothing is a habit."""
_MOST_TICS = 12
_SOFT_WORDS = frozenset(word for softener in SOFTENERS for word in softener.split())
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

    @property
    def verb(self) -> str:
        """What accepting it does."""
        return "Ban" if self.kind == "ban" else "Allow"

    @property
    def question(self) -> str:
        """What to ask the author, with the reason."""
        most = f" beyond {self.per_1k:g} in 1,000 words" if self.kind == "ban" else ""
        return f"{self.verb} “{self.what}”{most}? {self.why[0].upper()}{self.why[1:]}."


def proposals(
    samples: Sequence[Sample], baseline: Baseline, usual: Usual, settled: Callable[[Proposal], bool] = lambda one: False
) -> tuple[Proposal, ...]:
    """Quirks to allow, then tics to ban, the most telling first. What would hold the former down is not proposed to ban.

    What is `settled` is left out, and makes room for a tic that is less telling.
    """
    texts = distinct(samples)
    kept: dict[str, Proposal] = {}
    for one in (*_softeners(baseline, usual), *_turns(texts, usual), *_phrases(texts, baseline, usual)):
        kept.setdefault(one.what, one)
    tics = (one for one in _tics(texts, usual) if not any(_holds(one.what, what) for what in kept))
    allowed = (one for one in (*kept.values(), *_rules(baseline, usual)) if not settled(one))
    return (*allowed, *islice((one for one in tics if not settled(one)), _MOST_TICS))


def quirks(baseline: Baseline, usual: Usual) -> tuple[str, ...]:
    """The habits, by name, that an author has far more than is usual, the strongest first."""
    found = {
        name: rate.mean / usual.rates[name].mean
        for name, rate in baseline.rates.items()
        if name in COUNTED and name in usual.rates and not name.startswith("markup.") and _quirk(name, baseline, usual)
    }
    return tuple(sorted(found, key=lambda name: (-found[name], name)))


def _softeners(baseline: Baseline, usual: Usual) -> Iterator[Proposal]:
    """Words such as `fairly` that an author has far more often than essays and assistants have."""
    for word in SOFTENERS:
        name = f"soft.{word}"
        if not usual.stocked(word) and _quirk(name, baseline, usual) and baseline.rates[name].mean >= QUIRK_TIMES * usual.answers.get(name, 0.0):
            rate, norm = baseline.rates[name], usual.rates.get(name)
            often = f"{rate.mean:.1f} in 1,000 words of yours, {norm.mean:.1f} elsewhere" if norm else f"{rate.mean:.1f} in 1,000 words of yours"
            yield Proposal("phrase", word, f"{often}; in {rate.n} of {baseline.texts} texts")


def _phrases(texts: Sequence[Sample], baseline: Baseline, usual: Usual) -> Iterator[Proposal]:
    """Marked words that finished texts hold again and again: they were meant.

    In one text is enough where the author does more often than others what the rule marks. What is written once is no habit.
    """
    hits = sum((one.marks for one in texts), Counter[tuple[str, str]]())
    held = Counter(mark for one in texts for mark in one.marks)
    often = max(PHRASE_SHARE * len(texts), LEAST_PHRASE_TEXTS)
    bent = {rule for rule, _ in hits if _more(rule, baseline, usual, BENT_TIMES, BENT_SHARE, LEAST_PHRASE_TEXTS)}
    for (rule, words), count in sorted(hits.items(), key=lambda item: (-item[1], item[0])):
        again = held[rule, words] >= often or (count > 1 and rule in bent)
        if again and len(words.split()) <= LONGEST and not usual.stocked(words):
            yield Proposal("phrase", words, f"you wrote it {count} times, in {held[rule, words]} of {len(texts)} texts; {rule} marks it")


def _quirk(name: str, baseline: Baseline, usual: Usual) -> bool:
    """Whether a habit, or what a rule marks, is far more common in an author's texts than is usual, and in most of them."""
    return _more(name, baseline, usual, QUIRK_TIMES, QUIRK_SHARE, LEAST_TEXTS)


def _more(name: str, baseline: Baseline, usual: Usual, times: float, share: float, least: int) -> bool:
    """Whether something is so many times as common as is usual, in this share of the texts and in `least` of them."""
    rate = baseline.rates.get(name)
    if rate is None or rate.n < max(share * baseline.texts, least):
        return False
    return name not in usual.rates or rate.mean >= times * usual.rates[name].mean


def _rules(baseline: Baseline, usual: Usual) -> Iterator[Proposal]:
    """Rules whose subject is a habit: none that answers of assistants break more than hardly ever."""
    wanted = {_HABIT_RULES[name] for name in quirks(baseline, usual) if name in _HABIT_RULES}
    wanted |= {name for name in baseline.rates if "/" in name and "." not in name and _quirk(name, baseline, usual)}
    for rule in sorted(wanted):
        if rule not in baseline.rates or usual.rare(rule, baseline.rates[rule].mean):
            yield Proposal("rule", rule, "what it marks is a habit of yours")


def _turns(texts: Sequence[Sample], usual: Usual) -> Iterator[Proposal]:
    """Turns of phrase in most texts that a softener opens, and to which it owes much of its use: `a bit cringe`."""
    for term, found in _recurring(texts, usual, QUIRK_SHARE).items():
        word = _softener(term)
        uses = sum(one.rates.get(f"soft.{word}", 0.0) * one.words / 1000 for one in texts)
        if word and not usual.stocked(term) and found.hits >= TURN_SHARE * uses:
            yield Proposal("phrase", word + term.removeprefix(word.removeprefix("a ")), found.why)


def _softener(term: str) -> str:
    """The softener that opens a term, which has lost an `a` at its head."""
    return next((word for word in SOFTENERS if term.startswith(f"{word.removeprefix('a ')} ")), "")


def _tics(texts: Sequence[Sample], usual: Usual) -> Iterator[Proposal]:
    """Words and phrases far more common here than anywhere, in many of the texts.

    Single words must be among those that general usage lists: others are what the texts are about. So are phrases that
    hold neither such a word nor a small one. What a softener opens is a turn of phrase.
    """
    found = {term: one for term, one in _recurring(texts, usual, TIC_SHARE).items() if _common(term, usual) and not _softener(term)}
    # A word that stands mostly inside one phrase is that phrase, and so is half of a longer one.
    chosen: list[str] = []
    for term in sorted(found, key=lambda term: (-len(term.split()), -found[term].times, term)):
        if not any(_inside(term, other) and found[other].hits >= 0.7 * found[term].hits for other in chosen):
            chosen.append(term)
    for term in sorted(chosen, key=lambda term: (-found[term].times, term)):
        yield Proposal("ban", term, found[term].why, round(found[term].p90, 1))


def _common(term: str, usual: Usual) -> bool:
    """Whether a term is more than what the texts are about."""
    parts = term.split()
    return any(part in usual.terms or small(part) for part in parts) if len(parts) > 1 else term in usual.terms


@dataclass(frozen=True, slots=True)
class _Recurring:
    """A term that comes back: its hits, how many times the usual rate that is, the rate of the text at the ninth decile."""

    hits: int
    times: float
    p90: float
    why: str


def _recurring(texts: Sequence[Sample], usual: Usual, share: float) -> dict[str, _Recurring]:
    """The terms that this share of the texts hold, far more often than is usual."""
    counts = _counts(texts)
    hits = sum(counts, Counter[str]())
    held = Counter(term for one in counts for term in one)
    words = sum(one.words for one in texts) / 1000
    found: dict[str, _Recurring] = {}
    for term, count in hits.items():
        if count < LEAST_HITS or held[term] < max(share * len(texts), LEAST_TEXTS):
            continue
        norm = usual.term(term)
        times = (count + SHRINK * norm) / (words + SHRINK) / norm
        if times >= TIC_TIMES:
            why = f"{count / words:.1f} in 1,000 words of yours, {norm:.2f} or less elsewhere; in {held[term]} of {len(texts)} texts"
            rates = sorted(1000 * one[term] / text.words for text, one in zip(texts, counts, strict=True))
            found[term] = _Recurring(count, times, percentile(rates, 0.9), why)
    return found


def _holds(term: str, kept: str) -> bool:
    """Whether banning a term would hold down a phrase that is kept: it holds it, or a word of it that no softener has."""
    own = {word for word in kept.split() if word not in _SOFT_WORDS and not small(word)}
    return f" {kept} " in f" {term} " or not own.isdisjoint(term.split())


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
