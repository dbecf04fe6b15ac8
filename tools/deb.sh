#!/usr/bin/env bash
#
# Builds the Debian package from a clean copy of the committed tree, and checks
# it with lintian.  The package is for the nginx that is installed: the package
# nginx-dev names the nginx-abi that it depends on.
#
# usage: tools/deb.sh [DIR]       build/deb
#
# DIR is emptied, and has the package, its debugging symbols and build.log then.
# The same commit makes the same bytes again, wherever it is built: the time of
# debian/changelog is that of all files.

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
dir=${1:-${BUILD:-$root/build}/deb}
version=$("$root/tools/version.sh")

fail() {
    echo "deb: $*" >&2
    exit 1
}

umask 022
export LC_ALL=C.UTF-8

rm -rf "$dir"
mkdir -p "$dir/work"
dir=$(cd "$dir" && pwd)
log=$dir/build.log
tree=$dir/work/print-hub-$version

"$root/tools/tree.sh" "$tree"

echo "deb: building, see $log"

# only what dpkg itself decides may get into the package

if ! (cd "$tree" && env -i PATH="$PATH:/usr/sbin:/sbin" HOME="$dir/work" \
      LC_ALL=C.UTF-8 DEB_BUILD_OPTIONS="parallel=$(nproc)" \
      dpkg-buildpackage -us -uc -b) > "$log" 2>&1 < /dev/null
then
    tail -n 40 "$log" >&2
    fail 'the package was not built'
fi

if grep -E '^[^ ]+:[0-9]+:[0-9]+: (warning|error):' "$log" >&2; then
    fail 'the compiler has warned'
fi

mv "$dir"/work/*.deb "$dir"/work/*.changes "$dir"/work/*.buildinfo "$dir"
rm -rf "$dir/work"

# lintian warns on its own account if root runs it

root_option=()
[ "$(id -u)" != 0 ] || root_option=(--allow-root)

lintian "${root_option[@]}" --fail-on error,warning --info \
    "$dir"/*.changes >&2 \
    || fail 'lintian has found faults'

ls "$dir"/*.deb
