#!/usr/bin/env bash
# The peers to measure against, from package registries, into a folder of their own. What cannot be installed is left out,
# and the bench passes it by. vale-ls is in no registry. Building takes half an hour on two cores.
#   tests/bench/install.sh [FOLDER]
set -uo pipefail

folder=${1:-${UNMID_BENCH_PEERS:-$HOME/.cache/unmid-bench}}
jobs=${JOBS:-$(nproc)}
mkdir -p "$folder/logs" "$folder/node"

install() {  # install NAME PROGRAM COMMAND…
  local name=$1 program=$2
  shift 2
  if [ -e "$folder/$program" ]; then echo "$name: there"; return; fi
  echo "$name: installing"
  "$@" > "$folder/logs/$name.log" 2>&1 || echo "$name: cannot be installed here, see $folder/logs/$name.log"
}

# One of Harper's grammars is a C file over which gcc broods for half an hour at -O3.
crate() { CFLAGS=-O1  cargo install "$1" --version "$2" --locked --jobs "$jobs" --root "$folder/cargo"; }
python_peers() {
  "${PYTHON:-python3}" -m venv "$folder/python" && "$folder/python/bin/pip" install --quiet proselint==0.16.0 slopscore-lint==0.14.3 slop-guard==0.5.0
}

install npm node/node_modules/.bin/slopless npm install --no-audit --no-fund --prefix "$folder/node" \
  write-good@1.0.8 alex@11.0.1 slopless@0.2.38 textlint@15.8.0 textlint-rule-write-good@2.0.0 textlint-rule-alex@5.0.0
install python python/bin/proselint python_peers
install vale go/bin/vale env GOBIN="$folder/go/bin" go install -p "$jobs" github.com/vale-cli/vale/v3/cmd/vale@v3.20.0
install slopcop cargo/bin/slopcop crate slopcop 0.4.0
install prosemd-lsp cargo/bin/prosemd-lsp crate prosemd-lsp 0.1.0
install harper-ls cargo/bin/harper-ls crate harper-ls 3.0.0
