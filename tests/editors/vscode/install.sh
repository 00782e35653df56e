#!/bin/bash
# install.sh FOLDER : VS Code as a server out of npm's code-server, and Playwright, into FOLDER; what builds the extension, beside it.
# Nothing is compiled, and nothing comes from the editor's vendor. Needs Node 20 and, once, a network.
set -euo pipefail
folder=$1
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)

if [ ! -e "$folder/cs/.complete" ]; then
    rm -rf "$folder/cs"
    # Its own scripts would compile its wrapper, which is not used here.
    npm install --silent --prefix "$folder/cs" --ignore-scripts --no-audit --no-fund --no-package-lock code-server@4.100.3
    (cd "$folder/cs/node_modules/code-server/lib/vscode" && npm install --silent --omit=dev --ignore-scripts --no-audit --no-fund)
    touch "$folder/cs/.complete"
fi
if [ ! -e "$folder/py/.complete" ]; then
    rm -rf "$folder/py"
    "${PYTHON:-python3}" -m pip install --quiet --disable-pip-version-check --target "$folder/py" playwright==1.55.0
    touch "$folder/py/.complete"
fi
cd "$here/../../../editors/vscode"
if [ ! -e node_modules/.complete ] || [ package.json -nt node_modules/.complete ]; then
    npm install --silent --no-audit --no-fund
    touch node_modules/.complete
fi
