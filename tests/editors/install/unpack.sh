#!/bin/bash
# unpack.sh SUITE FOLDER PACKAGE… : the packages of another Debian suite and all that they need, their C library included,
# unpacked in a folder; with ALONE=1 without what they need. Nothing of the system is touched: apt gets a configuration and a state of its own.
set -euo pipefail

suite=$1 folder=$2
shift 2
apt=$folder/.apt
mkdir -p "$apt"/{lists/partial,archives/partial,etc/apt.conf.d,etc/preferences.d,debs}

mirror=$(awk '/^URIs:/ { print $2; exit }' /etc/apt/sources.list.d/debian.sources 2>/dev/null || true)
: "${mirror:=$(awk '$1 == "deb" && $0 ~ /debian/ { for (i = 2; i <= NF; i++) if ($i ~ /^http/) { print $i; exit } }' /etc/apt/sources.list)}"
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main" > "$apt/etc/sources.list"
cat > "$apt/apt.conf" <<END
Dir::Etc "$apt/etc";
Dir::Etc::sourceparts "/dev/null";
Dir::State::lists "$apt/lists";
Dir::Cache "$apt";
Dir::Cache::archives "$apt/archives";
Dir::State::status "/dev/null";
Acquire::Check-Valid-Until "false";
Acquire::Languages "none";
Acquire::Retries "3";
APT::Sandbox::User "root";
END
export APT_CONFIG=$apt/apt.conf
apt-get -q update > /dev/null

needed() {
  [ -z "${ALONE:-}" ] || { printf '%s\n' "$@"; return; }
  apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances "$@" |
    grep -E '^[a-z0-9]' | sort -u
}

cd "$apt/debs"
# Virtual packages have a name but nothing to download.
mapfile -t real < <(for name in $(needed "$@"); do apt-cache show --no-all-versions "$name" > /dev/null 2>&1 && echo "$name"; done)
apt-get -q download "${real[@]}" > /dev/null
for package in *.deb; do dpkg -x "$package" "$folder"; done
rm -rf "$apt"
