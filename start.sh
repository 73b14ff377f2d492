#!/bin/sh
# Starts the server on all addresses of a hosted machine: port 7860, or $PORT. Arguments are passed on to "ocelli serve".
# With LLAMA_API_KEY in the environment clients need that key; without it everybody who reaches the port may use the model.
set -eu
root=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
if [ -n "${LLAMA_API_KEY:-}" ]; then
  set -- --host 0.0.0.0 --port "${PORT:-7860}" "$@"
else
  set -- --host 0.0.0.0 --port "${PORT:-7860}" --insecure "$@"
fi
exec "$root/ocelli" serve "$@"
