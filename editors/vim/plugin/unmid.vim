if exists('g:loaded_unmid')
  finish
endif
let g:loaded_unmid = 1

" vim-lsp asks for servers by this event. ALE finds its linters by itself.
augroup unmid
  autocmd!
  autocmd User lsp_setup call unmid#register_with_vim_lsp()
augroup END
