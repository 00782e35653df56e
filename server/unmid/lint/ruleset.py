"""A ruleset: the rules of all packs under given settings, compiled."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from unmid.checks.notation import Classes, Lexicon, PatternError
from unmid.checks.pattern import PatternCheck, RegexCheck, TokenCheck, check_match
from unmid.checks.phrase import PhraseCheck
from unmid.checks.shapes import SHAPES
from unmid.lint import gates, places
from unmid.packs.discovery import installed
from unmid.packs.load import load_pack, suggestion
from unmid.packs.model import SEVERITIES, Match, Pack, Problem, Rule
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


@dataclass(frozen=True, slots=True)
class Ruleset:
    """Compiled rules. Two rulesets with the same fingerprint mark the same things."""

    rules: Mapping[str, Rule]
    phrases: PhraseCheck | None
    patterns: PatternCheck
    regexes: RegexCheck
    tokens: TokenCheck | None
    shapes: tuple[Rule, ...]
    conditions: Mapping[tuple[str, int], tuple[Condition, ...]]
    """By rule and number of the match: what must hold for its hits, cheap first."""
    pipeline: str
    genre: str
    fingerprint: str
    problems: tuple[Problem, ...] = ()
    off: Mapping[str, str] = field(default_factory=dict)
    """Rules that do not run here, with the reason."""
    defaults: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """By rule id: the default gates that apply to it."""


def rule_checker(classes: Classes) -> Callable[[Rule], str]:
    """A check for the rules of a pack: what is wrong with one that has the right form, or nothing."""
    # Kept for compiling, so that no pattern is read twice; the lexicon holds the classes, so their id stays theirs.
    lexicon = _LEXICONS[id(classes)] = Lexicon(classes)
    return lambda rule: _fault(rule, lexicon)


def _fault(rule: Rule, lexicon: Lexicon) -> str:
    for match in rule.matches:
        for name in (*match.when, *match.unless):
            if name.partition(":")[0] not in GATES.keys() | PLACES.keys():
                return f"there is no gate “{name}”{suggestion(name, [*GATES, *PLACES])}"
        try:
            check_match(match, lexicon)
        except PatternError as error:
            return f"patterns: {error}"
    for name in rule.through:
        if name not in gates.DEFAULT:
            return f"through names “{name}”; allowed: {', '.join(gates.DEFAULT)}"
    if rule.shape and rule.shape not in SHAPES:
        return f"shape is “{rule.shape}”; allowed: {', '.join(SHAPES)}{suggestion(rule.shape, SHAPES)}"
    return ""


@lru_cache(maxsize=32)
def _pack(name: str, root: Path, stamp: tuple[int, int]) -> Pack:
    return load_pack(name, root, rule_checker)


def packs(settings: Settings, folder: Path | None = None) -> tuple[Pack, ...]:
    """The built-in pack and those that the settings name, installed or as folders (relative to `folder`)."""
    found = installed()
    roots = {name: root for name, root in found.items() if name == "builtin"}
    for name in settings.packs:
        if name in found:
            roots[name] = found[name]
        else:
            path = Path(name) if Path(name).is_absolute() else (folder or Path.cwd()) / name
            roots[name] = path
    # Ours is the one pack that nobody edits while it is in use; looking at all its files each time would cost too much.
    return tuple(_pack(name, root, (0, 0) if name == "builtin" else _stamp(root)) for name, root in roots.items())


def _stamp(root: Path) -> tuple[int, int]:
    """Changes when a rule file is written, added or taken away."""
    times = [path.stat().st_mtime_ns for path in root.glob("**/*.toml")]
    return len(times), max(times, default=0)


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
                limit = {**rule.limit, **_limits(rule, settings)}
                off.pop(rule.id, None)
                rules[rule.id] = replace(rule, severity=severity, limit=limit), lexicon
    entries = [(rule, match, lexicon) for rule, lexicon in rules.values() for match in rule.matches]
    phrases = [(rule, match) for rule, match, _ in entries if match.phrases]
    tokens = [(rule, match) for rule, match, _ in entries if match.tokens]
    digest = hashlib.blake2b(digest_size=12)
    for rule, _ in rules.values():
        digest.update(repr(replace(rule, path="", examples=())).encode("utf-8", "surrogatepass"))
    digest.update(repr((sorted(shared.items()), settings.genre, settings.pipeline)).encode())
    return Ruleset(
        rules={name: rule for name, (rule, _) in rules.items()},
        phrases=PhraseCheck(phrases) if phrases else None,
        patterns=PatternCheck(entries),
        regexes=RegexCheck([(rule, match) for rule, match, _ in entries]),
        tokens=TokenCheck(tokens) if tokens else None,
        shapes=tuple(rule for rule, _ in rules.values() if rule.shape),
        conditions={(rule.id, match.number): _conditions(match) for rule, match, _ in entries},
        pipeline=settings.pipeline,
        genre=settings.genre,
        fingerprint=digest.hexdigest(),
        problems=tuple(problem for pack in loaded for problem in pack.problems),
        off=off,
        defaults={name: frozenset(gates.DEFAULT) - frozenset(rule.through) for name, (rule, _) in rules.items()},
    )


def _lexicon(pack: Pack, shared: Classes) -> Lexicon:
    """A pack's own word classes, over those of the packs before it."""
    known = _LEXICONS.get(id(pack.classes))
    if known is not None and shared.keys() <= pack.classes.keys():
        return known
    return Lexicon({**shared, **pack.classes})


def _limits(rule: Rule, settings: Settings) -> dict[str, float]:
    return {key.removeprefix(rule.id + "."): value for key, value in settings.limits.items() if key.startswith(rule.id + ".")}


def _conditions(match: Match) -> tuple[Condition, ...]:
    named = [(name, True) for name in match.when] + [(name, False) for name in match.unless]
    found = [Condition(*name.partition(":")[::2], wanted) for name, wanted in named]
    # What needs the other marks comes last: it is asked of what all else has let through.
    return tuple(sorted(found, key=lambda c: (c.name in _WEAK, c.place)))


def weak(conditions: Iterable[Condition]) -> bool:
    """Whether hits under these conditions count only in the company of others."""
    return any(condition.name in _WEAK and condition.wanted for condition in conditions)


def rank(severity: str) -> int:
    """Severities in order, error first."""
    return SEVERITIES.index(severity)
