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
# Below the ports that the system lends to outgoing connections, so that none takes them before the server does.
free_ports() {
  python3 - <<'PYTHON'
import random, socket
found = []
while len(found) < 2:
    port = random.randint(10_000, 30_000)
    try:
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            with socket.socket(socket.AF_INET, kind) as probe:
                probe.bind(("", port))
        found.append(port)
    except OSError:
        pass
print(*found)
PYTHON
}
read -r port media_port <<<"$(free_ports)"
build/release/visavis serve --demo --data "$data" --listen "127.0.0.1:$port" --media-ip 127.0.0.1 --media-port "$media_port" --workers 1 >"$data/log" 2>&1 &
pid=$!
for _ in $(seq 200); do
  grep -q '^ready ' "$data/log" && break
  kill -0 "$pid" || { cat "$data/log"; exit 1; }
  sleep 0.05
done
VISAVIS_URL="http://127.0.0.1:$port" "$venv/bin/python" tests/api/run.py
