#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Formats the C++ of the project in place, or only says what would change (--check).
set -euo pipefail
cd "$(dirname "$0")/.."
mode=-i
[ "${1:-}" = --check ] && mode="--dry-run --Werror"
# shellcheck disable=SC2086
git ls-files -z '*.cpp' '*.hpp' '*.h' | xargs -0 -r -n 40 clang-format-19 $mode
