#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs Node's test runner on the given files (default: all; --bench: the figures of `make bench`; --pictures: see screenshots.js) in a network namespace of
# its own (scripts/alone.sh).
set -euo pipefail
cd "$(dirname "$0")"
node=(node --test --test-concurrency=1 --test-reporter=tap)
if [ "${1:-}" = --bench ]; then node=(node bench_call.js) && shift
elif [ "${1:-}" = --pictures ]; then node=(node screenshots.js) && shift
elif [ $# = 0 ]; then set -- *.test.js; fi
beside=../../build/node/bin
[ -d "$beside" ] && export PATH="$PWD/$beside:$PATH"
exec ../../scripts/alone.sh "${node[@]}" "$@"
