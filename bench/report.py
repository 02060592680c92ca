#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints the sfu instrument's JSON lines as a table: ours beside the peer of the same run, with our bars."""
import json
import sys

BARS = {  # what we hold ourselves to: words: (step, key, bound)
    "us of server CPU per forwarded packet at 60 calls": (60, "server_us_per_fwd_pkt", 10.0),
    "KB of memory per participant at 60 calls": (60, "rss_kb_per_participant", 200.0),
    "p99 forward latency in us at 20 calls": (20, "lat_p99_us", 1000.0),
}


def main(path: str) -> None:
    with open(path, encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    print(f"\n{'server':9} {'calls':>5} {'us/pkt':>7} {'p50 us':>7} {'p99 us':>7} {'loss %':>7} {'KB/person':>9} {'cpu %':>6} {'others %':>8}")
    best = {}
    for row in rows:
        if row.get("stop") == "stall":
            continue
        best[(row["name"], row["n"])] = row
        print(f"{row['name']:9} {row['n']:5} {row['server_us_per_fwd_pkt']:7.1f} {row['lat_p50_us']:7.0f} {row['lat_p99_us']:7.0f} "
              f"{row['loss_pct']:7.2f} {row['rss_kb_per_participant']:9.0f} {row['server_cpu_pct']:6.1f} {row['other_processes_cpu_pct']:8.1f}")
    print()
    for words, (step, key, bound) in BARS.items():
        mine = best.get(("visavis", step))
        verdict = f"{mine[key]:.1f} (bar {bound:.0f}: {'met' if mine[key] <= bound else 'missed'})" if mine else "not measured"
        print(f"{words}: {verdict}")
    for step in (20, 45):
        ours, peer = best.get(("visavis", step)), best.get(("janus", step))
        if ours and peer:
            ratio = peer["server_us_per_fwd_pkt"] / ours["server_us_per_fwd_pkt"]
            print(f"at {step} calls Janus spends {ratio:.1f} times our CPU per forwarded packet")


if __name__ == "__main__":
    main(sys.argv[1])
