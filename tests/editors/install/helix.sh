#!/bin/bash
# helix.sh SUITE FOLDER : Helix as a Debian suite has it (trixie: 25.01), run with FOLDER/hx.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
suite=$1 folder=$2

"$here/unpack.sh" "$suite" "$folder" hx
loader=$(find "$folder" -name ld-linux-x86-64.so.2 | head -1)
cat > "$folder/hx" <<END
#!/bin/sh
export HELIX_RUNTIME=$folder/usr/lib/hx/runtime
exec $loader --library-path $folder/usr/lib/x86_64-linux-gnu:$folder/lib/x86_64-linux-gnu $folder/usr/lib/hx/hx "\$@"
END
chmod +x "$folder/hx"
