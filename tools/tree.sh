#!/usr/bin/env bash
#
# Puts a clean copy of the project into a new folder: what is committed.  In an
# unpacked archive of a release, this is all but builds and npm packages.
#
# usage: tools/tree.sh DIR
#
# environment: REV (HEAD), the commit

set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
dir=$1

umask 022
mkdir -p "$dir"

if [ -e "$root/.git" ]; then
    if [ -n "$(git -C "$root" status --porcelain)" ]; then
        echo 'tree: some changes are not committed, and are left out' >&2
    fi

    git -C "$root" archive "${REV:-HEAD}" | tar -x -C "$dir"

else
    tar -c -C "$root" --exclude=./build --exclude=./build-asan \
        --exclude=./node_modules . | tar -x -C "$dir"
fi
