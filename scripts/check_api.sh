#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Holds the running server to api/asyncapi.yaml (every message of a day's work), to the walls between companies, and to api/openapi.yaml (schemathesis: no
# 5xx, no answer that the document does not name). Usage: scripts/check_api.sh [messages|tenants|documents]
set -euo pipefail
cd "$(dirname "$0")/.."
venv=build/schemathesis
if ! cmp -s tests/api/requirements.txt "$venv/installed.txt"; then
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install -q --disable-pip-version-check -r tests/api/requirements.txt
  cp tests/api/requirements.txt "$venv/installed.txt"
fi
# Each part has a server of its own: what one leaves waiting would ring before what the next brings.
if [ $# = 0 ]; then
  for part in messages tenants documents; do "scripts/$(basename "$0")" "$part"; done
  exit
fi
# Among the messages are those of running media: see alone.sh.
if [ "$1" = messages ] && [ -z "${VISAVIS_E2E_IP:-}" ]; then exec scripts/alone.sh scripts/check_api.sh messages; fi
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
visavis=build/release/visavis
start() {
  "$visavis" serve --demo --data "$data" --listen "127.0.0.1:$port" --media-ip "${VISAVIS_E2E_IP:-127.0.0.1}" --media-port "$media_port" --workers 1 >"$data/log" 2>&1 &
  pid=$!
  for _ in $(seq 400); do
    ! grep -q '^ready ' "$data/log" || return 0
    kill -0 "$pid" || break
    sleep 0.05
  done
  cat "$data/log"
  exit 1
}
start
# A second company; the server knows it from its next start on.
other=$("$visavis" tenant add --data "$data" --key other --name-en Other --name-zh 别家 | grep -o 'vvk_[A-Za-z0-9_-]*')
echo a-password-of-others | "$visavis" user add --data "$data" --tenant other --login boss --role agent,supervisor,admin >"$data/user" 2>&1
kill "$pid"
wait "$pid" || true
start
VISAVIS_URL="http://127.0.0.1:$port" VISAVIS_OTHER_KEY="$other" PYTHONDONTWRITEBYTECODE=1 "$venv/bin/python" "tests/api/$1.py"
