"""Ties: what holds words to those beside them, so that neither can go alone.

Pure functions of clean prose. `unmid.lint.mend` asks them before it cuts.
"""

from __future__ import annotations

import re

# Sentences that go on with the one before, and would answer nothing without it.
_LEANS = re.compile(r"\s+(?:or|nor|like)\b", re.I)
# What leans on the sentence before: “It's as if”, “This means”, “Is it”, “Save it”, “The answer”; not “it is clear that”.
_ORPHAN = re.compile(
    r"\s+[\"'“‘(]?(?:it(?!(?:['’]s| \w+) (?:\w+ ){1,2}(?:that|to|whether)\b)|they|its|their|here (?:is|are)|here['’]s|"
    r"(?:this|that)(?=['’]s| (?:can|could|may|might|will|would|should|must|had|did|\w+s)\b)|"
    r"(?:these|those)(?= (?:are|were|can|could|may|might|will|would|should|must|have|had|did|do)\b)|"
    r"(?:[^.!?]{0,60}? )?(?:this|such) (?:approach|claim|debate|idea|issue|method|policy|practice|problem|proposal|question|topic|view)|"
    r"[^\W\d_]+ (?:it|they|them)|(?:the|an|one) (?:answer|former|latter|other|reasons?|solution)|both|another|any|(?:and )?(?:then|next|instead|after that|afterwards|secondly|finally))\b",
    re.I,
)
# At the start of a passage these would join it to nothing.
_JOINS = re.compile(r"\s+(?:and|but|so|yet|however|instead|also|then|rather|still)\b", re.I)
_ALONE = 5
"""Words of a sentence from which it may be what the next one speaks of."""
# “Before rowing, it is clear that” cannot lose what it leads to: whoever rows is no longer named.
_DANGLES = re.compile(
    r"\W*(?:(?:and|but|so) )?(?:(?:before|after|when|while|by|in|on|without|since) [^\W\d_]+ing|to [^\W\d_]+)\b[^,;:]*,? ?$", re.I
)
_FRAME = re.compile(r"\bthat$", re.I)
# “We make something here — a bridge”: what it is must be said.
_PROMISES = re.compile(r"\b(?:something|someone|somebody|one thing)\b(?: [\w'’-]+){0,5}$", re.I)
# “This can help”, “we aim”, “it is necessary” and “an effort” need the infinitive that follows.
_TAKES_TO = re.compile(
    r"\b(?:help|need|want|try|aim|use|serve|design|mean|require|allow|expect|have|be|go|seem|tend|begin|start|hope)(?:e?s|ed|ing)?$|"
    r"\b(?:necessary|essential|important|crucial|vital|likely|ready|willing|eager|effort|attempt|opportunity|need|right|desire|decision|"
    r"plan|power|potential|freedom|reason|time|[^\W\d_]+ity|able|enough|is|are|was|were|has|had|meant|ought|tries|tried|going|order|as|"
    r"way|chance)$",
    re.I,
)
_INFINITIVE = re.compile(r"to\b", re.I)
_DASH = re.compile(r"\s?(?:[—–]|-{1,3}\s)")
_MANNER = re.compile(r"in an? \S+ (?:manner|way|fashion)$", re.I)
_BEING = re.compile(r"\b(?:is|are|was|were|be|been|being)(?: (?:not|\w+ly))? $", re.I)
_GERUND_TAKER = re.compile(r"\b(?:suggest|recommend|propose|advise|consider)$", re.I)
_GERUND = re.compile(r"\W*[^\W\d_]{2,}ing\b")
# Verbs that a place completes: “to work in a fast-paced world”.
_PLACED = re.compile(r"\b(?:work|liv|thriv|operat|exist|compet|surviv|succeed|excel|function|is|are|be|remain|stay)(?:e|es|s|ing|ed)?$", re.I)
_PLACE = re.compile(r"(?:in|at|on|within)\b", re.I)


def to_next(words: str, after: str, *, opens: bool) -> bool:
    """Whether the sentences that follow (`after`, with the space before it) need those that are cut. `opens`: nothing stands before them."""
    return bool(
        _LEANS.match(after)
        or _LEANS.match(f" {words}")
        or (opens and _JOINS.match(after))
        or (_ORPHAN.match(after) and len(words.split()) >= _ALONE)
    )


def to_end(before: str, words: str, after: str) -> bool:
    """Whether the words that end a sentence complete what stands `before` them in it. `after` begins with the sign that sets them off."""
    return bool(
        (_INFINITIVE.match(words) and _TAKES_TO.search(before))
        or (_DASH.match(after) and _PROMISES.search(before))
        or (_PLACE.match(words) and _PLACED.search(before) and not after.startswith(","))
    )


def to_opening(before: str, words: str) -> bool:
    """Whether an opening phrase (`before`, from the start of its sentence) hangs on the frame that is cut after it."""
    return bool(_FRAME.search(words) and _DANGLES.fullmatch(before))


def to_verb(words: str, after: str) -> bool:
    """Whether what follows is the object of the verb that ends the words: “I suggest rowing”."""
    return bool(_GERUND_TAKER.search(words) and _GERUND.match(after))


def to_being(before: str, words: str, replacement: str) -> bool:
    """Whether an adverb would take the place of a predicate: “it should be in a careful manner”."""
    return bool(replacement.endswith("ly") and _MANNER.match(words) and _BEING.search(before))
