#!/bin/sh
# Medians of whole runs from the shell in milliseconds, without and with the cache of loaded classes, taken in turns.
#   bench/startup.sh [ROUNDS]      (default 7; the machine should be idle)
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
rounds=${1:-7}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export XDG_CACHE_HOME="$folder"
"$root/ocelli" --version >/dev/null
waited=0
while ! ls "$folder"/ocelli/*.aot >/dev/null 2>&1; do
  if [ $waited -ge 120 ]; then echo "no cache was made within 2 minutes" >&2; exit 1; fi
  sleep 1
  waited=$((waited + 1))
done
now() { perl -MTime::HiRes=time -e 'printf "%d\n", time * 1000'; }
once() { # once CACHE NAME COMMAND...
  cache=$1 name=$2
  shift 2
  from=$(now)
  OCELLI_AOT=$cache "$@" >/dev/null 2>&1
  echo $(($(now) - from)) >>"$folder/$name.$cache"
}
i=0
while [ $i -lt "$rounds" ]; do
  for cache in off on; do
    once $cache help "$root/ocelli" --help
    once $cache describe "$root/ocelli" describe "$root/examples/heart-diamond-circle.png"
  done
  i=$((i + 1))
done
for name in help describe; do
  for cache in off on; do
    sort -n "$folder/$name.$cache" | awk -v what="$name, cache $cache" '{ t[NR] = $1 } END { printf "%s: median %d ms, least %d ms (%d runs)\n", what, t[int((NR + 1) / 2)], t[1], NR }'
  done
done
