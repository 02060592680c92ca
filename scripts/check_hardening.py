#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Reads a binary's headers: position independent, full RELRO, no executable stack, stack protector, fortified calls."""
import subprocess
import sys


def readelf(*arguments) -> str:
    return subprocess.run(["readelf", "-W", *arguments], capture_output=True, text=True, check=True).stdout


def main(path: str) -> int:
    header, segments, dynamic, symbols = readelf("-h", path), readelf("-l", path), readelf("-d", path), readelf("--dyn-syms", path)
    stack = next((line for line in segments.splitlines() if "GNU_STACK" in line), "")
    checks = {
        "position independent executable": "DYN (Position-Independent" in header or "DYN (" in header,
        "RELRO segment": "GNU_RELRO" in segments,
        "immediate binding (full RELRO)": "BIND_NOW" in dynamic or "NOW" in dynamic,
        "stack not executable": "RW " in stack and "RWE" not in stack,
        "stack protector": "__stack_chk_fail" in symbols,
        "fortified library calls": "_chk@" in symbols or "_chk " in symbols,
    }
    for what, holds in checks.items():
        print(f"{'ok  ' if holds else 'MISS'} {what}")
    return 0 if all(checks.values()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
