"""The notation of patterns, and how it is matched.

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

Parenthesised groups are numbered from 1 and may be named in a replacement: `$1`. `$2/$1` is the second, a verb in its base
form, in the present that agrees with the first; `$2/it` and `$2/they` name the subject themselves. Where it is not plain
from the words which form that is, the replacement is not offered.

Patterns are matched over words, not characters: a class of three hundred words is one set, where a regular expression
of that size takes tens of milliseconds to compile. Each element becomes a function of a place in the sentence that
knows what comes after it; a pattern is tried where one of its possible first words stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from math import prod
from typing import Any

from unmid.text.span import Span

Classes = Mapping[str, tuple[str, ...]]


@dataclass(slots=True)
class Lexicon:
    """The word classes of a pack, and what has been made of them: each class and each pattern is read once.

    `words` is how many words its patterns hold, those of a class in each pattern that names it.
    """

    classes: Classes
    nodes: dict[str, _Node] = field(default_factory=dict)
    patterns: dict[str, Pattern] = field(default_factory=dict)
    words: int = 0

    def noted(self) -> dict[str, Any]:
        """What is known of the patterns, in plain values; sets of words that many of them share stand there once."""
        sets: dict[frozenset[str], int] = {}
        known = {
            pattern.source: [
                int(pattern.initial),
                *(-1 if words is None else sets.setdefault(words, len(sets)) for words in (pattern.first, pattern.second)),
                *(sets.setdefault(words, len(sets)) for words in pattern.required),
            ]
            for pattern in self.patterns.values()
        }
        return {"sets": [" ".join(sorted(words)) for words in sets], "known": known}

    @classmethod
    def restored(cls, classes: Classes, noted: Mapping[str, Any]) -> Lexicon:
        """The lexicon of classes with what was noted of their patterns. Raises LookupError or TypeError for what was not."""
        lexicon = cls(classes)
        sets = [frozenset(words.split()) for words in noted["sets"]]
        for source, (initial, first, second, *required) in noted["known"].items():
            heads = [None if n < 0 else sets[n] for n in (first, second)]
            needed = tuple(sets[n] for n in required)
            lexicon.patterns[source] = Pattern(source, needed, bool(initial), heads[0], heads[1], lexicon)
        return lexicon


_TOKEN = re.compile(
    r"""\s+|(?P<class>\{[\w-]+\})|(?P<gap>\.\.(?:\.|\d+))|(?P<look>[!&-]\()|(?P<dash>--)"""
    r"""|(?P<word>[\w'’][\w'’/-]*\*?)|(?P<sign>.)""",
    re.S,
)
# A word with its hyphens, slashes and -n't; the short form of a verb after an apostrophe; a number with its signs; an
# abbreviation; a dash; or any other single sign.
_UNIT = re.compile(
    r"""[~≈£$€]?\d(?:[\w.,]*\w)?%?"""
    r"""|(?:\w\.){2,}"""
    r"""|\w+(?:[-/]\w+)*(?:'t(?!\w)|'(?!(?:s|re|ve|ll|d|m)(?!\w))\w+)?"""
    r"""|'(?:s|re|ve|ll|d|m)(?!\w)|--+|\S"""
)
_CLITICS = frozenset(["'s", "'re", "'ve", "'ll", "'d", "'m"])
_GAP_STOPS = frozenset(";:!?.…()[]—–") | {"--", "---"}
_CLOSERS = frozenset(".!?…\"')]*_")
_DASHES = frozenset("—–")
_QUOTES = frozenset("\"'")
_SIGNS = frozenset(",;:.?!\"%&…/")
_GAP = 6
_BEHIND = 6
"""How many words back a look behind reaches."""
_DEEPEST = 12
_MOST_WAYS = 50_000
"""Ways in which a pattern may be filled; of those that are shipped the freest has 20,000."""
_MOST_WORDS = 1_000_000
"""Words that the patterns of a pack may hold; those that are shipped hold 69,000."""
_COMMON = {
    word: 600 // (1 + rank // 6)
    for rank, word in enumerate(
        [",", ".", "the", "and", "to", "of", "a", "in", "is", "it", "that", "for", "as", "with", "be", "on", "are", "this", "by", "you", "your", "not", "or", "from", "have", "can", "an", "was", "at", "but", "they", "which", "their", "there", "we", "i", "has", "what", "will", "if", "more", "one", "all", "'s", "'re", "'ve", "do", "when", "so", "about", "these", "no", "how", "up", "out", "into", "than", "also", "our"]
    )
}
"""The commonest words and signs, with the share of sentences that hold them, roughly, in thousandths."""


class PatternError(ValueError):
    """A pattern that cannot be read; the message says where and what was expected."""


@dataclass(slots=True)
class Tape:
    """The words and signs of a folded text, and the window that is being searched.

    `starts` and `ends` are offsets in the text. `begin` and `stop` bound the window, as numbers of words. `mark`, `cut`
    and `groups` hold what the match in progress has passed.
    """

    words: list[str]
    starts: list[int]
    ends: list[int]
    begin: int = 0
    stop: int = 0
    mark: tuple[int, int] | None = None
    cut: tuple[int, int] | None = None
    groups: dict[int, tuple[int, int]] = field(default_factory=dict)
    goal: int = -1

    def span(self, first: int, last: int) -> Span:
        """The stretch of text from word `first` up to, not including, word `last`."""
        if last > first:
            return Span(self.starts[first], self.ends[last - 1])
        # An optional group that took nothing may stand after the last word.
        at = self.starts[first] if first < len(self.starts) else self.ends[-1]
        return Span(at, at)


Step = Callable[[Tape, int], int]
"""Matches from a word on and answers with the word after the whole match, or -1."""


@dataclass(frozen=True, slots=True)
class Found:
    """A match. Spans are offsets in the text; `groups` by number."""

    span: Span
    mark: Span | None
    cut: Span | None
    groups: Mapping[int, Span]

    def shifted(self, by: int) -> Found:
        """The same match, `by` code points further on."""

        def moved(span: Span | None) -> Span | None:
            return None if span is None else span.shifted(by)

        groups = {number: span.shifted(by) for number, span in self.groups.items()}
        return Found(self.span.shifted(by), moved(self.mark), moved(self.cut), groups)


@dataclass(frozen=True)
class Pattern:
    """A pattern, read; it is made ready for matching when it is first tried, since most patterns never are.

    A sentence must hold a word of each set in `required`, the rarest first, for the pattern to be worth trying. An
    `initial` pattern matches at the start of a sentence only. `first` are the words that can open a match, `second` those that
    can follow; None if any can, or none need.
    """

    source: str
    required: tuple[frozenset[str], ...]
    initial: bool
    first: frozenset[str] | None
    second: frozenset[str] | None
    lexicon: Lexicon = field(compare=False, repr=False)

    @cached_property
    def node(self) -> _Node:
        """What the pattern says."""
        return _read(self.source, self.lexicon)

    @cached_property
    def step(self) -> Step:
        """The matcher."""
        return _step(self.node, _accept)

    @property
    def anchors(self) -> frozenset[str]:
        """The rarest required set; empty if there is none."""
        return self.required[0] if self.required else frozenset()

    def find(self, tape: Tape, starts: Iterable[int] | None = None) -> list[Found]:
        """Matches that start in the tape's window, from left to right, without overlaps; with `starts`, from those places alone."""
        found: list[Found] = []
        free = tape.begin
        every = range(tape.begin, tape.stop)
        for at in every[:1] if self.initial else every if starts is None else starts:
            if at < free or tape.words[at] in _CLITICS:
                continue
            tape.mark = tape.cut = None
            tape.groups = {}
            end = self.step(tape, at)
            if end > at and not _torn(tape, end):
                found.append(_found(tape, opening(tape, at) if self.initial else at, end))
                free = end
        return found


def _torn(tape: Tape, end: int) -> bool:
    """Whether the next word is a short form that belongs to the last one: `that` is no match in `that's`."""
    return end < tape.stop and tape.words[end] in _CLITICS and tape.starts[end] == tape.ends[end - 1]


def tape_of(folded: str) -> Tape:
    """The words and signs of a folded text."""
    words, starts, ends = [], [], []
    for found in _UNIT.finditer(folded):
        words.append(found[0])
        starts.append(found.start())
        ends.append(found.end())
    return Tape(words, starts, ends, 0, len(words))


def compile_pattern(source: str, lexicon: Lexicon) -> Pattern:
    """Translate one pattern. Raises PatternError."""
    known = lexicon.patterns.get(source)
    if known is not None:
        return known
    if lexicon.words > _MOST_WORDS:
        raise PatternError(f"“{source}”: the patterns before it hold {_MOST_WORDS:,} words, counting a class in each; use smaller classes")
    node = _read(source, lexicon)
    if _ways(node) > _MOST_WAYS:
        raise PatternError(f"“{source}”: could match in more than {_MOST_WAYS:,} ways; use fewer or shorter gaps")
    initial = isinstance(node, _Seq) and bool(node.items) and isinstance(node.items[0], _Start)
    required = tuple(sorted(set(_required(node)), key=_commonness))
    first, second = _heads(node, 2)
    lexicon.words += sum(len(words or ()) for words in {first, second, *required})
    pattern = lexicon.patterns[source] = Pattern(source, required, initial, first, second, lexicon)
    return pattern


def _ways(node: _Node) -> int:
    """In how many ways gaps and options may be filled, about: what a match may cost at the worst."""
    match node:
        case _Gap(most):
            return most + 1
        case _Seq(items):
            return prod(map(_ways, items))
        case _Alt(branches, optional):
            return max(map(_ways, branches)) + optional
        case _Look(inner) | _Part(inner):
            return _ways(inner)
    return 1


def inflections(verb: str) -> tuple[str, ...]:
    """The regular forms of a verb: base, -s, -ed, -ing. Doubled and plain consonants both, since one of them is no word."""
    if verb.endswith("e"):
        return (verb, verb + "s", verb + "d", (verb if verb.endswith(("ee", "ye", "oe")) else verb[:-1]) + "ing")
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


# Reading: from the notation to nodes.


@dataclass(frozen=True, slots=True)
class _Words:
    """One word of a set, or one that starts with a prefix."""

    words: frozenset[str]
    prefixes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Seq:
    """One after the other."""

    items: tuple[_Node, ...]


@dataclass(frozen=True)
class _Alt:
    """One of several; `number` if it is a group that replacements may name. `optional`: or nothing."""

    branches: tuple[_Node, ...]
    optional: bool = False
    number: int = 0

    @cached_property
    def by_word(self) -> tuple[Mapping[str, tuple[int, ...]], tuple[int, ...]]:
        """By the word that stands there the branches worth trying, in order, and those that always are."""
        opens = [_heads(branch, 1)[0] for branch in self.branches]
        free = tuple(n for n, words in enumerate(opens) if words is None)
        found: dict[str, list[int]] = {}
        for number, words in enumerate(opens):
            for word in words or ():
                found.setdefault(word, []).append(number)
        return {word: tuple(sorted((*numbers, *free))) for word, numbers in found.items()}, free


@dataclass(frozen=True, slots=True)
class _Look:
    """A condition on what follows (`ahead`) or stands before; `wanted` says which answer lets the match go on."""

    inner: _Node
    ahead: bool
    wanted: bool


@dataclass(frozen=True, slots=True)
class _Part:
    """What is marked or cut."""

    inner: _Node
    name: str


@dataclass(frozen=True, slots=True)
class _Gap:
    """Up to so many words, as few as will do."""

    most: int


@dataclass(frozen=True, slots=True)
class _Start:
    """The start of the sentence."""


@dataclass(frozen=True, slots=True)
class _End:
    """The end of the sentence."""


@dataclass(frozen=True, slots=True)
class _Test:
    """One word or sign that passes a test: any word, a number, a dash."""

    name: str


_Node = _Words | _Seq | _Alt | _Look | _Part | _Gap | _Start | _End | _Test


class _Reader:
    """Reads one pattern: its tokens from the left, with the groups counted."""

    def __init__(self, source: str, lexicon: Lexicon, depth: int = 0) -> None:
        self.source = source
        self.lexicon = lexicon
        self.depth = depth
        self.tokens = [found[0] for found in _TOKEN.finditer(source) if not found[0].isspace()]
        self.at = 0
        self.groups = 0
        if depth > _DEEPEST:
            raise PatternError(f"“{source}”: nested too deeply")

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def sequence(self, ends: str = "") -> _Node:
        """Elements up to a sign in `ends`, which stays unread, or to the end of the pattern."""
        items: list[_Node] = []
        stops = {"", *ends}
        while (token := self.peek()) not in stops:
            self.at += 1
            items.append(self.element(token))
        return items[0] if len(items) == 1 else _Seq(tuple(items))

    def element(self, token: str) -> _Node:
        if token[0].isalnum() or token[0] in "'’":
            return _literal(token.replace("’", "'").lower())
        match token:
            case "(":
                self.groups += 1
                number = self.groups
                return _Alt(self.branches(")"), number=number)
            case "[":
                return _Alt(self.branches("]"), optional=True)
            case "!(" | "&(" | "-(":
                inner = _Alt(self.branches(")"))
                return _Look(inner, ahead=token != "-(", wanted=token == "&(")
            case "<":
                return _Part(self.part(">"), "mark")
            case "~":
                return _Part(self.part("~"), "cut")
            case "^":
                return _Start()
            case "$":
                return _End()
            case "_":
                return _Test("word")
            case "#":
                return _Test("number")
            case "--":
                return _Test("dash")
        if token.startswith(".."):
            return _Gap(_GAP if token == "..." else int(token[2:]))
        if token[0] == "{":
            return self.named(token[1:-1])
        if token in _SIGNS:
            return _Words(frozenset([token]))
        if token == ">":
            raise PatternError(f"“{self.source}”: “>” without “<”")
        raise PatternError(f"“{self.source}”: cannot read “{token}”")

    def part(self, closing: str) -> _Node:
        inner = self.sequence(closing)
        if self.peek() != closing:
            raise PatternError(f"“{self.source}”: “<” or “~” is never closed")
        self.at += 1
        return inner

    def branches(self, closing: str) -> tuple[_Node, ...]:
        found: list[_Node] = []
        while True:
            found.append(self.sequence("|" + closing))
            token = self.peek()
            if not token:
                raise PatternError(f"“{self.source}”: “{closing}” is missing")
            self.at += 1
            if token == closing:
                return _merged(found)

    def named(self, name: str) -> _Node:
        known = self.lexicon.nodes.get(name)
        if known is not None:
            return known
        if name not in self.lexicon.classes:
            raise PatternError(f"“{self.source}”: there is no word class {{{name}}}")
        listed = self.lexicon.classes[name]
        entries = [_read(entry, self.lexicon, self.depth + 1) for entry in listed if not entry.isalpha()]
        # Most entries are words, and there are many: read one by one they would take longer than all patterns.
        words = frozenset(entry.lower() for entry in listed if entry.isalpha())
        entries += [_Words(words)] if words else []
        # The longest first, so that "a kind of" is not cut short at "a".
        phrases = sorted((e for e in entries if not isinstance(e, _Words)), key=_length, reverse=True)
        merged = _merged([*phrases, *(e for e in entries if isinstance(e, _Words))])
        node = self.lexicon.nodes[name] = merged[0] if len(merged) == 1 else _Alt(merged)
        return node


def _read(source: str, lexicon: Lexicon, depth: int = 0) -> _Node:
    words = source.split()
    if words and all(map(str.isalpha, words)):
        # Most entries of word classes are that plain, and there are thousands.
        plain = tuple(_literal(word.lower()) for word in words)
        return plain[0] if len(plain) == 1 else _Seq(plain)
    return _Reader(source, lexicon, depth).sequence()


@lru_cache(maxsize=16_384)
def _literal(token: str) -> _Node:
    """A written word, which may be several words to the matcher: `today's`, `and/or`."""
    if token.isalpha():
        return _Words(frozenset([token]))
    if token.endswith("*"):
        return _Words(frozenset(), (token[:-1],))
    stem, _, form = token.partition("/")
    forms = inflections(stem) if form == "v" else plurals(stem) if form == "n" else (token,)
    units = [tuple(_UNIT.findall(one)) for one in forms]
    if all(len(one) == 1 for one in units):
        return _Words(frozenset(one[0] for one in units))
    whole = tuple(_Seq(tuple(_Words(frozenset([unit])) for unit in one)) for one in units)
    return whole[0] if len(whole) == 1 else _Alt(whole)


def _merged(branches: list[_Node]) -> tuple[_Node, ...]:
    """The branches with all single words in one set, which comes last."""
    words = [branch for branch in branches if isinstance(branch, _Words)]
    rest = [branch for branch in branches if not isinstance(branch, _Words)]
    if not words:
        return tuple(rest)
    prefixes = tuple(prefix for branch in words for prefix in branch.prefixes)
    return (*rest, _Words(frozenset().union(*(branch.words for branch in words)), prefixes))


def _length(node: _Node) -> int:
    match node:
        case _Seq(items):
            return sum(map(_length, items))
        case _Alt(branches, optional):
            return 0 if optional else min(map(_length, branches), default=0)
        case _Part(inner):
            return _length(inner)
        case _Words() | _Test():
            return 1
        case _:
            return 0


# What can be said of a pattern before it is tried.


def _required(node: _Node) -> Iterator[frozenset[str]]:
    """Sets of words; any match holds a word of each."""
    match node:
        case _Words(words, prefixes):
            if not prefixes:
                yield words
        case _Seq(items):
            for item in items:
                yield from _required(item)
        case _Alt(branches, optional):
            rarest = [min(_required(branch), key=_commonness, default=None) for branch in branches]
            if not optional and all(rarest):
                yield frozenset().union(*(words for words in rarest if words))
        case _Part(inner):
            yield from _required(inner)


def _commonness(words: frozenset[str]) -> int:
    """How many of a thousand sentences hold one of the words, roughly: each that is not common counts for one."""
    return sum(_COMMON.get(word, 1) for word in words)


def _heads(node: _Node, most: int) -> tuple[frozenset[str] | None, ...]:
    """The words that can stand in each of the first `most` places of a match; None if any can, or a match may end before."""
    places, lengths = _places(node, most)
    return tuple(None if min(lengths) <= place else words for place, words in enumerate(places))


def _places(node: _Node, most: int) -> tuple[tuple[frozenset[str] | None, ...], frozenset[int]]:
    """The words that can stand in each of the first `most` places, None if any can; and how many of these a match may fill."""
    nothing: tuple[frozenset[str] | None, ...] = (frozenset(),) * most
    match node:
        case _Words(words, prefixes):
            return (None if prefixes else words, *nothing[1:]), frozenset([1])
        case _Seq(items):
            places, lengths = nothing, frozenset([0])
            for item in items:
                more, longer = _places(item, most)
                for start in lengths:
                    places = (*places[:start], *(_any_of(pair) for pair in zip(places[start:], more, strict=False)))
                lengths = frozenset(min(length + add, most) for length in lengths for add in longer)
                if lengths == {most}:
                    break
            return places, lengths
        case _Alt(branches, optional):
            every = [_places(branch, most) for branch in branches]
            # All at once: of a class of thousands, one by one would take minutes.
            places = tuple(map(_any_of, zip(*(more for more, _ in every), strict=True)))
            return places, frozenset([0] if optional else []).union(*(longer for _, longer in every))
        case _Part(inner):
            return _places(inner, most)
        case _Look() | _Start() | _End():
            return nothing, frozenset([0])
        case _Gap():
            return (None,) * most, frozenset(range(most + 1))
        case _Test():
            return (None, *nothing[1:]), frozenset([1])


def _any_of(sets: tuple[frozenset[str] | None, ...]) -> frozenset[str] | None:
    """The words of some sets; None if one of them holds any."""
    if None in sets:
        return None
    listed = [words for words in sets if words]
    # Many patterns share a class: they hold the same set, not copies.
    return listed[0] if len(listed) == 1 else frozenset().union(*listed)


# Matching: every node with what comes after it becomes a function.


def _accept(tape: Tape, at: int) -> int:
    return at


def _arrive(tape: Tape, at: int) -> int:
    return at if at == tape.goal else -1


def _step(node: _Node, then: Step) -> Step:
    match node:
        case _Words(words, prefixes):
            return _one_of(words, prefixes, then)
        case _Seq(items):
            for item in reversed(items):
                then = _step(item, then)
            return then
        case _Alt():
            return _either(node, then)
        case _Look(inner, ahead, wanted):
            return _ahead(_step(inner, _accept), wanted, then) if ahead else _behind(_step(inner, _arrive), wanted, then)
        case _Part(inner, name):
            return _part(inner, name, then)
        case _Gap(most):
            return _gap(most, then)
        case _Start():
            return lambda tape, at: then(tape, opening(tape, at)) if at == tape.begin else -1
        case _End():
            return lambda tape, at: then(tape, at) if _only_closers(tape, at) else -1
        case _Test(name):
            test = {"word": _is_word, "number": _is_number, "dash": _is_dash}[name]
            return lambda tape, at: then(tape, at + 1) if at < tape.stop and test(tape, at) else -1


def _one_of(words: frozenset[str], prefixes: tuple[str, ...], then: Step) -> Step:
    if prefixes:
        return lambda tape, at: (
            then(tape, at + 1)
            if at < tape.stop and (tape.words[at] in words or tape.words[at].startswith(prefixes))
            else -1
        )
    return lambda tape, at: then(tape, at + 1) if at < tape.stop and tape.words[at] in words else -1


def _either(node: _Alt, then: Step) -> Step:
    """Tries the branches that can begin with the word that stands there: of a hundred phrases hardly one. They are made
    ready when their word first turns up."""
    number, optional = node.number, node.optional
    closed = _closed(number, then)
    steps: dict[int, Step] = {}

    def made(branch: int) -> Step:
        if branch not in steps:
            steps[branch] = _step(node.branches[branch], closed)
        return steps[branch]

    by_word, free = node.by_word
    always = tuple(map(made, free))
    ready: dict[str, tuple[Step, ...] | None] = dict.fromkeys(by_word)

    def step(tape: Tape, at: int) -> int:
        word = tape.words[at] if at < tape.stop else ""
        branches = ready.get(word, always)
        if branches is None:
            branches = ready[word] = tuple(map(made, by_word[word]))
        if not branches:
            return then(tape, at) if optional else -1
        before = tape.groups.get(number)
        if number:
            tape.groups[number] = (at, at)
        for branch in branches:
            end = branch(tape, at)
            if end >= 0:
                return end
        if number:
            if before is None:
                del tape.groups[number]
            else:
                tape.groups[number] = before
        return then(tape, at) if optional else -1

    return step


def _closed(number: int, then: Step) -> Step:
    """Note where a group ends, and go on."""
    if not number:
        return then

    def step(tape: Tape, at: int) -> int:
        start = tape.groups[number][0]
        tape.groups[number] = (start, at)
        return then(tape, at)

    return step


def _part(inner: _Node, name: str, then: Step) -> Step:
    def close(tape: Tape, at: int) -> int:
        before = getattr(tape, name)
        setattr(tape, name, (before[0], at))
        end = then(tape, at)
        if end < 0:
            setattr(tape, name, before)
        return end

    inside = _step(inner, close)

    def step(tape: Tape, at: int) -> int:
        before = getattr(tape, name)
        setattr(tape, name, (at, at))
        end = inside(tape, at)
        if end < 0:
            setattr(tape, name, before)
        return end

    return step


def _ahead(inner: Step, wanted: bool, then: Step) -> Step:
    return lambda tape, at: then(tape, at) if (inner(tape, at) >= 0) == wanted else -1


def _behind(inner: Step, wanted: bool, then: Step) -> Step:
    def step(tape: Tape, at: int) -> int:
        kept, tape.goal = tape.goal, at
        met = any(inner(tape, start) >= 0 for start in range(at - 1, max(at - _BEHIND, tape.begin) - 1, -1))
        tape.goal = kept
        return then(tape, at) if met == wanted else -1

    return step


def _gap(most: int, then: Step) -> Step:
    def step(tape: Tape, at: int) -> int:
        words = 0
        while True:
            end = then(tape, at)
            if end >= 0:
                return end
            if at >= tape.stop or tape.words[at] in _GAP_STOPS or _is_dash(tape, at):
                return -1
            # A word takes its comma and the short form after it along, and quotation marks do not stop it.
            word = tape.words[at]
            if word not in _CLITICS and word != "," and word not in _QUOTES:
                words += 1
                if words > most:
                    return -1
            at += 1
            while at < tape.stop and tape.words[at] in _CLITICS:
                at += 1

    return step


def _is_word(tape: Tape, at: int) -> bool:
    word = tape.words[at]
    return word[0].isalnum() or len(word) > 1 or word not in _GAP_STOPS | _QUOTES | {","}


def _is_number(tape: Tape, at: int) -> bool:
    return any(char.isdigit() for char in tape.words[at][:2])


def _is_dash(tape: Tape, at: int) -> bool:
    word = tape.words[at]
    if word in _DASHES or word.startswith("--"):
        return True
    if word != "-" or not 0 < at < len(tape.words) - 1:
        return False
    return tape.starts[at] > tape.ends[at - 1] and tape.starts[at + 1] > tape.ends[at]


def _only_closers(tape: Tape, at: int) -> bool:
    return all(tape.words[i] in _CLOSERS for i in range(at, tape.stop))


def opening(tape: Tape, at: int) -> int:
    """The first word from `at` on: what stands before it is a quotation mark, a bracket or an emoji."""
    while at < tape.stop and not (any(map(str.isalnum, tape.words[at])) or tape.words[at] == "\ufffc"):
        at += 1
    return at


def _found(tape: Tape, start: int, end: int) -> Found:
    def span(part: tuple[int, int] | None) -> Span | None:
        return None if part is None else tape.span(*part)

    return Found(
        tape.span(start, end),
        span(tape.mark),
        span(tape.cut),
        {number: tape.span(*part) for number, part in tape.groups.items()},
    )
