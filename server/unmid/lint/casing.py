"""Casing: which words can take a capital, or lose one, without harm to a name."""

from __future__ import annotations

import re

_COMMON = frozenset(
    ["a", "an", "the", "this", "that", "these", "those", "my", "your", "our", "their", "his", "her", "its", "some", "any", "no", "every", "each", "all", "both", "many", "much", "more", "most", "less", "few", "fewer", "several", "other", "another", "such", "what", "which", "who", "how", "why", "when", "where", "if", "whether", "because", "while", "in", "on", "at", "of", "for", "with", "by", "to", "from", "into", "about", "over", "under", "through", "between", "without", "within", "during", "after", "before", "across", "against", "and", "or", "but", "not", "never", "always", "often", "too", "very", "so", "also", "i", "you", "he", "she", "it", "we", "they", "there", "is", "are", "was", "were", "be", "been", "do", "does", "did", "has", "have", "had", "can", "could", "may", "might", "must", "should", "will", "would", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "first", "second", "third", "last", "next", "new", "old", "good", "bad", "better", "best", "worse", "worst", "big", "small", "large", "long", "short", "high", "low", "higher", "lower", "fast", "faster", "slow", "slower", "quick", "cheap", "cheaper", "strong", "stronger", "weak", "weaker", "hard", "easy", "easier", "clear", "simple", "early", "late", "great", "little", "free", "open", "public", "private", "local", "social", "full", "empty", "clean", "dirty", "warm", "cold", "hot", "cool", "wet", "dry", "safe", "safer", "dark", "light", "heavy", "rich", "poor", "young", "real", "true", "false", "common", "rare", "fresh", "wild", "quiet", "loud", "friendly", "people", "things", "time", "money", "work", "water", "food", "bread", "children", "parents", "friends", "neighbours", "neighbors"]
)
_SUFFIX = re.compile(r"[^\W\d_]{2,}(?:ing|ly|ed|tion|sion|ment|ness|ity|ive|able|ible|ful|less|ous|ance|ence|ency|ship|ism|ure|ories|ers)$")


def is_common(word: str) -> bool:
    """Whether a word in small letters is certainly no name, however it is written: `the`, `people`, `testing`; not `git` or `apt`."""
    return word in _COMMON or bool(_SUFFIX.fullmatch(word))
