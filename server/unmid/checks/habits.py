"""What a writer does without noticing: signs, openings, persons, lengths, markup, and the small words.

Quotations, code and addresses are not the writer's words and are left out. Only paragraphs and list items count.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from unmid.checks.layout import Layout, variation
from unmid.checks.reading import Reading, word_count
from unmid.checks.rhythm import flattest
from unmid.packs.model import Rate
from unmid.prose.model import PLACEHOLDER
from unmid.text.span import Span

PIECE = 500
"""Words of a piece, for the small words: the length at which measured authors are told apart best."""
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+\.\w+")
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_ONE_WORD = re.compile(r"\W?[\w'-]+[.!?]+\W?")
_SIGNS = {
    "punct.dash": re.compile(r"—|(?<=\s)[–-](?=\s)|(?<=[^\W\d_])–(?=[^\W\d_])|(?<!-)--(?!-)"),
    "punct.parenthesis": re.compile(r"\([^\W\d_]"),
    "punct.semicolon": re.compile(r";(?=\s|$)"),
    "punct.colon": re.compile(r":(?=\s|$)"),
    "punct.question": re.compile(r"\?+"),
    "punct.exclamation": re.compile(r"!+"),
    "punct.ellipsis": re.compile(r"…|\.\.\.+"),
    "word.contraction": re.compile(
        r"[^\W\d_](?:n't|'re|'ve|'ll|'d|'m)\b|\b(?:it|that|he|she|there|here|what|who|where|how|when|let)'s\b"
    ),
    "person.first": re.compile(r"\b(?:i|me|my|mine|myself|we|us|our|ours|ourselves)\b"),
    "person.second": re.compile(r"\b(?:you|your|yours|yourself|yourselves)\b"),
}
_OPENERS = frozenset(
    ("and", "but", "so", "or", "because", "now", "well", "yet", "still", "i", "we", "you", "it", "this", "that", "there", "if", "when")
)
SOFTENERS = (
    "a bit", "a little", "actually", "basically", "fairly", "honestly", "just", "kind of", "maybe", "perhaps", "pretty", "probably",
    "quite", "rather", "really", "relatively", "simply", "slightly", "somewhat", "sort of",
)
"""Words that turn a claim up or down. Which of them are a voice, and which a habit that nobody chose, only rates tell."""
_SOFT = re.compile(rf"\b(?:{'|'.join(SOFTENERS)})\b")
_MARKUP = {"strong": "markup.bold", "emphasis": "markup.emphasis", "link": "markup.link", "code": "markup.code"}

COUNTED = (
    *_SIGNS,
    *(f"open.{word}" for word in sorted(_OPENERS)),
    "sentence.one-word",
    "sentence.short",
    *(f"soft.{word}" for word in SOFTENERS),
    *_MARKUP.values(),
    "markup.heading",
)
"""Habits that are counted: rates per 1,000 words."""
MEASURED = (
    "sentence.words",
    "sentence.variation",
    "paragraph.words",
    "rhythm/flat.cv_below",
    "rhythm/flat-paragraphs.cv_below",
    "list/share.share",
)
"""Habits that are measured: mean words, standard deviation over mean, and the share of words in lists, 0 to 1.

Those named like a rule's limit are what that limit is compared with.
"""

_LABELS = {
    "punct.dash": "dashes",
    "punct.parenthesis": "parentheses",
    "punct.semicolon": "semicolons",
    "punct.colon": "colons",
    "punct.question": "questions",
    "punct.exclamation": "exclamation marks",
    "punct.ellipsis": "ellipses",
    "word.contraction": "contractions",
    "person.first": "words in the first person",
    "person.second": "words in the second person",
    "sentence.one-word": "one-word sentences",
    "sentence.short": "sentences of two to five words",
    "sentence.words": "sentence length",
    "sentence.variation": "variety of sentence lengths",
    "paragraph.words": "paragraph length",
    "rhythm/flat.cv_below": "variety in the most even stretch",
    "rhythm/flat-paragraphs.cv_below": "variety of paragraph lengths",
    "list/share.share": "share of lists",
    "markup.bold": "bold words",
    "markup.emphasis": "words in italics",
    "markup.link": "links",
    "markup.code": "bits of code",
    "markup.heading": "headings",
}
ENOUGH_TEXTS = 5
"""Texts that must hold a habit before its loss is one."""
_EXPECTED = 4
"""Hits that a text of its length would have held."""


@dataclass(frozen=True, slots=True)
class Habits:
    """The habits of one text. `words` is what was counted in; `rates` has every name of COUNTED and MEASURED."""

    words: int
    rates: Mapping[str, float]


def habits(layout: Layout) -> Habits:
    """What a document shows of its writer's habits."""
    counts: Counter[str] = Counter()
    words = 0
    lengths: list[int] = []
    sizes: list[int] = []
    for reading in own(layout):
        text = own_words(reading)
        size = word_count(text)
        words += size
        counts += _tally(text, reading)
        counts.update(_MARKUP[mark.kind] for mark in reading.passage.marks if mark.kind in _MARKUP)
        if reading.passage.kind == "paragraph" and size:
            sizes.append(size)
            lengths += filter(None, (word_count(span.of(text)) for span in reading.sentences))
    counts["markup.heading"] = sum(block.kind == "heading" for _, block in layout.blocks)
    flat = flattest(layout)
    rates = {name: 1000 * counts[name] / words if words else 0.0 for name in COUNTED}
    rates |= {
        "sentence.words": sum(lengths) / len(lengths) if lengths else 0.0,
        "sentence.variation": variation(lengths),
        "paragraph.words": sum(sizes) / len(sizes) if sizes else 0.0,
        "rhythm/flat.cv_below": flat[0] if flat else 0.0,
        "rhythm/flat-paragraphs.cv_below": variation(sizes),
        "list/share.share": layout.list_share,
    }
    return Habits(words, rates)


def pieces(layout: Layout) -> tuple[Counter[str], ...]:
    """The words of a document, folded, counted in equal pieces of about PIECE words each. At least one piece."""
    readings = tuple(own(layout))
    counted = [vocabulary(own_words(reading)) for reading in readings]
    total = sum(map(Counter.total, counted))
    wanted = max(round(total / PIECE), 1)
    found: list[Counter[str]] = [Counter() for _ in range(wanted)]
    seen = 0
    # A passage goes whole to the piece in which it ends: what is wanted is a size, not a place.
    for words in counted:
        seen += words.total()
        found[min(max((seen * wanted - 1) // max(total, 1), 0), wanted - 1)].update(words)
    return tuple(piece for piece in found if piece) or (Counter(),)


def own(layout: Layout) -> Iterator[Reading]:
    """The paragraphs and list items that are the writer's own, in source order."""
    for _, sheet in layout.sheets:
        for reading in sheet.readings.values():
            if reading.passage.kind in ("paragraph", "list-item") and "quote" not in reading.passage.path:
                yield reading


def own_words(reading: Reading) -> str:
    """A passage, folded, with blanks for quotations, placeholders and addresses; offsets hold."""
    text = reading.folded.replace(PLACEHOLDER, " ")
    for quote in reading.quotes:
        text = _blanked(text, quote)
    if "//" in text or "@" in text or "www." in text:
        for found in _ADDRESS.finditer(text):
            text = _blanked(text, Span(*found.span()))
    return text


@lru_cache(maxsize=8192)
def vocabulary(text: str) -> Counter[str]:
    """Words of a folded text, counted."""
    return Counter(_WORD.findall(text))


def _blanked(text: str, span: Span) -> str:
    return text[: span.start] + " " * len(span) + text[span.end :]


def _tally(text: str, reading: Reading) -> Counter[str]:
    """Counted habits of one passage, of which `text` are the writer's own words."""
    counts = Counter({name: len(sign.findall(text)) for name, sign in _SIGNS.items()})
    counts.update(f"soft.{word}" for word in _SOFT.findall(text))
    for span, length in zip(reading.sentences, reading.lengths, strict=True):
        sentence = span.of(text).strip()
        first = _WORD.search(sentence)
        # Where a quotation opens the sentence a blank stands there: the writer's next word opens nothing.
        opening = first[0].partition("'")[0] if first else ""
        if opening in _OPENERS and not text[span.start].isspace():
            counts[f"open.{opening}"] += 1
        if length == 1 and _ONE_WORD.fullmatch(sentence):
            counts["sentence.one-word"] += 1
        # Whether a short sentence has a verb only a tagger could tell; that it is short, anyone.
        if 1 < length <= 5 and word_count(sentence) == length:
            counts["sentence.short"] += 1
    return counts


def label(name: str) -> str:
    """A habit in words: “dashes”, “openings with “And””."""
    if name.startswith("open."):
        return f"openings with “{name.removeprefix('open.').capitalize()}”"
    if name.startswith("soft."):
        return f"“{name.removeprefix('soft.')}”"
    return _LABELS.get(name, name)


def lasting(name: str) -> bool:
    """Whether a habit is part of a voice, so that its loss is one: no markup, no measure, nothing that rules may mark."""
    return name in COUNTED and not name.startswith(("markup.", "soft."))


def lost(found: Habits, own: Mapping[str, Rate]) -> tuple[str, ...]:
    """The habits that a text lacks: below what nineteen in twenty of the author's texts have, where four were to be
    expected in a text of this length. The most missed first."""
    missing = {
        name: own[name].typical * found.words / 1000
        for name, rate in found.rates.items()
        if lasting(name) and name in own and own[name].n >= ENOUGH_TEXTS and rate < own[name].p05
    }
    return tuple(sorted((name for name, expected in missing.items() if expected >= _EXPECTED), key=lambda name: (-missing[name], name)))
