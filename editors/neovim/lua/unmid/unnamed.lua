-- Buffers that have no name yet. Neovim gives each of them the URI `file://`, and makes a new buffer whenever such a URI
-- comes back. So what comes back for one is put in its place here. Only one of them can be served at a time.
local clients = require('unmid.client')

local M = {}

local URI = 'file://'
local APPLY = 'unmid.applyToUnnamed'

function M.is_unnamed(bufnr)
  return vim.api.nvim_buf_is_valid(bufnr) and vim.api.nvim_buf_get_name(bufnr) == ''
end

--- The unnamed buffer that a client serves.
function M.buffer(client)
  for bufnr in pairs(client.attached_buffers or {}) do
    if M.is_unnamed(bufnr) then
      return bufnr
    end
  end
end

--- Whether a buffer would share its URI with another that is served already.
function M.is_second(bufnr)
  if not M.is_unnamed(bufnr) then
    return false
  end
  for _, client in ipairs(clients.all()) do
    local other = M.buffer(client)
    if other and other ~= bufnr then
      return true
    end
  end
  return false
end

local function column(bufnr, position, encoding)
  local line = vim.api.nvim_buf_get_lines(bufnr, position.line, position.line + 1, false)[1] or ''
  if encoding == 'utf-8' then
    return math.min(position.character, #line)
  end
  local ok, index = pcall(vim.str_byteindex, line, position.character, encoding == 'utf-16')
  return ok and index or #line
end

local function converted(item, bufnr, client)
  local encoding = client.offset_encoding or 'utf-16'
  local unnecessary = item.tags and vim.tbl_contains(item.tags, 1)
  return {
    lnum = item.range.start.line,
    col = column(bufnr, item.range.start, encoding),
    end_lnum = item.range['end'].line,
    end_col = column(bufnr, item.range['end'], encoding),
    severity = item.severity,
    message = item.message,
    source = item.source,
    code = item.code,
    _tags = unnecessary and { unnecessary = true } or nil,
    user_data = { lsp = item },
  }
end

local function show(client, is_pull, items, identifier)
  local bufnr = M.buffer(client)
  if bufnr then
    local namespace = vim.lsp.diagnostic.get_namespace(client.id, is_pull, identifier)
    vim.diagnostic.set(
      namespace,
      bufnr,
      vim.tbl_map(function(item)
        return converted(item, bufnr, client)
      end, items)
    )
  end
end

--- Handlers that do for unnamed buffers what Neovim's own do for others.
function M.handlers()
  return {
    ['textDocument/publishDiagnostics'] = function(err, result, context, ...)
      if result and result.uri == URI then
        return show(vim.lsp.get_client_by_id(context.client_id), false, result.diagnostics)
      end
      return vim.lsp.handlers['textDocument/publishDiagnostics'](err, result, context, ...)
    end,
    ['textDocument/diagnostic'] = function(err, result, context, ...)
      if context.params and context.params.textDocument.uri == URI then
        if result and result.items then
          show(vim.lsp.get_client_by_id(context.client_id), true, result.items, context.params.identifier)
        end
        return
      end
      return vim.lsp.handlers['textDocument/diagnostic'](err, result, context, ...)
    end,
  }
end

--- Have the code actions for a client's unnamed buffer change that buffer.
function M.redirect_actions(client)
  if client.rpc.unmid then
    return
  end
  client.rpc.unmid = true
  local request = client.rpc.request
  client.rpc.request = function(method, params, callback, ...)
    if method ~= 'textDocument/codeAction' or params.textDocument.uri ~= URI then
      return request(method, params, callback, ...)
    end
    return request(method, params, function(err, actions, ...)
      for _, action in ipairs(actions or {}) do
        if action.edit then
          action.command = { title = action.title, command = APPLY, arguments = { clients.edits(action.edit) } }
          action.edit = nil
        end
      end
      return callback(err, actions, ...)
    end, ...)
  end
  client.commands[APPLY] = function(command)
    local bufnr = M.buffer(client)
    if bufnr then
      vim.lsp.util.apply_text_edits(command.arguments[1], bufnr, client.offset_encoding or 'utf-16')
    end
  end
end

--- Tell the server that an unnamed buffer has a name now. Neovim goes on with the new name as if it had been told before.
function M.named(client, bufnr)
  local document = {
    uri = vim.uri_from_bufnr(bufnr),
    languageId = vim.bo[bufnr].filetype,
    version = vim.lsp.util.buf_versions[bufnr] or 0,
    text = table.concat(vim.api.nvim_buf_get_lines(bufnr, 0, -1, false), '\n') .. '\n',
  }
  clients.call(client, 'notify', 'textDocument/didClose', { textDocument = { uri = URI } }, bufnr)
  clients.call(client, 'notify', 'textDocument/didOpen', { textDocument = document }, bufnr)
end

--- The edits in a code action, redirected or not.
function M.edits(action)
  if action.edit then
    return clients.edits(action.edit)
  end
  return type(action.command) == 'table' and action.command.command == APPLY and action.command.arguments[1] or {}
end

return M
