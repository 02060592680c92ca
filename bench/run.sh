#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Cost of forwarding beside Janus in one run (the sfu instrument of VISAVIS_SHARED, default ../shared), then what two
# real browsers see and hear. Figures are ratios to a peer in the same run: machines are shared and noisy.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
shared=${VISAVIS_SHARED:-$root/../shared}
work=$root/build/bench
steps=${VISAVIS_BENCH_STEPS:-20,45,60}
missing() { printf 'bench: %s is not here: %s\n' "$1" "$2"; }
mkdir -p "$work"

build_instrument() {
  [ -d "$shared/bench/sfu" ] || { missing "the sfu instrument" "set VISAVIS_SHARED to the folder that holds bench/sfu"; return 1; }
  command -v go >/dev/null || { missing Go "install it to build the instrument (apt-get install golang)"; return 1; }
  [ "$(id -u)" = 0 ] || { missing root "the instrument makes a network namespace; run make bench as root"; return 1; }
  mkdir -p "$work/sfu"
  cp -r "$shared/bench/sfu/." "$work/sfu/"
  chmod -R u+w "$work/sfu"
  [ -x "$work/sfu/bin/sfubench" ] || (cd "$work/sfu" && mkdir -p bin && go build -o bin/sfubench . 2>"$work/go.log") ||
    { missing "the built instrument" "see $work/go.log"; return 1; }
}

measure_ours() {
  local data
  data=$(mktemp -d)
  printf '== visavis, 1to1 calls: %s\n' "$steps"
  SFU_CMD="$root/build/release/visavis serve --demo --data $data --listen 10.77.0.1:8080 --media-ip 10.77.0.1 --workers 1" \
    SFU_FLAGS="-driver whip -whip http://10.77.0.1:8080/v1/rooms/{room}/whip -whep http://10.77.0.1:8080/v1/rooms/{room}/whep -token-cmd $work/token.sh" \
    VISAVIS_BENCH_DATA=$data "$work/sfu/run.sh" visavis 1to1 "$steps" -o "$work/results.jsonl"
  rm -rf "$data"
}

cat >"$work/token.sh" <<EOF
#!/bin/sh
exec "$root/build/release/visavis" token --data "\$VISAVIS_BENCH_DATA" --room "\$ROOM" --as "p\$ME" --role "\$ROLE"
EOF
chmod +x "$work/token.sh"

if build_instrument; then
  rm -f "$work/results.jsonl"
  measure_ours
  if command -v janus >/dev/null; then
    printf '== Janus, 1to1 calls: 20,45\n'
    "$work/sfu/run.sh" janus 1to1 20,45 -o "$work/results.jsonl"
  else
    missing Janus "apt-get install janus to have the peer in the same run"
  fi
  python3 bench/report.py "$work/results.jsonl"
fi
if [ -d tests/e2e/node_modules ]; then
  tests/e2e/run.sh --bench || missing "the browser figures" "see above"
else
  missing "the browser harness" "run make test once"
fi
