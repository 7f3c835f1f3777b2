#!/bin/sh
# Becomes the web process: the standalone server of the build, for `npm start` and for the image. An argument
# names another file to run with the same flags, for measuring.
#
# This file and worker.sh are the only places for flags of Node's. V8 reads sizes only while its process
# starts, and NODE_OPTIONS refuses two of these flags. `exec` leaves no second process in memory.
#
# Between two polls V8 shrinks the space for young objects to half a megabyte, and each view then stops five
# times to clear it. A view leaves some megabytes behind, which fit into this one. Garbage beyond it is
# collected whenever the heap has grown by a fifth: a ceiling would do the same, and end the process at the
# first answer that is too big.
set -eu
cd "$(dirname "$0")/.."
# Each thread's own arena of glibc keeps what it was given; one for all threads keeps less.
export MALLOC_ARENA_MAX="${MALLOC_ARENA_MAX:-1}"
exec node --min-semi-space-size=8 --max-semi-space-size=8 --heap-growing-percent=20 \
  --import ./server/early-stop.mjs "${1:-.next/standalone/server.js}"
