#!/bin/bash
# kate.sh SUITE FOLDER : Kate as a Debian suite has it, without what it would need to run: its plugins are looked into, not started.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

ALONE=1 "$here/unpack.sh" "$1" "$2" kate
