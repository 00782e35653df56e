"""What a draft is judged by: the settings that hold for it, compiled to a ruleset, and what is wrong with either.

Everything here belongs to the worker. Files are looked at each time, so that an editor that cannot watch them is served
as well; they are read again only when they have changed.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from pathlib import Path

from unmid.layers import Effective, Sources, effective
from unmid.lint.check import ruleset_for
from unmid.lint.names import unknown
from unmid.lint.ruleset import Ruleset, packs
from unmid.packs.model import Baseline, Problem
from unmid.packs.sources import Stamp, stamp_of
from unmid.settings import Settings

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Basis:
    """The settings and rules for a draft.

    `file` is the project's configuration, if there is one; `folder` is where paths in it start. `author` is who writes, if that is known, `pack` the file that
    what they keep is written to, `baseline` what was learned of them. A problem without a path is in no file that could
    be shown.
    """

    settings: Settings
    ruleset: Ruleset
    file: Path | None
    problems: tuple[Problem, ...]
    folder: Path | None = None
    author: str = ""
    pack: Path | None = None
    baseline: Baseline | None = None


@dataclass(frozen=True, slots=True)
class _Settled:
    """The basis of a draft, good while its editor's settings and these files are as they were."""

    editor: Settings
    files: tuple[Path, ...]
    stamps: tuple[Stamp, ...]
    basis: Basis


class Bases:
    """The bases of all drafts. A file that turns bad leaves what was good before in force, and is reported."""

    def __init__(self) -> None:
        self.trusted = True
        """Whether workspaces may bring settings and packs of their own."""
        self._sources = Sources()
        self._settled: dict[tuple[object, ...], _Settled] = {}
        self._rulesets: dict[str, tuple[object, Ruleset, tuple[Problem, ...]]] = {}
        """By settings: a stamp of the packs, the ruleset in force, and what is wrong with the packs now."""
        self._disabled: dict[str, str] = {}
        self._stale = False

    def of(self, path: Path | None, editor: Settings, root: Path | None, front_matter: str = "") -> Basis:
        """The basis for a draft at `path`, or for one without a file in the workspace at `root`."""
        if self._stale:
            self._stale = False
            self._disabled.clear()
            self._settled.clear()
            self._sources.forget()
            self._rulesets = {key: (None, *known[1:]) for key, known in self._rulesets.items()}
        key = path, root, front_matter, self.trusted
        known = self._settled.get(key)
        if known and known.editor is editor and known.stamps == tuple(map(stamp_of, known.files)):
            return known.basis
        found = effective(
            path, editor=editor, folder=root, front_matter=front_matter, trusted=self.trusted, sources=self._sources
        )
        if len(self._settled) > 256:
            self._settled.clear()
        basis = self._basis(found, root)
        self._settled[key] = _Settled(editor, found.files, tuple(map(stamp_of, found.files)), basis)
        return basis

    def _basis(self, found: Effective, root: Path | None) -> Basis:
        settings = found.settings
        if self._disabled:
            settings = replace(settings, ignore=(*settings.ignore, *sorted(self._disabled)))
        ruleset, wrong = self._ruleset(settings)
        names = unknown(found.named, packs(settings))
        off = (Problem("", 0, f"the rule {rule} is switched off: {why}") for rule, why in self._disabled.items())
        problems = tuple(dict.fromkeys((*found.problems, *names, *wrong, *off)))
        folder = found.config.parent if found.config else root
        return Basis(settings, ruleset, found.config, problems, folder, found.author, found.pack, found.baseline)

    def disable(self, rule: str, reason: str) -> None:
        """Leave a rule out from now on, because it throws."""
        self._disabled[rule] = reason
        self._settled.clear()

    def forget(self) -> None:
        """Look at all packs again, installed ones too, before the next draft is read. May be called from any thread."""
        self._stale = True

    def _ruleset(self, settings: Settings) -> tuple[Ruleset, tuple[Problem, ...]]:
        key = repr(settings)
        stamp = tuple(stamp_of(Path(pack)) for pack in settings.packs)
        known = self._rulesets.get(key)
        if known is None or known[0] != stamp:
            if len(self._rulesets) > 64:
                self._rulesets.clear()
            known = self._rulesets[key] = (stamp, *_compiled(settings, known[1] if known else None))
        return known[1], known[2]


def _compiled(settings: Settings, before: Ruleset | None) -> tuple[Ruleset, tuple[Problem, ...]]:
    try:
        ruleset = ruleset_for(settings)
    except Exception as error:  # a pack must not take the server down, whatever it holds
        logger.exception("The rules cannot be compiled")
        if before is None:
            ruleset = ruleset_for(Settings())
            return ruleset, (Problem("", 0, f"the rules cannot be used: {error}"),)
        return before, before.problems
    return (before if ruleset.problems and before else ruleset), ruleset.problems
