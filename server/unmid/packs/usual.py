"""What is usual: the rates of habits, rules and words over acclaimed essays, kept beside the rules in `usual.json`.

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


@dataclass(frozen=True, slots=True)
class Usual:
    """General usage. `rates` are by name, as in a baseline; `terms` are words and phrases per million words.

    A term that is not listed occurs less often than `floor` times in a million words.
    """

    about: str = ""
    rates: Mapping[str, Rate] = field(default_factory=dict)
    terms: Mapping[str, int] = field(default_factory=dict)
    floor: int = 0

    def term(self, words: str) -> float:
        """How often a word or phrase occurs in 1,000 words, at most."""
        return self.terms.get(words, self.floor) / 1000


@lru_cache(maxsize=8)
def load_usual(root: Path) -> Usual:
    """The usual rates that a pack brings; empty if it brings none."""
    path = root / FILE
    if not path.is_file():
        return Usual()
    raw = json.loads(path.read_text(encoding="utf-8"))
    terms = {term: rate for rate, line in raw["terms"].items() for term in line.split(", ")}
    rates = {name: Rate(*row) for name, row in raw["rates"].items()}
    return Usual(raw["about"], rates, {term: int(rate) for term, rate in terms.items()}, raw["floor"])


def dump_usual(usual: Usual) -> str:
    """The text of `usual.json`: a line a rate, and a line for all terms that are equally common."""
    rows = ",\n".join(f"  {json.dumps(name)}: {json.dumps([*asdict(rate).values()])}" for name, rate in sorted(usual.rates.items()))
    common: dict[int, list[str]] = {}
    for term, rate in sorted(usual.terms.items(), key=lambda item: (-item[1], item[0])):
        common.setdefault(rate, []).append(term)
    lines = ",\n".join(f"  {json.dumps(str(rate))}: {json.dumps(', '.join(terms), ensure_ascii=False)}" for rate, terms in common.items())
    return f'{{\n "about": {json.dumps(usual.about)},\n "floor": {usual.floor},\n "rates": {{\n{rows}\n }},\n "terms": {{\n{lines}\n }}\n}}\n'
