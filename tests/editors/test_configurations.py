"""The configurations for other editors: run where the editor can be had, else checked against what it takes."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from editors import servers
from editors.neovim import path_with, server_folder
from editors.test_neovim import DRAFT

EDITORS = Path(__file__).parents[2] / "editors"


class Terminal:
    """A terminal of its own, in tmux."""

    def __init__(self, socket: Path) -> None:
        self._tmux = ["tmux", "-S", str(socket), "-f", "/dev/null"]

    def run(self, *arguments: str) -> str:
        return subprocess.run([*self._tmux, *arguments], capture_output=True, text=True, check=True, timeout=30).stdout

    def keys(self, *keys: str) -> None:
        for key in keys:
            self.run("send-keys", key)
            time.sleep(0.3)

    def screen(self) -> str:
        return self.run("capture-pane", "-p")

    def wait(self, words: str, patience: float = 30) -> None:
        end = time.monotonic() + patience
        while words not in self.screen():
            assert time.monotonic() < end, f"never: {words}\n{self.screen()}"
            time.sleep(0.1)


@contextmanager
def terminal(home: Path, command: str, path: str) -> Iterator[Terminal]:
    here = Terminal(home / "tmux")
    environment = {**os.environ, "HOME": str(home), "XDG_CONFIG_HOME": str(home / "config"), "PATH": path, "LANG": "C.UTF-8"}
    subprocess.run([*here._tmux, "-u", "new-session", "-d", "-x", "120", "-y", "30", command], env=environment, check=True, timeout=30)
    try:
        yield here
    finally:
        here.run("kill-server")


def helix_round(helix: Path, home: Path, path: str, patience: float) -> str:
    """Open a draft, see a mark after an emoji, take the cut, save; the saved text."""
    (home / "config" / "helix").mkdir(parents=True)
    shutil.copy(EDITORS / "helix" / "languages.toml", home / "config" / "helix")
    draft = home / "valves.md"
    draft.write_text(DRAFT, encoding="utf-8")
    with terminal(home, f"{helix} {draft}", path) as here:
        here.wait("valves.md")
        here.keys("3", "g", "g", "w", "w", "w")
        here.wait("announces; say it", patience)
        here.keys("Space", "a")
        here.wait("Cut “It is important to note that”")
        here.keys("Enter")
        here.wait("😀 The 😀 valve sticks.")
        here.keys(":", "w", "Enter")
        here.wait("written")
    return draft.read_text(encoding="utf-8")


def test_helix(helix: Path, tmp_path: Path) -> None:
    saved = helix_round(helix, tmp_path, path_with(server_folder()), 30)
    assert saved == DRAFT.replace("It is important to note that the", "The", 1)


def test_helix_control(helix: Path, tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="never: announces"):
        helix_round(helix, tmp_path, path_with(servers.dead(tmp_path / "bin")), 3)


ALE_ROUND = """
set nocompatible encoding=utf-8 hidden
let &runtimepath = '{plugin},{ale},' . &runtimepath
filetype plugin on
let g:ale_linters = {{'markdown': ['unmid']}}
let g:ale_lint_delay = 50
let g:unmid_settings = {{'ignore': ['filler/note-that']}}
runtime plugin/ale.vim
runtime plugin/unmid.vim
edit {draft}
setfiletype markdown
let g:unmid_ends = reltimefloat(reltime()) + {patience}
while empty(getloclist(0)) && reltimefloat(reltime()) < g:unmid_ends
  sleep 50m
endwhile
let g:found = map(copy(ale#engine#GetLoclist(bufnr(''))), {{_, mark -> [get(mark, 'code', ''), mark.lnum, mark.col, get(mark, 'end_col', 0)]}})
call writefile([json_encode(g:found)], '{result}')
qall!
"""


@pytest.mark.parametrize("broken", [False, True])
def test_vim_with_ale(ale: Path, vim: str, tmp_path: Path, broken: bool) -> None:
    """Marks and a setting in Vim, with ALE; none with a broken server."""
    draft, result, script = tmp_path / "valves.md", tmp_path / "result", tmp_path / "vimrc"
    draft.write_text(DRAFT, encoding="utf-8")
    script.write_text(
        ALE_ROUND.format(plugin=EDITORS / "vim", ale=ale, draft=draft, result=result, patience=3 if broken else 30),
        encoding="utf-8",
    )
    folder = servers.dead(tmp_path / "bin") if broken else server_folder()
    subprocess.run(
        [vim, "-N", "-u", "NONE", "-i", "NONE", "-n", "--not-a-term", "-S", script],
        env={**os.environ, "HOME": str(tmp_path), "PATH": path_with(folder), "LANG": "C.UTF-8", "TERM": "xterm"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
    )
    found = json.loads(result.read_text(encoding="utf-8"))
    # Columns from 1; the last one belongs to the mark. On lines with an emoji ALE is off, as its README says.
    assert found == ([] if broken else [["filler/wordy-phrase", 4, 12, 22]])


VIM_LSP = """
set nocompatible
let &runtimepath = '{plugin},{lsp},' . &runtimepath
let g:unmid_settings = {{'ignore': ['filler/note-that']}}
runtime plugin/unmid.vim
doautocmd User lsp_setup
call writefile([json_encode(extend(copy(g:server), {{'cmd': g:server.cmd({{}})}}))], '{result}')
qall!
"""


def test_vim_with_vim_lsp(vim: str, tmp_path: Path) -> None:
    """What vim-lsp, which is in no registry, is told when it asks: nothing but what its documentation names."""
    result, script = tmp_path / "result", tmp_path / "vimrc"
    autoload = tmp_path / "lsp" / "autoload"
    autoload.mkdir(parents=True)
    (autoload / "lsp.vim").write_text("function! lsp#register_server(server) abort\n  let g:server = a:server\nendfunction\n", encoding="utf-8")
    script.write_text(VIM_LSP.format(plugin=EDITORS / "vim", lsp=autoload.parent, result=result), encoding="utf-8")
    subprocess.run(
        [vim, "-N", "-u", "NONE", "-i", "NONE", "-n", "--not-a-term", "-S", script],
        env={**os.environ, "HOME": str(tmp_path), "TERM": "xterm"}, stdin=subprocess.DEVNULL, capture_output=True, timeout=60,
    )  # fmt: skip
    server = json.loads(result.read_text(encoding="utf-8"))
    settings = {"unmid": {"ignore": ["filler/note-that"]}}
    assert server == {
        "name": "unmid",
        "cmd": ["unmid", "serve"],
        "allowlist": ["markdown", "text", "tex", "rst", "asciidoc", "gitcommit"],
        "initialization_options": settings,
        "workspace_config": settings,
    }


def test_helix_configuration_is_toml() -> None:
    configuration = tomllib.loads((EDITORS / "helix" / "languages.toml").read_text(encoding="utf-8"))
    assert configuration["language-server"]["unmid"]["command"] == "unmid"
    assert all("unmid" in language["language-servers"] for language in configuration["language"])


def test_zed() -> None:
    """The manifest fits the sources; they compile where there is Rust (`cargo check`, run by hand: it downloads)."""
    manifest = tomllib.loads((EDITORS / "zed" / "extension.toml").read_text(encoding="utf-8"))
    crate = tomllib.loads((EDITORS / "zed" / "Cargo.toml").read_text(encoding="utf-8"))
    server = manifest["language_servers"]["unmid"]
    assert manifest["schema_version"] == 1
    assert manifest["version"] == crate["package"]["version"]
    assert set(server["language_ids"]) == set(server["languages"])
    assert crate["lib"]["crate-type"] == ["cdylib"]


def relaxed(file: Path) -> dict[str, object]:
    """JSON with comments and trailing commas."""
    text = re.sub(r"^\s*//.*$", "", file.read_text(encoding="utf-8"), flags=re.M)
    value: dict[str, object] = json.loads(re.sub(r",(\s*[}\]])", r"\1", text))
    return value


def test_kate_knows_every_key(kate: Path) -> None:
    """Each stands in Kate's plugin for language servers, as Qt keeps text; one with a slip of the pen does not."""
    plugin = kate.read_bytes()

    def knows(key: str) -> bool:
        return any(key.encode(encoding) in plugin for encoding in ("utf-16-le", "ascii"))

    configuration = relaxed(EDITORS / "kate" / "settings.json")
    servers_ = configuration["servers"]
    assert isinstance(servers_, dict)
    assert [key for key in ("servers", *servers_["unmid"]) if not knows(key)] == []
    assert not knows("rootIndicationFilenames")


@pytest.mark.parametrize(
    ("file", "place", "known"),
    [
        ("kate/settings.json", "servers", {"command", "rootIndicationFileNames", "highlightingModeRegex", "settings"}),
        ("sublime/LSP.sublime-settings", "clients", {"enabled", "command", "selector", "settings"}),
        ("vim/coc-settings.json", "languageserver", {"command", "args", "filetypes", "rootPatterns", "settings"}),
    ],
)
def test_configurations_in_json(file: str, place: str, known: set[str]) -> None:
    """They can be read, and say nothing but what the editor's documentation names."""
    (servers_,) = relaxed(EDITORS / file).values()
    assert isinstance(servers_, dict)
    assert place in relaxed(EDITORS / file)
    unmid = servers_["unmid"]
    assert set(unmid) <= known
    command = unmid["command"]
    assert [command, *unmid["args"]] if isinstance(command, str) else command == ["unmid", "serve"]
