#!/bin/bash
# ale.sh SUITE FOLDER : ALE, a client for Vim, as a Debian suite has it; FOLDER/ale goes onto Vim's runtimepath.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

ALONE=1 "$here/unpack.sh" "$1" "$2" vim-ale
ln -s "$(dirname "$(dirname "$(find "$2" -path '*/plugin/ale.vim' | head -1)")")" "$2/ale"
