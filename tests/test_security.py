"""A workspace comes from anywhere: what lies in it is data, never code, and cannot cost more than it is worth."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path
from zipfile import ZipFile

import pytest
from hatchling.builders.wheel import WheelBuilder
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from lsp.harness import ENVIRONMENT
from unmid.files import drafts
from unmid.lsp.hover import escaped
from unmid.lsp.port import told
from unmid.settings import find

ROOT = Path(__file__).parents[1]
TRAP = "from pathlib import Path\nPath(__file__).with_name('SPRUNG').touch()\n"
MODULES = ("regex", "pygls", "spacy", "tomlkit", "markdown_it", "sitecustomize", "usercustomize", "json", "evil", "unmid_rules")


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A folder with a draft, settings that name whatever can be named, and modules that tell when they are imported."""
    for name in MODULES:
        (tmp_path / f"{name}.py").write_text(TRAP, encoding="utf-8")
    for package in ("evil_pipeline", "evil_pack"):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").write_text(TRAP, encoding="utf-8")
        info = tmp_path / f"{package}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n", encoding="utf-8")
        (info / "entry_points.txt").write_text(f"[unmid.packs]\nevil = {package}\n", encoding="utf-8")
    (tmp_path / "unmid.toml").write_text('pipeline = "evil_pipeline"\npacks = ["rules"]\n', encoding="utf-8")
    (tmp_path / "rules" / "trial").mkdir(parents=True)
    (tmp_path / "rules" / "trial" / "tagged.toml").write_text(
        'kind = "pattern"\nseverity = "warning"\nneeds = "tagger"\nsummary = "S"\nmessage = "M"\nwhy = "W"\ninstead = "I"\ntokens = [[{ LOWER = "oar" }]]\n',
        encoding="utf-8",
    )
    (tmp_path / "draft.md").write_text("It is important to note that the oar broke.\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("program", [[sys.executable, "-m", "unmid"], [str(Path(sys.executable).parent / "unmid")]])
def test_nothing_in_a_workspace_is_run(hostile: Path, program: list[str]) -> None:
    """However unmid is started there: no module of the folder is imported."""
    done = subprocess.run([*program, "check", "draft.md"], cwd=hostile, env=ENVIRONMENT, capture_output=True, text=True, timeout=120)

    assert not list(hostile.rglob("SPRUNG"))
    assert done.returncode == 2
    assert "unmid.toml: `pipeline` cannot be used: there is no installed spaCy pipeline “evil_pipeline”" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_trap_works(hostile: Path) -> None:
    """Negative control: Python itself walks into it."""
    subprocess.run([sys.executable, "-c", "import evil_pipeline, regex"], cwd=hostile, check=True, timeout=60)

    assert len(list(hostile.rglob("SPRUNG"))) == 2


@given(st.lists(st.sampled_from(
    ["[a](command:x)", "![a](http://b)", "<img src=x onerror=y>", "<!--", "`", "```", "**", "__", "~~", "#", "- ", "1. ", "> ", "|", "---", "\\", "&lt;", "&#60;",
     "<http://b>", "[a]: b", "$x$", "\n", "\t", "a", "“", " ", "    a", "\r", "\u2028", "=", "+ ", "* ", "~", "^"]), max_size=12).map("".join))  # fmt: skip
def test_words_in_a_hover_stay_words(words: str) -> None:
    """Whatever a draft holds, a hover shows it as it is: no link, no picture, no tag, no code."""
    tokens = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(escaped(words))

    assert {token.type for token in tokens} <= {"paragraph_open", "inline", "paragraph_close"}
    inline = [child for token in tokens for child in token.children or ()]
    assert {child.type for child in inline} <= {"text", "text_special"}
    assert "".join(child.content for child in inline) == " ".join(words.split())


def test_other_machines_are_warned_of() -> None:
    """Listening to more than this machine is possible, and said."""
    for host in ("127.0.0.1", "127.9.9.9", "::1"):
        assert list(told(host, 7)) == [f"listening on {host}:7"]
    for host in ("0.0.0.0", "192.168.1.5", "::", "fe80::1%eth0"):
        assert [line.partition(":")[0] for line in told(host, 7)] == ["listening on " + host.partition(":")[0], "warning"]


def test_patterns_that_never_end_are_passed_by(tmp_path: Path) -> None:
    """In `.gitignore` as in `exclude`; the others hold."""
    (tmp_path / ".gitignore").write_text("*a*a*a*a*a*a*a*ab\n" + "**/a*/" * 8 + "b\nbuild/\n", encoding="utf-8")
    (tmp_path / "build").mkdir()
    for name in ("a" * 200 + ".md", "build/out.md", "draft.md"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    began = time.process_time()

    assert [path.name for path in drafts(tmp_path, ("*a" * 9 + "b", "draft*"))] == ["a" * 200 + ".md"]
    assert time.process_time() - began < 5


def test_a_gitignore_too_large_to_read(tmp_path: Path) -> None:
    """Is not read."""
    (tmp_path / ".gitignore").write_text("*.md\n" * 300_000, encoding="utf-8")
    (tmp_path / "draft.md").write_text("x", encoding="utf-8")

    assert [path.name for path in drafts(tmp_path)] == ["draft.md"]


def test_folders_without_end(tmp_path: Path) -> None:
    """Are looked into so deep and no deeper."""
    folder = tmp_path
    for number in range(300):
        folder = folder / "d"
        folder.mkdir()
        if number in (50, 250):
            (folder / f"{number}.md").write_text("x", encoding="utf-8")

    assert [path.name for path in drafts(tmp_path)] == ["50.md"]


def test_a_project_file_that_is_no_project_file(tmp_path: Path) -> None:
    """Too large, a folder, a pipe, a device, nothing at the end of a link: none of these is read."""
    project = tmp_path / "pyproject.toml"
    project.write_text("[tool.unmid]\n" + "#" * 2_000_000, encoding="utf-8")
    assert find(tmp_path) != project
    project.unlink()
    project.symlink_to("/dev/zero")
    (tmp_path / "unmid.toml").symlink_to(tmp_path / "unmid.toml")
    assert find(tmp_path) not in (project, tmp_path / "unmid.toml")
    project.unlink()
    os.mkfifo(project)
    assert find(tmp_path) != project
    project.unlink()
    project.mkdir()
    assert find(tmp_path) != project


def test_the_wheel_holds_what_it_needs_and_no_more(tmp_path: Path) -> None:
    """Modules, rules with their pages and data, and nothing else: no tests, drafts, caches or paths of a machine."""
    (built,) = WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])

    with ZipFile(built) as archive:
        names = archive.namelist()
        texts = b"".join(archive.read(name) for name in names)
    info = re.compile(r"unmid-[\d.]+\.dist-info/(METADATA|WHEEL|RECORD|entry_points\.txt|licenses/LICENSE)")
    code = re.compile(r"unmid/[\w/]+\.py|unmid/py\.typed|unmid/report/\w+\.(css|js)|unmid/packs/template/[\w./-]+")
    rules = re.compile(r"unmid_rules/([\w-]+/)?[\w-]+\.(toml|md|json|py)")
    packs = re.compile(r"unmid_packs/([\w-]+/)*[\w-]+\.(toml|md|py)")
    strange = [name for name in names if not any(kind.fullmatch(name) for kind in (info, code, rules, packs))]
    assert strange == []
    assert not any("test" in Path(name).parts or "__pycache__" in name for name in names)
    assert str(Path.home()).encode() + b"/" not in texts
    assert str(ROOT).encode() not in texts
    assert Path(built).stat().st_size < 3_000_000
