"""The notation of patterns, and its translation to regular expressions.

A pattern is written as words with single spaces between them and is matched against folded text (`unmid.prose.nlp.fold`),
one sentence at a time:

    word        that word; `word*` any word that starts so; `explore/v` any form of a regular verb; `point/n` a noun in
                both numbers
    {class}     a word or phrase of a word class (`words/*.toml` of the pack)
    _           any one word;  `...` up to six words, as few as will do;  `..N` up to N
    #           a number
    (a b|c)     either;  `[a b|c]` either or nothing
    ^  $        the start and the end of the sentence, looking past quotation marks, brackets, emoji and final stops
    , ; : . ?   that sign;  `!` an exclamation mark;  `--` a dash of any kind
    !(a|b)      not followed by;  &(a|b) followed by;  -(a|b) not preceded by
    <a b>       what to mark, where that is not the whole match
    ~a b~       what the fix cuts, where that is not all that is marked

Parenthesised groups are numbered from 1 and may be named in a replacement as `$1`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import regex

Classes = Mapping[str, tuple[str, ...]]

_TOKEN = regex.compile(
    r"""\s+|(?P<class>\{[\w-]+\})|(?P<gap>\.\.(?:\.|\d+))|(?P<look>[!&-]\()|(?P<dash>--)"""
    r"""|(?P<word>[\w'’][\w'’/-]*\*?)|(?P<sign>.)""",
    regex.S,
)
_BREAK = r"(?!\w|-\w)\s*+"
_CORE = r"""[^\s,;:.!?—–()"]++(?:[.',/][^\s,;:.!?—–()"]++)*+"""
_WORD = _CORE + r"\s*+"
# A word of a gap takes its comma along, and quotation marks do not stop it; stops, dashes and brackets do.
_GAP = r"""(?:"?+%s"?+(?:,?\s++|(?=[,;:.!?—–()]|\Z))){0,%%d}?""" % _CORE
_LEAD = r"\G[^\w\ufffc]*\K"
_CLOSERS = r"""[.!?…]*["')\]*_\s]*\Z"""
_DASH = r"(?:[—–]|--+|(?<=\s)-(?=\s))\s*"
_SIGNS = set(",;:.?!()#\"%&…/$")


class PatternError(ValueError):
    """A pattern that cannot be read; the message says where and what was expected."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern.

    `anchors` are words of which a sentence must hold at least one for the pattern to be worth trying; empty means any
    sentence. The regular expression's groups `mark` and `cut`, where they take part, hold what their signs enclosed.
    """

    source: str
    regex: regex.Pattern[str]
    anchors: frozenset[str]


def compile_pattern(source: str, classes: Classes) -> Pattern:
    """Translate one pattern. Raises PatternError."""
    node, rest = _sequence(list(_tokens(source)), 0, (), source, classes)
    if rest:
        raise PatternError(f"“{source}”: unexpected “{rest[0]}”")
    head = "" if node.regex.startswith(r"\G") else r"(?<![\w'-])" if _wordy(node.regex) else ""
    return Pattern(
        source, regex.compile(head + node.regex + r"(?:(?<=\s)|(?!'\w))", regex.V1), node.anchors or frozenset()
    )


def inflections(verb: str) -> tuple[str, ...]:
    """The regular forms of a verb: base, -s, -ed, -ing. Doubled and plain consonants both, since one of them is no word."""
    if verb.endswith("e") and not verb.endswith("ee"):
        return (verb, verb + "s", verb + "d", verb[:-1] + "ing")
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        return (verb, verb[:-1] + "ies", verb[:-1] + "ied", verb + "ing")
    s = verb + ("es" if verb.endswith(("s", "x", "z", "ch", "sh", "o")) else "s")
    forms = [verb, s, verb + "ed", verb + "ing"]
    if len(verb) > 2 and verb[-1] not in "aeiouwxy" and verb[-2] in "aeiou" and verb[-3] not in "aeiou":
        forms += [verb + verb[-1] + "ed", verb + verb[-1] + "ing"]
    return tuple(forms)


def plurals(noun: str) -> tuple[str, ...]:
    """A regular noun in both numbers."""
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return (noun, noun[:-1] + "ies")
    return (noun, noun + ("es" if noun.endswith(("s", "x", "z", "ch", "sh")) else "s"))


@dataclass(frozen=True, slots=True)
class _Node:
    """A piece of a translated pattern; `anchors` None means that it need not match any word."""

    regex: str
    anchors: frozenset[str] | None


def _wordy(pattern: str) -> bool:
    return not pattern.startswith(("[,", r"\,", r"\;", r"\:", r"\."))


def _tokens(source: str) -> Iterator[str]:
    for found in _TOKEN.finditer(source):
        if not found[0].isspace():
            yield found[0]


def _fewest(one: frozenset[str] | None, other: frozenset[str] | None) -> frozenset[str] | None:
    if one is None or other is None:
        return one or other
    return min(one, other, key=len)


def _sequence(
    tokens: list[str], depth: int, ends: tuple[str, ...], source: str, classes: Classes
) -> tuple[_Node, list[str]]:
    """One run of elements, up to a token in `ends`."""
    if depth > 12:
        raise PatternError(f"“{source}”: nested too deeply")
    parts: list[str] = []
    anchors: frozenset[str] | None = None
    open_marks: dict[str, bool] = {"<": False, "~": False}
    while tokens and tokens[0] not in ends:
        token, *tokens = tokens
        if token in "([" or token[-1] == "(":
            closing = "]" if token == "[" else ")"
            node, tokens = _alternatives(tokens, depth + 1, closing, source, classes)
            parts.append(_group(token, node))
            if token == "(":
                anchors = _fewest(anchors, node.anchors)
        elif token == "<":
            parts.append("(?P<mark>")
            open_marks["<"] = True
        elif token == ">":
            if not open_marks["<"]:
                raise PatternError(f"“{source}”: “>” without “<”")
            parts.append(")")
            open_marks["<"] = False
        elif token == "~":
            parts.append(")" if open_marks["~"] else "(?P<cut>")
            open_marks["~"] = not open_marks["~"]
        else:
            node = _element(token, depth, source, classes)
            parts.append(node.regex)
            anchors = _fewest(anchors, node.anchors)
    if any(open_marks.values()):
        raise PatternError(f"“{source}”: “<” or “~” is never closed")
    return _Node("".join(parts), anchors), tokens


def _group(token: str, node: _Node) -> str:
    match token:
        case "(":
            return f"({node.regex})"
        case "[":
            return f"(?:{node.regex})?"
        case "!(":
            return f"(?!{node.regex})"
        case "&(":
            return f"(?={node.regex})"
        case _:
            return rf"(?<!\b{node.regex})"


def _alternatives(
    tokens: list[str], depth: int, closing: str, source: str, classes: Classes
) -> tuple[_Node, list[str]]:
    branches: list[_Node] = []
    while True:
        node, tokens = _sequence(tokens, depth, ("|", closing), source, classes)
        branches.append(node)
        if not tokens:
            raise PatternError(f"“{source}”: “{closing}” is missing")
        token, *tokens = tokens
        if token == closing:
            break
    anchors = [branch.anchors for branch in branches]
    known = None if any(a is None for a in anchors) else frozenset().union(*(a for a in anchors if a))
    return _Node("|".join(branch.regex for branch in branches), known), tokens


def _element(token: str, depth: int, source: str, classes: Classes) -> _Node:
    if token == "^":
        return _Node(_LEAD, None)
    if token == "$":
        return _Node(_CLOSERS, None)
    if token == "_":
        return _Node(_WORD, None)
    if token.startswith(".."):
        return _Node(_GAP % (6 if token == "..." else int(token[2:])), None)
    if token == "#":
        return _Node(r"[~≈£$€]?\d[\d.,]*\s?%?" + _BREAK, None)
    if token == "--":
        return _Node(_DASH, None)
    if token[0] == "{":
        return _class(token[1:-1], depth, source, classes)
    if token[0].isalnum() or token[0] in "'’":
        return _word(token.replace("’", "'").lower())
    if token in _SIGNS:
        return _Node(regex.escape(token) + r"\s*", None)
    raise PatternError(f"“{source}”: cannot read “{token}”")


def _class(name: str, depth: int, source: str, classes: Classes) -> _Node:
    if name not in classes:
        raise PatternError(f"“{source}”: there is no word class {{{name}}}")
    branches = [_sequence(list(_tokens(entry)), depth + 1, (), entry, classes)[0] for entry in classes[name]]
    # The longest first, so that "a kind of" is not cut short at "a".
    branches.sort(key=lambda node: len(node.regex), reverse=True)
    anchors = [node.anchors for node in branches]
    known = None if any(a is None for a in anchors) else frozenset().union(*(a for a in anchors if a))
    return _Node(f"(?:{'|'.join(node.regex for node in branches)})", known)


def _word(token: str) -> _Node:
    stem, _, form = token.partition("/")
    if form == "v":
        forms = inflections(stem)
    elif form == "n":
        forms = plurals(stem)
    elif form:
        # "and/or" is a word like any other.
        forms = (token,)
    else:
        forms = (stem,)
    if token.endswith("*"):
        return _Node(regex.escape(token[:-1]) + r"[\w']*" + _BREAK, None)
    body = "|".join(regex.escape(word) for word in forms)
    return _Node(f"(?:{body}){_BREAK}", frozenset(_first(word) for word in forms))


def _first(word: str) -> str:
    found = regex.search(r"\w+", word)
    return found[0] if found else word


_WORDS = regex.compile(r"\w+")


def anchor_words(text: str) -> frozenset[str]:
    """The words of a folded text as anchors see them: split at apostrophes and hyphens."""
    return frozenset(_WORDS.findall(text))
