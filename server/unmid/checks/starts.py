"""Where in a sentence which patterns are worth trying.

All are weighed at once: a set of patterns is a number, with a bit for each.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from unmid.checks.notation import Pattern, Tape, opening


class Starts:
    """An index of patterns by the two words that they begin with, and by the rarest that they need.

    `patterns` come with the number of sentences that each may span: its rarest word may stand in any of them.
    """

    def __init__(self, patterns: Sequence[tuple[Pattern, int]]) -> None:
        self._first = _ByWord(pattern.first for pattern, _ in patterns)
        self._second = _ByWord(pattern.second for pattern, _ in patterns)
        self._inside = _bits(number for number, (pattern, _) in enumerate(patterns) if not pattern.initial)
        # Of those that need no word in particular nothing can be said.
        self._anchored = {
            across: _ByWord(pattern.anchors or None if one == across else frozenset() for pattern, one in patterns)
            for across in {across for _, across in patterns}
        }

    def of(self, tape: Tape, stop: int, near: Mapping[int, frozenset[str]]) -> dict[int, list[int]]:
        """Places between the tape's begin and `stop` from which to try, by the number of the pattern.

        `near` are the words of the sentence and those after it, by how many sentences they are.
        """
        found: dict[int, list[int]] = defaultdict(list)
        anchored = 0
        for across, words in self._anchored.items():
            anchored |= words.any_of(near[across])
        opens = opening(tape, tape.begin)
        for at in range(tape.begin, stop):
            bits = anchored & self._first.of(tape.words[at])
            if bits:
                bits &= self._second.of(tape.words[at + 1] if at + 1 < len(tape.words) else "")
                for number in _members(bits if at == opens else bits & self._inside):
                    found[number].append(at)
        return found


class _ByWord:
    """Which of some sets of words hold a word, by their numbers as bits; a set that is None holds any."""

    def __init__(self, sets: Iterable[frozenset[str] | None]) -> None:
        same: dict[frozenset[str] | None, list[int]] = defaultdict(list)
        for number, words in enumerate(sets):
            same[words].append(number)
        self._free = _bits(same.pop(None, ()))
        # Numbers are long and words many: those of a word are put together when it first turns up.
        self._sets: dict[str, list[list[int]]] = defaultdict(list)
        for words, numbers in same.items():
            for word in words or ():
                self._sets[word].append(numbers)
        self._known: dict[str, int] = {}

    def of(self, word: str) -> int:
        """The sets that hold a word."""
        bits = self._known.get(word)
        if bits is None:
            if word not in self._sets:
                return self._free
            bits = self._known[word] = self._free | _bits(number for numbers in self._sets[word] for number in numbers)
        return bits

    def any_of(self, words: frozenset[str]) -> int:
        """The sets that hold one of some words."""
        bits = self._free
        for word in words & self._sets.keys():
            bits |= self.of(word)
        return bits


def _bits(numbers: Iterable[int]) -> int:
    bits = 0
    for number in numbers:
        bits |= 1 << number
    return bits


def _members(bits: int) -> Iterator[int]:
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest
