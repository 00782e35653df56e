#!/bin/bash
# nvim.sh SUITE FOLDER : Neovim as a Debian suite has it (trixie: 0.10, sid: 0.12), run with FOLDER/nvim.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
suite=$1 folder=$2
libraries=$folder/usr/lib/x86_64-linux-gnu

"$here/unpack.sh" "$suite" "$folder" neovim

# Neovim 0.11 and later open Markdown with tree-sitter and bring the parsers; Debian's package leaves them out.
if [ "$suite" != trixie ]; then
  "$here/unpack.sh" "$suite" "$folder/parsers" tree-sitter-markdown-src tree-sitter-markdown-inline-src
  mkdir -p "$libraries/nvim/parser"
  for name in markdown markdown_inline; do
    source=$(echo "$folder"/parsers/usr/src/tree-sitter/$name/*/parser/src)
    gcc -shared -fPIC -O1 -I"$source" -o "$libraries/nvim/parser/$name.so" "$source/parser.c" "$source/scanner.c"
  done
  rm -rf "$folder/parsers"
fi

# By its own loader, so that its C library does not reach the programs that Neovim starts.
loader=$(find "$folder" -name ld-linux-x86-64.so.2 | head -1)
cat > "$folder/nvim" <<END
#!/bin/sh
export VIMRUNTIME=$folder/usr/share/nvim/runtime
export LUA_CPATH="$libraries/lua/5.1/?.so;;"
exec $loader --library-path $libraries:$folder/lib/x86_64-linux-gnu --argv0 nvim $folder/usr/bin/nvim --cmd "set rtp+=$libraries/nvim" "\$@"
END
chmod +x "$folder/nvim"
