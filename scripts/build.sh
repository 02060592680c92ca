#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds the server (build/release/visavis) and the web apps (web/dist); fast when nothing changed.
set -euo pipefail
cd "$(dirname "$0")/.."
log=build/build.log
# One compiler cache serves every clone of the project on this machine.
export CCACHE_BASEDIR=${CCACHE_BASEDIR:-$PWD} CCACHE_NOHASHDIR=${CCACHE_NOHASHDIR:-1}
mkdir -p build
step() {
  printf '== %s\n' "$1"
  shift
  "$@" >>"$log" 2>&1 || { tail -40 "$log" >&2; printf 'the build stopped; the whole output is in %s\n' "$log" >&2; exit 1; }
}
: >"$log"
[ -f build/release/build.ninja ] || step "configuring" cmake --preset release
printf '== building the server (a first build takes some minutes)\n'
if [ -t 1 ]; then ninja -C build/release visavis
else step "compiling" ninja -C build/release visavis; fi

# The web apps are built again only when a source of theirs changed.
newest=$(find web api -path '*/node_modules' -prune -o -path web/dist -prune -o -type f -newer web/dist/.built -print -quit 2>/dev/null || echo first)
if [ ! -f web/dist/.built ] || [ -n "$newest" ]; then
  step "building the web apps" sh -c 'cd web && npm run build'
  touch web/dist/.built
fi
