"""`a` and `an`: which one the word after it takes."""

from __future__ import annotations

import re

import regex

from unmid.text.span import Span

Change = tuple[tuple[Span, str], ...]
"""Stretches of a passage, in order and apart, with what stands for them."""

_VOWEL = re.compile(
    r"(?!uni(?!n|m[pa]|de)|u(?:s(?:e|u|a[bg])|[fkt]o?[ioul]|biq|r[aio][nl]|nanim)|eu|ewe|one\b|one-|once)[aeiou]|hour|honest|heir|honou?r|"
    r"(?:8|11|18)(?!\d)|8\d\b",
    re.I,
)
_ACRONYM = regex.compile(r"(?=\p{Lu}{2,3}s?\b|[^\WAEIOUaeiou\d_]{2,6}\b)(\p{Lu})\p{Lu}+")


def with_article(text: str, span: Span, replacement: str) -> Change:
    """Put `replacement` in place of the span and mend an `a` or `an` right before it."""
    following = replacement + text[span.end :]
    before = text[: span.start] + (" " if following.startswith(" ") else "")
    following = following.lstrip(" \"'“‘(")
    article = re.search(r"(?<![\w.'’-])(an?) $", before, re.I)
    if not article or not following[:1].isalnum():
        return ((span, replacement),)
    if article[1] == "A" and re.search(r"\w $", before[: article.start()]):
        return ((span, replacement),)  # “vitamin A”
    if (vowel := _opens_on_vowel(following)) == (article[1].lower() == "an"):
        return ((span, replacement),)
    at = article.start(1) + 1
    return ((Span(at, at), "n"), (span, replacement)) if vowel else ((Span(at, at + 1), ""), (span, replacement))


def _opens_on_vowel(words: str) -> bool:
    """Whether the first word is spoken with a vowel at its start."""
    if letters := _ACRONYM.match(words):
        return letters[1] in "AEFHILMNORSX"
    return bool(_VOWEL.match(words))
