-- The server: where it is, how it is started, and what happens when it stops.
local clients = require('unmid.client')
local unnamed = require('unmid.unnamed')

local M = {}

M.FILETYPES = { 'markdown', 'text', 'gitcommit', 'mdx', 'quarto', 'rmd', 'tex', 'plaintex', 'rst', 'asciidoc', 'asciidoctor', 'toml' }
local ROOT = { 'unmid.toml', '.unmid', '.git' }
local PAUSES = { 200, 1000, 5000 } -- milliseconds before each new start
local FORGIVEN = 180 -- seconds after which a stop counts no more
local uv = vim.uv or vim.loop

--- By id of a client: its configuration and its buffers, kept because Neovim forgets both when the server stops.
local served = {}
local stops = {}

local function clone()
  local here = debug.getinfo(1, 'S').source:sub(2)
  local path = uv.fs_realpath(here) or here
  return vim.fn.fnamemodify(path, ':h:h:h:h:h')
end

--- The command that starts the server, or nil: `unmid` on PATH, else the one that `make` puts into the clone that this
--- file belongs to.
function M.find()
  local candidates = { vim.fn.exepath('unmid'), clone() .. '/.venv/bin/unmid', clone() .. '/.venv/Scripts/unmid.exe' }
  for _, path in ipairs(candidates) do
    if path ~= '' and vim.fn.executable(path) == 1 then
      return { path, 'serve' }
    end
  end
end

--- The configuration in force: what was given to `setup` or to `vim.lsp.config`.
function M.current()
  if vim.lsp.config then
    return vim.lsp.config[clients.NAME]
  end
  return M.chosen or M.config()
end

--- The command that the configuration in force starts, or nil when there is none to start.
function M.command()
  local cmd = M.current().cmd
  if type(cmd) == 'table' then
    return vim.fn.executable(cmd[1]) == 1 and cmd or nil, cmd
  end
  return M.find()
end

--- Whether unmid was asked for at all.
function M.is_enabled()
  if vim.lsp.is_enabled then
    return vim.lsp.is_enabled(clients.NAME)
  end
  if vim.lsp.config then
    return vim.lsp._enabled_configs[clients.NAME] ~= nil
  end
  return M.chosen ~= nil
end

local function start_rpc(dispatchers, config)
  local command = M.find() or { 'unmid', 'serve' }
  local options = { cwd = config and config.cmd_cwd, env = config and config.cmd_env }
  if vim.fn.has('nvim-0.10') == 1 then
    return vim.lsp.rpc.start(command, dispatchers, options)
  end
  return vim.lsp.rpc.start(command[1], { command[2] }, dispatchers, options)
end

local function root_of(bufnr)
  local name = vim.api.nvim_buf_get_name(bufnr)
  local from = name == '' and uv.cwd() or vim.fn.fnamemodify(name, ':p:h')
  local found = vim.fs.find(ROOT, { path = from, upward = true })[1]
  return found and vim.fn.fnamemodify(found, ':h') or nil
end

--- Whether a buffer is not one of ours after all: of TOML files, settings and packs are.
local function is_foreign(bufnr)
  local name = vim.fs.normalize(vim.api.nvim_buf_get_name(bufnr))
  local file = vim.fs.basename(name)
  return vim.bo[bufnr].filetype == 'toml' and file ~= 'unmid.toml' and file ~= 'pack.toml' and not name:find('/.unmid/packs/', 1, true)
end

--- Whether a buffer can be served; says what is missing if it is the server.
local function can_serve(bufnr)
  if is_foreign(bufnr) then
    return false
  end
  if not M.command() then
    vim.notify_once('unmid: the language server was not found. :checkhealth unmid says how to get it.', vim.log.levels.WARN)
    return false
  end
  return not unnamed.is_second(bufnr)
end

--- Ask for the diagnostics of a buffer, where Neovim would not do it by itself.
local function pull(client, bufnr)
  local params = { identifier = clients.NAME, textDocument = { uri = vim.uri_from_bufnr(bufnr) } }
  clients.call(client, 'request', 'textDocument/diagnostic', params, nil, bufnr)
end

local function refresh(_, _, context)
  local client = vim.lsp.get_client_by_id(context.client_id)
  for bufnr in pairs(client and client.attached_buffers or {}) do
    pull(client, bufnr)
  end
  if vim.lsp.buf.workspace_diagnostics then
    vim.lsp.buf.workspace_diagnostics({ client_id = context.client_id })
  end
  return vim.NIL
end

--- The configuration as it ships.
function M.config()
  local config = {
    name = clients.NAME,
    cmd = start_rpc,
    filetypes = M.FILETYPES,
    handlers = unnamed.handlers(),
    on_exit = M.on_exit,
    root_dir = function(bufnr, on_dir)
      if can_serve(bufnr) then
        on_dir(root_of(bufnr))
      end
    end,
  }
  local able = vim.lsp.protocol.make_client_capabilities()
  if able.textDocument.diagnostic then
    -- Neovim 0.10 asks for diagnostics, but not again when settings have changed; where all drafts are marked, 0.12 then
    -- asks for those of the workspace, and takes from them only what it says of files that are not open.
    config.capabilities = { workspace = { diagnostics = { refreshSupport = true } } }
    config.handlers['workspace/diagnostic/refresh'] = refresh
  end
  return config
end

--- Attach to a buffer, where Neovim does not do it by itself.
local function attach(bufnr)
  local config = vim.deepcopy(M.chosen)
  config.capabilities = vim.tbl_deep_extend('force', vim.lsp.protocol.make_client_capabilities(), config.capabilities or {})
  local function start(root)
    config.root_dir = root
    vim.api.nvim_buf_call(bufnr, function()
      vim.lsp.start(config)
    end)
  end
  if type(config.root_dir) == 'function' then
    config.root_dir(bufnr, start)
  else
    start(config.root_dir)
  end
end

local function wants(bufnr)
  return vim.bo[bufnr].buftype == '' and vim.tbl_contains(M.chosen.filetypes, vim.bo[bufnr].filetype)
end

--- What `vim.lsp.enable` does from 0.11 on.
function M.enable(options)
  if vim.lsp.config then
    vim.lsp.config(clients.NAME, options)
    vim.lsp.enable(clients.NAME)
    return
  end
  M.chosen = vim.tbl_deep_extend('force', M.config(), options)
  vim.api.nvim_create_autocmd('FileType', {
    group = vim.api.nvim_create_augroup('unmid.enable', {}),
    callback = function(event)
      if wants(event.buf) then
        attach(event.buf)
      end
    end,
  })
  for _, bufnr in ipairs(vim.api.nvim_list_bufs()) do
    if vim.api.nvim_buf_is_loaded(bufnr) and wants(bufnr) then
      attach(bufnr)
    end
  end
end

local function start_again(one)
  for bufnr in pairs(one.buffers) do
    if vim.api.nvim_buf_is_valid(bufnr) and vim.api.nvim_buf_is_loaded(bufnr) then
      vim.api.nvim_buf_call(bufnr, function()
        vim.lsp.start(one.config)
      end)
    end
  end
end

local function recent()
  local now = os.time()
  stops = vim.tbl_filter(function(at)
    return now - at < FORGIVEN
  end, stops)
  return #stops
end

local function stopped(code, signal, id)
  local one = served[id]
  served[id] = nil
  local leaving = vim.v.exiting ~= nil and vim.v.exiting ~= vim.NIL
  local wanted = signal == 15 or code == 143 or (code == 0 and signal == 0)
  if leaving or not one then
    if not leaving and not wanted then
      clients.tell('the language server does not start. :checkhealth unmid says why.', vim.log.levels.ERROR)
    end
    return
  end
  if one.again then
    start_again(one)
  elseif not wanted then
    table.insert(stops, os.time())
    local pause = PAUSES[recent()]
    if pause then
      vim.defer_fn(function()
        start_again(one)
      end, pause)
    else
      M.fallen = one
      local message = 'the language server stopped %d times in a short while and is left alone. :UnmidLog says why, :UnmidRestart starts it again.'
      clients.tell(message:format(#stops), vim.log.levels.ERROR)
    end
  end
end

function M.on_exit(code, signal, id)
  vim.schedule(function()
    stopped(code, signal, id)
  end)
end

--- Start the server again, for every buffer that it serves or served when it fell.
function M.restart()
  stops = {}
  local running = clients.all()
  for _, client in ipairs(running) do
    if served[client.id] then
      served[client.id].again = true
    end
    clients.call(client, 'stop')
    vim.defer_fn(function()
      if not clients.call(client, 'is_stopped') then
        clients.call(client, 'stop', true)
      end
    end, 2000)
  end
  if #running > 0 then
    return
  end
  local fallen = M.fallen
  M.fallen = nil
  if fallen then
    start_again(fallen)
  elseif not M.is_enabled() then
    clients.tell("not enabled; see :help unmid-install", vim.log.levels.WARN)
  elseif vim.lsp.config then
    vim.lsp.enable(clients.NAME)
  else
    attach(vim.api.nvim_get_current_buf())
  end
end

vim.api.nvim_create_autocmd('LspAttach', {
  group = vim.api.nvim_create_augroup('unmid.server', {}),
  callback = function(event)
    local client = vim.lsp.get_client_by_id(event.data.client_id)
    if client and client.name == clients.NAME then
      served[client.id] = served[client.id] or { config = client.config, buffers = {} }
      served[client.id].buffers[event.buf] = unnamed.is_unnamed(event.buf) and 'unnamed' or 'named'
      unnamed.redirect_actions(client)
    end
  end,
})

vim.api.nvim_create_autocmd('BufWritePost', {
  group = 'unmid.server',
  callback = function(event)
    for id, one in pairs(served) do
      if one.buffers[event.buf] == 'unnamed' and not unnamed.is_unnamed(event.buf) then
        one.buffers[event.buf] = 'renamed'
        unnamed.named(vim.lsp.get_client_by_id(id), event.buf)
      end
    end
  end,
})

if vim.fn.has('nvim-0.10') == 1 then
  -- A buffer that gets its name loses its autocommands, those among them by which Neovim asks for diagnostics.
  vim.api.nvim_create_autocmd('LspNotify', {
    group = 'unmid.server',
    callback = function(event)
      local one, data = served[event.data.client_id], event.data
      if one and (data.method == 'textDocument/didChange' or data.method == 'textDocument/didOpen') then
        for bufnr, state in pairs(one.buffers) do
          if state == 'renamed' and data.params.textDocument.uri == vim.uri_from_bufnr(bufnr) then
            pull(vim.lsp.get_client_by_id(data.client_id), bufnr)
          end
        end
      end
    end,
  })
end

vim.api.nvim_create_autocmd('LspDetach', {
  group = 'unmid.server',
  callback = function(event)
    -- A buffer that is closed; when the server stops, all are detached, and they are what is wanted then.
    local one = served[event.data.client_id]
    local client = vim.lsp.get_client_by_id(event.data.client_id)
    if one and client and not clients.call(client, 'is_stopped') then
      one.buffers[event.buf] = nil
    end
  end,
})

return M
