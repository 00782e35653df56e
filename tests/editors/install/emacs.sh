#!/bin/bash
# emacs.sh SUITE FOLDER : Emacs without windows as a Debian suite has it (trixie: 30.1), run with FOLDER/emacs.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
suite=$1 folder=$2
libraries=$folder/usr/lib/x86_64-linux-gnu

"$here/unpack.sh" "$suite" "$folder" emacs-nox elpa-markdown-mode elpa-lsp-mode

loader=$(find "$folder" -name ld-linux-x86-64.so.2 | head -1)
version=$(basename "$folder"/usr/share/emacs/[0-9]*)
cat > "$folder/emacs" <<END
#!/bin/sh
export EMACSLOADPATH=$(find "$folder/usr/share/emacs/$version/lisp" -type d | tr '\n' ':' | sed 's/:$//')
export EMACSDATA=$folder/usr/share/emacs/$version/etc EMACSDOC=$folder/usr/share/emacs/$version/etc
export EMACSPATH=$folder/usr/libexec/emacs/$version/x86_64-linux-gnu
exec $loader --library-path $libraries:$folder/lib/x86_64-linux-gnu $folder/usr/bin/emacs-nox --dump-file=$(find "$folder" -name 'emacs*.pdmp' | head -1) "\$@"
END
chmod +x "$folder/emacs"
