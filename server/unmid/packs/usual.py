"""What is usual: the rates of habits, rules and words over acclaimed essays, and what assistants' answers have of them, kept
beside the rules in `usual.json`.

Written by one command (`make usual`); figures only.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path

from unmid.packs.model import Rate

FILE = "usual.json"
RARE_TIMES = 10
"""Times that an author does what answers of assistants hardly do."""


@dataclass(frozen=True, slots=True)
class Usual:
    """General usage. `rates` are by name, as in a baseline; `terms` are words and phrases per million words.

    A term that is not listed occurs less often than `floor` times in a million words. `answers` are the mean rates of
    habits and rules in answers of assistants, and `stock` the short phrases that rules mark in several of these: what
    everybody's pasted answer has is no quirk.
    """

    about: str = ""
    rates: Mapping[str, Rate] = field(default_factory=dict)
    terms: Mapping[str, int] = field(default_factory=dict)
    floor: int = 0
    answers: Mapping[str, float] = field(default_factory=dict)
    stock: frozenset[str] = frozenset()

    def term(self, words: str) -> float:
        """How often a word or phrase occurs in 1,000 words, at most."""
        return self.terms.get(words, self.floor) / 1000

    def stocked(self, phrase: str) -> bool:
        """Whether answers of assistants hold a phrase, or marked words that are part of it."""
        words = phrase.split()
        return any(" ".join(words[start:end]) in self.stock for start in range(len(words)) for end in range(start + 1, len(words) + 1))

    def rare(self, name: str, rate: float) -> bool:
        """Whether answers of assistants hardly have a habit, or hits of a rule, that an author has at this rate."""
        return rate >= RARE_TIMES * self.answers.get(name, 0.0)


@lru_cache(maxsize=8)
def load_usual(root: Path) -> Usual:
    """The usual rates that a pack brings; empty if it brings none."""
    path = root / FILE
    if not path.is_file():
        return Usual()
    raw = json.loads(path.read_text(encoding="utf-8"))
    terms = {term: rate for rate, line in raw["terms"].items() for term in line.split(", ")}
    rates = {name: Rate(*row) for name, row in raw["rates"].items()}
    terms = {term: int(rate) for term, rate in terms.items()}
    return Usual(raw["about"], rates, terms, raw["floor"], raw["answers"], frozenset(raw["stock"]))


def dump_usual(usual: Usual) -> str:
    """The text of `usual.json`: a line a rate, and a line for all terms that are equally common."""
    answers = ",\n".join(f"  {json.dumps(name)}: {rate}" for name, rate in sorted(usual.answers.items()))
    stock = ",\n".join(f"  {json.dumps(phrase, ensure_ascii=False)}" for phrase in sorted(usual.stock))
    rows = ",\n".join(f"  {json.dumps(name)}: {json.dumps([*asdict(rate).values()])}" for name, rate in sorted(usual.rates.items()))
    common: dict[int, list[str]] = {}
    for term, rate in sorted(usual.terms.items(), key=lambda item: (-item[1], item[0])):
        common.setdefault(rate, []).append(term)
    lines = ",\n".join(f"  {json.dumps(str(rate))}: {json.dumps(', '.join(terms), ensure_ascii=False)}" for rate, terms in common.items())
    return f'{{\n "about": {json.dumps(usual.about)},\n "floor": {usual.floor},\n "rates": {{\n{rows}\n }},\n "answers": {{\n{answers}\n }},\n "stock": [\n{stock}\n ],\n "terms": {{\n{lines}\n }}\n}}\n'
