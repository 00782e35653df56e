"""A ruleset: the rules of all packs under given settings, compiled."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache, partial
from inspect import signature
from pathlib import Path

from unmid.checks.notation import Classes, Lexicon, PatternError
from unmid.checks.pattern import PatternCheck, RegexCheck, TokenCheck, check_match
from unmid.checks.phrase import PhraseCheck
from unmid.checks.shapes import SHAPES
from unmid.lint import gates, places
from unmid.lint.shelf import shelved
from unmid.packs.author import load_pack_file
from unmid.packs.discovery import BUILTIN, installed
from unmid.packs.model import Ban, Baseline, Match, Pack, Problem, Rate, Rule
from unmid.packs.reader import suggestion
from unmid.packs.sources import Stamp, stamp_of
from unmid.packs.usual import load_usual
from unmid.packs.values import SEVERITIES
from unmid.prose import nlp
from unmid.prose.nlp import Finder
from unmid.settings import Settings


def _named(module: object, returns: str) -> dict[str, Callable[..., bool]]:
    return {
        name.replace("_", "-"): function
        for name, function in vars(module).items()
        if not name.startswith("_") and getattr(function, "__annotations__", {}).get("return") == returns and "arg" in function.__annotations__
    }


GATES: Mapping[str, Callable[..., bool]] = _named(gates, "bool")
PLACES: Mapping[str, Callable[..., bool]] = _named(places, "bool")
_LEXICONS: dict[int, Lexicon] = {}
_WEAK = ("company", "crowd")
_NUMBER = re.compile(r"[0-9]{1,9}")
PET_WORD = "voice/pet-word"
"""The rule that an author's bans become matches of."""
ENOUGH_TEXTS = 8
"""Texts that must hold a feature before an author's rate of it moves a limit."""


@dataclass(frozen=True, slots=True)
class Condition:
    """A gate or place with its argument and the answer that it must give."""

    name: str
    arg: str
    wanted: bool

    @property
    def place(self) -> bool:
        """Whether it needs the whole document."""
        return self.name in PLACES

    @property
    def wide(self) -> bool:
        """Whether it has one answer for the whole document."""
        return self.name in places.WIDE


@dataclass(frozen=True, slots=True)
class Conditions:
    """What must hold for the hits of a match, by what it takes to know.

    `gates` see a passage: functions with an argument and the answer that they must give, cheap first. `places` need the whole
    document; `local` are those of them to ask about each hit, `wide` has a bit for each condition of the ruleset's `wide`.
    `weak`: hits count only in the company of others.
    """

    gates: tuple[tuple[Callable[..., bool], str, bool], ...]
    places: frozenset[Condition]
    local: tuple[Condition, ...]
    wide: int
    weak: bool


@dataclass(frozen=True, slots=True)
class Ruleset:
    """Compiled rules. Two rulesets with the same fingerprint mark the same things."""

    rules: Mapping[str, Rule]
    phrases: PhraseCheck
    patterns: PatternCheck
    regexes: RegexCheck
    tokens: TokenCheck | None
    shapes: tuple[Rule, ...]
    conditions: Mapping[tuple[str, int], Conditions]
    """By rule and number of the match: what must hold for its hits."""
    finder: Finder
    """What spaCy looks for in every passage, for `phrases` and `tokens`."""
    genre: str
    fingerprint: str
    problems: tuple[Problem, ...] = ()
    off: Mapping[str, str] = field(default_factory=dict)
    """Rules that do not run here, with the reason."""
    allow: tuple[str, ...] = ()
    """Phrases in which nothing is marked, folded."""
    baseline: Baseline | None = None
    """What was learned of the author, if anything."""
    usual: Mapping[str, Rate] = field(default_factory=dict)
    """General usage, where there is an author to compare with it."""
    wide: tuple[Condition, ...] = ()
    """All conditions that have one answer for the whole document."""


def rule_checker(classes: Classes, ours: bool = False) -> Callable[[Rule], str]:
    """A check for the rules of a pack: what is wrong with one that has the right form, or nothing.

    Rules may name the word classes of their pack and, unless it is itself the built-in one (`ours`), those of the
    built-in pack.
    """
    shared = {} if ours or BUILTIN not in installed() else _builtin(installed()[BUILTIN]).classes
    # Kept for compiling, so that no pattern is read twice; the lexicon holds the classes, so their id stays theirs.
    lexicon = Lexicon({**shared, **classes}) if shared else _LEXICONS.setdefault(id(classes), Lexicon(classes))
    return lambda rule: _fault(rule, lexicon)


def _fault(rule: Rule, lexicon: Lexicon) -> str:
    for match in rule.matches:
        for name in (*match.when, *match.unless):
            if fault := _gate_fault(name):
                return fault
        try:
            check_match(match, lexicon)
            if match.tokens:
                TokenCheck([(rule, match)])
        except PatternError as error:
            return str(error)
    for name in rule.through:
        if name not in gates.DEFAULT:
            return f"through names “{name}”; allowed: {', '.join(gates.DEFAULT)}{suggestion(name, gates.DEFAULT)}"
    if rule.shape and rule.shape not in SHAPES:
        return f"shape is “{rule.shape}”; allowed: {', '.join(SHAPES)}{suggestion(rule.shape, SHAPES)}"
    return ""


def _gate_fault(written: str) -> str:
    name, colon, arg = written.partition(":")
    gate = GATES.get(name) or PLACES.get(name)
    if gate is None:
        return f"there is no gate “{written}”{suggestion(written, [*GATES, *PLACES])}"
    default = signature(gate).parameters["arg"].default
    if not default:
        return f"gate “{written}” takes no number; write “{name}”" if colon else ""
    if colon and not _NUMBER.fullmatch(arg):
        return f"gate “{written}” needs a whole number after the colon; write “{name}:{default}”"
    return ""


@lru_cache(maxsize=32)
def _pack(name: str, root: Path, stamp: Stamp) -> Pack:
    if name == BUILTIN:
        pack, lexicon = shelved(name, root, lambda: _read(name, root))
        _LEXICONS[id(pack.classes)] = lexicon
        return pack
    return load_pack_file(root, name, rule_checker).pack


def _read(name: str, root: Path) -> tuple[Pack, Lexicon]:
    pack = load_pack_file(root, name, partial(rule_checker, ours=True)).pack
    return pack, _lexicon(pack, {})


def _builtin(root: Path) -> Pack:
    # Ours is the one pack that nobody edits while it is in use; looking at all its files each time would cost too much.
    return _pack(BUILTIN, root, (0, 0))


def packs(settings: Settings, folder: Path | None = None) -> tuple[Pack, ...]:
    """The built-in pack and those that the settings name, installed or as files or folders (relative to `folder`)."""
    found = installed()
    roots = {name: found.get(name) or (folder or Path.cwd()) / name for name in settings.packs if name != BUILTIN}
    ours = (_builtin(found[BUILTIN]),) if BUILTIN in found else ()
    return (*ours, *(_pack(name, root, stamp_of(root)) for name, root in roots.items()))


def matches_name(rule: str, names: Iterable[str]) -> bool:
    """Whether a rule id or its family is among the names."""
    return any(rule == name or rule.split("/", 1)[0] == name for name in names)


def severity_of(rule: Rule, settings: Settings) -> str:
    """A rule's severity under the settings; `off` when it is not to run."""
    if (settings.select and not matches_name(rule.id, settings.select)) or matches_name(rule.id, settings.ignore):
        return "off"
    if settings.genre in rule.off or (rule.only and settings.genre not in rule.only):
        return "off"
    return settings.severity.get(rule.id, settings.severity.get(rule.family, rule.severity))


def compile_ruleset(loaded: Iterable[Pack], settings: Settings) -> Ruleset:
    """Compile the rules of packs under settings. A later pack's rule replaces an earlier one of the same id."""
    loaded = tuple(loaded)
    missing = pipeline_faults(settings)
    settings = replace(settings, pipeline="") if missing else settings
    rules: dict[str, tuple[Rule, Lexicon]] = {}
    shared: dict[str, tuple[str, ...]] = {}
    off: dict[str, str] = {}
    for pack in loaded:
        lexicon = _lexicon(pack, shared)
        shared |= pack.classes
        for rule in pack.rules:
            severity = severity_of(rule, settings)
            if severity == "off":
                rules.pop(rule.id, None)
                off[rule.id] = "is switched off"
            elif rule.needs and not settings.pipeline:
                off[rule.id] = f"needs a spaCy pipeline with {rule.needs}; set `pipeline`"
            else:
                off.pop(rule.id, None)
                rules[rule.id] = replace(_own(rule, settings), severity=severity, limit=_limits(rule, settings)), lexicon
    entries = [(rule, match, lexicon) for rule, lexicon in rules.values() for match in rule.matches]
    phrases = [(rule, match) for rule, match, _ in entries if match.phrases]
    tokens = [(rule, match) for rule, match, _ in entries if match.tokens]
    wide = tuple(dict.fromkeys(c for _, match, _ in entries for c in _written(match.when, match.unless) if c.wide))
    digest = hashlib.blake2b(digest_size=12)
    for rule, _ in rules.values():
        digest.update(repr(replace(rule, path="", examples=())).encode("utf-8", "surrogatepass"))
    allow = tuple(sorted({" ".join(nlp.fold(phrase).split()) for phrase in settings.allow} - {""}))
    digest.update(repr((sorted(shared.items()), settings.genre, settings.pipeline, allow, settings.baseline)).encode())
    # Many matches have the same ones.
    conditions = cache(_conditions)
    phrase_check = PhraseCheck(phrases)
    token_check = TokenCheck(tokens) if tokens else None
    return Ruleset(
        rules={name: rule for name, (rule, _) in rules.items()},
        phrases=phrase_check,
        patterns=PatternCheck(entries),
        regexes=RegexCheck([(rule, match) for rule, match, _ in entries]),
        tokens=token_check,
        shapes=tuple(rule for rule, _ in rules.values() if rule.shape),
        conditions={
            (rule.id, match.number): conditions(rule.through, match.when, match.unless, wide) for rule, match, _ in entries
        },
        finder=Finder(
            phrase_check.phrases,
            token_check.patterns if token_check else (),
            settings.pipeline or (nlp.FULL if tokens else ""),
        ),
        genre=settings.genre,
        fingerprint=digest.hexdigest(),
        problems=(*missing, *(problem for pack in loaded for problem in pack.problems)),
        off=off,
        allow=allow,
        baseline=settings.baseline,
        usual=load_usual(installed()[BUILTIN]).rates if settings.baseline else {},
        wide=wide,
    )


def pipeline_faults(settings: Settings) -> tuple[Problem, ...]:
    """What is wrong with the spaCy pipeline that settings name; nothing where none is named."""
    try:
        if settings.pipeline:
            nlp.pipeline(settings.pipeline)
    except Exception as error:  # whatever spaCy, or the pipeline itself, has to say
        return (Problem("", 0, f"`pipeline` cannot be used: {error}"),)
    return ()


def _lexicon(pack: Pack, shared: Classes) -> Lexicon:
    """A pack's own word classes, over those of the packs before it."""
    known = _LEXICONS.get(id(pack.classes))
    if known is not None and shared.keys() <= pack.classes.keys():
        return known
    return Lexicon({**shared, **pack.classes})


def _limits(rule: Rule, settings: Settings) -> dict[str, float]:
    """A rule's thresholds: what the settings say, else the author's habit, else what is usual in the genre, else the rule's."""
    limit = {**rule.limit, **rule.limits.get(settings.genre, {})}
    limit |= _habits(rule, limit, settings.baseline)
    for name, value in settings.limits.items():
        key = name.removeprefix(rule.id + ".")
        if key != name:
            number = _percentile(rule, key, value, settings.baseline) if isinstance(value, str) else value
            limit |= {} if number is None else {key: number}
    return limit


def _habits(rule: Rule, limit: Mapping[str, float], baseline: Baseline | None) -> dict[str, float]:
    """Thresholds as the author's own texts set them: rates only rise to theirs, and not for what answers of assistants have
    as often; rhythm follows theirs."""
    if baseline is None or baseline.learning:
        return {}
    pasted = load_usual(installed()[BUILTIN]).answers.get(rule.id, 0.0)
    keys = {*limit, "per_1k"} if rule.kind == "density" else {*limit}
    found = {key: rate for key in keys if (rate := _rate(rule, key, baseline)) and rate.n >= ENOUGH_TEXTS}
    return {key: max(limit.get(key, 0.0), rate.p90) for key, rate in found.items() if key == "per_1k" and rate.typical > pasted} | {
        key: rate.p05 for key, rate in found.items() if key == "cv_below" and rule.family == "rhythm"
    }


def _rate(rule: Rule, key: str, baseline: Baseline | None) -> Rate | None:
    """What the author's texts hold of the measure that a limit is compared with."""
    rates = baseline.rates if baseline else {}
    return rates.get(f"{rule.id}.{key}") or (rates.get(rule.id) if key == "per_1k" else None)


def _percentile(rule: Rule, key: str, value: str, baseline: Baseline | None) -> float | None:
    rate = _rate(rule, key, baseline)
    return rate.at(int(value.removeprefix("p"))) if rate else None


def _own(rule: Rule, settings: Settings) -> Rule:
    """A rule with the matches that settings make for it: a ban is one of the rule for pet words."""
    if rule.id != PET_WORD:
        return rule
    said = PET_WORD in settings.severity
    first = len(rule.matches)
    bans = (_ban(word, ban, "" if said else "warning" if ban.never else "information") for word, ban in settings.ban.items())
    return replace(rule, matches=(*rule.matches, *(replace(match, number=first + n) for n, match in enumerate(bans))))


def _ban(word: str, ban: Ban, severity: str) -> Match:
    message = ban.say if "{match}" in ban.say else f"“{{match}}”: {ban.say}" if ban.say else ""
    limit = {"at_least": (ban.max or 0) + 1} if ban.max_per_1k is None else {"per_1k": ban.max_per_1k}
    return Match(phrases=(word,), unless=("quoted",), message=message, severity=severity, limit=limit)


@lru_cache(maxsize=4_096)
def _written(when: tuple[str, ...], unless: tuple[str, ...]) -> tuple[Condition, ...]:
    named = [(name, True) for name in when] + [(name, False) for name in unless]
    found = [Condition(*name.partition(":")[::2], wanted) for name, wanted in named]
    # What needs the other marks comes last: it is asked of what all else has let through.
    return tuple(sorted(found, key=lambda c: c.name in _WEAK))


def _conditions(
    through: tuple[str, ...], when: tuple[str, ...], unless: tuple[str, ...], wide: tuple[Condition, ...]
) -> Conditions:
    named = _written(when, unless)
    asked = [Condition(name, "", False) for name in gates.DEFAULT if name not in through]
    asked += [one for one in named if not one.place]
    there = [one for one in named if one.place]
    return Conditions(
        gates=tuple((GATES[one.name], one.arg, one.wanted) for one in asked),
        places=frozenset(there),
        local=tuple(one for one in there if not one.wide),
        wide=sum(1 << wide.index(one) for one in set(there) if one.wide),
        weak=any(one.name in _WEAK and one.wanted for one in named),
    )


def rank(severity: str) -> int:
    """Severities in order, error first."""
    return SEVERITIES.index(severity)
