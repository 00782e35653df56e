-- Clients of Neovim 0.8 to 0.12 by one set of names.
local M = {}

M.NAME = 'unmid'

local methods = vim.fn.has('nvim-0.11') == 1

--- The running clients of ours, or those of one buffer.
function M.all(bufnr)
  local get = vim.lsp.get_clients or vim.lsp.get_active_clients
  return get({ name = M.NAME, bufnr = bufnr })
end

--- Call a method of a client.
function M.call(client, name, ...)
  if methods then
    return client[name](client, ...)
  end
  return client[name](...)
end

--- The edits that a workspace edit makes to its one document.
function M.edits(edit)
  if edit.documentChanges then
    return edit.documentChanges[1] and edit.documentChanges[1].edits or {}
  end
  local _, edits = next(edit.changes or {})
  return edits or {}
end

function M.tell(message, level)
  vim.notify('unmid: ' .. message, level or vim.log.levels.INFO)
end

return M
