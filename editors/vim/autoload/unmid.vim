" How the server is started, for whichever client it is started by.

function! unmid#command() abort
  return get(g:, 'unmid_command', ['unmid', 'serve'])
endfunction

function! unmid#settings() abort
  return {'unmid': get(g:, 'unmid_settings', {})}
endfunction

" For ALE: called by ale_linters/*/unmid.vim.
function! unmid#define_ale_linter(filetype, language) abort
  call ale#linter#Define(a:filetype, {
  \   'name': 'unmid',
  \   'lsp': 'stdio',
  \   'executable': {buffer -> unmid#command()[0]},
  \   'command': {buffer -> '%e ' . join(map(copy(unmid#command()[1:]), 'ale#Escape(v:val)'))},
  \   'language': a:language,
  \   'project_root': function('unmid#root'),
  \   'lsp_config': {buffer -> unmid#settings()},
  \   'initialization_options': {buffer -> unmid#settings()},
  \})
endfunction

function! unmid#root(buffer) abort
  let l:here = fnamemodify(bufname(a:buffer), ':p:h')
  let l:file = findfile('unmid.toml', l:here . ';')
  let l:git = finddir('.git', l:here . ';')
  return l:file !=# '' ? fnamemodify(l:file, ':p:h') : l:git !=# '' ? fnamemodify(l:git, ':p:h:h') : l:here
endfunction

" For vim-lsp.
function! unmid#register_with_vim_lsp() abort
  call lsp#register_server({
  \   'name': 'unmid',
  \   'cmd': {info -> unmid#command()},
  \   'allowlist': ['markdown', 'text', 'tex', 'rst', 'asciidoc', 'gitcommit'],
  \   'initialization_options': unmid#settings(),
  \   'workspace_config': unmid#settings(),
  \})
endfunction
