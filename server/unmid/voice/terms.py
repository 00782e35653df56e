"""Content words and short phrases of a text, counted: what may be a pet word."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import regex

from unmid.checks.habits import own, own_words
from unmid.checks.layout import Layout
from unmid.checks.reading import Reading
from unmid.text.span import Span

LONGEST = 4
"""Words of a phrase."""
_WORD = regex.compile(r"\p{L}+(?:['-]\p{L}+)*|[^\s\p{L}]")
_LIST = (
    "a an the this that these those my your his her its our their of in on at by for to with from into as is are was were be been "
    "being am do does did have has had and or but nor so if than then it i you he she we they me him them us not no will would can "
    "could shall should may might must there here what which who whom whose when where why how all any some one two such n't don't "
    "it's i'm i've i'll i'd you're we're they're isn't doesn't didn't can't won't that's more most very just only also too up out "
    "about over like make made get got go use used new because while before after other same own each every many much few even "
    "never ever always now well first last way time thing things people good great"
)
_SMALL = frozenset(_LIST.split())


def terms(layout: Layout) -> dict[str, tuple[str, ...]]:
    """Words outside the small ones, and phrases of up to LONGEST words that begin and end with one, folded; by sentence.

    Sentences are named by a hash, so that what stands at the foot of every text is counted once. Names are left out.
    """
    found: dict[str, tuple[str, ...]] = {}
    for reading in own(layout):
        text = own_words(reading)
        for span in reading.sentences:
            name = hashlib.blake2b(span.of(text).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
            found[name] = tuple(term for run in _runs(reading, text, span) for term in _phrases(run))
    return found


def small(word: str) -> bool:
    """Whether a word is too common to be anybody's habit."""
    return word in _SMALL or len(word) < 3 or "'" in word


def _runs(reading: Reading, text: str, sentence: Span) -> Iterator[list[str]]:
    """Words of a sentence that stand together, without names and signs between them."""
    run: list[str] = []
    for token in _WORD.finditer(text, sentence.start, sentence.end):
        name = token.start() > sentence.start and reading.text[token.start()].isupper() and token[0] != "i"
        if token[0][0].isalpha() and not name:
            run.append(token[0])
        else:
            yield run
            run = []
    yield run


def _phrases(run: list[str]) -> Iterator[str]:
    for start, first in enumerate(run):
        if not small(first):
            for end in range(start + 1, min(start + LONGEST, len(run)) + 1):
                if not small(run[end - 1]):
                    yield " ".join(run[start:end])
