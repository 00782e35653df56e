"""What a rule file and a pack say, after reading. No engine here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a file that a person wrote. `line` counts from 1; 0 when no line can be named."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}" if self.line else f"{self.path}: {self.message}"


@dataclass(frozen=True, slots=True)
class Example:
    """A text and what the rule says to it: the rule's tests and its documentation.

    `flags` are the marked words, in order; none means that the rule must stay silent. `fixed` is the text after the
    rule's preferred fixes. `note` says why a silent one is silent. `genre` and `format` set the scene, as does `given`
    (the key `with`): settings, and the author's `baseline`, in the form that they have in files.
    """

    text: str
    flags: tuple[str, ...] = ()
    fixed: str | None = None
    note: str = ""
    genre: str = "essay"
    format: str = "markdown"
    given: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Match:
    """One way in which a rule recognises what it is about.

    `patterns`, `phrases`, `regexes` and `tokens` are alternatives; which of them a rule may use follows from its kind.
    `when` names gates that must all hold, `unless` gates that each clear the match (`unmid.lint.gates`).
    `mark` says how far the mark reaches: the match, its sentence, all sentences that it touches, or from the match to
    the end of its sentence. `across` is how many sentences in a row a pattern may span.
    `replace` maps a phrase to what stands for it; under the key "" it is the replacement for any pattern of the match.
    `fix`, `safe`, `message`, `severity`, `fill` and `limit` stand for the rule's, where they are given; a match with a
    limit is counted by itself.
    """

    patterns: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    regexes: tuple[str, ...] = ()
    tokens: tuple[tuple[Mapping[str, object], ...], ...] = ()
    when: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    mark: str = "match"
    across: int = 1
    replace: Mapping[str, str] = field(default_factory=dict)
    fix: str = ""
    safe: bool | None = None
    message: str = ""
    severity: str = ""
    fill: str = ""
    limit: Mapping[str, float] = field(default_factory=dict)
    number: int = 0
    """Its place among the rule's matches."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: one file, one page, its own tests.

    `id` is `family/kebab-name`. `severity` quiet means: counted, never shown. `through` lists default gates that this
    rule looks through (a rule about quotations must see them). `off` lists the genres in which it is silent, `only`
    the genres outside which it is. `limit` holds the thresholds of density, structure and rhythm rules, `limits` those
    that differ in a genre, `shape` the name of the check that a structure, rhythm or absence rule runs. `fill` says what
    the writer should put where the words stand that a cut would take: an action's title, such as “Name the study”.
    """

    id: str
    kind: str
    severity: str
    summary: str
    message: str
    why: str
    instead: str
    exceptions: str
    fix: str = "none"
    safe: bool = False
    fill: str = ""
    since: str = ""
    scope: tuple[str, ...] = ("paragraph", "list-item")
    through: tuple[str, ...] = ()
    off: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    needs: str = ""
    shape: str = ""
    limit: Mapping[str, float] = field(default_factory=dict)
    limits: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    matches: tuple[Match, ...] = ()
    examples: tuple[Example, ...] = ()
    path: str = ""

    @property
    def family(self) -> str:
        """The part of the id before the slash."""
        return self.id.split("/", 1)[0]


@dataclass(frozen=True, slots=True)
class Pack:
    """A set of rules with the word classes that their patterns name."""

    name: str
    path: Path
    rules: tuple[Rule, ...] = ()
    classes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Ban:
    """How often an author lets themselves use a word: `max` times in a text, or `max_per_1k` times in 1,000 words.

    Neither given means never. `say` is what to tell them when they do.
    """

    max: int | None = None
    max_per_1k: float | None = None
    say: str = ""

    @property
    def never(self) -> bool:
        """Whether the word is banned outright."""
        return not self.max and not self.max_per_1k


@dataclass(frozen=True, slots=True)
class Rate:
    """How often something is in an author's texts: hits per 1,000 words, or the measure that a limit is compared with.

    Standard deviation and percentiles are over texts, so that one odd text does not set the norm. The mean of what is
    counted leans to the usual rate as if 5,000 words of it had been read too. `n` texts hold it.
    """

    mean: float
    sd: float
    p05: float
    p50: float
    p90: float
    n: int

    @property
    def typical(self) -> float:
        """The mean, or the edge of nine tenths of the texts where little was read and the mean leans to the usual one."""
        return min(max(self.mean, self.p05), self.p90)

    def at(self, percent: int) -> float:
        """The percentile: between the known ones in proportion, beyond them as in a normal distribution."""
        known = [(5, self.p05), (50, self.p50), (90, self.p90)]
        for (low, least), (high, most) in pairwise(known):
            if low <= percent <= high:
                return least + (most - least) * (percent - low) / (high - low)
        from statistics import NormalDist  # it brings in much that starting has no use for

        guess = NormalDist(self.mean, self.sd).inv_cdf(min(max(percent, 1), 99) / 100) if self.sd else self.mean
        return max(guess, self.p90) if percent > 90 else max(min(guess, self.p05), 0.0)


def alike(phrase: str) -> str:
    """A phrase such that two that are the same to a pack are equal: in any case, however they are spaced."""
    return " ".join(phrase.casefold().split())


LEARNED_TEXTS, LEARNED_WORDS = 5, 5_000
"""Texts and words from which an author's own rates count."""


@dataclass(frozen=True, slots=True)
class Baseline:
    """What was learned from an author's own texts: rates by name, never words of the texts.

    A rate named like a rule is of that rule's hits; one named like a limit (`list/share.share`) is of what that limit is
    compared with; others are features (`punct.dash`). `learned` is a date, `sources` are hashes of the texts.
    """

    author: str = ""
    words: int = 0
    texts: int = 0
    genres: tuple[str, ...] = ()
    learned: str = ""
    sources: tuple[str, ...] = ()
    rates: Mapping[str, Rate] = field(default_factory=dict)

    @property
    def learning(self) -> bool:
        """Whether too little was read to judge by. One that does not say how much was read was written by hand, and counts."""
        return 0 < self.words < LEARNED_WORDS or 0 < self.texts < LEARNED_TEXTS


Limits = Mapping[str, float | str]
"""By `rule.key`: a number, or a percentile of the author's own texts such as `p90`."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What a pack decides: rules and phrases that it allows, words that it bans, limits, severities."""

    rules: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    ban: Mapping[str, Ban] = field(default_factory=dict)
    limits: Limits = field(default_factory=dict)
    severity: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PackFile:
    """A pack with all that it says: a file, or a folder with rule files and perhaps a `pack.toml`.

    `path` is the file or folder, `file` the file that holds what `choices` come from (it need not exist) and `source` its
    text. `extends` are names and paths as written. `genres` are choices that hold in one genre only, over the others.
    `emails` tell by whose git identity the pack is chosen. `refused` are hashes of what was proposed and turned down
    (`unmid.voice.store.mark`). `problems` has those of `pack`, the rules, as well.
    """

    name: str
    path: Path
    file: Path
    source: str = ""
    summary: str = ""
    extends: tuple[str, ...] = ()
    author: str = ""
    emails: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    choices: Choices = field(default_factory=Choices)
    genres: Mapping[str, Choices] = field(default_factory=dict)
    baseline: Baseline | None = None
    pack: Pack = field(default_factory=lambda: Pack("", Path()))
    problems: tuple[Problem, ...] = ()
