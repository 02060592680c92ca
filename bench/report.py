#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""One table of what bench/run.sh measured: ours, the peer of the same run, the ratio, our bar and whether it is met."""
import argparse
import datetime
import json
import pathlib
import platform
import re
import statistics
import subprocess
import sys

HEAD = ("figure", "visavis", "Janus", "Janus / visavis", "bar", "")
BUSY = 50  # % of a core for others, from where on neither times nor latencies are ours
# words, calls of ours, calls of Janus (its limit is below ours), key, format, bar
SFU = [
    ("server CPU per forwarded packet, 60 calls (Janus: 45), µs", 60, 45, "server_us_per_fwd_pkt", "{:.1f}", 10.0),
    ("the same, both at 45 calls", 45, 45, "server_us_per_fwd_pkt", "{:.1f}", None),
    ("the same, both at 20 calls", 20, 20, "server_us_per_fwd_pkt", "{:.1f}", None),
    ("memory per participant, 60 calls (Janus: 45), KB", 60, 45, "rss_kb_per_participant", "{:.0f}", 200.0),
    ("p99 of forward latency, 20 calls, ms", 20, 20, "lat_p99_ms", "{:.2f}", 1.0),
    ("p50 of forward latency, 20 calls, ms", 20, 20, "lat_p50_ms", "{:.2f}", None),
    ("p99 of forward latency, 60 calls (Janus: 45), ms", 60, 45, "lat_p99_ms", "{:.2f}", None),
    ("packets lost, 60 calls (Janus: 45), %", 60, 45, "loss_pct", "{:.2f}", None),
]
# words, key, format, bar, "max" where smaller is better
BROWSER = [
    ("first frame after Accept at the agent, ms", "first_frame_agent_ms", "{:.0f}", 700, "max"),
    ("first frame after Accept at the customer, ms", "first_frame_customer_ms", "{:.0f}", 700, "max"),
    ("changing frames/s at the agent (camera sends 30)", "fps_agent", "{:.1f}", 15, "min"),
    ("changing frames/s at the customer (camera sends 30)", "fps_customer", "{:.1f}", 15, "min"),
    ("the known voice at the agent, correlation", "voice_agent", "{:.2f}", 0.6, "min"),
    ("the known voice at the customer, correlation", "voice_customer", "{:.2f}", 0.6, "min"),
    ("a hang-up, now by the agent, now by the customer: both are told, ms", "hang_up_ms", "{:.0f}", 1000, "max"),
    ("Firefox as the agent: first frame there, ms", "firefox_agent_first_frame_agent_ms", "{:.0f}", 700, "max"),
    ("the same, at the customer", "firefox_agent_first_frame_customer_ms", "{:.0f}", 700, "max"),
    ("changing frames/s at Firefox", "firefox_agent_fps_agent", "{:.1f}", 15, "min"),
    ("the same, at the customer", "firefox_agent_fps_customer", "{:.1f}", 15, "min"),
    ("the known voice at Firefox, correlation", "firefox_agent_voice_agent", "{:.2f}", 0.6, "min"),
    ("the same, at the customer", "firefox_agent_voice_customer", "{:.2f}", 0.6, "min"),
    ("Firefox as the customer: first frame at the agent, ms", "firefox_customer_first_frame_agent_ms", "{:.0f}", 700, "max"),
    ("the same, at Firefox", "firefox_customer_first_frame_customer_ms", "{:.0f}", 700, "max"),
    ("changing frames/s at the agent", "firefox_customer_fps_agent", "{:.1f}", 15, "min"),
    ("the same, at Firefox", "firefox_customer_fps_customer", "{:.1f}", 15, "min"),
    ("the known voice at the agent, correlation", "firefox_customer_voice_agent", "{:.2f}", 0.6, "min"),
    ("the same, at Firefox", "firefox_customer_voice_customer", "{:.2f}", 0.6, "min"),
    ("customer reloads: pictures move again on both sides, s", "reload_customer_s", "{:.1f}", 3, "max"),
    ("agent reloads: the same, s", "reload_agent_s", "{:.1f}", 3, "max"),
    ("customer's network gone for 5 s: the same after its return, s", "network_s", "{:.1f}", 3, "max"),
    ("agent's network gone for 5 s: the same after its return, s", "network_agent_s", "{:.1f}", 3, "max"),
    ("agent's browser killed: the same after signing in anew, s", "agent_browser_s", "{:.1f}", 3, "max"),
    ("a click on the site around the widget: the same after its load, s", "widget_navigation_s", "{:.1f}", 3, "max"),
    ("server killed (-9): the same after its ready line, s", "kill_s", "{:.1f}", 3, "max"),
    ("customer's WebSocket cut: until the agent's next words arrive, s", "websocket_customer_s", "{:.1f}", 3, "max"),
    ("agent's WebSocket cut: the same, s", "websocket_agent_s", "{:.1f}", 3, "max"),
    ("server starts again on its data, s", "start_s", "{:.1f}", 3, "max"),
]
STEPS = [  # words, ours, floor (benchmark names)
    ("encrypt a packet of 1,200 bytes; floor: OpenSSL alone", ("protect/gcm:1", 1), ("seal_floor", 1)),
    ("forward it within the engine, 60 calls; floor: decrypt and encrypt", ("forward", 1), ("seal_floor", 2)),
]


class Report:
    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder
        self.rows: list[tuple[str, ...]] = []
        self.met = self.missed = self.unmeasured = 0

    def verdict(self, value: float | None, bar: float | None, better: str = "max") -> str:
        if bar is None:
            return ""
        if value is None:
            self.unmeasured += 1
            return "not measured"
        if value <= bar if better == "max" else value >= bar:
            self.met += 1
            return "met"
        self.missed += 1
        return "MISSED"

    def add_sfu(self) -> None:
        points: dict[tuple[str, int], list[dict]] = {}
        rows = read_lines(self.folder / "sfu.jsonl")
        # A window in which the machine stood still says little, but more than none.
        steady = {(row["name"], row["n"]) for row in rows if row.get("stop") != "stall"}
        for row in rows:
            if row.get("stop") == "stall" and (row["name"], row["n"]) in steady:
                continue
            row["lat_p50_ms"], row["lat_p99_ms"] = row["lat_p50_us"] / 1000, row["lat_p99_us"] / 1000
            calls = next((calls for calls in (20, 45, 60) if 0 <= row["n"] - calls <= 2), 0)  # windows about one point
            points.setdefault((row["name"], calls), []).append(row)
        for words, calls, peer_calls, key, form, bar in SFU:
            ours, peer = median(points, ("visavis", calls), key), median(points, ("janus", peer_calls), key)
            ratio = f"{peer / ours:.1f}" if ours and peer else ""
            self.rows.append((words, show(form, ours), show(form, peer), ratio, "" if bar is None else f"≤ {form.format(bar)}", self.verdict(ours, bar)))

    def add_browser(self) -> None:
        file = self.folder / "browser.json"
        figures = json.loads(file.read_text()) if file.exists() else {}
        for words, key, form, bar, better in BROWSER:
            value = figures.get(key)
            self.rows.append((words, show(form, value), "", "", f"{'≤' if better == 'max' else '≥'} {bar}", self.verdict(value, bar, better)))

    def add_floors(self) -> list[str]:
        """Lines about what no program can do without on this machine."""
        lines = []
        file = self.folder / "floor.txt"
        found = re.findall(r"^(\S+)\s+same, OpenSSL directly.*?([\d.]+) us/pkt", file.read_text(), re.M) if file.exists() else []
        if found:
            lines.append("forward a packet; floor: a bare forwarder in C (receive, decrypt, encrypt, send), µs: "
                         + ", ".join(f"{way} {float(cost):.1f}" for way, cost in found))
        times = {}
        for micro in self.folder.glob("micro-*.json"):
            for run in json.loads(micro.read_text())["benchmarks"]:
                if run.get("aggregate_name") == "median":
                    times[run["run_name"].split("/iterations")[0]] = run["cpu_time"]
        for words, (ours, _), (floor, factor) in STEPS:
            if ours in times and floor in times:
                least = factor * times[floor]
                lines.append(f"{words}: {times[ours]:.0f} ns, floor {least:.0f} ns, ratio {times[ours] / least:.2f}")
        return lines

    def machine(self) -> str:
        model = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
        cores = len(re.findall(r"^processor", pathlib.Path("/proc/cpuinfo").read_text(), re.M))
        others = [row["other_processes_cpu_pct"] for row in read_lines(self.folder / "sfu.jsonl")]
        noise = f"; other processes took {statistics.median(others):.0f} % of a core meanwhile" if others else ""
        if others and statistics.median(others) > BUSY:
            noise += " (too much: of these figures only ratios mean anything)"
        return f"{model[1] if model else platform.processor()}, {cores} cores, Linux {platform.release()}{noise}"


def read_lines(file: pathlib.Path) -> list[dict]:
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def median(points: dict[tuple[str, int], list[dict]], at: tuple[str, int], key: str) -> float | None:
    return statistics.median(row[key] for row in points[at]) if at in points else None


def show(form: str, value: float | None) -> str:
    return "–" if value is None else form.format(value)


def table(rows: list[tuple[str, ...]]) -> str:
    rows = [HEAD, tuple("-" * 3 for _ in HEAD), *rows]
    widths = [max(len(row[i]) for row in rows) for i in range(len(HEAD))]
    rows[1] = tuple("-" * width for width in widths)
    return "\n".join("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |" for row in rows)


METHOD = """`make bench` on one machine in one run. **Forwarding**: the instrument plays n calls of two people (VP8 at 1.45 Mbit/s and Opus, 400 packets/s in and 400 out
a call, AES-GCM); the server has core 0 (`--workers 1`), the load core 1; three windows about each number of calls, medians. Server CPU is user
and system time of the whole process, delivery into the receivers' sockets included. Janus: Debian's 1.1.2, VideoRoom. **Browsers**: two Chromium with a fake
camera (640×360, 30 frames/s, a counter that is read back from the picture) and a fake microphone (known speech), then one Chromium and one Firefox,
which sends a canvas and WebAudio instead; everything on the same two cores; medians of
five calls, and of three reloads, cuts, kills and clicks. A reload or click counts from the page's load event, a cut from the link's return, a kill from the server's
`ready` line, a killed browser from the console's return, until both people see the other's picture move; a hang-up from the click until both pages say so. Only ratios within a run carry over to other machines."""


def main() -> int:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("folder", type=pathlib.Path)
    arguments.add_argument("--save", type=pathlib.Path)
    given = arguments.parse_args()
    report = Report(given.folder)
    report.add_sfu()
    report.add_browser()
    floors = report.add_floors()
    gaps = given.folder / "missing.txt"
    missing = gaps.read_text().splitlines() if gaps.exists() else []
    verdict = f"{report.met} bars met, {report.missed} missed, {report.unmeasured} not measured"
    print("\n" + "\n".join([table(report.rows), "", *floors, *missing, f"machine: {report.machine()}", verdict]))
    # A page of figures that lacks some is not one to keep.
    whole = report.unmeasured == 0
    if given.save and whole:
        commit = subprocess.run(["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False).stdout.strip()
        parts = [
            "# What this costs and how fast it is", f"{datetime.date.today()}, commit {commit}. {report.machine()}.", table(report.rows),
            "\n".join(f"- {line}" for line in floors), "\n".join(f"- {line}" for line in missing), "## Method\n\n" + METHOD,
        ]
        given.save.write_text("\n\n".join(part for part in parts if part) + "\n")
    return 1 if report.missed or (given.save and not whole) else 0


if __name__ == "__main__":
    sys.exit(main())
