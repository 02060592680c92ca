#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Holds the running server to api/openapi.yaml: no 5xx, no answer that the document does not name (schemathesis).
set -euo pipefail
cd "$(dirname "$0")/.."
venv=build/schemathesis
if [ ! -x "$venv/bin/schemathesis" ]; then
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install -q --disable-pip-version-check -r tests/api/requirements.txt
fi
data=$(mktemp -d)
cleanup() {
  [ -z "${pid:-}" ] || kill "$pid" 2>/dev/null || true
  [ -z "${pid:-}" ] || wait "$pid" 2>/dev/null || true
  rm -rf "$data"
}
trap cleanup EXIT
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
build/release/visavis serve --demo --data "$data" --listen "127.0.0.1:$port" --media-ip 127.0.0.1 --media-port $((port + 1)) --workers 1 >"$data/log" 2>&1 &
pid=$!
for _ in $(seq 200); do
  grep -q '^ready ' "$data/log" && break
  kill -0 "$pid" || { cat "$data/log"; exit 1; }
  sleep 0.05
done
VISAVIS_URL="http://127.0.0.1:$port" "$venv/bin/python" tests/api/run.py
