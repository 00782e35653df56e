"""A real VS Code: its own server, with Chromium as its window."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from editors.machine import KEPT, LIMIT, ROOT, lacking, locked, program

TOOLS: Final = KEPT / "vscode"
HOST: Final = Path(__file__).parent / "host"
CODE: Final = TOOLS / "cs/node_modules/code-server/lib/vscode/out/server-main.js"
EXTENSION: Final = ROOT / "editors" / "vscode"
WAIT: Final = 60
"""Seconds after which a test gives up."""

QUIET: Final = {
    "workbench.startupEditor": "none",
    "workbench.tips.enabled": False,
    "telemetry.telemetryLevel": "off",
    "extensions.autoCheckUpdates": False,
    "extensions.autoUpdate": False,
    "workbench.enableExperiments": False,
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "chat.commandCenter.enabled": False,
    "editor.minimap.enabled": False,
    "git.enabled": False,
}
_ARGUMENTS: Final = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


def install() -> None:
    """Install VS Code, a browser for its window, and what builds the extension, as far as they are not there."""
    major = subprocess.run([program("node"), "--version"], capture_output=True, text=True).stdout.lstrip("v").split(".")[0]
    if int(major) < 20:
        lacking(f"Node.js {major} is too old", "install Node.js 20 or later")
    program("npm")
    program("chromium", "chromium fonts-dejavu-core")
    with locked("vscode"):
        command = [Path(__file__).with_name("install.sh"), TOOLS]
        run = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, env=os.environ | {"PYTHON": sys.executable})
    assert run.returncode == 0, run.stdout + run.stderr


def package(target: Path) -> str:
    """Build the VSIX; what the packager says."""
    # The server's wheel is built by the Python that runs the tests.
    path = os.pathsep.join([str(Path(sys.executable).parent), *os.get_exec_path()])
    command = ["npm", "run", "--silent", "package", "--", "-o", target]
    run = subprocess.run(command, cwd=EXTENSION, capture_output=True, text=True, timeout=LIMIT, env=os.environ | {"PATH": path})
    said = run.stdout + run.stderr
    assert run.returncode == 0, said
    return said


def _port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


class Installation:
    """VS Code with the extension installed, in a folder of its own."""

    def __init__(self, home: Path, vsix: Path) -> None:
        self.home = home
        self.extensions = home / "extensions"
        self.storage = home / "data" / "User" / "globalStorage" / "unmid.unmid"
        subprocess.run(
            [*self._command(), "--install-extension", vsix], check=True, capture_output=True, timeout=120, env=self._environment({})
        )

    def _command(self) -> list[str]:
        return [
            "node", str(CODE), "--accept-server-license-terms", "--server-data-dir", str(self.home),
            "--extensions-dir", str(self.extensions),
        ]  # fmt: skip

    def _environment(self, more: Mapping[str, str]) -> dict[str, str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("VSCODE_", "npm_", "XDG_", "UNMID_CONFIG"))}
        # No gallery of extensions is asked for anything, and no login shell for its PATH.
        return clean | {"EXTENSIONS_GALLERY": "{}", "VSCODE_CLI": "1", "HOME": str(self.home)} | dict(more)

    def write(self, settings: Mapping[str, Any]) -> None:
        """Write the settings file; a VS Code that runs sees it."""
        self._settings = {**QUIET, **settings}
        machine = self.home / "data" / "Machine"
        machine.mkdir(parents=True, exist_ok=True)
        (machine / "settings.json").write_text(json.dumps(self._settings), encoding="utf-8")

    def servers(self) -> list[int]:
        """The processes of language servers that this VS Code has started."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                here = f"HOME={self.home}".encode() in (folder / "environ").read_bytes().split(b"\0")
                if here and (folder / "cmdline").read_bytes().endswith(b"\0serve\0"):
                    found.append(int(folder.name))
        return found

    @contextmanager
    def running(
        self, settings: Mapping[str, Any], environment: Mapping[str, str] | None = None, trusted: bool = True
    ) -> Iterator[Window]:
        """VS Code with some settings."""
        self.write(settings)
        port = _port()
        options = ["--host", "127.0.0.1", "--port", str(port), "--without-connection-token", "--telemetry-level", "off"]
        options += ["--enable-smoke-test-driver", *(["--disable-workspace-trust"] if trusted else [])]
        with (self.home / "server.log").open("w") as log:
            server = subprocess.Popen(
                [*self._command(), *options], env=self._environment(environment or {}), stdout=log, stderr=log, start_new_session=True
            )
            try:
                _until_up(port)
                with _page(self.home) as page:
                    yield Window(page, port, self)
            finally:
                # The extension host and the watchers belong to its group.
                os.killpg(server.pid, signal.SIGKILL)
                server.wait()


def _until_up(port: int) -> None:
    deadline = time.monotonic() + WAIT
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/version", timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise AssertionError("VS Code does not start")


@contextmanager
def _page(home: Path) -> Iterator[Any]:
    if str(TOOLS / "py") not in sys.path:
        sys.path.append(str(TOOLS / "py"))
    from playwright.sync_api import sync_playwright

    profile = home / "profile"
    shutil.rmtree(profile, ignore_errors=True)
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=shutil.which("chromium"),
            headless=True,
            viewport={"width": 1120, "height": 640},
            args=list(_ARGUMENTS),
        )
        context.set_default_timeout(WAIT * 1000)
        try:
            yield context.pages[0]
        finally:
            context.close()


class Window:
    """A window of VS Code, and what a person does in it."""

    def __init__(self, page: Any, port: int, installation: Installation) -> None:
        self.page = page
        self._installation = installation
        self._host = f"127.0.0.1:{port}"

    # Inside the extension host.

    def test(self, name: str, workspace: Path) -> list[str]:
        """Run one of the test modules in `host` inside the extension host; what it logs. Fails as it fails."""
        ended: list[int] = []
        said: list[str] = []
        self.page.expose_function("codeAutomationExit", lambda code: ended.append(code))
        self.page.expose_function("codeAutomationLog", lambda kind, words: said.append(f"{kind}: {' '.join(map(str, words))}"))
        payload = [
            ["extensionDevelopmentPath", f"vscode-remote://{self._host}{HOST}"],
            ["extensionTestsPath", f"vscode-remote://{self._host}{HOST / name}"],
            ["skipWelcome", "true"],
        ]
        self.page.goto(f"http://{self._host}/?folder={workspace}&payload={quote(json.dumps(payload))}")
        deadline = time.monotonic() + 4 * WAIT
        while not ended and time.monotonic() < deadline:
            self.page.wait_for_timeout(100)
        ours = [line for line in said if " UNMID" in line]
        if ended != [0]:
            self.page.screenshot(path=TOOLS / "failed.png")
            raise HostFailure("\n".join(["ended: " + str(ended), *ours[-20:]]))
        return ours

    # As a person sees it.

    def open(self, workspace: Path, *files: str) -> None:
        """Open a folder and files in it."""
        payload = json.dumps([["openFile", f"vscode-remote://{self._host}{workspace / file}"] for file in files])
        self.page.goto(f"http://{self._host}/?folder={workspace}&payload={quote(payload)}")
        self.page.wait_for_selector(".monaco-workbench")
        self.page.wait_for_selector(".monaco-editor .view-line")

    def settings(self, settings: Mapping[str, Any]) -> None:
        """Change settings, as if by hand in their file."""
        self._installation.write({**self._installation._settings, **settings})

    def webview(self, words: str) -> Any:
        """The page inside VS Code that holds some words."""

        found: list[Any] = []

        def shown() -> bool:
            for frame in self.page.frames:
                with suppress(Exception):  # a frame may go while it is looked at
                    if words in frame.evaluate("document.body.innerText"):
                        found.append(frame)
            return bool(found)

        self.until(shown, f"a page with “{words}”")
        return found[-1]

    def squiggles(self) -> int:
        return int(self.page.locator(".monaco-editor .squiggly-warning, .monaco-editor .squiggly-info, .monaco-editor .squiggly-hint").count())

    def wait_for_squiggle(self) -> None:
        self.until(self.squiggles, "a squiggle")

    def text(self) -> str:
        """The lines on the screen."""
        lines = self.page.evaluate(
            "[...document.querySelectorAll('.view-line')].map(e => [parseFloat(e.style.top), e.textContent]).sort((a, b) => a[0] - b[0]).map(e => e[1])"
        )
        return "\n".join(lines).replace("\u00a0", " ")

    def until(self, condition: Any, what: str, seconds: float = WAIT) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                self.page.screenshot(path=TOOLS / "failed.png")
                raise AssertionError(f"never: {what}\n{self.text()}\nnotes: {self.notes()}")
            self.page.wait_for_timeout(50)

    def go_to(self, line: int, column: int) -> None:
        """Put the cursor at a line and column, from 1."""
        self.page.locator(".monaco-editor .view-lines").first.click()
        self.page.keyboard.press("Control+g")
        self.page.locator(".quick-input-widget input").first.fill(f":{line}:{column}")
        # Once it says where it leads, Enter goes there; before that Enter is lost.
        self.page.locator(".quick-input-list .monaco-list-row", has_text=f"line {line} ").first.wait_for()
        self.page.keyboard.press("Enter")
        self.page.wait_for_selector(".quick-input-widget", state="hidden")

    def command(self, name: str) -> None:
        """Run a command from the palette."""
        self.page.keyboard.press("F1")
        self.page.locator(".quick-input-widget input").first.fill(f">{name}")
        self.page.locator(".quick-input-list .monaco-list-row", has_text=name).first.click()

    def choices(self) -> list[str]:
        self.page.wait_for_selector(".quick-input-list .monaco-list-row")
        return [str(text) for text in self.page.locator(".quick-input-list .monaco-list-row").all_inner_texts()]

    def notes(self) -> list[str]:
        """The notifications on the screen."""
        return [str(text) for text in self.page.locator(".notification-list-item-message").all_inner_texts()]

    def wait_for_note(self, pattern: str, seconds: float = WAIT) -> None:
        """Wait for a notification that a pattern finds, on the screen or among those that VS Code has put away.

        It shows one for 15 seconds, and the fourth within 0.8 seconds not at all: a person is slower than that, a test is not.
        """
        away = time.monotonic() + 3

        def found() -> bool:
            if time.monotonic() > away:
                self._show_notes()
            return any(re.search(pattern, note) for note in self.notes())

        self.until(found, f"a notification with “{pattern}”", seconds)

    def press(self, button: str) -> None:
        """Press a button of a notification, with the keyboard: what pops up under a resting mouse would be in its way."""
        there = self.page.locator(".notification-list-item .monaco-button", has_text=button).first
        if not there.count():
            self._show_notes()
        there.press("Enter")

    def _show_notes(self) -> None:
        """Have the notifications shown that were put away."""
        if not self.page.locator(".notifications-center.visible").count():
            self.command("Notifications: Show Notifications")

    def status(self) -> str:
        item = self.page.locator("#unmid\\.unmid\\.status, [id$='unmid.status']")
        return str(item.first.inner_text()).strip() if item.count() else ""

    def shot(self, path: Path) -> None:
        self.page.screenshot(path=path)


class HostFailure(AssertionError):
    """Tests inside the extension host failed."""
