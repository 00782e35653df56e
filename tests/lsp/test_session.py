"""A session without a wire: real worker, an editor that notes what it is told."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import given, settings
from hypothesis import strategies as st
from lsprotocol import types

from lsp.harness import ENVIRONMENT, PACK, SETTINGS
from unmid.lint import ruleset
from unmid.lsp import analysis, hover, lens, notebooks, pull, session
from unmid.lsp.basis import Bases
from unmid.lsp.client import Client
from unmid.lsp.session import Session
from unmid.lsp.state import Analysis, Memory, Snapshot
from unmid.lsp.workspace import ProseWorkspace
from unmid.packs.model import Baseline, Rate
from unmid.settings import parse
from unmid.text.edits import Edit
from unmid.text.lines import LineIndex
from unmid.text.span import Span

ABLE = Client("utf-16", diagnostic_data=True, unnecessary=True, document_changes=True, markdown=True, preferred_actions=True)
PLAIN = "The valve sticks.\n"
FLAGGED = "It is important to note that the valve sticks.\n"
BASE = parse(SETTINGS)[0]


@dataclass
class FakeEditor:
    """Keeps what it is told, newest last."""

    published: list[tuple[str, int | None, list[types.Diagnostic]]] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    noted: list[str] = field(default_factory=list)
    refreshed: list[tuple[bool, bool]] = field(default_factory=list)

    def publish(self, uri: str, version: int | None, diagnostics: list[types.Diagnostic]) -> None:
        self.published.append((uri, version, diagnostics))

    def show(self, message: str) -> None:
        self.shown.append(message)

    def note(self, message: str) -> None:
        self.noted.append(message)

    def refresh(self, diagnostics: bool, lenses: bool) -> None:
        self.refreshed.append((diagnostics, lenses))

    def marks(self, uri: str) -> list[tuple[str, int]]:
        """Rule and line of what stands at a document now."""
        found = [marks for where, _, marks in self.published if where == uri]
        return [(str(mark.code), mark.range.start.line) for mark in found[-1]] if found else []


@dataclass
class Room:
    session: Session
    editor: FakeEditor
    root: Path

    def uri(self, name: str = "draft.md") -> str:
        return (self.root / name).as_uri()

    def open(self, text: str, name: str = "draft.md", language: str = "markdown", version: int = 1) -> str:
        self.session.opened(self.uri(name), version, language, LineIndex(text))
        return self.uri(name)

    async def opened(self, text: str, name: str = "draft.md", language: str = "markdown") -> Analysis:
        found = await self.session.analysis(self.open(text, name, language))
        assert found is not None
        return found


def room(root: Path, client: Client = ABLE, **options: object) -> Room:
    editor = FakeEditor()
    return Room(Session(editor, client, root, {**SETTINGS, **options}, asyncio.get_running_loop()), editor, root)


@pytest.fixture(scope="module", autouse=True)
def only_the_test_pack() -> Iterator[None]:
    """What is said here must not depend on the rules that are shipped."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ruleset, "installed", dict)
        yield


@pytest_asyncio.fixture
async def here(tmp_path: Path) -> AsyncIterator[Room]:
    here = room(tmp_path)
    yield here
    here.session.close()


async def test_publishes_with_the_version(here: Room) -> None:
    """Once a version, whether or not there is anything to mark."""
    uri = here.open(FLAGGED, version=3)
    await here.session.analysis(uri)
    here.session.changed(uri, 4, LineIndex(PLAIN))
    await here.session.analysis(uri)

    assert [(where, version, len(marks)) for where, version, marks in here.editor.published] == [(uri, 3, 1), (uri, 4, 0)]


async def test_nothing_is_published_twice(here: Room) -> None:
    """Reading everything again, with the same outcome, is not news."""
    uri = here.open(FLAGGED)
    await here.session.analysis(uri)
    here.session.reload()
    await here.session.analysis(uri)

    assert len(here.editor.published) == 1


async def test_many_documents_are_not_all_kept_at_hand(here: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was made of those edited or asked about last is; the others keep their marks, and are read again on request."""
    monkeypatch.setattr(session, "MOST_CHUNKS", 3)
    uris = []
    for number in range(5):
        await here.opened(FLAGGED, f"{number}.md")
        uris.append(here.uri(f"{number}.md"))

    def kept() -> list[str]:
        return [uri for uri in uris if (document := here.session.document(uri)) and document.analysis]

    assert kept() == uris[2:]
    assert all(here.editor.marks(uri) == [("trial/note-that", 0)] for uri in uris)
    assert len(here.editor.published) == 5

    await here.session.analysis(uris[0])

    assert kept() == [uris[0], *uris[3:]]
    assert len(here.editor.published) == 5


async def test_closing_takes_the_marks_away(here: Room) -> None:
    """And what was still being made of the document is dropped."""
    uri = here.open(FLAGGED)
    await here.session.analysis(uri)
    here.session.changed(uri, 2, LineIndex(FLAGGED * 2))
    waiting = asyncio.ensure_future(here.session.analysis(uri))
    await asyncio.sleep(0)
    here.session.closed(uri)

    assert await waiting is None
    assert here.editor.published[-1] == (uri, None, [])
    assert here.session.document(uri) is None


async def test_stale_results_are_dropped(here: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that is overtaken ends unheard, even if it does not notice."""
    begun, may_end, real = threading.Event(), threading.Event(), analysis.analyse

    def slow(snapshot: Snapshot, *rest: Any) -> Analysis:
        if snapshot.version == 1:
            begun.set()
            assert may_end.wait(30)
            rest = (*rest[:-1], lambda: False)
        return real(snapshot, *rest)

    monkeypatch.setattr(analysis, "analyse", slow)
    uri = here.open(FLAGGED)
    await asyncio.to_thread(begun.wait, 30)
    here.session.changed(uri, 2, LineIndex(PLAIN))
    may_end.set()
    await here.session.analysis(uri)

    assert [version for _, version, _ in here.editor.published] == [2]


async def test_a_check_that_fails_costs_one_run(
    here: Room, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged, requests are answered, and the next version is linted as ever."""

    def fails(*_: Any) -> Analysis:
        raise ValueError("broken check")

    with monkeypatch.context() as patch, caplog.at_level(logging.CRITICAL):
        patch.setattr(analysis, "analyse", fails)

        assert await here.session.analysis(here.open(FLAGGED)) is None

    here.session.changed(here.uri(), 2, LineIndex(FLAGGED))

    assert await here.session.analysis(here.uri()) is not None
    assert here.editor.marks(here.uri()) == [("trial/note-that", 0)]


async def test_a_rule_that_throws_is_switched_off(
    here: Room, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The others go on, people are told once, and it comes back when rules are read again."""
    from unmid.lint import engine

    real = engine._passes

    def throws(rules: Any, reading: Any, hit: Any) -> bool:
        if hit.rule.id == "trial/note-that":
            raise ValueError("oh")
        return real(rules, reading, hit)

    text = FLAGGED + "\nWe utilize it.\n"
    with monkeypatch.context() as patch, caplog.at_level(logging.CRITICAL):
        patch.setattr(engine, "_passes", throws)
        await here.opened(text)
        await here.opened(text, "other.md")

        assert here.editor.marks(here.uri()) == [("trial/big-word", 2)]
        assert here.editor.shown == ["unmid: the rule trial/note-that is switched off: ValueError: oh"]

    here.session.reload()
    await here.session.analysis(here.uri())

    assert here.editor.marks(here.uri()) == [("trial/note-that", 0), ("trial/big-word", 2)]


async def test_project_settings_win_over_the_editors(here: Room) -> None:
    """Key by key; a file that is written later is noticed at the next keystroke, watched or not."""
    uri = here.open(FLAGGED)
    await here.session.analysis(uri)
    here.session.configure({"unmid": {"severity": {"trial/note-that": "hint"}}})
    await here.session.analysis(uri)

    assert [mark.severity for mark in here.editor.published[-1][2]] == [types.DiagnosticSeverity.Hint]

    (here.root / "unmid.toml").write_text('severity = { trial = "error" }\n', encoding="utf-8")
    here.session.changed(uri, 2, LineIndex(FLAGGED))
    await here.session.analysis(uri)

    assert [mark.severity for mark in here.editor.published[-1][2]] == [types.DiagnosticSeverity.Error]


async def test_paths_in_the_project_are_relative_to_it(here: Room) -> None:
    """As on the command line."""
    (here.root / "notes").mkdir()
    (here.root / "unmid.toml").write_text('[paths."notes/*"]\nignore = ["trial"]\n', encoding="utf-8")
    inside, outside = await here.opened(FLAGGED, "notes/a.md"), await here.opened(FLAGGED, "a.md")

    assert (len(inside.report.findings), len(outside.report.findings)) == (0, 1)


async def test_bad_editor_settings_are_reported_once(tmp_path: Path) -> None:
    """And passed over, the good ones beside them kept."""
    here = room(tmp_path, genre="poem", debonce=1)
    try:
        here.session.configure({"unmid": {"genre": "poem"}})
        await here.opened(FLAGGED)
    finally:
        here.session.close()

    assert len(here.editor.shown) == 2
    assert any("did you mean “debounce”" in message for message in here.editor.shown)
    assert here.editor.marks(here.uri()) == [("trial/note-that", 0)]


async def test_a_broken_project_file_is_marked_and_heals(here: Room) -> None:
    """At its line; until then what was good before stays in force."""
    file = here.root / "unmid.toml"
    file.write_text('ignore = ["trial/big-word"]\n', encoding="utf-8")
    text = FLAGGED + "\nWe utilize it.\n"
    uri = here.open(text)
    await here.session.analysis(uri)
    file.write_text('genre = "docs"\nignore = =\n', encoding="utf-8")
    here.session.reload()
    await here.session.analysis(uri)

    (problem,) = next(marks for where, _, marks in here.editor.published if where == file.as_uri())
    assert "not valid TOML" in problem.message
    assert problem.range.start.line == 1
    assert here.editor.marks(uri) == [("trial/note-that", 0)]

    file.write_text('ignore = ["trial/note-that"]\n', encoding="utf-8")
    here.session.reload()
    await here.session.analysis(uri)

    assert here.editor.published[-1] == (file.as_uri(), None, [])
    assert here.editor.marks(uri) == [("trial/big-word", 2)]


async def test_unknown_rules_and_packs_in_a_project_are_marked(here: Room) -> None:
    """With what was probably meant."""
    file = here.root / "unmid.toml"
    file.write_text('ignore = [\n  "trial/note-taht",\n]\npacks = ["nowhere"]\n', encoding="utf-8")
    await here.opened(FLAGGED)

    marks = next(marks for where, _, marks in here.editor.published if where == file.as_uri())
    assert sorted((mark.range.start.line, mark.message) for mark in marks)[-1] == (3, "there is no pack “nowhere”")


async def test_a_broken_rule_is_marked_and_the_old_rules_stay(tmp_path: Path) -> None:
    """The rule's own file gets the mark; mended, it is in force again; taken away, it is gone."""
    pack = tmp_path / "pack" / "trial"
    pack.mkdir(parents=True)
    for rule in PACK.glob("trial/*.toml"):
        (pack / rule.name).write_bytes(rule.read_bytes())
    rule, source = pack / "note-that.toml", (pack / "note-that.toml").read_text(encoding="utf-8")
    here = room(tmp_path, packs=["pack"])
    try:
        uri = here.open(FLAGGED)
        await here.session.analysis(uri)
        rule.write_text(source.replace('"warning"', '"grave"'), encoding="utf-8")
        here.session.reload()
        await here.session.analysis(uri)

        assert here.editor.published[-1][0] == rule.as_uri()
        assert here.editor.published[-1][2][0].range.start.line == 1
        assert here.editor.marks(uri) == [("trial/note-that", 0)]

        rule.write_text(source.replace("it is important", "that is important"), encoding="utf-8")
        here.session.reload()
        await here.session.analysis(uri)

        assert here.editor.marks(rule.as_uri()) == []
        assert here.editor.marks(uri) == []

        rule.write_text(source, encoding="utf-8")
        here.session.reload()
        await here.session.analysis(uri)

        assert here.editor.marks(uri) == [("trial/note-that", 0)]

        rule.unlink()
        here.session.reload()
        await here.session.analysis(uri)

        assert here.editor.marks(uri) == []
    finally:
        here.session.close()


async def test_a_broken_author_pack_is_marked_and_heals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a project's file: at its line, with what was good before in force until it is mended."""
    monkeypatch.setenv("UNMID_CONFIG_DIR", str(tmp_path / "config"))
    pack = tmp_path / "config" / "packs" / "ana.toml"
    pack.parent.mkdir(parents=True)
    here = room(tmp_path, author="ana")
    try:
        uri = here.open(FLAGGED)
        await here.session.analysis(uri)
        assert here.editor.marks(uri) == [("trial/note-that", 0)]

        for text, marks, problems in (
            ('[allow]\nphrases = ["it is important to note that"]\n', [], []),
            ('[allow]\nphrases = [\n"x" "y"]\n', [], [2]),
            ('[allow]\nphrases = []\n', [("trial/note-that", 0)], []),
        ):
            pack.write_text(text, encoding="utf-8")
            here.session.changed(uri, 2, LineIndex(FLAGGED))
            await here.session.analysis(uri)
            assert here.editor.marks(uri) == marks
            assert [line for _, line in here.editor.marks(pack.as_uri())] == problems
    finally:
        here.session.close()


async def test_an_untrusted_workspace_is_not_heard(tmp_path: Path) -> None:
    """Until the editor says otherwise."""
    (tmp_path / "unmid.toml").write_text('ignore = ["trial"]\n', encoding="utf-8")
    here = room(tmp_path, trusted=False)
    try:
        uri = here.open(FLAGGED)
        await here.session.analysis(uri)
        assert here.editor.marks(uri) == [("trial/note-that", 0)]

        here.session.configure({"unmid": {"trusted": True}})
        await here.session.analysis(uri)
        assert here.editor.marks(uri) == []
        assert here.editor.shown == []
    finally:
        here.session.close()


async def test_pull(tmp_path: Path) -> None:
    """Nothing is pushed; an answer holds until the document or the settings change."""
    here = room(tmp_path, replace(ABLE, pulls=True, refreshes_diagnostics=True))
    try:
        uri = here.open(FLAGGED)

        async def ask(previous: str | None = None) -> pull.Report:
            params = types.DocumentDiagnosticParams(types.TextDocumentIdentifier(uri), previous_result_id=previous)
            return await pull.report(here.session, params)

        first = await ask()
        assert isinstance(first, types.RelatedFullDocumentDiagnosticReport)
        assert [mark.code for mark in first.items] == ["trial/note-that"]

        second = await ask(first.result_id)
        assert isinstance(second, types.RelatedUnchangedDocumentDiagnosticReport)

        here.session.changed(uri, 2, LineIndex(PLAIN))
        third = await ask(first.result_id)
        assert isinstance(third, types.RelatedFullDocumentDiagnosticReport)
        assert list(third.items) == []

        here.session.configure({"ignore": ["puff"]})
        assert here.editor.refreshed == [(True, False)]
        assert isinstance(await ask(third.result_id), types.RelatedFullDocumentDiagnosticReport)
        assert here.editor.published == []

        here.session.closed(uri)
        gone = await ask()
        assert isinstance(gone, types.RelatedFullDocumentDiagnosticReport)
        assert here.editor.published == []
    finally:
        here.session.close()


@pytest.mark.parametrize("name", ["untitled:Untitled-1", "file:///nowhere/COMMIT_EDITMSG"])
async def test_what_is_no_file(here: Room, name: str) -> None:
    """Buffers without a name have the workspace's settings."""
    (here.root / "unmid.toml").write_text('severity = { trial = "hint" }\n', encoding="utf-8")
    here.session.opened(name, 1, "markdown", LineIndex(FLAGGED))
    found = await here.session.analysis(name)

    assert found is not None
    severity = "hint" if name.startswith("untitled") else "warning"
    assert [finding.severity for finding in found.report.findings] == [severity]


async def test_commit_messages(here: Room) -> None:
    """What git adds is not prose, and what is below the scissors is not either; places stay where they are."""
    text = f"Fix it\n\n{FLAGGED}# {FLAGGED}\n# -------- >8 --------\n# Do not touch.\n{FLAGGED}"
    found = await here.opened(text, ".git/COMMIT_EDITMSG", "git-commit")

    assert [finding.span.start for finding in found.report.findings] == [text.index(FLAGGED)]


async def test_cells_of_notebooks(here: Room) -> None:
    """Each Markdown cell is a document; code is left alone."""
    workspace = ProseWorkspace(None)
    cells = [
        types.TextDocumentItem(f"vscode-notebook-cell:{here.root}/n.ipynb#{n}", language, 1, FLAGGED)
        for n, language in enumerate(["markdown", "python"])
    ]
    for cell in cells:
        workspace.put_text_document(cell)
    notebooks.opened(here.session, workspace, cells)
    await here.session.analysis(cells[0].uri)

    assert list(here.session.documents) == [cells[0].uri]
    assert here.editor.marks(cells[0].uri) == [("trial/note-that", 0)]

    notebooks.closed(here.session, [types.TextDocumentIdentifier(cell.uri) for cell in cells])

    assert here.editor.published[-1] == (cells[0].uri, None, [])


async def test_hover_explains(here: Room) -> None:
    """What, why, instead and which rule; the draft's own words cannot be taken for markup."""
    found = await here.opened("*It is important* to note that the valve sticks.\n")

    shown = hover.hover(found, types.Position(0, 4), ABLE)

    assert shown is not None
    assert isinstance(shown.contents, types.MarkupContent)
    assert shown.contents.value == (
        "**“It is important to note that” announces; say it**\n\n"
        "Announcing a note\n\nThe reader notes it anyway.\n\n"
        "**Instead:** Start with the thing itself.\n\n`trial/note-that`"
    )
    assert hover.hover(found, types.Position(0, 45), ABLE) is None
    assert hover.escaped("a *b* [c](d) <i>\n`e`") == r"a \*b\* \[c\]\(d\) \<i\> \`e\`"


async def test_hover_sets_the_draft_beside_the_author(here: Room) -> None:
    """The rate here and in the author's own texts; nothing in a text too short for rates."""
    found = await here.opened("It is important to note that the valve sticks." + " The tide comes in." * 48 + "\n")
    baseline = Baseline(rates={"trial/note-that": Rate(0.5, 0.2, 0.1, 0.5, 0.9, 12)})
    basis = replace(found.basis, ruleset=replace(found.basis.ruleset, baseline=baseline))

    shown = hover.hover(replace(found, basis=basis), types.Position(0, 4), ABLE)

    assert shown is not None
    assert isinstance(shown.contents, types.MarkupContent)
    assert shown.contents.value.endswith("\n\nPer 1,000 words: 5.0 in this draft, 0.5 in your own texts.")


async def test_lens_speaks_only_up_when_something_is_over(here: Room) -> None:
    """Words, share, and what is over its limit."""
    quiet = await here.opened(PLAIN)
    loud = await here.opened(FLAGGED + "\nPerhaps so, perhaps not, perhaps never.\n", "loud.md")

    assert lens.lenses(quiet) == []
    assert lens.summary(loud) == "15 words · 40 % can go · 3 trial marks over the limit"


def test_starting_does_not_bring_in_spacy() -> None:
    """`initialize` is answered before anything slow is imported."""
    code = "import sys, unmid.lsp.server; slow = {'spacy', 'markdown_it', 'unmid.lint.engine'} & sys.modules.keys(); sys.exit(repr(slow) if slow else 0)"
    done = subprocess.run([sys.executable, "-c", code], env=ENVIRONMENT, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")


PIECES = ["It is important to note that ", "we utilize ", "perhaps ", "x", "😀", "\n", "\n\n", "- ", "> ", "# ", "*", "`", ". ", "\u2028",
          "<!-- unmid-ignore trial/note-that -->\n", "```\n", "    "]  # fmt: skip
edits = st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), st.lists(st.sampled_from(PIECES), max_size=4).map("".join)), min_size=1, max_size=8)


@settings(max_examples=60)
@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join), edits)
def test_edited_drafts_are_marked_as_fresh_ones(text: str, changes: list[tuple[float, float, str]]) -> None:
    """Whatever was typed before, the marks are those of a draft that is opened as it is now."""
    bases, memory, lines = Bases(), Memory(), LineIndex(text)

    def marks(lines: LineIndex, memory: Memory) -> Any:
        snapshot = Snapshot("untitled:x", 1, "markdown", lines, 1)
        return analysis.analyse(snapshot, BASE, None, bases, memory).report

    for start, length, new in changes:
        at = int(start * len(lines.text))
        lines = lines.edited(Edit(Span(at, min(len(lines.text), at + int(length * 20))), new))
        assert marks(lines, memory) == marks(LineIndex(lines.text), Memory())


async def test_random_edits_through_a_session(here: Room) -> None:
    """Versions that come in faster than they can be linted leave the marks of the last."""
    uri = here.open("")
    lines = LineIndex("")
    for version in range(2, 60):
        piece = PIECES[version % len(PIECES)]
        lines = lines.edited(Edit(Span(at := (version * 7) % (len(lines.text) + 1), at), piece))
        here.session.changed(uri, version, lines)
        if version % 5 == 0:
            await asyncio.sleep(0)
    found = await here.session.analysis(uri)

    assert found is not None
    fresh = analysis.analyse(replace(found.snapshot, lines=LineIndex(lines.text)), BASE, here.root, Bases(), Memory())
    assert found.report == fresh.report
    assert here.editor.published[-1][1] == 59
    versions = [version for _, version, _ in here.editor.published if version]
    assert versions == sorted(set(versions))


