-- For Neovim 0.11 and later: vim.lsp.enable('unmid')
return require('unmid.server').config()
