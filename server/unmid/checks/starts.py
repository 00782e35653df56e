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
        self._first, self._any_first = _by_word(pattern.first for pattern, _ in patterns)
        self._second, self._any_second = _by_word(pattern.second for pattern, _ in patterns)
        self._inside = _set(number for number, (pattern, _) in enumerate(patterns) if not pattern.initial)
        self._always = _set(number for number, (pattern, _) in enumerate(patterns) if not pattern.anchors)
        self._anchored: dict[int, Mapping[str, int]] = {}
        for across in {across for _, across in patterns}:
            self._anchored[across], _ = _by_word(
                pattern.anchors if one == across else frozenset() for pattern, one in patterns
            )

    def of(self, tape: Tape, stop: int, near: Mapping[int, frozenset[str]]) -> dict[int, list[int]]:
        """Places between the tape's begin and `stop` from which to try, by the number of the pattern.

        `near` are the words of the sentence and those after it, by how many sentences they are.
        """
        found: dict[int, list[int]] = defaultdict(list)
        anchored = self._always
        for across, by_word in self._anchored.items():
            for word in near[across] & by_word.keys():
                anchored |= by_word[word]
        words = tape.words
        opens = opening(tape, tape.begin)
        for at in range(tape.begin, stop):
            bits = anchored & self._first.get(words[at], self._any_first)
            if bits:
                bits &= self._second.get(words[at + 1] if at + 1 < len(words) else "", self._any_second)
                for number in _members(bits if at == opens else bits & self._inside):
                    found[number].append(at)
        return found


def _by_word(sets: Iterable[frozenset[str] | None]) -> tuple[Mapping[str, int], int]:
    """For each word which of the sets hold it; those that hold any (None) are among them, and come alone as well."""
    same: dict[frozenset[str] | None, list[int]] = defaultdict(list)
    for number, words in enumerate(sets):
        same[words].append(number)
    free = _set(same.pop(None, ()))
    found: dict[str, int] = {}
    for words, numbers in same.items():
        bits = _set(numbers)
        for word in words or ():
            found[word] = found.get(word, free) | bits
    return found, free


def _set(numbers: Iterable[int]) -> int:
    bits = 0
    for number in numbers:
        bits |= 1 << number
    return bits


def _members(bits: int) -> Iterator[int]:
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest
