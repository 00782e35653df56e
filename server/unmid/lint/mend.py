"""Sentence repair: what else has to change when words are cut or replaced.

Everything here is in passage coordinates and about clean prose; markup and line ends are the business of
`unmid.lint.source`. A repair that is not certain to leave a good sentence is not made.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

import regex

from unmid.checks.reading import Reading
from unmid.lint import ties
from unmid.lint.article import Change, with_article
from unmid.prose.model import PLACEHOLDER
from unmid.text.span import Span

_FINALS = ".!?…"
_CLOSERS = "\"')”’]»"
_OPENERS = "\"'“‘([«"
# A hyphen between blanks is a dash, too.
_DASHED = re.compile(r"(?:\s?[—–]+|\s-{1,3}(?=\s|$))\s?(?:$|(?=\S))")
_LEADING = re.compile(r"(?:[ ,:;—–]|(?<=\s)-+\s)*")
_TRAILING = re.compile(r"(?:[ ,;—–]|\s-+(?=\s|$))+$")

_I = re.compile(r"I\b")
# `iPhone`, `x86`, `numpy.array`, `foo_bar`: what a capital would spoil.
_KEEPS_CASE = regex.compile(r"\p{Ll}+[\p{Lu}\d]|[\p{Ll}\d]+(?:[_/@\\]|\.(?=\w))|\ufffc")
# After these a comma that followed the cut words has nothing left to set off.
_CLAUSE = re.compile(
    r"(?:^|[;:—–(\"“‘]|\b(?:and|but|or|so|yet|nor|that|because|although|though|while|since|if|when|where|which|who|as|than))\s?$"
)
_JOINS_CLAUSES = re.compile(
    r"\s?(?:which|who|whose|whom|but|so|yet|nor|although|though|while|whereas|where|when|because|since|if|unless|until|not|rather|"
    r"(?:and|or) (?:i|you|he|she|it|we|they|this|that|these|those|there|the|a|an|my|your|his|her|its|our|their|nobody|everyone|"
    r"some|no|all|most|each|every|what|if|when) )\b",
    re.I,
)
_PAUSE = re.compile(r"\s?(?:…|\.\.)")
_JOINT = re.compile(r"\s?(?:and|or|but|nor|yet) (?=\S)", re.I)
_PAIRED = re.compile(r"\b(?:both|either|neither|between|whether|not only|not just)\b[^.;:]*$", re.I)
# Words that cannot end a first item: what follows the cut is the first item now.
_OPEN = re.compile(
    r"(?:^|[(“\"]|\b(?:a|an|the|of|with|for|to|by|in|on|from|as|is|are|was|were|be|been|being|has|have|had|this|that|these|those|my|"
    r"your|his|her|its|our|their|more|most|less|very|so|too|not|can|could|may|might|must|will|would|should))\s$",
    re.I,
)
# “a fast and”, “fast, light, and”: what follows is the last item, unless it is an adverb to the one after it.
_LAST_ITEM = re.compile(r"(?:\b(?:a|an|the|this|that|his|her|its|our|their|my|your) [\w'’-]+|[\w'’-]+, [\w'’-]+)(,? (?:and|or) )$", re.I)
_ADVERB = re.compile(
    r"\w+ly|very|quite|rather|really|truly|also|even|perhaps|maybe|just|so|too|most|more|pretty|almost|often|always|never|still|"
    r"somewhat|indeed|sometimes|then|thus|hence|therefore|however|not|all|well|far|much",
    re.I,
)
_OPENING_CLAUSE = re.compile(
    r"\W*(?:(?:and|but|so) )?(?:if|when|while|although|though|because|since|as|after|before|once|unless|until|whenever|where|wherever|"
    r"in|on|at|for|with|by|given|despite|during|under|to|from|without|of|like|unlike|instead|within|over|through|[^\W\d_]+ing|[^\W\d_]+ed)\b",
    re.I,
)
_QUESTION = re.compile(
    r"\W*(?:(?:and|but|so|or|then|now|well)\b,? )?(?:who|whom|whose|what|which|when|where|why|how|is|are|am|was|were|do|does|did|has|"
    r"have|had|can|could|may|might|must|shall|should|will|would|isn|aren|wasn|weren|don|doesn|didn|hasn|haven|hadn|couldn|wouldn|"
    r"shouldn|won|can't|ever|any|anyone)\b",
    re.I,
)
_FLAWS = re.compile(
    r"[,;:] ?[,;:.!?]|[.!?]\s?,(?<!\b\w\.,)(?<!\b\w{2}\.,)(?<!\b\w{3}\.,)(?<!\b\w{4}\.,)|(?<![.\d])\.\.(?!\.)|\s[,;.!?)\]”](?![\w.])|"
    r"[(\[“]\s|\w-[,.;:!?]|\(\)|\[\]|“”|\"\"|[—–] ?[—–]|\s{2}|\b(?:(?:and|or|but) (?:and|or|but|[,.;:!?])|"
    r"(?:an?|the|of|to|with|is|are|was|very) ?[,.;:!?]|([^\W\d_]+) \1\b|a an?\b|(?:both|either|neither|between) (?:and|n?or)\b)"
)


def cut(reading: Reading, span: Span) -> Iterator[Change]:
    """The ways to cut the span and mend the sentence, best first. None if the result would not be a sentence."""
    text = reading.text
    span = _trimmed(text, span)
    if not span:
        return
    sentence = reading.sentences[reading.sentence_at(span.start)] if reading.sentences else Span(0, len(text))
    last = reading.sentences[reading.sentence_at(span.end - 1)] if reading.sentences else sentence
    head = not _has_words(text[sentence.start : span.start]) and span.start >= sentence.start
    tail = not _has_words(text[span.end : last.end])
    if head and tail:
        found = _whole(text, Span(sentence.start, last.end), span)
    elif head:
        found = _head(text, span, last)
    elif tail:
        found = _tail(text, Span(sentence.start, last.end), span)
    else:
        found = _middle(text, sentence, span)
    yield from (change for change in found if sound(text, change))


def replace(reading: Reading, span: Span, replacement: str) -> Iterator[Change]:
    """Put other words in place of the span, with its capital, and mend the article before it."""
    text = reading.text
    words = span.of(text)
    if ties.to_being(text[: span.start], words, replacement):
        return
    letters = [char for char in words if char.isalpha()]
    if len(letters) > 3 and all(char.isupper() for char in letters):
        replacement = replacement.upper()
    elif words[:1].isupper() and (opens_sentence(reading, span.start) or not words.startswith(("I ", "I'", "I’"))):
        replacement = replacement[:1].upper() + replacement[1:]
    change = with_article(text, span, replacement)
    if sound(text, change):
        yield change


def apply(text: str, change: Change) -> str:
    """The passage after a change."""
    out, at = [], 0
    for span, new in change:
        out += [text[at : span.start], new]
        at = span.end
    return "".join([*out, text[at:]])


def opens_sentence(reading: Reading, start: int) -> bool:
    """Whether no word stands between the start of a sentence and `start`."""
    for sentence in reading.sentences:
        if sentence.start <= start < sentence.end:
            return not _has_words(reading.text[sentence.start : start])
    return start == 0


def sound(text: str, change: Change) -> bool:
    """Whether a change brings in no flaw: doubled signs or words, stray spaces, lone brackets or quotation marks."""
    after = apply(text, change)
    if _flaws(after) > _flaws(text):
        return False
    pairs = all(after.count(a) - after.count(b) == text.count(a) - text.count(b) for a, b in ("()", "[]", "“”", "«»"))
    return pairs and after.count('"') % 2 == text.count('"') % 2


@lru_cache(maxsize=64)
def _flaws(text: str) -> int:
    """How many flaws a passage has. Kept, for many changes to one passage are tried."""
    return sum(1 for _ in _FLAWS.finditer(text))


def capital(text: str, at: int) -> Change:
    """The change that gives the word at `at`, past opening signs, a capital; empty where none is due."""
    while at < len(text) and text[at] in _OPENERS:
        at += 1
    if at < len(text) and text[at].islower() and not _KEEPS_CASE.match(text, at):
        return ((Span(at, at + 1), text[at].upper()),)
    return ()


def _has_words(text: str) -> bool:
    return any(char.isalnum() or char == PLACEHOLDER for char in text)


def _trimmed(text: str, span: Span) -> Span:
    start, end = max(span.start, 0), min(span.end, len(text))
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


def _whole(text: str, sentence: Span, span: Span) -> Iterator[Change]:
    """A whole sentence, or several: one of the spaces around it goes too."""
    start, end = sentence.start, sentence.end
    if ties.to_next(span.of(text), text[end:], opens=not start):
        return
    if end < len(text) and text[end] == " ":
        yield ((Span(start, end + 1), ""),)
    if start > 0 and text[start - 1] == " ":
        yield ((Span(start - 1, end), ""),)
    yield ((Span(start, end), ""),)
    if text[end : end + 1] == " ":
        # A quotation mark or bracket that encloses more than this sentence stays.
        yield ((Span(span.start, end + 1), ""),)


def _head(text: str, span: Span, sentence: Span) -> Iterator[Change]:
    """The first words of a sentence: what set them off goes, and the next word takes over their capital."""
    end = span.end
    if _PAUSE.match(text, end):
        return  # “I think… it is”: the pause belongs to the words before it
    if ties.to_verb(span.of(text), text[end:]):
        return
    if leading := _LEADING.match(text, end, sentence.end):
        end = leading.end()
    joint = _JOINT.match(text, end)
    if joint and text[span.end : end].strip():
        end = joint.end()  # an `and` with nothing before it
    elif joint:
        return  # “X and Y are”: what is left may not agree with its verb
    first = next((char for char in span.of(text) if char.isalpha()), "")
    yield ((Span(span.start, end), ""), *(capital(text, end) if first.isupper() else ()))


def _tail(text: str, sentence: Span, span: Span) -> Iterator[Change]:
    """The last words of a sentence, which keeps its final stop and loses the comma, dash or joint before the cut."""
    if text[span.start - 1 : span.start] == "(" and text[span.end : span.end + 1] == ")":
        span = Span(span.start - 1, span.end + 1)
    start, end = span.start, span.end
    while end > start and text[end - 1] in _CLOSERS and not any(o in span.of(text) for o in _OPENERS):
        end -= 1
    while end > start and text[end - 1] in f"{_FINALS}:":
        end -= 1
    start = sentence.start + len(_TRAILING.sub("", text[sentence.start : start]))
    before = text[sentence.start : start]
    if ties.to_end(before, span.of(text).lstrip(" ,—–-"), text[start:]):
        return
    if before.endswith(":") and text[end : end + 1] != ":":
        start -= 1  # nothing is left for it to announce
    mended: Change = ()
    joint = re.search(r"(,?) (and|or|nor|but|yet|so)$", before, re.I)
    if joint:
        if _PAIRED.search(before):
            return
        start = sentence.start + joint.start()
        # Of “a, b, and c” two items are left.
        series = re.search(r"(?:[:,]|^|\b(?:is|are|was|were|of|with|for)) ?[^,;:.]*(, )(?:[\w'’-]+ ){0,2}[\w'’-]+$", text[sentence.start : start])
        if series and joint[2].lower() in ("and", "or") and not _has_verb_before(text[sentence.start : sentence.start + series.start(1)]):
            at = sentence.start + series.start(1)
            mended = ((Span(at, at + 2), f" {joint[2]} "),)
    stop = text[end : end + 1]
    if stop == "?" and not _QUESTION.match(text, sentence.start):
        # “It is late, right?” was a statement with a tag.
        yield (*mended, (Span(start, end + 1), "."))
        return
    ended = stop in tuple(f"{_FINALS}:") or end == len(text) or stop in _CLOSERS
    yield (*mended, (Span(start, end), "" if ended or not stop else "."))


def _has_verb_before(clause: str) -> bool:
    """Whether a stretch opens a clause of its own: a comma in or after it may then part clauses, not items."""
    return bool(_OPENING_CLAUSE.match(clause)) and "," not in clause


def _middle(text: str, sentence: Span, span: Span) -> Iterator[Change]:
    """Words from the middle: paired signs go together, and one of two spaces."""
    start, end = span.start, span.end
    before, after = text[:start], text[end:]
    bare = before.rstrip()
    if ties.to_opening(text[sentence.start : start], span.of(text)):
        return
    if bare.endswith(",") and after.startswith(","):
        yield from _between_commas(text, sentence, len(bare) - 1, end + 1)
    elif (opening := _DASHED.search(before)) and (closing := _DASHED.match(after)):
        yield ((Span(opening.start(), end + closing.end()), " "),)
    elif before[-1:] == "(" and after.startswith(")"):
        yield from _spaced(text, Span(start - 1, end + 1))
    elif before[-1:] in tuple("\"“‘") and after[:1] in tuple("\"”’"):
        return  # a quoted word is spoken of
    elif after.startswith(",") and _CLAUSE.search(text, sentence.start, start):
        stop = end + 2 if after[1:2] == " " else end + 1
        yield _recased(text, Span(start, stop))
    elif after.startswith(",") and (series := re.match(r", ((?:[\w'’-]+ ){0,2}[\w'’-]+)(, )(and|or) ", after)) and _OPEN.search(before):
        # Of “a, b, and c” two items are left.
        comma = end + series.start(2)
        yield ((Span(start, end + 2), ""), (Span(comma, comma + 2), " "))
    elif after.startswith(",") and _OPEN.search(before):
        yield ((Span(start, end + 2), ""),)
    elif (joint := _JOINT.match(after)) and _OPEN.search(before):
        if not _PAIRED.search(before):
            yield with_article(text, Span(start, end + joint.end()), "")
    elif (joint := _LAST_ITEM.search(before)) and after.startswith(" ") and re.fullmatch(r"[\w'’-]+", span.of(text)) and not _ADVERB.fullmatch(span.of(text)):
        if not _PAIRED.search(before):
            yield ((Span(joint.start(1), end), ""),)
    else:
        yield from _spaced(text, span)


def _between_commas(text: str, sentence: Span, start: int, end: int) -> Iterator[Change]:
    """Words between two commas: both commas go, unless one of them has other work to do."""
    before, after = text[sentence.start : start], text[end:]
    opening = "," not in before and _OPENING_CLAUSE.match(before)
    series = re.search(r"[,:] (?:[\w'’-]+ ){0,3}[\w'’-]+$", before) or (
        re.match(r"\s(?:[\w'’-]+ ){0,2}[\w'’-]+, (?:and|or) ", after) and not _OPEN.search(f"{before} ")
    )
    if opening or series or _JOINS_CLAUSES.match(after):
        yield ((Span(start, end), ","),)
    else:
        yield with_article(text, Span(start, end), "")


def _spaced(text: str, span: Span) -> Iterator[Change]:
    """Cut the span with the space after it, or else the one before."""
    if text[span.end : span.end + 1] == " " and text[span.start - 1 : span.start] not in tuple("'’"):
        yield _recased(text, Span(span.start, span.end + 1))
    if text[span.start - 1 : span.start] == " " and text[span.end : span.end + 1] not in tuple("'’"):
        yield with_article(text, Span(span.start - 1, span.end), "")
    elif text[span.end : span.end + 1] != " ":
        yield with_article(text, span, "")


def _recased(text: str, span: Span) -> Change:
    """Cut; a capital that opened what follows a colon, bracket, dash or quotation mark is handed on."""
    if text[span.start].isupper() and not _I.match(text, span.start) and re.search(r"[:—–“\"‘()\]]\s?$", text[: span.start]) and (given := capital(text, span.end)):
        return ((span, ""), *given)
    return with_article(text, span, "")
