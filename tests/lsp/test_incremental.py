"""Whatever happened to a draft before, its marks are those of one that is opened as it is now: findings, fixes, figures, JSON.

The machine below edits drafts as people and editors do, changes settings and rules, and compares after every step.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from lsp.harness import PACK
from unmid.lsp.analysis import analyse
from unmid.lsp.basis import Bases
from unmid.lsp.client import Client
from unmid.lsp.fragments import Fragments
from unmid.lsp.state import Analysis, Memory, Snapshot
from unmid.lsp.wire import diagnostic_json
from unmid.prose.formats import parse
from unmid.settings import Settings
from unmid.text.edits import Edit
from unmid.text.lines import LineIndex
from unmid.text.span import Span

ABLE = Client("utf-16", diagnostic_data=True, diagnostic_links=True, unnecessary=True)
LONG = bool(os.environ.get("UNMID_LONG_TESTS"))
"""A developer's run of an hour, in place of the half minute that CI takes."""

SENTENCES = (
    "The ferry leaves at nine and Marta holds the rope.",
    "It is important to note that the valve sticks.",
    "Perhaps the gauge could potentially be wrong.",
    "Perhaps not; perhaps never.",
    "We utilize the kettle 😀 in order to boil water.",
    "Ultimately, it depends on your needs.",
    "I was cold, I went home, and I made tea.",
    "You should sell the boat.",
    "This plays a crucial role in the landscape of ropes.",
    "See `the valve` and [the manual][m], **which leaks**.",
)
BLOCKS = (
    "# The valve and the gauge",
    "## Why it leaks",
    "- It is important to note that oars rot.\n- Ropes fray.\n- Perhaps sails tear.",
    "The day has three parts:\n\n- rowing out,\n- hauling nets,\n- rowing home.",
    "Some reasons:\n\n1. **Cost:** Paint is dear, and brushes wear out.\n2. **Time:** It takes a week, or perhaps two.\n"
    "3. **Weather:** Rain spoils the coat before it is dry.",
    "> It is worth noting that nobody came.\n> We utilize oars.",
    "```\nIt is important to note that this is code.\n```",
    "[m]: manual.html",
    "<!-- unmid-ignore trial/note-that -->",
    "<!-- unmid-off trial -->",
    "<!-- unmid-on -->",
    "<!-- unmid-ignore trial/no-such-rule -->",
    "| a | b |\n|---|---|\n| Perhaps | we utilize it |",
    "**Speed**",
    "🚀 Lift off",
    "***",
)
TYPED = ("x", " ", "\n", "\n\n", "- ", "1. ", "> ", "# ", "*", "**", "`", "```\n", "~~~\n", "    ", ".", "---\n", "\u2028", "😀", "\r", "\r\n", "<!--", "-->", "$$\n", "• ", "%d", "\0")
paragraphs = st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=6).map(" ".join)
blocks = st.one_of(paragraphs, paragraphs, st.sampled_from(BLOCKS))
drafts = st.lists(blocks, max_size=14).map("\n\n".join)
places = st.floats(0, 1)
names = st.sampled_from(["a.md", "b.md", "c.txt"])


class Desk(RuleBasedStateMachine):
    """Open drafts with all that is kept about them, and the settings and rules in force."""

    @initialize()
    def sit_down(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.pack = self.folder / "pack"
        shutil.copytree(PACK, self.pack)
        self.settings = Settings(packs=(str(self.pack),))
        self.bases = Bases()
        self.lines: dict[str, LineIndex] = {}
        self.memories: dict[str, Memory] = {}
        self.history: dict[str, list[str]] = {}
        self.version = 0

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            shutil.rmtree(self.folder)

    # What people do.

    @rule(name=names, text=drafts)
    def open(self, name: str, text: str) -> None:
        self.lines[name], self.memories[name], self.history[name] = LineIndex(text), Memory(), []

    @rule(name=names)
    def close(self, name: str) -> None:
        for kept in (self.lines, self.memories, self.history):
            kept.pop(name, None)  # type: ignore[attr-defined]

    @rule(name=names, at=places, text=st.sampled_from(TYPED))
    def types(self, name: str, at: float, text: str) -> None:
        self.edit(name, at, 0, text)

    @rule(name=names, at=places, length=st.integers(1, 30))
    def deletes(self, name: str, at: float, length: int) -> None:
        self.edit(name, at, length, "")

    @rule(name=names, at=places)
    def deletes_a_line(self, name: str, at: float) -> None:
        if lines := self.lines.get(name):
            line = int(at * (len(lines) - 1))
            self.replace(name, Span(lines.starts[line], lines.starts[line] + len(lines[line])), "")

    @rule(name=names, at=places, text=drafts)
    def pastes(self, name: str, at: float, text: str) -> None:
        if lines := self.lines.get(name):
            start = lines.starts[int(at * (len(lines) - 1))]
            self.replace(name, Span(start, start), text + "\n\n")

    @rule(name=names, at=places, to=places)
    def moves_a_paragraph(self, name: str, at: float, to: float) -> None:
        if lines := self.lines.get(name):
            parts = lines.text.split("\n\n")
            parts.insert(int(to * (len(parts) - 1)), parts.pop(int(at * (len(parts) - 1))))
            self.whole(name, "\n\n".join(parts))

    @rule(name=names, front=st.sampled_from(["---\ngenre: docs\n---\n\n", "---\ntitle: x\n", "\ufeff"]))
    def puts_in_front(self, name: str, front: str) -> None:
        self.edit(name, 0, 0, front)

    @rule(name=names)
    def undoes(self, name: str) -> None:
        if self.history.get(name):
            self.lines[name] = LineIndex(self.history[name].pop())

    # What changes what drafts are judged by.

    @rule(
        genre=st.sampled_from(["essay", "docs", "fiction"]),
        severity=st.dictionaries(st.sampled_from(["rhythm", "list", "trial/perhaps", "hedge"]), st.sampled_from(["quiet", "hint", "warning", "off"]), max_size=2),
        ignore=st.lists(st.sampled_from(["trial/note-that", "filler", "list"]), max_size=1),
    )  # fmt: skip
    def sets(self, genre: str, severity: dict[str, str], ignore: list[str]) -> None:
        self.settings = replace(self.settings, genre=genre, severity=severity, ignore=tuple(ignore))

    @rule(phrase=st.sampled_from(["the rope", "marta holds", "nobody came"]))
    def writes_a_rule(self, phrase: str) -> None:
        source = (PACK / "trial" / "note-that.toml").read_text(encoding="utf-8")
        (self.pack / "trial" / "own.toml").write_text(source.replace("it is worth noting that", phrase), encoding="utf-8")
        self.bases.forget()

    @rule()
    def takes_the_rule_away(self) -> None:
        (self.pack / "trial" / "own.toml").unlink(missing_ok=True)
        self.bases.forget()

    # What must hold.

    @invariant()
    def marks_are_those_of_a_fresh_draft(self) -> None:
        for name, lines in getattr(self, "lines", {}).items():
            kept = self.analysis(name, lines, self.bases, self.memories[name])
            fresh = self.analysis(name, LineIndex(lines.text), Bases(), Memory())

            assert kept.document == fresh.document == parse(lines.text, fresh.document.format)
            assert kept.report == fresh.report
            told = self.told(kept)
            assert told.json == self.told(fresh).json
            assert json.loads(told.json) == [diagnostic_json(item) for item in told]
            for finding in kept.report.findings:
                assert finding.span.of(lines.text) == finding.text

    def analysis(self, name: str, lines: LineIndex, bases: Bases, memory: Memory) -> Analysis:
        self.version += 1
        snapshot = Snapshot((self.folder / name).as_uri(), 7, "plaintext" if name.endswith("txt") else "markdown", lines, self.version)
        return analyse(snapshot, self.settings, None, bases, memory)

    def told(self, analysis: Analysis) -> Fragments:
        return Fragments(analysis.report, analysis.basis.ruleset.rules, analysis.snapshot.lines, 7, ABLE)

    # Edits.

    def edit(self, name: str, at: float, length: int, text: str) -> None:
        if lines := self.lines.get(name):
            start = int(at * len(lines.text))
            self.replace(name, Span(start, min(start + length, len(lines.text))), text)

    def replace(self, name: str, span: Span, text: str) -> None:
        self.history[name].append(self.lines[name].text)
        self.lines[name] = self.lines[name].edited(Edit(span, text))

    def whole(self, name: str, text: str) -> None:
        self.history[name].append(self.lines[name].text)
        self.lines[name] = LineIndex(text)


TestDesk: Any = Desk.TestCase
TestDesk.settings = settings(
    max_examples=2000 if LONG else 25,
    stateful_step_count=60 if LONG else 20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
