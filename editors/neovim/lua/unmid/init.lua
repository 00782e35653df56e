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

--- Tell the figures of the current buffer.
function M.figures()
  local client = client_here()
  if client then
    local params = { command = 'unmid.showFigures', arguments = { vim.uri_from_bufnr(0) } }
    clients.call(client, 'request', 'workspace/executeCommand', params, function() end)
  end
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
