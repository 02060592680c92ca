#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Include rules, formatting, clang-tidy on what the release build compiles, and the web linters.
set -euo pipefail
cd "$(dirname "$0")/.."
python3 scripts/check_includes.py
scripts/format.sh --check
(cd web && npm run --silent lint && npm run --silent check)
[ -f build/release/compile_commands.json ] || cmake --preset release >/dev/null
git ls-files -z 'base/*.cpp' 'media/*.cpp' 'center/*.cpp' 'platform/*.cpp' 'app/*.cpp' |
  xargs -0 -n 4 -P "$(nproc)" clang-tidy-19 --quiet -p build/release
