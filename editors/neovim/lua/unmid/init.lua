-- unmid in Neovim: :help unmid
local clients = require('unmid.client')
local server = require('unmid.server')
local unnamed = require('unmid.unnamed')

local M = {}

local FIX_ALL = 'source.fixAll.unmid'
local WAIT = 10000 -- milliseconds; the first draft waits for the server to load

--- Serve drafts from now on. From Neovim 0.11 on this is `vim.lsp.config` and `vim.lsp.enable` in one.
---@param options table|nil as for `vim.lsp.config`: `cmd`, `filetypes`, `settings`, `on_attach`, …
function M.setup(options)
  server.enable(options or {})
end

local function client_here(quiet)
  local client = clients.all(vim.api.nvim_get_current_buf())[1]
  if not client and not quiet then
    clients.tell('does not read this buffer. :checkhealth unmid says why.', vim.log.levels.WARN)
  end
  return client
end

--- Make all safe cuts in the current buffer. It is done when this returns, so it can be used before saving.
---@param options table|nil `quiet`: say nothing unless it fails
function M.fix_all(options)
  local quiet = options and options.quiet
  local client = client_here(quiet)
  if not client then
    return
  end
  local bufnr = vim.api.nvim_get_current_buf()
  local nowhere = { line = 0, character = 0 }
  local response, problem = clients.call(client, 'request_sync', 'textDocument/codeAction', {
    textDocument = { uri = vim.uri_from_bufnr(bufnr) },
    range = { start = nowhere, ['end'] = nowhere },
    context = { diagnostics = {}, only = { FIX_ALL } },
  }, WAIT, bufnr)
  if not response or response.err then
    local reason = response and response.err.message or problem or 'no answer'
    return clients.tell(('could not ask for cuts: %s'):format(reason), vim.log.levels.ERROR)
  end
  local action = (response.result or {})[1]
  local edits = action and unnamed.edits(action) or {}
  if #edits == 0 then
    return quiet or clients.tell('nothing here can safely go.')
  end
  vim.lsp.util.apply_text_edits(edits, bufnr, client.offset_encoding or 'utf-16')
  return quiet or clients.tell(#edits == 1 and 'changed 1 place.' or ('changed %d places.'):format(#edits))
end

--- Have the server do something; `answered` gets what it answers.
local function command(client, name, arguments, answered)
  local known = (client.server_capabilities.executeCommandProvider or {}).commands or {}
  if not vim.tbl_contains(known, name) then
    return clients.tell('the server is too old for this. :checkhealth unmid says which it is.', vim.log.levels.WARN)
  end
  clients.call(client, 'request', 'workspace/executeCommand', { command = name, arguments = arguments }, function(problem, answer)
    if problem then
      clients.tell(problem.message, vim.log.levels.ERROR)
    elseif answered then
      answered(answer)
    end
  end)
end

--- Tell the figures of the current buffer.
function M.figures()
  local client = client_here()
  if client then
    command(client, 'unmid.showFigures', { vim.uri_from_bufnr(0) })
  end
end

--- Where the words are that someone means who gives none: what was selected, else the mark under the cursor.
---@param selected boolean
local function place(selected)
  if selected then
    local first, last = vim.fn.getpos("'<"), vim.fn.getpos("'>")
    local line = vim.api.nvim_buf_get_lines(0, last[2] - 1, last[2], false)[1] or ''
    if vim.fn.visualmode() == 'V' then
      return { first[2] - 1, 0, last[2] - 1, #line }
    end
    -- The column of the last character, which may take more than one byte.
    local character = vim.fn.strpart(line, math.min(last[3], #line + 1) - 1, 1, true)
    return { first[2] - 1, first[3] - 1, last[2] - 1, math.min(last[3] - 1 + #character, #line) }
  end
  local row, column = unpack(vim.api.nvim_win_get_cursor(0))
  local smallest, found
  for _, mark in ipairs(vim.diagnostic.get(0)) do
    local starts = mark.lnum < row - 1 or (mark.lnum == row - 1 and mark.col <= column)
    local ends = mark.end_lnum > row - 1 or (mark.end_lnum == row - 1 and mark.end_col > column)
    local size = (mark.end_lnum - mark.lnum) * 10000 + mark.end_col - mark.col
    if mark.source == clients.NAME and starts and ends and (not smallest or size < smallest) then
      smallest, found = size, { mark.lnum, mark.col, mark.end_lnum, mark.end_col }
    end
  end
  return found
end

local function words(options)
  if options.words and options.words ~= '' then
    return options.words
  end
  local at = place(options.selected)
  local text = at and table.concat(vim.api.nvim_buf_get_text(0, at[1], at[2], at[3], at[4], {}), ' ') or vim.fn.expand('<cword>')
  return vim.trim((text:gsub('%s+', ' ')))
end

local function with_words(name, options)
  local client, wanted = client_here(), words(options or {})
  if client and wanted ~= '' then
    command(client, name, { wanted, vim.uri_from_bufnr(0) })
  end
end

--- Keep words: they are not marked any more.
---@param options table|nil `words`; else `selected`: what was selected last; else the mark or the word under the cursor
function M.keep(options)
  with_words('unmid.keepPhrase', options)
end

--- Ban a word: it is marked from now on. The same options as `keep`.
function M.ban(options)
  with_words('unmid.banWord', options)
end

--- Write the report on the current buffer into a file, and open it in a browser.
function M.report()
  local client = client_here()
  if not client then
    return
  end
  local name = vim.fn.fnamemodify(vim.api.nvim_buf_get_name(0), ':t:r')
  command(client, 'unmid.report', { vim.uri_from_bufnr(0) }, function(html)
    local folder = vim.fn.tempname()
    vim.fn.mkdir(folder)
    local path = ('%s/%s.html'):format(folder, name == '' and 'report' or name)
    vim.fn.writefile(vim.split(html, '\n', { plain = true }), path, 'b')
    if vim.ui.open then
      -- Where there is nothing to open it with, the path has to do.
      pcall(vim.ui.open, path)
    end
    clients.tell('the report is in ' .. path)
  end)
end

--- The names of the authors whose packs the server has found.
local function authors(client)
  local asked = { command = 'unmid.authors', arguments = {} }
  local response = clients.call(client, 'request_sync', 'workspace/executeCommand', asked, WAIT, 0)
  return vim.tbl_map(function(author)
    return author.name
  end, response and response.result or {})
end

--- For the command line: the authors whose names begin so.
function M.complete_author(start)
  local client = client_here(true)
  return vim.tbl_filter(function(name)
    return vim.startswith(name, start)
  end, client and authors(client) or {})
end

--- Have drafts judged by an author's pack.
---@param name string|nil asks when it is not given
function M.author(name)
  local client = client_here()
  if not client then
    return
  end
  local function settle(chosen)
    command(client, 'unmid.chooseAuthor', { chosen, '' }, function()
      M.configure({ author = chosen })
      -- Short enough for the last line of a small window.
      clients.tell(('judged by %s for now; `author = "%s"` in unmid.toml keeps it'):format(chosen, chosen))
    end)
  end
  if name and name ~= '' then
    return settle(name)
  end
  local known = authors(client)
  if #known == 0 then
    return clients.tell('there are no authors yet; `:UnmidLearn NAME FOLDER` learns one.')
  end
  vim.ui.select(known, { prompt = 'Whose voice is this?' }, function(chosen)
    if chosen then
      settle(chosen)
    end
  end)
end

--- Learn how an author writes from the finished texts in a folder, and have drafts judged by it.
---@param name string|nil asks when it is not given
---@param folder string|nil the current directory when it is not given
function M.learn(name, folder)
  local client = client_here()
  if not client then
    return
  end
  local function settle(author)
    local texts = vim.fn.fnamemodify(folder and folder ~= '' and folder or '.', ':p'):gsub('(.)/+$', '%1')
    command(client, 'unmid.learnVoice', { author, vim.uri_from_fname(texts) }, function(told)
      clients.tell(told .. '.')
      if vim.tbl_contains(authors(client), author) then
        M.author(author)
      end
    end)
  end
  if name and name ~= '' then
    return settle(name)
  end
  vim.ui.input({ prompt = 'Whose texts are these? ' }, function(given)
    if given and vim.trim(given) ~= '' then
      settle(vim.trim(given))
    end
  end)
end

--- Start the server again.
function M.restart()
  server.restart()
end

--- Open the log in which Neovim keeps what servers say.
function M.log()
  local path = vim.lsp.log and vim.lsp.log.get_filename and vim.lsp.log.get_filename() or vim.lsp.get_log_path()
  vim.cmd.tabedit(vim.fn.fnameescape(path))
  vim.cmd('normal! G')
end

--- Change settings of the running server and of those to come: `configure({ genre = 'docs' })`.
---@param settings table settings as in unmid.toml
function M.configure(settings)
  local function merged(before)
    local both = vim.tbl_extend('force', (before or {}).unmid or {}, settings)
    return vim.tbl_extend('force', before or {}, { unmid = both })
  end
  if vim.lsp.config then
    vim.lsp.config(clients.NAME, { settings = merged(vim.lsp.config[clients.NAME].settings) })
  elseif server.chosen then
    server.chosen.settings = merged(server.chosen.settings)
  end
  for _, client in ipairs(clients.all()) do
    local now = merged(client.settings or client.config.settings)
    client.config.settings = now
    client.settings = now
    clients.call(client, 'notify', 'workspace/didChangeConfiguration', { settings = now })
  end
end

--- Tell the server that a file with settings or rules was saved.
function M.file_changed(path)
  for _, client in ipairs(clients.all()) do
    local changes = { { uri = vim.uri_from_fname(path), type = 2 } }
    clients.call(client, 'notify', 'workspace/didChangeWatchedFiles', { changes = changes })
  end
end

return M
