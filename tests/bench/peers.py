"""Who is measured: language servers, and commands that read whole files; each as its authors ship it.

Peers live in a folder of their own, which `install.sh` fills. What is not there is passed by.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import unmid
import unmid_rules

HERE: Final = Path(__file__).parent
FOLDER: Final = Path(os.environ.get("UNMID_BENCH_PEERS", Path.home() / ".cache" / "unmid-bench"))
ENVIRONMENT: Final = os.environ | {
    "PYTHONPATH": os.pathsep.join(str(Path(str(module.__file__)).parents[1]) for module in (unmid, unmid_rules))
}
OURS: Final = "unmid"
BARE: Final = "bare pygls"


@dataclass(frozen=True, slots=True)
class Server:
    """A language server. `debounce` is what it waits after a keystroke, in milliseconds, as far as its sources say."""

    name: str
    command: tuple[str, ...]
    options: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    debounce: int = 0

    @property
    def env(self) -> Mapping[str, str]:
        """The environment to start it in: ours finds these sources, a peer nothing of ours."""
        return ENVIRONMENT if self.name in (OURS, BARE) else os.environ


@dataclass(frozen=True, slots=True)
class Tool:
    """A command that reads whole files. `arguments` makes its command line from a working folder and the files."""

    name: str
    program: Path
    arguments: Callable[[Path, Sequence[str]], list[str]]

    def command(self, folder: Path, files: Sequence[str]) -> list[str]:
        """The command line for files; `folder` may hold configuration."""
        return [str(self.program), *self.arguments(folder, files)]

    @property
    def env(self) -> Mapping[str, str]:
        """The environment to start it in."""
        return ENVIRONMENT if self.name == OURS else os.environ


def servers() -> list[Server]:
    """Ours, the bare one, and those peers that are installed."""
    harper = str(FOLDER / "cargo" / "bin" / "harper-ls")
    larger = {"harper-ls": {"maxFileLength": 100_000_000}}
    peers = [
        Server("harper-ls", (harper, "--stdio"), settings={"harper-ls": {}}),
        Server("harper-ls, its length limit raised", (harper, "--stdio"), settings=larger),
        Server("slopcop lsp", (str(FOLDER / "cargo" / "bin" / "slopcop"), "lsp")),
        Server("prosemd-lsp", (str(FOLDER / "cargo" / "bin" / "prosemd-lsp"), "--stdio")),
    ]
    ours = Server(OURS, (sys.executable, "-m", "unmid", "serve"), {"debounce": 0}, {"unmid": {"debounce": 0}})
    bare = Server(BARE, (sys.executable, str(HERE / "bare.py")))
    return [ours, bare, *(peer for peer in peers if Path(peer.command[0]).exists())]


def tools() -> list[Tool]:
    """Ours and those peers that are installed."""
    node, python = FOLDER / "node" / "node_modules" / ".bin", FOLDER / "python" / "bin"

    def ours(_: Path, files: Sequence[str]) -> list[str]:
        # Of many, one core reads as many as it can; one is read as whoever saves it has it read.
        single = ["--jobs", "1"] if len(files) > 1 else []
        return ["check", "--isolated", "--exit-zero", "--output-format", "json", *single, *files]

    def vale(folder: Path, files: Sequence[str]) -> list[str]:
        return [f"--config={vale_configuration(folder)}", "--output=JSON", "--no-exit", *files]

    found = [
        Tool("vale", FOLDER / "go" / "bin" / "vale", vale),
        Tool("write-good", node / "write-good", lambda _, files: list(files)),
        Tool("alex", node / "alex", lambda _, files: list(files)),
        Tool("slopless", node / "slopless", lambda _, files: list(files)),
        Tool(
            "textlint with write-good and alex",
            node / "textlint",
            lambda _, files: ["--rule", "write-good", "--rule", "alex", "-f", "json", *files],
        ),
        Tool("proselint", python / "proselint", lambda _, files: ["check", *files]),
        Tool("slopscore-lint", python / "slopscore-lint", lambda _, files: ["scan", os.path.commonpath(files)]),
        Tool("slop-guard", python / "sg", lambda _, files: list(files)),
    ]
    return [Tool(OURS, _program(), ours), *(tool for tool in found if tool.program.exists())]


def vale_configuration(folder: Path) -> Path:
    """Vale's own checks, and as `existence` rules all fixed phrases that our rules hold: a load that can be compared."""
    style = folder / "styles" / "Phrases"
    style.mkdir(parents=True, exist_ok=True)
    for path in sorted(Path(str(unmid_rules.__file__)).parent.glob("*/*.toml")):
        rule = tomllib.loads(path.read_text(encoding="utf-8"))
        phrases = [phrase for match in [rule, *rule.get("match", [])] for phrase in match.get("phrases", [])]
        if phrases:
            check = {"extends": "existence", "message": "%s", "level": "warning", "ignorecase": True, "tokens": phrases}
            (style / f"{path.stem}.yml").write_text(json.dumps(check), encoding="utf-8")  # YAML holds JSON
    file = folder / ".vale.ini"
    file.write_text("StylesPath = styles\nMinAlertLevel = suggestion\n[*.md]\nBasedOnStyles = Vale, Phrases\n", encoding="utf-8")
    return file


def versions() -> dict[str, str]:
    """What each thing that was measured calls its version."""
    found = {OURS: unmid.__version__, "Python": sys.version.split()[0]}
    node, python = FOLDER / "node" / "node_modules", FOLDER / "python"
    for name in ("write-good", "alex", "slopless", "textlint"):
        if (package := node / name / "package.json").exists():
            found[name] = json.loads(package.read_text(encoding="utf-8"))["version"]
    for info in sorted(python.glob("lib/python*/site-packages/*.dist-info")):
        name, _, version = info.name.removesuffix(".dist-info").partition("-")
        if name in ("proselint", "slopscore_lint", "slop_guard"):
            found[name.replace("_", "-")] = version
    for name in ("harper-ls", "slopcop", "prosemd-lsp"):
        if crate := [key for key in _crates() if key.startswith(f"{name} ")]:
            found[name] = crate[0].split()[1]
    if (vale := FOLDER / "go" / "bin" / "vale").exists():
        # It calls itself `master` when built from the module.
        told = subprocess.run(["go", "version", "-m", vale], capture_output=True, text=True).stdout
        found["vale"] = next((line.split()[2] for line in told.split("\n") if line.startswith("\tmod\t")), "unknown")
    return found


def _crates() -> list[str]:
    file = FOLDER / "cargo" / ".crates2.json"
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    return list(json.loads(text)["installs"]) if text else []  # it is empty while cargo is at work


def _program() -> Path:
    return Path(sys.executable).parent / "unmid"
