"""A real Neovim, without a screen, asked and told over its own socket."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

PLUGIN: Final = Path(__file__).parents[2] / "editors" / "neovim"
WAIT: Final = 30
"""Seconds after which a test gives up."""

HELPERS: Final = """
local here = {}
function here.clients()
  return (vim.lsp.get_clients or vim.lsp.get_active_clients)({ name = 'unmid' })
end
function here.marks(buffer)
  buffer = buffer or vim.api.nvim_get_current_buf()
  local found = {}
  for _, mark in ipairs(vim.diagnostic.get(buffer)) do
    local words = vim.api.nvim_buf_get_text(buffer, mark.lnum, mark.col, mark.end_lnum, mark.end_col, {})
    table.insert(found, { code = mark.code, words = table.concat(words, '\\n'), lnum = mark.lnum, col = mark.col })
  end
  table.sort(found, function(a, b) return a.lnum < b.lnum or (a.lnum == b.lnum and a.col < b.col) end)
  return found
end
function here.has(code, buffer)
  return vim.tbl_contains(vim.tbl_map(function(mark) return mark.code end, here.marks(buffer)), code)
end
function here.text(buffer)
  return table.concat(vim.api.nvim_buf_get_lines(buffer or 0, 0, -1, false), '\\n')
end
function here.float()
  for _, window in ipairs(vim.api.nvim_list_wins()) do
    if vim.api.nvim_win_get_config(window).relative ~= '' then
      return here.text(vim.api.nvim_win_get_buf(window))
    end
  end
  return ''
end
function here.pid()
  local children = vim.api.nvim_get_proc_children(vim.fn.getpid())
  for _, child in ipairs(children) do
    local file = io.open('/proc/' .. child .. '/cmdline')
    local line = file and file:read('*a') or ''
    if line:find('serve', 1, true) then return child end
  end
end
"""


class LuaError(AssertionError):
    """What Neovim says went wrong."""


class Neovim:
    """One running Neovim with a home of its own."""

    def __init__(self, binary: Path, home: Path) -> None:
        self._binary = binary
        self._home = home
        self._socket = Path(tempfile.mkdtemp(prefix="unmid")) / "nvim"
        self._numbers = 0

    def lua(self, code: str) -> Any:
        """Run Lua code; what it returns, through JSON."""
        self._numbers += 1
        file = self._home / f"step{self._numbers}.lua"
        file.write_text(
            f"{HELPERS}\nlocal ok, value = xpcall(function()\n{code}\nend, debug.traceback)\n"
            "return vim.json.encode({ ok = ok, value = value == nil and vim.NIL or value })",
            encoding="utf-8",
        )
        run = subprocess.run(
            [self._binary, "--server", self._socket, "--remote-expr", f"luaeval('dofile(_A)', '{file}')"],
            capture_output=True,
            text=True,
            timeout=2 * WAIT,
        )
        # Neovim 0.10 answers on standard error when it has no terminal.
        line = (run.stdout.strip() or run.stderr.strip()).splitlines()[-1]
        assert line.startswith("{"), f"{run.stdout}{run.stderr}\n{self.log()}"
        answer = json.loads(line)
        if not answer["ok"]:
            raise LuaError(answer["value"])
        return answer["value"]

    def wait(self, condition: str, patience: int = WAIT) -> None:
        """Let Neovim go on until a Lua expression holds."""
        if not self.lua(f"return (vim.wait({patience * 1000}, function() return {condition} end, 20))"):
            raise AssertionError(f"never: {condition}\nmarks: {self.marks()}\ntold: {self.told()}\nlog: {self.log()}")

    def edit(self, file: Path) -> None:
        self.lua(f"vim.cmd.edit([[{file}]])")

    def marks(self) -> list[tuple[str, str]]:
        """Rule and words of every mark in the current buffer, from its start to its end."""
        return [(mark["code"], mark["words"]) for mark in self.lua("return here.marks()")]

    def text(self) -> str:
        text: str = self.lua("return here.text()")
        return text

    def told(self) -> str:
        """What the person who writes has been told so far."""
        told: str = self.lua("return table.concat(_G.told or {}, '\\n') .. vim.fn.execute('messages')")
        return told

    def log(self) -> str:
        return "\n".join(file.read_text(encoding="utf-8")[-3000:] for file in self._home.rglob("lsp.log"))


def in_a_home(home: Path, init: str, plugin: Path | None = PLUGIN) -> None:
    """Install the plugin, if there is one, as its help says, with an init.lua."""
    config, site = home / "config" / "nvim", home / "data" / "nvim" / "site" / "pack" / "unmid" / "start"
    config.mkdir(parents=True)
    site.mkdir(parents=True)
    if plugin:
        (site / "unmid").symlink_to(plugin)
    # What is told by notifications is kept for `told`.
    keep = "_G.told = {}\nvim.notify = function(message) table.insert(_G.told, message) end\n"
    (config / "init.lua").write_text(f"{keep}{init}\n", encoding="utf-8")


def environment(home: Path, path: str) -> Mapping[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("XDG_", "NVIM", "VIM", "PYTHON", "UNMID_CONFIG"))}
    folders = {f"XDG_{name}_HOME": str(home / name.lower()) for name in ("CONFIG", "DATA", "STATE", "CACHE")}
    return {**kept, **folders, "HOME": str(home), "PATH": path, "LANG": "C.UTF-8"}


def path_with(*folders: Path) -> str:
    """PATH with these folders first, and without any other that holds `unmid`."""
    others = [folder for folder in os.get_exec_path() if not shutil.which("unmid", path=folder)]
    return os.pathsep.join([*map(str, folders), *others])


def server_folder() -> Path:
    """Where the `unmid` is that belongs to the Python that runs the tests."""
    folder = Path(sys.executable).parent
    assert shutil.which("unmid", path=folder), f"no unmid beside {sys.executable}; make test-editors installs it"
    return folder


@contextmanager
def neovim(binary: Path, home: Path, init: str, plugin: Path | None = PLUGIN, path: str | None = None) -> Iterator[Neovim]:
    """Neovim as someone has it who followed the help; `path` is its PATH, with unmid on it unless said otherwise."""
    in_a_home(home, init, plugin)
    instance = Neovim(binary, home)
    process = subprocess.Popen(
        [binary, "--headless", "-n", "--listen", instance._socket],
        cwd=home,
        env=environment(home, path_with(server_folder()) if path is None else path),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while not instance._socket.exists():
            assert process.poll() is None, "Neovim does not start"
        yield instance
    finally:
        process.terminate()
        process.wait(10)
        shutil.rmtree(instance._socket.parent, ignore_errors=True)
