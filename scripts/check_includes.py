#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds the layout to its rules: which folder may include which (ARCHITECTURE.md, "Who may include whom").

Exit 1 with one line per broken rule. Run by `make lint` and `make test`.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)[>"]', re.M)

# Media, in the order packets flow: a folder may include itself and those before it.
MEDIA_ORDER = [
    "base", "media/rtc/wire", "media/rtc/sdp", "media/rtc/ice", "media/rtc/srtp", "media/rtc/dtls", "media/rtc/nack",
    "media/rtc/bwe", "media/rtc/pacer", "media/rtc/fec", "media/rtc/stream", "media/rtc/peer", "media/rtc/testkit",
    "media/gateway", "media/sfu", "media/worker",
]
# What every slice of center stands on, in order: the shared words, the tables, a company's settings.
FOUNDATIONS = ["types", "schema", "tenant"]
# The one place that speaks the system's address structs; it opens no socket.
SOCKET_STRUCTS = "media/rtc/wire/net_address.cpp"
# What media/rtc and media/sfu must never see: they have no clock, no socket, no lock.
SANS_IO_BANNED = ("sys/socket.h", "sys/epoll.h", "boost/asio", "mutex", "thread", "condition_variable")
# Asio and Beast are slow to compile: headers of ours name them only where coroutines are the interface.
ASIO_HEADERS_ALLOWED = ("platform/http/", "center/api/", "app/")


def folder_of(path: str, folders) -> str | None:
    best = [f for f in folders if path == f or path.startswith(f + "/")]
    return max(best, key=len) if best else None


def slice_of(path: str) -> str | None:
    parts = path.split("/")
    return parts[1] if parts[0] == "center" and len(parts) > 2 else None


def is_test(path: str) -> bool:
    return path.endswith(("_test.cpp", "_bench.cpp", "_fuzz.cpp")) or "/testkit/" in path


def rule_media(path, target):
    here, there = folder_of(path, MEDIA_ORDER), folder_of(target, MEDIA_ORDER)
    if target.startswith(("center/", "platform/", "app/")):
        return "media and base know nothing of center, platform or app"
    if here and there and MEDIA_ORDER.index(there) > MEDIA_ORDER.index(here):
        return f"packets flow {here} → {there}, never backwards"
    return None


def rule_center(path, target):
    if target.startswith("app/"):
        return "only app knows app"
    if target.startswith("media/") and not target.startswith("media/gateway/"):
        return "center sees media only through media/gateway"
    mine, theirs = slice_of(path), slice_of(target)
    composing = mine in ("core", "store", "api")  # the three that put slices together
    if theirs in FOUNDATIONS and mine not in FOUNDATIONS[: FOUNDATIONS.index(theirs)]:
        return None
    if theirs and mine != theirs and not composing and not target.endswith("/events.hpp"):
        return f"slice {mine} may see slice {theirs} only through its events.hpp"
    return None


def broken_rule(path: str, target: str) -> str | None:
    ours = target.split("/")[0] in ("base", "media", "center", "platform", "app", "analyst")
    if path.startswith(("media/rtc/", "media/sfu/", "media/gateway/")) and not is_test(path) and path != SOCKET_STRUCTS:
        if any(target == b or target.startswith(b + "/") or target.startswith(b + ".") for b in SANS_IO_BANNED):
            if not path.startswith("media/gateway/"):
                return f"{target} has no place in the sans-IO core"
    if path.endswith(".hpp") and target.startswith(("boost/asio", "boost/beast")) and not path.startswith(ASIO_HEADERS_ALLOWED):
        return "Asio and Beast stay out of this header"
    if not ours or is_test(path):
        return None
    top = path.split("/")[0]
    if top == "base" and not target.startswith("base/"):
        return "base includes nothing but itself"
    if top in ("base", "media"):
        return rule_media(path, target)
    if top == "center":
        return rule_center(path, target)
    if top == "platform" and target.startswith(("center/", "media/", "app/")):
        return "platform knows neither center nor media"
    return None


def main() -> int:
    bad = 0
    for top in ("base", "media", "center", "platform", "app", "analyst"):
        for file in sorted((ROOT / top).rglob("*")):
            if file.suffix not in (".hpp", ".cpp", ".h"):
                continue
            path = file.relative_to(ROOT).as_posix()
            for target in INCLUDE.findall(file.read_text(encoding="utf-8")):
                why = broken_rule(path, target)
                if why:
                    print(f"{path}: #include \"{target}\": {why}")
                    bad += 1
    print(f"include rules: {'broken ' + str(bad) + ' times' if bad else 'hold'}")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
