"""The plugin in real Neovims, installed as its help says."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tomllib
from pathlib import Path

import pytest

from editors import servers
from editors.neovim import PLUGIN, Neovim, neovim, path_with
from editors.texts import finished

DRAFT = "# Valves\n\n😀 It is important to note that the 😀 valve sticks.\nWe open it in order to bleed it.\n"
MARKS = [("filler/note-that", "It is important to note that"), ("filler/wordy-phrase", "in order to")]
SETUP = "if vim.lsp.config then vim.lsp.enable('unmid') else require('unmid').setup() end"


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    folder = tmp_path / "drafts"
    folder.mkdir()
    (folder / "valves.md").write_text(DRAFT, encoding="utf-8")
    return folder / "valves.md"


def cut_the_first(editor: Neovim, draft: Path, patience: int = 30) -> None:
    """The whole round: open, exact ranges after an emoji, the cut as a quick fix, the mark gone."""
    editor.edit(draft)
    editor.wait("#here.marks() > 0", patience)
    assert editor.marks() == MARKS

    editor.lua(
        "vim.api.nvim_win_set_cursor(0, { 3, 10 })\n"
        "vim.lsp.buf.code_action({ apply = true, filter = function(action) return action.isPreferred end })"
    )
    editor.wait("here.text():find('😀 The 😀 valve sticks.', 1, true)")
    editor.wait("#here.marks() == 1")
    assert editor.marks() == MARKS[1:]


def test_a_cut_a_setting_and_all_cuts(nvim: Path, tmp_path: Path, draft: Path) -> None:
    """Marks, a cut, words that can go faded, settings by hand and by file, and all safe cuts at once."""
    with neovim(nvim, tmp_path, SETUP) as editor:
        cut_the_first(editor, draft)
        editor.lua("vim.cmd('silent undo')")
        editor.wait("#here.marks() == 2")

        assert editor.lua(FADED) == [[2, 5, 33]]
        assert editor.lua("return vim.fn.synIDattr(vim.fn.synIDtrans(vim.fn.hlID('DiagnosticUnnecessary')), 'name')") == "Comment"

        editor.lua("require('unmid').configure({ ignore = { 'filler/note-that' } })")
        editor.wait("#here.marks() == 1")
        assert editor.marks() == MARKS[1:]
        editor.lua("require('unmid').configure({ ignore = {} })")
        editor.wait("#here.marks() == 2")

        editor.lua(f"vim.cmd('split {draft.parent}/unmid.toml') vim.api.nvim_buf_set_lines(0, 0, -1, false, {{ 'ignore = [\"filler\"]' }})")
        editor.lua("vim.cmd('silent write') vim.cmd('quit')")
        editor.wait("#here.marks() == 0")
        editor.lua(f"vim.cmd('split {draft.parent}/unmid.toml') vim.api.nvim_buf_set_lines(0, 0, -1, false, {{}})")
        editor.lua("vim.cmd('silent write') vim.cmd('quit')")
        editor.wait("#here.marks() == 2")

        editor.lua("vim.cmd.UnmidFixAll()")
        assert editor.text() == "# Valves\n\n😀 The 😀 valve sticks.\nWe open it to bleed it."
        editor.wait("#here.marks() == 0")
        assert "changed 2 places" in editor.told()
        editor.lua("vim.cmd.UnmidFixAll()")
        assert "nothing here can safely go" in editor.told()
        before = editor.told()
        editor.lua("require('unmid').fix_all({ quiet = true })")
        assert editor.told() == before
        editor.lua("vim.cmd('silent undo')")
        assert editor.text() == DRAFT.rstrip("\n")
        editor.lua("vim.cmd.UnmidFigures()")
        editor.wait("(table.concat(_G.told) .. vim.fn.execute('messages')):find('of them can go')")


def test_hover_code_lens_and_report(nvim: Path, tmp_path: Path, draft: Path) -> None:
    """Why, under the cursor; the line above the draft; the page, opened with what opens pages."""
    with neovim(nvim, tmp_path, SETUP) as editor:
        editor.lua("if vim.ui.open then vim.ui.open = function(path) _G.shown = path end end")
        editor.edit(draft)
        editor.wait("#here.marks() == 2")

        editor.lua(NO_PARSER)
        editor.lua("vim.api.nvim_win_set_cursor(0, { 3, 10 }) vim.lsp.buf.hover()")
        editor.wait("here.float():find('Instead:', 1, true)")
        assert "announces; say it" in editor.lua("return here.float()")

        editor.lua(LENSES)
        editor.wait("_G.lens")
        assert editor.lua("return _G.lens") == "18 words · 33 % can go"

        editor.lua("vim.cmd.UnmidReport()")
        editor.wait("(table.concat(_G.told) .. vim.fn.execute('messages')):find('the report is in')")
        path = Path(re.findall(r"the report is in (\S+\.html)", editor.told())[-1])
        page = path.read_text(encoding="utf-8")
        assert page.startswith("<!DOCTYPE html>")
        assert "😀" in page
        assert page.rstrip().endswith("</html>")
        if editor.lua("return _G.shown ~= nil"):
            assert editor.lua("return _G.shown") == str(path)


NO_PARSER = """
-- Neovim colours what it shows for a hover with a parser that Debian's 0.10 leaves out.
if not pcall(vim.treesitter.language.add, 'markdown') then vim.treesitter.start = function() end end
"""
LENSES = """
local client = here.clients()[1]
local params = { textDocument = { uri = vim.uri_from_bufnr(0) } }
local answered = function(_, lenses) _G.lens = lenses[1].command.title end
if vim.fn.has('nvim-0.11') == 1 then
  client:request('textDocument/codeLens', params, answered)
else
  client.request('textDocument/codeLens', params, answered)
end
"""


def test_words_that_are_kept_and_banned(nvim: Path, tmp_path: Path, draft: Path) -> None:
    """By mark, by selection, by name; they are written into the pack of whoever writes. A pack is heard once it is chosen."""
    (draft.parent / ".unmid" / "packs").mkdir(parents=True)
    (draft.parent / ".unmid" / "packs" / "ana.toml").write_text('[ban]\n"open" = { max = 0 }\n', encoding="utf-8")
    with neovim(nvim, tmp_path, SETUP) as editor:
        editor.edit(draft)
        editor.wait("#here.marks() == 2")

        editor.lua("vim.api.nvim_win_set_cursor(0, { 4, 14 }) vim.cmd.UnmidKeep()")
        editor.wait("#here.marks() == 1")
        assert editor.marks() == MARKS[:1]

        editor.lua("vim.api.nvim_win_set_cursor(0, { 4, 0 }) vim.cmd.UnmidBan('bleed')")
        editor.wait("#here.marks() == 2")
        assert editor.marks() == [MARKS[0], ("voice/pet-word", "bleed")]

        # Selected by keys, as a person does it, over the emoji.
        editor.lua("vim.api.nvim_win_set_cursor(0, { 3, 5 }) vim.cmd('normal! v') vim.fn.search('that', 'e')")
        editor.lua("vim.cmd([[execute \"normal! \\<Esc>\"]]) vim.cmd([['<,'>UnmidKeep]])")
        editor.wait("#here.marks() == 1")
        assert editor.marks() == [("voice/pet-word", "bleed")]
        (pack,) = (tmp_path / "config" / "unmid" / "packs").glob("*.toml")
        kept = tomllib.loads(pack.read_text(encoding="utf-8"))
        assert kept["allow"]["phrases"] == ["in order to", "It is important to note that"]
        assert list(kept["ban"]) == ["bleed"]

        assert "ana" in editor.lua("return vim.fn.getcompletion('UnmidAuthor a', 'cmdline')")
        editor.lua("vim.cmd.UnmidAuthor('ana')")
        editor.wait("vim.deep_equal(vim.tbl_map(function(m) return m.words end, here.marks()), { 'It is important to note that', 'open', 'in order to' })")
        editor.lua("vim.cmd.UnmidAuthor('nobody')")
        editor.wait("(table.concat(_G.told) .. vim.fn.execute('messages')):find('there is no author “nobody”')")


def test_a_voice_is_learned(nvim: Path, tmp_path: Path, draft: Path) -> None:
    """From a folder of texts; drafts are judged by it, and what was found besides is asked about."""
    texts = finished(tmp_path / "my texts")
    with neovim(nvim, tmp_path, SETUP) as editor:
        editor.edit(draft)
        editor.wait("#here.marks() == 2")
        editor.lua(ANSWERS)

        editor.lua(f"vim.cmd([[UnmidLearn bea {texts}]])".replace("my texts", "my\\ texts"))
        editor.wait("#_G.asked == 3")
        editor.wait("(table.concat(_G.told) .. vim.fn.execute('messages')):find('judged by bea for now', 1, true)")

        assert "learned from 3 texts, 2,340 words" in editor.told()
        assert editor.lua("return _G.asked")[1].startswith("unmid, bea, 2 of 4: Ban “back before the rain”")
        pack = tomllib.loads((tmp_path / "config" / "unmid" / "packs" / "bea.toml").read_text(encoding="utf-8"))
        assert list(pack["ban"]) == ["back before the rain"]
        assert pack["baseline"]
        assert "bea" in editor.lua("return vim.fn.getcompletion('UnmidLearn b', 'cmdline')")
        assert f"{tmp_path}/my texts/" in editor.lua(f"return vim.fn.getcompletion([[UnmidLearn bea {tmp_path}/my]], 'cmdline')")


ANSWERS = """
_G.asked = {}
local answers = { 'Later', 'Ban', 'Stop asking' }
vim.ui.select = function(items, options, chosen)
  table.insert(_G.asked, options.prompt)
  for _, item in ipairs(items) do
    if item.title == answers[#_G.asked] then
      return chosen(item)
    end
  end
end
"""


FADED = """
local found = {}
for _, space in pairs(vim.api.nvim_get_namespaces()) do
  for _, mark in ipairs(vim.api.nvim_buf_get_extmarks(0, space, 0, -1, { details = true })) do
    if mark[4].hl_group == 'DiagnosticUnnecessary' then
      table.insert(found, { mark[2], mark[3], mark[4].end_col })
    end
  end
end
return found
"""


def test_the_server_comes_back(nvim: Path, tmp_path: Path, draft: Path) -> None:
    """Killed, it is started again and marks the text as it is by then; killed on and on, someone is told what to do."""
    with neovim(nvim, tmp_path, SETUP) as editor:
        editor.edit(draft)
        editor.wait("#here.marks() == 2")

        for number in range(3):
            kill_server(editor)
            editor.lua(f"vim.api.nvim_buf_set_lines(0, 0, 1, false, {{ '# Valves {number}' }})")
            editor.wait("here.pid() and #here.marks() == 2")
            assert editor.marks() == MARKS
        kill_server(editor)
        editor.wait("require('unmid.server').fallen")
        assert ":UnmidRestart" in editor.told()
        assert editor.marks() == []
        assert "left alone" in editor.lua("vim.cmd('checkhealth unmid') local text = here.text() vim.cmd('bwipeout') return text")

        editor.lua(f"vim.cmd.buffer('{draft}') vim.cmd.UnmidRestart()")
        editor.wait("#here.marks() == 2")
        before = editor.lua("return here.pid()")
        editor.lua("vim.cmd.UnmidRestart()")
        editor.wait(f"here.pid() and here.pid() ~= {before} and #here.marks() == 2")


def kill_server(editor: Neovim) -> None:
    before = editor.lua("return here.pid()")
    os.kill(before, signal.SIGKILL)
    editor.wait(f"here.pid() ~= {before}")


def test_commit_messages_and_buffers_without_a_name(nvim: Path, tmp_path: Path) -> None:
    """Both are read. What git adds is not, and an unnamed buffer stays itself when it is cut and saved."""
    subprocess.run(["git", "init", "--quiet", tmp_path / "project"], check=True)
    message = tmp_path / "project" / ".git" / "COMMIT_EDITMSG"
    message.write_text("Open the valve in order to bleed it\n\n# It is important to note that git says this.\n", encoding="utf-8")
    with neovim(nvim, tmp_path, SETUP) as editor:
        editor.edit(message)
        assert editor.lua("return vim.bo.filetype") == "gitcommit"
        editor.wait("#here.marks() > 0")
        assert editor.marks() == MARKS[1:]

        editor.lua("vim.cmd('enew | setf markdown')")
        editor.lua(f"vim.api.nvim_buf_set_lines(0, 0, -1, false, vim.split([[{DRAFT}]], '\\n', {{ trimempty = true }}))")
        editor.wait("#here.marks() == 2")
        buffers = editor.lua("return #vim.api.nvim_list_bufs()")
        assert editor.marks() == MARKS
        editor.lua(
            "vim.api.nvim_win_set_cursor(0, { 3, 10 })\n"
            "vim.lsp.buf.code_action({ apply = true, filter = function(action) return action.isPreferred end })"
        )
        editor.wait("here.text():find('😀 The 😀 valve sticks.', 1, true)")
        editor.wait("#here.marks() == 1")
        assert editor.lua("return #vim.api.nvim_list_bufs()") == buffers

        first = editor.lua("return vim.api.nvim_get_current_buf()")
        editor.lua("vim.cmd('new | setf markdown') vim.wait(300)")
        assert editor.lua("return #(vim.lsp.get_clients or vim.lsp.get_active_clients)({ bufnr = 0 })") == 0
        editor.lua(f"vim.cmd('bwipeout!') vim.cmd.buffer({first})")

        editor.lua(f"vim.cmd('silent write {tmp_path}/saved.md')")
        editor.lua("vim.api.nvim_buf_set_lines(0, 3, 4, false, { 'We shut it in order to bleed it.' })")
        editor.wait("vim.deep_equal(vim.tbl_map(function(m) return m.words end, here.marks()), { 'in order to' })")
        editor.lua("vim.cmd.UnmidFixAll()")
        assert editor.text().endswith("\nWe shut it to bleed it.")


BARE = """
vim.lsp.config('unmid', { cmd = { 'unmid', 'serve' }, filetypes = { 'markdown' }, root_markers = { 'unmid.toml' } })
vim.lsp.enable('unmid')
"""
SET = "here.clients()[1]:notify('workspace/didChangeConfiguration', {{ settings = {{ unmid = {{ {} }} }} }})"
OTHERS = "(vim.fn.bufnr('other.md') < 0 and {} or vim.tbl_map(function(mark) return mark.code end, vim.diagnostic.get(vim.fn.bufnr('other.md'))))"


@pytest.mark.parametrize("nvim", ["0.12"], indirect=True)
def test_without_the_plugin(nvim: Path, tmp_path: Path, draft: Path) -> None:
    """Neovim's own configuration is enough: an open draft is marked anew when settings or packs change."""
    (draft.parent / "unmid.toml").touch()
    with neovim(nvim, tmp_path, BARE, plugin=None) as editor:
        editor.edit(draft)
        editor.wait("#here.marks() == 2")
        assert editor.marks() == MARKS
        editor.lua(SET.format("ignore = { 'filler/note-that' }"))
        editor.wait("#here.marks() == 1")
        assert editor.marks() == MARKS[1:]
        keep = "{ command = 'unmid.keepPhrase', arguments = { 'in order to', vim.uri_from_bufnr(0) } }"
        editor.lua(f"here.clients()[1]:request('workspace/executeCommand', {keep})")
        editor.wait("#here.marks() == 0")
        editor.lua(SET.format(""))
        editor.wait("#here.marks() == 1")
        assert editor.marks() == MARKS[:1]


@pytest.mark.parametrize("init", [SETUP, BARE])
@pytest.mark.parametrize("nvim", ["0.12"], indirect=True)
def test_drafts_that_are_not_open(nvim: Path, tmp_path: Path, draft: Path, init: str) -> None:
    """Are marked once that is wanted, and until it is not; those that are open stay marked as they are."""
    (draft.parent / "unmid.toml").touch()
    (draft.parent / "other.md").write_text("We shut it in order to mend it.\n", encoding="utf-8")
    with neovim(nvim, tmp_path, init, plugin=PLUGIN if init == SETUP else None) as editor:
        editor.edit(draft)
        editor.wait("#here.marks() == 2")
        assert editor.lua("return vim.fn.bufnr('other.md')") == -1
        editor.lua(SET.format("drafts = 'all'"))
        editor.wait(f"vim.deep_equal({OTHERS}, {{ 'filler/wordy-phrase' }})")
        assert editor.marks() == MARKS
        editor.lua("vim.api.nvim_buf_set_lines(0, 3, 4, false, { 'We open it to bleed it.' })")
        editor.wait("#here.marks() == 1")
        assert editor.marks() == MARKS[:1]
        editor.lua(SET.format("drafts = 'open'"))
        editor.wait(f"#{OTHERS} == 0")
        assert editor.marks() == MARKS[:1]


def test_checkhealth_is_clean(nvim: Path, tmp_path: Path, draft: Path) -> None:
    with neovim(nvim, tmp_path, SETUP) as editor:
        editor.edit(draft)
        editor.wait("#here.marks() > 0")
        health = editor.lua("vim.cmd('checkhealth unmid') return here.text()")
    assert health.count("OK ") == 5
    assert "running, 1 draft open" in health
    assert not re.search("WARNING|ERROR", health)


def test_without_the_server_someone_is_helped(nvim: Path, tmp_path: Path, draft: Path) -> None:
    """The plugin alone, away from its clone, and no unmid on PATH."""
    plugin = shutil.copytree(PLUGIN, tmp_path / "plugin")
    with neovim(nvim, tmp_path, SETUP, plugin, path_with()) as editor:
        editor.edit(draft)
        editor.lua("vim.wait(500)")
        assert editor.marks() == []
        assert editor.told().count(":checkhealth unmid says how to get it") >= 1
        health = editor.lua("vim.cmd('checkhealth unmid') return here.text()")
    assert "ERROR `unmid` was not found on PATH" in health
    assert "In a clone of unmid" in health
    assert ":help unmid-server" in health or "unmid-server" in health


def test_not_enabled(nvim: Path, tmp_path: Path) -> None:
    with neovim(nvim, tmp_path, "") as editor:
        assert "Add this line to your init.lua" in editor.lua("vim.cmd('checkhealth unmid') return here.text()")


def test_control_dead_server(nvim: Path, tmp_path: Path, draft: Path) -> None:
    """With a server that cannot run, the round fails, and someone is told."""
    with neovim(nvim, tmp_path, SETUP, path=path_with(servers.dead(tmp_path / "bin"))) as editor:
        with pytest.raises(AssertionError, match="never"):
            cut_the_first(editor, draft, patience=3)
        assert ":checkhealth unmid says why" in editor.told()
        assert "does not run: unmid: cannot import name" in editor.lua("vim.cmd('checkhealth unmid') return here.text()")


def test_control_shifted_marks(nvim: Path, tmp_path: Path, draft: Path) -> None:
    """With a server that is one character off, the round fails."""
    with (
        neovim(nvim, tmp_path, SETUP, path=path_with(servers.shifted(tmp_path / "bin"))) as editor,
        pytest.raises(AssertionError, match="t is important to note that "),
    ):
        cut_the_first(editor, draft)


def test_help(nvim: Path, tmp_path: Path) -> None:
    """The help has valid tags, names every command, and links only to what exists."""
    text = (PLUGIN / "doc" / "unmid.txt").read_text(encoding="utf-8")
    shutil.copytree(PLUGIN / "doc", tmp_path / "doc")
    with neovim(nvim, tmp_path, SETUP) as editor:
        editor.lua("vim.opt.eventignore:append('FileType')")  # Debian's packages lack the parser that colours help
        editor.lua(f"vim.cmd('helptags {tmp_path}/doc')")
        editor.lua(f"vim.opt.rtp:append('{tmp_path}') vim.cmd('help unmid')")
        assert editor.lua("return vim.fn.expand('%:t')") == "unmid.txt"
        commands = editor.lua("return vim.tbl_filter(function(name) return name:find('^Unmid') end, vim.tbl_keys(vim.api.nvim_get_commands({})))")
        for name in commands:
            assert f"*:{name}*" in text
        later = {"gra", "lsp-codelens", "vim.lsp.config()"}
        for link in set(re.findall(r"\|([^|\s]+)\|", text)) - later:
            editor.lua(f"vim.cmd.help([[{link}]])")
    assert sorted(commands) == [
        "UnmidAuthor", "UnmidBan", "UnmidFigures", "UnmidFixAll", "UnmidKeep", "UnmidLearn", "UnmidLog", "UnmidReport", "UnmidRestart",
    ]  # fmt: skip
    assert max(len(line.replace("|", "")) for line in text.splitlines()) <= 80
