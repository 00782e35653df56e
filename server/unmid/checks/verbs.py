"""Verbs in the present tense, as far as word forms show which one a subject takes."""

from __future__ import annotations

from unmid.checks.notation import inflections

_SINGULAR = frozenset(["it", "he", "she", "this", "that", "everyone", "everybody", "someone", "somebody", "nobody", "everything", "nothing", "something"])
_PLURAL = frozenset(["they", "we", "you", "these", "those"])
_ONE = frozenset(["a", "an", "this", "that", "each", "every", "another"])
_MANY = frozenset(["these", "those", "many", "several", "few", "both"])
_EITHER = frozenset(["the", "my", "your", "our", "their", "its", "his", "her", "some", "any", "no"])
_PEOPLE = ("people", "children", "men", "women", "police", "feet", "teeth", "mice", "geese")
# Nouns of which the form does not tell the number, and words that end no subject.
_UNCLEAR = frozenset(
    ["series", "lens", "chaos", "gas", "bias", "menus", "species", "means", "data", "media", "criteria", "phenomena", "bacteria", "cattle", "staff", "crew", "team", "fish", "sheep", "majority", "number", "rest", "lot", "poor", "rich", "young", "old", "elderly", "dead", "sick", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "few", "many", "most", "all", "both", "some", "any", "none", "i", "me", "who", "which", "what", "also", "then", "thus", "still", "even", "often", "always", "never", "now", "too", "well", "so", "just", "of", "in", "for", "to", "with", "on", "at", "by", "from", "and", "or", "nor", "but", "not", "us", "them", "him"]
)  # fmt: skip
_FORMS = {"be": ("is", "are"), "have": ("has", "have")}
# After a modal, these are no verbs.
_NO_VERBS = frozenset(["not", "also", "even", "still", "then", "well", "never", "always", "often", "just", "soon", "now", "too", "very", "more", "most", "less", "so", "as", "in", "at", "on", "for", "and", "or", "but", "i", "you", "we", "they", "it", "he", "she", "the", "a", "an", "this", "that", "these", "those", "perhaps", "maybe", "rather", "quite", "best", "better", "one", "both", "all", "someday", "sometimes", "already", "almost", "somehow", "somewhat", "indeed", "only", "once", "again", "instead", "thus", "ever", "yet", "here", "there"])  # fmt: skip
_VERBS_IN_LY = frozenset(["apply", "rely", "reply", "imply", "supply", "comply", "multiply", "fly", "ally", "rally", "tally", "bully", "sully", "dally"])


def agreeing(verb: str, subject: str) -> str | None:
    """The present of a verb (its base form) after a subject, both in lower case; None where number or verb are not plain."""
    many = is_plural(subject)
    if many is None or not verb.isalpha() or verb in _NO_VERBS or (verb.endswith("ly") and verb not in _VERBS_IN_LY):
        return None
    if verb in _FORMS:
        return _FORMS[verb][many]
    return verb if many else inflections(verb)[1]


def is_plural(subject: str) -> bool | None:
    """Whether a subject is more than one; None where its words do not show it: “the crew”, “the means”."""
    *before, last = subject.split() or [""]
    if not before:
        return last in _PLURAL if last in _PLURAL | _SINGULAR else None
    if not last.isalpha() or last in _UNCLEAR | _PLURAL | _SINGULAR or last.endswith("ly"):
        return None
    if before[0] in _ONE | _MANY:
        return before[0] in _MANY
    if before[0] not in _EITHER or last.endswith(("ics", "ese", "as", "ing", "ed")):
        return None
    return last.endswith(_PEOPLE) or (last.endswith("s") and not last.endswith(("ss", "us", "is", "news")))
