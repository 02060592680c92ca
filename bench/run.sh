#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# All figures we hold ourselves to, in one run and one table: the cost of forwarding beside Janus and beside the floor of
# this machine (the sfu instrument of VISAVIS_SHARED, default ../shared), single steps beside their floors, and what two
# real browsers see and hear. Ratios within one run count: machines are shared and noisy.
#   bench/run.sh [--save FILE]    FILE (docs/bench.md) gets the table with machine and method
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
shared=${VISAVIS_SHARED:-$root/../shared}
work=$root/build/bench
# Three windows about each point (the instrument's steps must grow); the report takes medians.
ours=${VISAVIS_BENCH_STEPS:-20,21,22,45,46,47,60,61,62}
peers=${VISAVIS_BENCH_PEER_STEPS:-20,21,22,45,46,47}
save=()
[ "${1:-}" = --save ] && save=(--save "$2")
missing() { printf '%s is not here: %s\n' "$1" "$2" | tee -a "$work/missing.txt"; }
mkdir -p "$work"
rm -f "$work"/{missing.txt,sfu.jsonl,floor.txt,browser.json} "$work"/micro-*.json

build_instrument() {
  [ -d "$shared/bench/sfu" ] || { missing "The sfu instrument" "set VISAVIS_SHARED to the folder that holds bench/sfu"; return 1; }
  command -v go >/dev/null || [ -x "$work/sfu/bin/sfubench" ] || { missing Go "install it to build the instrument (apt-get install golang)"; return 1; }
  [ "$(id -u)" = 0 ] || { missing "The right to make a network namespace" "run make bench as root"; return 1; }
  mkdir -p "$work/sfu"
  cp -r "$shared/bench/sfu/." "$work/sfu/"
  chmod -R u+w "$work/sfu"
  [ -x "$work/sfu/bin/sfubench" ] || (cd "$work/sfu" && mkdir -p bin && go build -o bin/sfubench . 2>"$work/go.log") ||
    { missing "The built instrument" "see $work/go.log"; return 1; }
}

measure_ours() {
  local data
  data=$(mktemp -d)
  cat >"$work/token.sh" <<TOKEN
#!/bin/sh
exec "$root/build/release/visavis" token --data "$data" --room "\$ROOM" --as "p\$ME" --role "\$ROLE"
TOKEN
  chmod +x "$work/token.sh"
  printf '== visavis, 1to1 calls: %s\n' "$ours"
  SFU_CMD="$root/build/release/visavis serve --demo --data $data --listen 10.77.0.1:8080 --media-ip 10.77.0.1 --workers 1" \
    SFU_FLAGS="-driver whip -whip http://10.77.0.1:8080/v1/rooms/{room}/whip -whep http://10.77.0.1:8080/v1/rooms/{room}/whep -token-cmd $work/token.sh" \
    "$work/sfu/run.sh" visavis 1to1 "$ours" -budget 300s -window 4s -o "$work/sfu.jsonl" || true # it tells its end, not its success
  rm -rf "$data"
}

measure_janus() {
  command -v janus >/dev/null || { missing Janus "apt-get install janus to have the peer in the same run"; return; }
  printf '== Janus, 1to1 calls: %s\n' "$peers"
  "$work/sfu/run.sh" janus 1to1 "$peers" -window 4s -o "$work/sfu.jsonl" 2>&1 | grep -v WARN || true
}

measure_floor() {
  gcc -O2 -o "$work/floor" "$work/sfu/floor/floor.c" -lsrtp2 -lcrypto -lpthread 2>"$work/floor.log" ||
    { missing "The floor" "apt-get install gcc libsrtp2-dev libssl-dev (see $work/floor.log)"; return; }
  printf '== the floor: a bare forwarder in C on this machine\n'
  nice -n -20 "$work/floor" io | grep 'OpenSSL directly' | tee "$work/floor.txt"
}

measure_steps() {
  printf '== single steps\n'
  ninja -C build/release rtc_srtp_bench sfu_bench >"$work/steps.log" 2>&1 || { missing "The build of the benchmarks" "see $work/steps.log"; return; }
  local program
  for program in media/rtc/srtp/rtc_srtp_bench media/sfu/room/sfu_bench; do
    "build/release/$program" --benchmark_repetitions=5 --benchmark_enable_random_interleaving=true \
      --benchmark_out="$work/micro-$(basename "$program").json" --benchmark_out_format=json >/dev/null 2>&1
  done
}

if build_instrument; then
  measure_ours
  measure_janus
  measure_floor
fi
measure_steps
if [ -d tests/e2e/node_modules ]; then
  VISAVIS_E2E_FPS=30 VISAVIS_BENCH_OUT="$work/browser.json" tests/e2e/run.sh --bench || missing "A part of the browser figures" "see above"
else
  missing "The browser harness" "run make test once"
fi
python3 bench/report.py "$work" "${save[@]}"
