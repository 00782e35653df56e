"""The extension in a real VS Code: built, installed, and used as a person uses it. Run by `make test-editors`."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final
from zipfile import ZipFile

import pytest

import unmid
from editors.machine import locked
from editors.texts import finished
from editors.vscode.workbench import EXTENSION, ROOT, TOOLS, HostFailure, Installation, install, package

BIN: Final = Path(sys.executable).parent
HERE: Final = {"unmid.path": str(BIN / "unmid"), "unmid.debounce": 0}
DRAFT: Final = (
    "# Tröge 😀\n\n"
    "😀 It is important to note that the boat leaks, and *she* 😀 was patched in order to win.\n\n"
    "Due to the fact that she leaks, we bail.\n"
)
CUT: Final = (
    "# Tröge 😀\n\n😀 The boat leaks, and *she* 😀 was patched to win.\n\nBecause she leaks, we bail.\n"
)
BROKEN: Final = "#!/bin/sh\ncase $1 in --version) echo unmid 0.1.0;; *) echo 'the rudder is off' >&2; exit 3;; esac\n"


@pytest.fixture(scope="session")
def vsix(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The extension as people get it, and what the packager said. Built once, however many processes run tests."""
    install()
    folder = tmp_path_factory.getbasetemp()
    folder = folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder
    path, said = folder / "unmid.vsix", folder / "vsce.txt"
    with locked("vsix"):
        if not said.exists():
            said.write_text(package(path), encoding="utf-8")
    return path, said.read_text(encoding="utf-8")


@pytest.fixture
def code(tmp_path: Path, vsix: tuple[Path, str]) -> Installation:
    """A VS Code that nobody has used, with the extension."""
    return Installation(tmp_path / "code", vsix[0])


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A folder with a draft."""
    folder = tmp_path / "workspace"
    folder.mkdir()
    (folder / "draft.md").write_text(DRAFT, encoding="utf-8")
    return folder


def script(path: Path, source: str) -> Path:
    path.write_text(source, encoding="utf-8")
    path.chmod(0o755)
    return path


def bare_path(tmp_path: Path) -> str:
    """A PATH with the tools that VS Code needs, and neither `unmid` nor a Python that would have it."""
    folder = tmp_path / "bare"
    folder.mkdir()
    for tool in ("node", "sh", "env", "ps", "cat", "uname", "grep", "sed", "which", "ls"):
        found = subprocess.run(["which", tool], capture_output=True, text=True).stdout.strip()
        if found:
            (folder / tool).symlink_to(found)
    return str(folder)


def test_package(vsix: tuple[Path, str]) -> None:
    """It is packaged without a warning, and holds what it needs and no more."""
    path, said = vsix

    assert not re.search(r"warn(?!.*nodedir)", said, re.IGNORECASE), said
    with ZipFile(path) as archive:
        names = {name for name in archive.namelist() if name.startswith("extension/")}
    assert names == {
        f"extension/{name}"
        for name in (
            f"server/unmid-{unmid.__version__}-py3-none-any.whl", "LICENSE.txt", "changelog.md", "readme.md", "package.json", "dist/extension.js", "images/icon.png", "images/draft.png",
            "walkthrough/install.md", "walkthrough/cut.md", "walkthrough/genre.md", "walkthrough/voice.md",
        )
    }  # fmt: skip
    assert path.stat().st_size < 2_000_000


def test_inside_the_extension_host(code: Installation, workspace: Path) -> None:
    """Exact marks, cuts, settings, switching off, languages, and a server that comes back: `host/drafts.js`."""
    with code.running(HERE) as window:
        said = window.test("drafts.js", workspace)

    print("\n".join(said))


def test_the_host_tests_fail_with_a_broken_server(code: Installation, workspace: Path, tmp_path: Path) -> None:
    """Negative control."""
    broken = script(tmp_path / "broken", BROKEN)

    with code.running({**HERE, "unmid.path": str(broken)}) as window, pytest.raises(HostFailure, match="marks are exact"):
        window.test("drafts.js", workspace)


def test_finding_the_server(code: Installation, workspace: Path, tmp_path: Path) -> None:
    """The setting, the selected Python, PATH: `host/finding.js`."""
    environment = {"TEST_BIN": str(BIN), "TEST_FOLDER": str(tmp_path), "PATH": bare_path(tmp_path)}

    with code.running({}, environment) as window:
        window.test("finding.js", workspace)


def test_an_untrusted_folder(code: Installation, workspace: Path, tmp_path: Path) -> None:
    """What a folder says about programs, rules and authors is not heard: `host/untrusted.js`."""
    trap = script(tmp_path / "trap", f"#!/bin/sh\ntouch {tmp_path}/sprung\nexec {BIN}/unmid \"$@\"\n")
    (workspace / ".vscode").mkdir()
    settings = f'{{"unmid.path": "{trap}", "python.defaultInterpreterPath": "{trap}"}}'
    (workspace / ".vscode" / "settings.json").write_text(settings)
    (workspace / "unmid.toml").write_text('ignore = ["filler"]\n')

    with code.running({}, {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}, trusted=False) as window:
        window.test("untrusted.js", workspace)

    assert not (tmp_path / "sprung").exists()


def test_as_a_person_sees_it(code: Installation, workspace: Path) -> None:
    """Squiggle, hover, light bulb, code lens, status bar, all cuts, save; the file on disk is what it should be."""
    with code.running(HERE) as window:
        page = window.page
        start = time.monotonic()
        window.open(workspace, "draft.md")
        window.wait_for_squiggle()
        print(f"first squiggle after {time.monotonic() - start:.1f} s with the window")

        page.wait_for_selector(".squiggly-inline-unnecessary, .squiggly-unnecessary", state="attached")
        page.wait_for_selector(".codelens-decoration a")
        window.until(lambda: "can go" in str(page.locator(".codelens-decoration").first.inner_text()), "the lens")
        window.until(lambda: re.search(r"unmid \d", window.status()), "the number in the status bar")
        before = int(window.status().split()[-1])

        # Hover.
        page.locator(".view-line", has_text="important").locator("span", has_text="important").last.hover()
        reason = page.locator(".monaco-hover", has_text="Instead").first
        reason.wait_for()
        assert [str(reason.inner_text()).count(words) for words in ("announces", "filler/note-that")] == [1, 1], "nothing is said twice"
        page.keyboard.press("Escape")

        # Quick fix: the preferred cut comes first.
        window.go_to(3, 10)
        page.keyboard.press("Control+.")
        page.wait_for_selector(".action-widget .monaco-list-row.action")
        first = str(page.locator(".action-widget .monaco-list-row.action").first.inner_text())
        assert first.startswith("Cut “It is important to note that”"), first
        page.keyboard.press("Enter")
        window.until(lambda: "😀 The boat leaks, and" in window.text(), "the cut is made")
        window.until(lambda: window.status().split()[-1] == str(before - 1), "the number goes down")

        # The menu of the status bar, and all safe cuts.
        page.locator("[id$='unmid.status'] a").first.click()
        assert any("Cut all that can safely go" in choice for choice in window.choices())
        page.locator(".quick-input-list .monaco-list-row", has_text="Cut all that can safely go").click()
        window.until(lambda: "Because she leaks" in window.text(), "all cuts are made")
        window.until(lambda: window.squiggles() == 0, "no mark is left")
        window.until(lambda: window.status() == "unmid", "no number is left")
        page.keyboard.press("Control+s")
        window.until(lambda: (workspace / "draft.md").read_text(encoding="utf-8") == CUT, "the file on disk")


def test_the_report_in_a_window(code: Installation, workspace: Path) -> None:
    """It stands beside the draft in the colours of the window, and follows the draft when that is saved."""
    with code.running(HERE | {"workbench.colorTheme": "Default Dark Modern"}) as window:
        window.open(workspace, "draft.md")
        window.wait_for_squiggle()
        window.command("unmid: Open report")
        report = window.webview("unmid report")
        assert report.locator("mark", has_text="It is important to note that").count() == 1
        assert report.evaluate(PAPER) == "dark"
        window.settings({"workbench.colorTheme": "Default Light Modern"})
        window.until(lambda: report.evaluate(PAPER) == "light", "the light report")

        window.go_to(3, 1)
        window.page.keyboard.type("The quay is new. ")
        window.page.keyboard.press("Control+s")
        window.webview("The quay is new")


PAPER: Final = """() => {
    const [red, green, blue] = getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number);
    return red + green + blue > 3 * 127 ? 'light' : 'dark';
}"""


def test_a_setting_and_a_server_that_is_killed(code: Installation, workspace: Path) -> None:
    """The marks on the screen go with a setting, and come back with the server."""
    with code.running(HERE) as window:
        window.open(workspace, "draft.md")
        window.wait_for_squiggle()
        window.settings({"unmid.ignore": ["filler"]})
        window.until(lambda: window.squiggles() == 0, "no mark")
        window.settings({"unmid.ignore": []})
        window.wait_for_squiggle()

        (before,) = code.servers()
        os.kill(before, signal.SIGKILL)
        window.until(lambda: code.servers() not in ([], [before]), "another server")
        window.go_to(6, 1)
        window.page.keyboard.type("It is important to note that we row.")
        window.until(lambda: re.search(r"unmid \d", window.status()), "the number in the status bar")
        window.until(lambda: window.squiggles() > 0, "marks of the new server")


def test_turning_off_here(code: Installation, workspace: Path) -> None:
    """A comment before the paragraph, by way of the palette."""
    with code.running(HERE) as window:
        window.open(workspace, "draft.md")
        window.wait_for_squiggle()
        window.go_to(3, 10)
        window.command("unmid: Turn off here")
        window.until(lambda: any("Ignore filler/note-that here" in choice for choice in window.choices()), "the choice")
        window.page.locator(".quick-input-list .monaco-list-row", has_text="Ignore filler/note-that here").click()
        window.until(lambda: "<!-- unmid-ignore filler/note-that -->" in window.text(), "the comment")


def test_learning_a_voice_and_choosing_it(code: Installation, workspace: Path) -> None:
    """A name, a folder, and drafts are judged by that voice; habits are asked about; another choice takes it back. Nothing is typed but a name."""
    finished(workspace / "texts")
    ana = workspace / ".unmid" / "packs" / "ana.toml"
    ana.parent.mkdir(parents=True)
    ana.write_text('[allow]\nphrases = ["it is important to note that", "in order to", "due to the fact that"]\n', encoding="utf-8")
    with code.running(HERE) as window:
        page = window.page
        window.open(workspace, "draft.md")
        window.wait_for_squiggle()
        before = window.squiggles()

        window.command("unmid: Learn my voice")
        box = page.locator(".quick-input-widget input.input").first
        page.locator(".quick-input-title", has_text="1 of 2").wait_for()
        box.fill("b/ea")
        page.locator(".quick-input-message", has_text="Letters, digits").wait_for()
        box.fill("bea")
        page.keyboard.press("Enter")
        page.locator(".quick-input-title", has_text="2 of 2").wait_for()
        page.locator(".quick-input-list .monaco-list-row", has_text="texts").first.click()
        window.until(lambda: str(box.input_value()).endswith("/texts/"), "the folder is open")
        page.locator(".quick-input-widget .monaco-button", has_text="Learn from These").click()
        window.wait_for_note("learned from 3 texts")
        window.wait_for_note("judged by the voice of bea now")
        (pack,) = (code.home).rglob("packs/bea.toml")
        assert "learned" in pack.read_text(encoding="utf-8")
        window.wait_for_note(r"1 of 4: Allow “rhythm/flat\-paragraphs”\?")
        window.press("Later")
        window.wait_for_note("2 of 4: Ban “back before the rain”")
        window.press("Ban")
        window.until(lambda: "[ban]\n\"back before the rain\"" in pack.read_text(encoding="utf-8"), "the answer is written")
        window.wait_for_note("3 of 4: ")
        window.press("Stop asking")
        assert window.squiggles() == before

        window.command("unmid: Choose author")
        window.until(lambda: any("bea" in choice for choice in window.choices()), "the authors")
        assert any("bea" in choice and "words in 3 texts" in choice for choice in window.choices())
        page.locator(".quick-input-list .monaco-list-row", has_text="ana.toml").click()
        window.until(lambda: window.squiggles() == 0, "what ana keeps is not marked")
        window.command("unmid: Choose author")
        window.until(lambda: any("ana" in choice for choice in window.choices()), "the authors again")
        box.fill("No author")
        page.keyboard.press("Enter")
        window.until(lambda: window.squiggles() == before, "the usual marks")


def test_a_broken_server_is_told(code: Installation, workspace: Path, tmp_path: Path) -> None:
    """Negative control with a face: no mark, and a message that says what to do."""
    broken = script(tmp_path / "broken", BROKEN)

    with code.running({"unmid.path": str(broken)}) as window:
        window.open(workspace, "draft.md")
        window.wait_for_note("in a row")
        assert any("the rudder is off" in note and "Restart it" in note for note in window.notes())
        assert window.squiggles() == 0


def python_tools(tmp_path: Path) -> dict[str, str]:
    """A PATH with a Python but without `unmid`."""
    path = bare_path(tmp_path)
    base = Path(sys.base_prefix) / "bin" / "python3"
    script(Path(path) / "python3", f'#!/bin/sh\nexec {base} "$@"\n')
    # What a person has at first: nothing is kept yet, but Python keeps what it compiles.
    return {"PATH": path, "PYTHONDONTWRITEBYTECODE": "", "UNMID_CACHE_DIR": str(tmp_path / "cache")}


def test_installing_the_server(code: Installation, workspace: Path, tmp_path: Path) -> None:
    """From nothing to the first mark, with the one button that is offered."""
    with code.running({}, python_tools(tmp_path)) as window:
        window.open(workspace, "draft.md")
        window.wait_for_note("which was not found")
        start = time.monotonic()
        window.press("Install Server")
        window.wait_for_note("is installed and reads your drafts", 300)
        print(f"server installed after {time.monotonic() - start:.1f} s")
        window.wait_for_squiggle()
        print(f"first squiggle {time.monotonic() - start:.1f} s after the button")

    assert (code.storage / "server" / "bin" / "unmid").exists()


# As Debian has it without python3-venv: what makes an environment is there, what puts pip into it is not.
BARE: Final = """\
status=$?
[ "$2" = venv ] && for last; do :; done && printf '#!/bin/sh\\necho "No module named ensurepip" >&2; exit 1\\n' > "$last.sh" \\
  && /bin/chmod +x "$last.sh" && /bin/mv -f "$last.sh" "$last/bin/python"
exit $status
"""


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        ("pip", "pip could not install the server"),
        ("bare", "this Python has no installer. On Debian and Ubuntu, run “sudo apt install python3-venv”"),
        ("version", r"needs Python 3\.11 to 3\.13 \(found 3\.9\)"),
        ("venv", "sudo apt install python3-venv"),
    ],
)
def test_an_installation_that_fails(code: Installation, workspace: Path, tmp_path: Path, broken: str, message: str) -> None:
    """The message says what to do, and nothing half made stays behind."""
    path = bare_path(tmp_path)
    base = Path(sys.base_prefix) / "bin" / "python3"
    sources = {
        "pip": f'#!/bin/sh\nexec {base} "$@"\n',
        "bare": f'#!/bin/sh\n[ "$2" = pip ] && {{ echo "No module named pip" >&2; exit 1; }}\n{base} "$@"\n{BARE}',
        "version": "#!/bin/sh\necho 3 9\n",
        "venv": f'#!/bin/sh\n[ "$2" = venv ] && {{ echo "ensurepip is not available"; exit 1; }}\nexec {base} "$@"\n',
    }
    script(Path(path) / "python3", sources[broken])

    with code.running({}, {"PATH": path, "PIP_NO_INDEX": "1"}) as window:
        window.open(workspace, "draft.md")
        window.wait_for_note("which was not found")
        window.press("Install Server")
        window.wait_for_note(message)

    assert not (code.storage / "server").exists()


def test_pictures(code: Installation, tmp_path: Path) -> None:
    """Pictures of a draft, for the documentation; they are kept when UNMID_PICTURES is set."""
    folder = tmp_path / "club"
    folder.mkdir()
    (folder / "boat.md").write_text((ROOT / "tests" / "drafts" / "rowing.md").read_text(encoding="utf-8"), encoding="utf-8")
    keep = bool(os.environ.get("UNMID_PICTURES"))
    looks: dict[str, Any] = {
        "editor.wordWrap": "on", "editor.fontSize": 14, "editor.lineHeight": 1.7, "editor.lineNumbers": "off", "editor.folding": False,
        "editor.glyphMargin": False, "editor.lineDecorationsWidth": 24, "editor.occurrencesHighlight": "off", "workbench.activityBar.location": "hidden",
        "workbench.layoutControl.enabled": False, "editor.renderLineHighlight": "none", "breadcrumbs.enabled": False,
        "window.commandCenter": False, "workbench.colorTheme": "Default Light Modern",
    }  # fmt: skip
    with code.running({**HERE, **looks}) as window:
        page = window.page
        page.set_viewport_size({"width": 1120, "height": 580})
        window.open(folder, "boat.md")
        page.keyboard.press("Control+b")
        window.wait_for_squiggle()
        page.wait_for_selector(".codelens-decoration a")
        window.go_to(3, 46)
        # By the mouse, since a hover that is asked for by keys puts the focus on a button of its own, which then explains itself.
        page.locator(".view-line", has_text="important").locator("span", has_text="important").last.hover()
        page.wait_for_selector(".monaco-hover .hover-row")
        page.wait_for_timeout(1000)
        window.shot(EXTENSION / "images" / "draft.png" if keep else TOOLS / "draft.png")
        page.keyboard.press("Escape")
        page.keyboard.press("Control+.")
        page.wait_for_selector(".action-widget .monaco-list-row.action")
        page.wait_for_timeout(500)
        window.shot(TOOLS / "actions.png")

        page.keyboard.press("Escape")
        page.set_viewport_size({"width": 1360, "height": 800})
        window.command("unmid: Open report")
        report = window.webview("unmid report")
        page.mouse.move(400, 760)
        for colours, name in (("Light", "report.png"), ("Dark", "report-in-dark.png")):
            window.settings({"workbench.colorTheme": f"Default {colours} Modern"})
            window.until(lambda colours=colours: report.evaluate(PAPER) == colours.lower(), f"the report in {colours}")
            page.wait_for_timeout(1000)
            window.shot(EXTENSION / "images" / name if keep else TOOLS / name)

        # The same page in a browser, as `unmid report` writes it.
        subprocess.run([BIN / "unmid", "report", "--isolated", folder / "boat.md", "-o", folder / "boat.html"], check=True, capture_output=True)
        page.set_viewport_size({"width": 1280, "height": 1180})
        for colours in ("light", "dark"):
            page.emulate_media(color_scheme=colours)
            page.goto((folder / "boat.html").as_uri())
            assert page.evaluate(PAPER) == colours
            window.shot((EXTENSION / "images" if keep else TOOLS) / f"report-{colours}.png")
