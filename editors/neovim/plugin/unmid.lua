if vim.g.loaded_unmid then
  return
end
vim.g.loaded_unmid = true

if vim.fn.has('nvim-0.8') == 0 then
  vim.api.nvim_err_writeln('unmid needs Neovim 0.8 or later')
  return
end

local commands = {
  UnmidFixAll = { 'fix_all', 'Cut all that can safely go' },
  UnmidFigures = { 'figures', 'Tell words, share that can go, hedges and list share' },
  UnmidRestart = { 'restart', 'Start the language server again' },
  UnmidLog = { 'log', 'Open the log that says what the server said' },
}
for name, command in pairs(commands) do
  vim.api.nvim_create_user_command(name, function()
    require('unmid')[command[1]]()
  end, { desc = command[2] })
end

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
