"""What a rule file and a pack say, after reading. No engine here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

KINDS = ("phrase", "pattern", "regex", "density", "structure", "rhythm", "absence")
SEVERITIES = ("error", "warning", "information", "hint", "quiet")
FIXES = ("cut", "replace", "prompt", "none")
SCOPES = ("paragraph", "list-item", "heading", "table-cell", "quote")
MARKS = ("match", "sentence", "sentences", "tail")
GENRES = ("essay", "docs", "science", "legal", "fiction", "social", "encyclopedia")


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a file that a person wrote. `line` counts from 1; 0 when no line can be named."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}" if self.line else f"{self.path}: {self.message}"


@dataclass(frozen=True, slots=True)
class Example:
    """A text and what the rule says to it: the rule's tests and its documentation.

    `flags` are the marked words, in order; none means that the rule must stay silent. `fixed` is the text after the
    rule's preferred fixes. `note` says why a silent one is silent. `genre` and `format` set the scene.
    """

    text: str
    flags: tuple[str, ...] = ()
    fixed: str | None = None
    note: str = ""
    genre: str = "essay"
    format: str = "markdown"


@dataclass(frozen=True, slots=True)
class Match:
    """One way in which a rule recognises what it is about.

    `patterns`, `phrases`, `regexes` and `tokens` are alternatives; which of them a rule may use follows from its kind.
    `when` names gates that must all hold, `unless` gates that each clear the match (`unmid.lint.gates`).
    `mark` says how far the mark reaches: the match, its sentence, all sentences that it touches, or from the match to
    the end of its sentence. `across` is how many sentences in a row a pattern may span.
    `replace` maps a phrase to what stands for it; under the key "" it is the replacement for any pattern of the match.
    `fix`, `safe` and `message` stand for the rule's, where they are given.
    """

    patterns: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    regexes: tuple[str, ...] = ()
    tokens: tuple[tuple[Mapping[str, object], ...], ...] = ()
    when: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    mark: str = "match"
    across: int = 1
    replace: Mapping[str, str] = field(default_factory=dict)
    fix: str = ""
    safe: bool | None = None
    message: str = ""
    number: int = 0
    """Its place among the rule's matches."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: one file, one page, its own tests.

    `id` is `family/kebab-name`. `severity` quiet means: counted, never shown. `through` lists default gates that this
    rule looks through (a rule about quotations must see them). `off` lists the genres in which it is silent, `only`
    the genres outside which it is. `limit` holds the thresholds of density, structure and rhythm rules, `shape` the
    name of the check that a structure, rhythm or absence rule runs.
    """

    id: str
    kind: str
    severity: str
    summary: str
    message: str
    why: str
    instead: str
    exceptions: str
    fix: str = "none"
    safe: bool = False
    since: str = ""
    scope: tuple[str, ...] = ("paragraph", "list-item")
    through: tuple[str, ...] = ()
    off: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    needs: str = ""
    shape: str = ""
    limit: Mapping[str, float] = field(default_factory=dict)
    matches: tuple[Match, ...] = ()
    examples: tuple[Example, ...] = ()
    path: str = ""

    @property
    def family(self) -> str:
        """The part of the id before the slash."""
        return self.id.split("/", 1)[0]


@dataclass(frozen=True, slots=True)
class Pack:
    """A set of rules with the word classes that their patterns name."""

    name: str
    path: Path
    rules: tuple[Rule, ...] = ()
    classes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
