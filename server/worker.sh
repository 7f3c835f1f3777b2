#!/bin/sh
# Becomes the worker that `npm run build` has compiled, for `npm start` and for the image. An argument names
# another file to run with the same flags, for measuring. web.sh says why the flags stand here.
#
# A cycle of 10,000 tenants leaves some 80 MB standing and several times that as garbage. On a big machine
# Node would let it lie for long; with a ceiling it collects in time. This one is enough for some 30,000
# tenants. With few tenants it would be far off, so the heap is also collected whenever it has grown by a
# fifth.
set -eu
cd "$(dirname "$0")/.."
export MALLOC_ARENA_MAX="${MALLOC_ARENA_MAX:-1}"
program="${1:-.next/worker/main.mjs}"
[ -f "$program" ] || { echo "The worker isn't built: $program is missing. Run npm run build." >&2; exit 1; }
exec node --max-old-space-size=256 --max-semi-space-size=4 --heap-growing-percent=20 \
  --import ./server/early-stop.mjs "$program"
