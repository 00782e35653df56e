"""The words of a list as running prose.

A list becomes one sentence (“a, b, and c”) where its items are pieces of one, or a run of sentences where they are
sentences. Whoever reads the result must not see that there was a list; where that cannot be promised the answer is None.
Words are source text here: links, code and emphasis stay as written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import regex

from unmid.checks.reading import Reading, word_count
from unmid.lint import casing
from unmid.prose.model import PLACEHOLDER

Uses = Callable[[str], bool]
FRAGMENT_WORDS = 16
"""Words in the longest item that still fits into a sentence with others."""

LONG = 120
"""Words of a list that are too many for one paragraph."""
_PARAGRAPH = 20
"""Words in an item that can be a paragraph."""
_BRACKETED = re.compile(r"\([^()]*\)")
_STOP = re.compile(r"[.!?…][\"'”’)]*$")
_INNER_STOP = regex.compile(r"[.!?…][\"'”’)]*\s+\p{Lu}")
_LOOSE_END = re.compile(r"\s*(?:[,;]|[,;]?\s(?:and|or)|(?<!\.)\.)\s*$", re.I)
_FIRST = regex.compile(r"[*_\[(\"“‘~]*(?P<word>[\p{L}\p{N}'’]+(?:-\p{L}+)*)")
_CASED = regex.compile(r"(?:I|I['’]\w+)$|\p{Lu}.*[\p{Lu}\d]|.*\d")
_FINITE = re.compile(
    r"\b(?:is|are|was|were|am|has|have|had|can|could|may|might|must|should|will|would|do|does|did|there's|it's|that's|\w{2,}n['’]t)\b", re.I
)
_SUBJECT = re.compile(r"\W*(?:i|you|he|she|it|we|they|there|nobody|everyone|everybody|somebody|someone|this|that)\b(?!\s+of\b)", re.I)
# A verb after a subject of a word or three, as far as word forms show it.
_CLAUSE = regex.compile(r"\W*(?:(?:the|a|an|our|their|his|her|its|my|your|each|every|most|some|all) )?(?:[\p{L}'’-]+ ){1,3}?(?!this|its|his|us|as|was)\p{L}{3,}(?:(?<![sui])s|ed)\b (?=\p{L})", regex.I)
_ANAPHOR = re.compile(r"\W*(?:it|its|it's|they|their|this|these|those|that|which|he|she|his|her|such|both|here)\b", re.I)
_REFERENT = re.compile(r"\W*(?:[\w'’-]+ ){1,3}(?:it|they|them)\b", re.I)
_LEANS = re.compile(r"(?:this|that|which|so|because|but|and|therefore|thus|then|it|these|hence|as a result)\b", re.I)
_GERUND = re.compile(r"\W*[^\W\d_]{3,}ing\b")
_PREDICATE = re.compile(r"(?:is|are|was|were|has|have|had|can|could|may|might|must|should|will|would|means?)\b")
OPEN_STEM = re.compile(
    r"(?:\b(?:for|between|of|like|with|by|to|from|into|as|about|through|why|how|that|because|whether|is|are|was|were|be|being|can|"
    r"could|may|might|will|would|should|must|means?|involves?|includes?|including|becomes?|needs?|requires?|considers?|considering|tr(?:y|ies|ying)|"
    r"(?:give|tell|show|offer|leave|bring|get)s? (?:us|you|me|them|it)))\s*:$"
)
_EITHER = re.compile(r"\b(?:one of|either|any of|whether)\b[^.!?]*$", re.I)
# A verb that misses its subject, as items often do: “Keeps the boat dry.”
_BARE_VERB = re.compile(
    r"\W*(?:[^\W\d_]{2,}(?<![sui])s (?:a|an|the|your|our|their|its|his|her|my|you|us|them|it|more|less|exposure|access)\b|"
    r"(?:adds|allows|boosts|builds|contributes|creates|cuts|encourages|enhances|ensures|enables|fosters|gives|helps|improves|"
    r"includes|increases|involves|keeps|lowers|makes|offers|prevents|promotes|protects|provides|reduces|removes|requires|saves|supports)\b)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Item:
    """One item: its label (clean, without its sign), its source after the label on one line, and the same as clean prose."""

    label: str
    source: str
    prose: str
    bold: bool = False

    @property
    def words(self) -> int:
        """Words after the label."""
        return word_count(self.prose)


@dataclass(frozen=True, slots=True)
class Folded:
    """A list as prose. `opens`: the stem's colon goes, since the sentence runs on."""

    source: str
    opens: bool = False


def folded(items: Sequence[Item], stem: str, uses: Uses) -> Folded | None:
    """The items as prose after `stem`, the clean line that leads into them (empty: none does).

    `uses` says whether the document's prose holds a word as written, which tells names from words that merely open an item.
    """
    if any(not item.prose or item.prose.endswith(":") for item in items) or len(items) < 2 or _long(items):
        return None
    opens = bool(OPEN_STEM.search(stem))
    if any(item.label for item in items):
        sentences = _without_labels(items)
        return Folded(" ".join(sentences)) if sentences and not opens else None
    if stem.endswith(":") and all(_piece(item) for item in items):
        leans = any(_LEANS.match(item.prose) and _STOP.search(item.prose) for item in items[1:])
        if not leans and (opens or sum(_is_clause(item.prose) for item in items) * 2 < len(items)):
            return _one_sentence(items, stem, uses, opens)
    return Folded(" ".join(map(sentence, items))) if not opens and all(_is_sentence(item.prose) for item in items) else None


def paragraphs(items: Sequence[Item], stem: str) -> tuple[str, ...] | None:
    """The items of a long list as paragraphs after `stem`; None where they are no more than sentences, or too few words in all."""
    if len(items) < 2 or not _long(items) or sum(item.words for item in items) < _PARAGRAPH * len(items) or OPEN_STEM.search(stem):
        return None
    if any(not item.prose or item.prose.endswith(":") for item in items):
        return None
    if any(item.label for item in items):
        return _without_labels(items)
    return tuple(map(sentence, items)) if all(_is_sentence(item.prose) for item in items) else None


def _long(items: Sequence[Item]) -> bool:
    return sum(item.words for item in items) > LONG


def _without_labels(items: Sequence[Item]) -> tuple[str, ...] | None:
    """The items as sentences, or runs of them; None where a label says what they do not, or is hidden in one."""
    if any(not item.label and ":" in item.prose for item in items):
        return None
    made = [_unlabelled(item) for item in items]
    return tuple(sentence(item) for item in made if item) if all(made) else None


def sentence(item: Item) -> str:
    """The item as a sentence of its own: with a capital and a stop."""
    source = item.source
    if not _STOP.search(item.prose):
        source = re.sub(r"[,;]$", "", source) + "."
    first = _FIRST.match(source)
    if first and first["word"][0].islower() and not _CASED.match(first["word"]) and not re.match(r"[/_.@](?=\w)", source[first.end() :]):
        at = first.start("word")
        source = source[:at] + source[at].upper() + source[at + 1 :]
    return source


def lowered(source: str, uses: Uses) -> str | None:
    """The words with a small first letter; None where it may be a name."""
    first = _FIRST.match(source)
    if not first or not first["word"][0].isupper() or _CASED.match(first["word"]):
        return source
    word = first["word"].lower()
    plain = word.split("-")[0].split("'")[0].split("’")[0]
    if casing.is_common(plain) or uses(word):
        at = first.start("word")
        return source[:at] + source[at].lower() + source[at + 1 :]
    return None


def _piece(item: Item) -> bool:
    """Whether an item can be part of a sentence."""
    return item.words <= FRAGMENT_WORDS and not _INNER_STOP.search(item.prose) and not item.prose.endswith(("!", "?", "…"))


def _is_clause(prose: str) -> bool:
    """Whether words hold a subject and a verb, as far as their forms show it."""
    return bool(_SUBJECT.match(prose) or _FINITE.search(prose) or _CLAUSE.match(prose))


def _is_sentence(prose: str) -> bool:
    """Whether words can stand between two full stops."""
    words = word_count(prose)
    if _BARE_VERB.match(prose):
        return False
    if _GERUND.match(prose) and not _FINITE.search(re.split(r"[.!?]\s", prose, maxsplit=1)[0]):
        return False
    return words >= 3 and (_is_clause(prose) or (bool(_STOP.search(prose)) and words >= 5))


def _unlabelled(item: Item) -> Item | None:
    """An item without its label: dropped before a sentence, its subject before a verb; None where neither will do."""
    if not item.label:
        return item if _is_sentence(item.prose) else None
    if item.prose[0].islower() and _PREDICATE.match(item.prose) and PLACEHOLDER not in item.label:
        return Item("", f"{item.label} {item.source}", f"{item.label} {item.prose}")
    if item.prose[0].islower() or _ANAPHOR.match(item.prose) or _speaks_of_label(item) or not _is_sentence(item.prose):
        return None  # “it” is the label
    return Item("", item.source, item.prose)


def _speaks_of_label(item: Item) -> bool:
    """Whether “it” or “them” comes too soon to stand for anything but the label: “Rope: buy it new”."""
    said = _REFERENT.match(item.prose)
    return said is not None and not any(word.lower()[:5] in said[0].lower() for word in re.findall(r"[^\W\d_]{3,}", item.label))


def _one_sentence(items: Sequence[Item], stem: str, uses: Uses, opens: bool) -> Folded | None:
    joint = "or" if _EITHER.search(stem) or any(re.search(r"\bor$", item.prose) for item in items) else "and"
    pieces = []
    for item in items:
        source = item.source
        while (end := _LOOSE_END.search(source)) and end.start() < len(source):
            source = source[: end.start()]
        if re.search(r"[.,;:]\W*$", source) and not re.search(r"\w\.\w\.$|\betc\.$", source):
            return None  # a stop inside of markup
        small = lowered(source, uses)
        if small is None or not small:
            return None
        pieces.append(small)
    heavy = any("," in _BRACKETED.sub("", piece) for piece in pieces)
    if any(";" in piece for piece in pieces):
        return None
    clauses = any(_is_clause(item.prose) for item in items)
    if heavy:
        body = "; ".join(pieces[:-1]) + f"; {joint} {pieces[-1]}"
    elif len(pieces) == 2:
        body = f"{pieces[0]}, {joint} {pieces[1]}" if clauses else f"{pieces[0]} {joint} {pieces[1]}"
    else:
        body = ", ".join(pieces[:-1]) + f", {joint} {pieces[-1]}"
    if opens and heavy:
        opens = False
    return Folded(f"{body}.", opens)


def reading_label(reading: Reading) -> str:
    """A reading's label without its sign, as written."""
    return reading.label.of(reading.text).strip(" :–—.-") if reading.label else ""
