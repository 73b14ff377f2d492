#!/bin/sh
# Writes cases.s and expected.txt beside this script. Needs java, as and objcopy (GNU binutils).
set -eu
cd "$(dirname "$0")"
java -cp "$1" dev.ocelli.engine.kernels.jit.AsmCases cases.s
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
as --64 -o "$work/cases.o" cases.s
i=0
: > expected.txt
grep -v '^\.' cases.s | while IFS= read -r text; do
  objcopy -O binary --only-section="$(printf '.text.c%04d' "$i")" "$work/cases.o" "$work/bytes"
  printf '%s\t%s\n' "$(od -An -v -tx1 "$work/bytes" | tr -d ' \n')" "$text" >> expected.txt
  i=$((i + 1))
done
