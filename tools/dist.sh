#!/usr/bin/env bash
#
# Makes the archive of a release from the committed tree, and its checksum.  The
# same commit makes the same bytes each time.
#
# usage: tools/dist.sh [DIR]      build/dist

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
dir=${1:-${BUILD:-$root/build}/dist}
version=$("$root/tools/version.sh")
name=print-hub-$version

if [ ! -e "$root/.git" ]; then
    echo 'dist: the archive is made from what is committed: this is no git' \
        'checkout' >&2
    exit 1
fi

if [ -n "$(git -C "$root" status --porcelain)" ]; then
    echo 'dist: some changes are not committed, and are left out' >&2
fi

umask 022
mkdir -p "$dir"
cd "$dir"

# the files have the time of the commit; -n leaves the time out that gzip has

git -C "$root" -c tar.umask=0022 archive --format=tar --prefix="$name/" HEAD \
    | gzip -9n > "$name.tar.gz"

sha256sum "$name.tar.gz" > "$name.tar.gz.sha256"

ls "$dir/$name.tar.gz" "$dir/$name.tar.gz.sha256"
