"""Gates: named predicates about where a hit stands in its passage.

Each public function here is a gate; rule files name it with hyphens (`kind_of` is `kind-of`) in `when` or `unless`, with an
argument after a colon where one is taken (`short:14`). A gate sees one passage; what needs the whole document is a
place (`unmid.lint.places`). The first four are asked of every hit unless the rule looks `through` them.
"""

from __future__ import annotations

import re

import regex

from unmid.checks.hit import Hit
from unmid.checks.reading import Reading, word_count
from unmid.prose.model import PLACEHOLDER
from unmid.text.span import Span

DEFAULT = ("quote", "mention", "dialogue", "name")

_MENTION = re.compile(
    r"\b(?:says?|said|saying|writ(?:e|es|ing|ten)|wrote|words?|phrases?|calls?|called|terms?|avoid|flags?|expressions?|"
    r"sentences?|clichés?|spell\w*|means?|meant|stands? for|labell?ed|named|titled|prefix|verbs?|nouns?|adverbs?|adjectives?)\b"
)
_SPEECH = re.compile(
    r"\b(?:says?|said|asks?|asked|repl(?:y|ies|ied)|answer(?:s|ed)|wrote|writes|shout(?:s|ed)|whisper(?:s|ed)|told|"
    r"mutter(?:s|ed)|add(?:s|ed)|cried|called|insist(?:s|ed)|admit(?:s|ted))\b"
)
_NEGATION = re.compile(r"(?:\b(?:not|never|no|cannot|without|nor|hardly|neither)\b|n't)\s*(?:\w+\s*){0,2}$")
_QUESTION_START = re.compile(
    r"""["'(\[]*(?:(?:and|but|so|then|or),? )?(?:who|what|when|where|why|how|which|is|are|was|were|do|does|did|can|could|"""
    r"""would|should|will|may|might|has|have)\b"""
)
_COMPARISON = re.compile(r"^(?:\s*than\b)|\b(?:would|but|or)\s*$")
_KIND = re.compile(
    r"\b(?:what|which|this|that|these|those|some|any|every|each|all|the|new|same|different|one|two|certain|another|other)\s*$"
)
_EVIDENCE = regex.compile(
    r"\[\^?\d+(?:[–,-]\s?\d+)*\]|\(\p{L}[\p{L}'.& ]{1,40},? (?:19|20)\d\d\)|\bet al\b|\bdoi\b|\bp\s?[<=>]\s?0?\.\d|\bn\s?=\s?\d|"
    r"\b\d+(?:\.\d+)?\s?%|\bpercent\b|\bin our (?:sample|data|study|survey)\b|\b(?:19|20)\d\d\b|\bconfidence interval\b|[βα]\s?="
)
_NORM = re.compile(r"\b(?:MUST|SHALL|SHOULD|MAY|REQUIRED|RECOMMENDED|OPTIONAL)\b(?: NOT)?")
_PERMISSION = re.compile(r"\byou\s*$")
_CLAIM = re.compile(
    r"\b(?:we|i|nobody|no one) (?:do|does|did)?\s?(?:not|n't)? ?know (?:whether|if)\b|\bpossible,? (?:but )?not (?:certain|likely)\b|"
    r"\b(?:may|might|could|maybe|perhaps|probably|possibly)\b[^.;]{0,40}, but\b|\bmight (?:or|and) might not\b|\bmay or may not\b"
)
_BECAUSE = re.compile(r"\b(?:because|since|so that|which means|given that|as long as|unless|by \w+ing)\b")
_CONDITION = re.compile(r"\b(?:if|when|whenever|unless|once|until|assuming|provided)\b")
_CONTRAST = re.compile(r"\b(?:not|n't|than|whether|what|but|rather|never|instead|without|or)\W+(?:\w+\W+)?$")
_EXAMPLE = re.compile(r"\b(?:for example|for instance|such as|e\.g\.|including|like)\b")
_PAST = re.compile(r"\b(?:was|were|had|did|went|came|took|saw|said|felt|told|knew|thought|got|made|gave|found|\w{3,}ed)\b")
_FIRST = re.compile(r"\b(?:i|me|my|mine|myself|i'm|i've|i'd|i'll)\b")
_WE = re.compile(r"\b(?:we|us|our|ours|ourselves)\b")
_SECOND = re.compile(r"\b(?:you|your|yours|yourself|you're|you've|you'll|you'd)\b")
_NUMBER = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|hundreds?|thousands?|"
    r"million|billion|half|twice|dozen)\b"
)
CAPITAL = regex.compile(r"(?<=[\p{L}\d,;:'’)] )(?!I\b|I['’])\p{Lu}[\p{L}'’-]*")
_WORDS = re.compile(r"[^\W\d_](?:[^\W\d_]|['’-])*")
_VERDICT = re.compile(
    r"\b(?:should|must|better|worse|best|worst|wrong|right|wins?|loses?|beats?|prefer|recommend|pick|choose|use|avoid|buy|skip|"
    r"i'd|i would|bet|worth|never|always)\b"
)
_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_DATE_AFTER = re.compile(r"^\s*(?:\d|of \d)")
_DATE_BEFORE = re.compile(r"(?:\d(?:st|nd|rd|th)?|\b(?:in|by|since|of|until|last|next|early|late|mid|on))\s*$")
_DETAIL = re.compile(r"^[^.!?]{0,60}(?:[:(]|—|–|\bbecause\b|\bin that\b)")


def _sentence(reading: Reading, hit: Hit) -> str:
    return reading.sentence(hit.sentence)


def _written(reading: Reading, hit: Hit) -> str:
    return reading.sentences[hit.sentence].of(reading.text) if reading.sentences else ""


def _before(reading: Reading, hit: Hit) -> str:
    start = reading.sentences[hit.sentence].start if reading.sentences else 0
    return reading.folded[start : hit.found.start]


def _after(reading: Reading, hit: Hit) -> str:
    end = reading.sentences[hit.sentence].end if reading.sentences else len(reading.folded)
    return reading.folded[hit.found.end : max(end, hit.found.end)]


def _quoted(reading: Reading, hit: Hit) -> Span | None:
    return next((quote for quote in reading.quotes if quote.covers(hit.found)), None)


# Asked of every hit.


def quote(reading: Reading, hit: Hit, arg: str = "") -> bool:
    """Inside double quotes of three words or more, or in a block quote."""
    found = _quoted(reading, hit)
    return "quote" in reading.passage.path or (found is not None and word_count(found.of(reading.folded)) >= 3)


def mention(reading: Reading, hit: Hit, arg: str = "") -> bool:
    """The words are spoken of, not used: quoted or emphasised, in a sentence with a verb or noun of saying."""
    marked = _quoted(reading, hit) or next(
        (
            mark.span
            for mark in reading.passage.marks
            if mark.kind in ("emphasis", "strong") and mark.span.covers(hit.found) and len(mark.span) <= len(hit.found) + 3
        ),
        None,
    )
    if marked is None:
        edges = reading.folded[max(hit.found.start - 1, 0) : hit.found.start], reading.folded[hit.found.end : hit.found.end + 1]
        if edges[0] != "'" or not edges[1] or edges[1] not in "',":
            return False
    return bool(_MENTION.search(_sentence(reading, hit)))


def dialogue(reading: Reading, hit: Hit, arg: str = "") -> bool:
    """Inside quoted speech with a verb of speech nearby."""
    found = _quoted(reading, hit)
    if found is None:
        return False
    around = reading.folded[max(found.start - 50, 0) : found.start] + " " + reading.folded[found.end : found.end + 50]
    return bool(_SPEECH.search(around))


def name(reading: Reading, hit: Hit, arg: str = "") -> bool:
    """All words of the hit have capitals in the middle of a sentence: a title or a name, not these words."""
    written = hit.found.of(reading.text)
    if written.islower():
        return False
    words = _WORDS.findall(written)
    if not words or not re.search(r"\w", _before(reading, hit)):
        return False
    if _sentence(reading, hit).upper() == _written(reading, hit):
        return False
    lead = reading.text[: hit.found.start].rstrip(" \"'“‘(*_")
    if not lead or lead[-1] in ".:!?;—–":
        return False
    return all(word[0].isupper() and word not in ("I",) and not word.startswith(("I'", "I’")) for word in words)


# Named by rules.


def quoted(reading: Reading, hit: Hit, arg: str = "") -> bool:
    """Inside double quotation marks, however few the words."""
    return _quoted(reading, hit) is not None


def date(reading: Reading, hit: Hit, arg: str = "") -> bool:
    """The word is the name of a month."""
    written = hit.found.of(reading.text)
    return written[:1].isupper() and hit.found.of(reading.folded) in _MONTHS.split("|") and bool(
        _DATE_AFTER.match(_after(reading, hit)) or _DATE_BEFORE.search(_before(reading, hit))
    )


def number(reading: Reading, hit: Hit, arg: str = "") -> bool:
    """A number, as digits or a word, in the sentence."""
    return bool(_NUMBER.search(_sentence(reading, hit)))


def number_next(reading: Reading, hit: Hit, arg: str = "") -> bool:
    """A number right after the hit."""
    return bool(re.match(r"\s*[~$£€−-]*\d", _after(reading, hit)))


def negation(reading: Reading, hit: Hit, arg: str = "") -> bool:
    """Negated: not, never or n't stands at most two words before the hit, or in it."""
    inside = hit.found.of(reading.folded)
    return bool(_NEGATION.search(_before(reading, hit)) or re.search(r"\b(?:not|never|cannot)\b|n't\b", inside))


def question(reading: Reading, hit: Hit, arg: str = "") -> bool:
    """In a direct question, or after `whether`."""
    sentence = _sentence(reading, hit).rstrip("\"')]* ")
    return sentence.endswith("?") or bool(re.search(r"\bwhether\b", _before(reading, hit)))


def inversion(reading: Reading, hit: Hit, arg: str = "") -> bool:
    """In a sentence that opens like a question, whatever its final sign."""
    return bool(_QUESTION_START.match(_sentence(reading, hit)))


def comparison(reading: Reading, hit: Hit, arg: str = "") -> bool:
    """Part of a comparison: `than` follows, or would, but, or stands before."""
    return bool(_COMPARISON.search(_after(reading, hit)) or _COMPARISON.search(_before(reading, hit)))


def kind_of(reading: Reading, hit: Hit, arg: str = "") -> bool:
    """`kind of` and `sort of` as nouns: what kind of, this sort of."""
    return bool(_KIND.search(_before(reading, hit)))


def evidence(reading: Reading, hit: Hit, arg: str = "") -> bool:
    """A citation, a year, a percentage, a statistic or a footnote in the sentence or right after it."""
    index = hit.sentence
    near = " ".join(reading.sentence(i) for i in range(index, min(index + 2, len(reading.sentences))))
    span = reading.sentences[index] if reading.sentences else Span(0, 0)
    noted = any(mark.kind == "footnote" and span.start <= mark.span.start <= span.end for mark in reading.passage.marks)
    return noted or bool(_EVIDENCE.search(near))


def linked(reading: Reading, hit: Hit, arg: str = "") -> bool:
    """A link in the sentence."""
    span = reading.sentences[hit.sentence] if reading.sentences else Span(0, 0)
    return any(mark.kind == "link" and mark.span.meets(span) for mark in reading.passage.marks)


def norm(reading: Reading, hit: Hit, arg: str = "") -> bool:
    """A specification's sentence (MUST, MAY), or permission given to a reader (you may)."""
    return bool(_NORM.search(_written(reading, hit)) or _PERMISSION.search(_before(reading, hit)))


def claim(reading: Reading, hit: Hit, arg: str = "") -> bool:
    """The doubt is the claim: we do not know whether; possible, not certain; may, but."""
    return bool(_CLAIM.search(_sentence(reading, hit)))


def because(reading: Reading, hit: Hit, arg: str = "") -> bool:
    """A reason follows in the same sentence."""
    return bool(_BECAUSE.search(_after(reading, hit)))


def detail(reading: Reading, hit: Hit, arg: str = "") -> bool:
    """A colon, bracket, dash or because with more words follows the hit."""
    return bool(_DETAIL.match(_after(reading, hit))) and word_count(_after(reading, hit)) >= 3


def condition(reading: Reading, hit: Hit, arg: str = "") -> bool:
    """An if or when in the sentence."""
    return bool(_CONDITION.search(_sentence(reading, hit)))


def contrast(reading: Reading, hit: Hit, arg: str = "") -> bool:
    """A word of contrast right before the hit: not really, than actually, whether simply."""
    return bool(_CONTRAST.search(_before(reading, hit)))


def example(reading: Reading, hit: Hit, arg: str = "") -> bool:
    """The sentence gives an example."""
    return bool(_EXAMPLE.search(_sentence(reading, hit)))


def past(reading: Reading, hit: Hit, arg: str = "") -> bool:
    """The sentence tells of the past."""
    return bool(_PAST.search(_sentence(reading, hit)))


def first_person(reading: Reading, hit: Hit, arg: str = "") -> bool:
    """I, me or my in the sentence."""
    return bool(_FIRST.search(_sentence(reading, hit)))


def we(reading: Reading, hit: Hit, arg: str = "") -> bool:
    """We, us or our in the sentence."""
    return bool(_WE.search(_sentence(reading, hit)))


def second_person(reading: Reading, hit: Hit, arg: str = "") -> bool:
    """You or your in the sentence."""
    return bool(_SECOND.search(_sentence(reading, hit)))


def specific(reading: Reading, hit: Hit, arg: str = "") -> bool:
    """Something checkable in the sentence: a digit or number word, a name, a quotation, code or a link."""
    span = reading.sentences[hit.sentence] if reading.sentences else Span(0, 0)
    return (
        bool(_NUMBER.search(_sentence(reading, hit)))
        or PLACEHOLDER in span.of(reading.text)
        or any(quote.meets(span) for quote in reading.quotes)
        or any(mark.kind in ("link", "code") and mark.span.meets(span) for mark in reading.passage.marks)
        or bool(CAPITAL.search(span.of(reading.text)))
    )


def verdict(reading: Reading, hit: Hit, arg: str = "") -> bool:
    """A word of judgement or advice after the hit, in this sentence or the next two."""
    after = " ".join(reading.sentence(i) for i in range(hit.sentence + 1, min(hit.sentence + 3, len(reading.sentences))))
    return bool(_VERDICT.search(_after(reading, hit)) or _VERDICT.search(after))


def short(reading: Reading, hit: Hit, arg: str = "14") -> bool:
    """The sentence has at most so many words (14 if none are given)."""
    return word_count(_sentence(reading, hit)) <= int(arg or 14)


def sentence_start(reading: Reading, hit: Hit, arg: str = "") -> bool:
    """The hit opens its sentence."""
    return word_count(_before(reading, hit)) == 0


def sentence_end(reading: Reading, hit: Hit, arg: str = "0") -> bool:
    """Nothing but at most so many words (none, if no number is given) follows the hit in its sentence."""
    return word_count(_after(reading, hit)) <= int(arg or 0)


def first_in_passage(reading: Reading, hit: Hit, arg: str = "1") -> bool:
    """In the first sentences (one, if no number is given) of the paragraph or item."""
    return hit.sentence < int(arg or 1)


def last_in_passage(reading: Reading, hit: Hit, arg: str = "1") -> bool:
    """In the last sentences (one, if no number is given) of the paragraph or item."""
    return hit.sentence >= len(reading.sentences) - int(arg or 1)


def item(reading: Reading, hit: Hit, arg: str = "") -> bool:
    """In a list item."""
    return reading.passage.kind == "list-item"


def labelled(reading: Reading, hit: Hit, arg: str = "") -> bool:
    """In an item or paragraph that opens with a label."""
    return reading.label is not None


def heading(reading: Reading, hit: Hit, arg: str = "") -> bool:
    """In a heading."""
    return reading.passage.kind == "heading"


def exclamation(reading: Reading, hit: Hit, arg: str = "") -> bool:
    """The sentence ends in an exclamation mark."""
    return _sentence(reading, hit).rstrip("\"')]* ").endswith("!")


def colon_end(reading: Reading, hit: Hit, arg: str = "") -> bool:
    """The sentence ends in a colon."""
    return _sentence(reading, hit).rstrip("\"')]* ").endswith(":")


def complete(reading: Reading, hit: Hit, arg: str = "") -> bool:
    """The sentence has a final stop."""
    return _sentence(reading, hit).rstrip("\"')]*_ ").endswith((".", "!", "?", "…", ":"))


def emphasised(reading: Reading, hit: Hit, arg: str = "") -> bool:
    """Emphasis, not bold, holds the hit and opens the passage: a gesture in asterisks."""
    return any(
        mark.kind == "emphasis" and mark.span.start == 0 and mark.span.covers(hit.found)
        for mark in reading.passage.marks
    )
