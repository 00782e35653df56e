-- :checkhealth unmid
local clients = require('unmid.client')
local server = require('unmid.server')

local M = {}

local health = vim.health or require('health')
local start = health.start or health.report_start
local ok = health.ok or health.report_ok
local info = health.info or health.report_info
local warn = health.warn or health.report_warn
local fault = health.error or health.report_error

local OLDEST = { 3, 11 } -- of Python

local function output(command)
  local lines = vim.fn.systemlist(command)
  return vim.v.shell_error == 0, vim.trim(table.concat(lines, '\n'))
end

--- A Python that can run the server, as a path and a version; or nil and the newest version that was found.
local function python()
  local newest
  for _, name in ipairs({ 'python3.13', 'python3.12', 'python3.11', 'python3', 'python' }) do
    local path = vim.fn.exepath(name)
    if path ~= '' then
      local _, version = output({ path, '--version' })
      local major, minor = version:match('(%d+)%.(%d+)')
      major, minor = tonumber(major), tonumber(minor)
      if major == OLDEST[1] and minor >= OLDEST[2] then
        return path, version
      end
      newest = newest or (version ~= '' and version or nil)
    end
  end
  return nil, newest
end

--- How to get the server on this machine.
local function advice()
  local steps = {}
  local path, version = python()
  if not path and vim.fn.executable('uv') == 0 then
    local found = version and ('; found ' .. version) or ''
    table.insert(steps, ('Install Python %d.%d to 3.13 first%s.'):format(OLDEST[1], OLDEST[2], found))
  end
  if vim.fn.executable('uv') == 1 then
    table.insert(steps, 'In a clone of unmid, run: uv tool install .')
  elseif vim.fn.executable('pipx') == 1 then
    table.insert(steps, 'In a clone of unmid, run: pipx install .')
  else
    table.insert(steps, 'In a clone of unmid, run `make demo`: it makes .venv/bin/unmid.')
    table.insert(steps, 'If this plugin is used from that clone, nothing else is needed; it looks there.')
  end
  table.insert(steps, 'Or say where it is: :help unmid-server')
  return steps
end

local function check_neovim()
  start('Neovim')
  local version = vim.version()
  local named = ('%d.%d.%d'):format(version.major, version.minor, version.patch)
  if vim.fn.has('nvim-0.8') == 1 then
    ok('Neovim ' .. named)
  else
    fault('Neovim ' .. named .. ' is too old', { 'Install Neovim 0.8 or later; 0.11 or later is best.' })
  end
  if server.is_enabled() then
    ok('unmid is enabled')
  else
    local line = vim.lsp.config and "vim.lsp.enable('unmid')" or "require('unmid').setup()"
    warn('unmid is not enabled', { 'Add this line to your init.lua: ' .. line })
  end
end

local function check_server()
  start('Language server')
  local command, wanted = server.command()
  if not command then
    local what = wanted and ('`%s` cannot be run'):format(wanted[1]) or '`unmid` was not found on PATH'
    fault(what, advice())
    return
  end
  local runs, version = output({ command[1], '--version' })
  if not runs then
    local first = vim.split(version, '\n')
    fault(('`%s` does not run: %s'):format(command[1], first[#first]), advice())
    return
  end
  ok(('%s: %s'):format(version, table.concat(command, ' ')))
  local running = clients.all()
  if #running == 0 then
    info('not running; it starts with the first draft: ' .. table.concat(server.current().filetypes, ', '))
  end
  for _, client in ipairs(running) do
    local drafts = vim.tbl_count(client.attached_buffers or {})
    ok(('running, %s open, positions in %s'):format(drafts == 1 and '1 draft' or drafts .. ' drafts', client.offset_encoding or 'utf-16'))
  end
  for _, client in ipairs(running) do
    local commands = (client.server_capabilities.executeCommandProvider or {}).commands or {}
    if not vim.tbl_contains(commands, 'unmid.report') then
      warn('the running server is older than this plugin', { 'Update it the way you installed it, then :UnmidRestart' })
    end
  end
  if server.fallen then
    fault('the server stopped several times and is left alone', { ':UnmidLog shows what it said.', ':UnmidRestart starts it again.' })
  end
end

local function check_looks()
  start('Marks')
  if vim.fn.has('nvim-0.9') == 0 then
    info('words that can go are faded from Neovim 0.9 on; here they are underlined')
  elseif vim.fn.hlexists('DiagnosticUnnecessary') == 1 then
    ok('words that can go are faded (DiagnosticUnnecessary)')
  end
  local settings = vim.diagnostic.config() or {}
  if settings.underline == false then
    warn('marks are not shown in the text', { 'vim.diagnostic.config({ underline = true })' })
  end
end

function M.check()
  check_neovim()
  check_server()
  check_looks()
end

return M
