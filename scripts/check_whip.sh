#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Standard WHIP and WHEP clients that are not ours (aiortc) against the built server.
set -euo pipefail
cd "$(dirname "$0")/.."
venv=build/whip
if ! cmp -s tests/whip/requirements.txt "$venv/installed.txt"; then
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install -q --disable-pip-version-check -r tests/whip/requirements.txt
  cp tests/whip/requirements.txt "$venv/installed.txt"
fi
exec scripts/alone.sh "$venv/bin/python" -B tests/whip/whip_test.py "$@"
