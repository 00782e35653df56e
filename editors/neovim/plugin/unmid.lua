if vim.g.loaded_unmid then
  return
end
vim.g.loaded_unmid = true

if vim.fn.has('nvim-0.8') == 0 then
  vim.api.nvim_err_writeln('unmid needs Neovim 0.8 or later')
  return
end

local function command(name, does, options)
  vim.api.nvim_create_user_command('Unmid' .. name, does, options)
end

for name, one in pairs({
  FixAll = { 'fix_all', 'Cut all that can safely go' },
  Figures = { 'figures', 'Tell words, share that can go, hedges and list share' },
  Report = { 'report', 'Open the report on this draft in a browser' },
  Restart = { 'restart', 'Start the language server again' },
  Log = { 'log', 'Open the log that says what the server said' },
}) do
  command(name, function()
    require('unmid')[one[1]]()
  end, { desc = one[2] })
end

for name, one in pairs({
  Keep = { 'keep', 'Keep these words, or the selected ones, or those under the cursor' },
  Ban = { 'ban', 'Mark these words from now on, or the selected ones, or the one under the cursor' },
}) do
  command(name, function(given)
    require('unmid')[one[1]]({ words = given.args, selected = given.range > 0 })
  end, { desc = one[2], nargs = '*', range = true })
end

command('Author', function(given)
  require('unmid').author(given.args)
end, {
  desc = 'Have drafts judged by the pack of an author',
  nargs = '?',
  complete = function(start)
    return require('unmid').complete_author(start)
  end,
})

command('Learn', function(given)
  require('unmid').learn(given.fargs[1], table.concat(given.fargs, ' ', 2))
end, {
  desc = 'Learn the voice of an author from the texts in a folder',
  nargs = '*',
  complete = function(start, line)
    -- First a name, then a folder.
    if #vim.split(vim.trim(line:sub(1, #line - #start)), '%s+') > 1 then
      return vim.fn.getcompletion(start, 'dir')
    end
    return require('unmid').complete_author(start)
  end,
})

local group = vim.api.nvim_create_augroup('unmid', {})

-- Words that can go are faded. Neovim has this group since 0.10; a colour scheme may say how it looks.
local function highlight()
  vim.api.nvim_set_hl(0, 'DiagnosticUnnecessary', { default = true, link = 'Comment' })
end
highlight()
vim.api.nvim_create_autocmd('ColorScheme', { group = group, callback = highlight })

-- Neovim does not watch files everywhere; settings and rules that are saved in it take effect at once all the same.
vim.api.nvim_create_autocmd('BufWritePost', {
  group = group,
  pattern = '*.toml',
  callback = function(event)
    require('unmid').file_changed(vim.api.nvim_buf_get_name(event.buf))
  end,
})
