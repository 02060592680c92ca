#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs every kind of test, one stage after another (sanitizers' builds behind the browsers), and closes with the plain line `N passed, N failed`.

  scripts/run_tests.py                 everything (`make test`)
  scripts/run_tests.py unit web        some stages
  scripts/run_tests.py --list          the stages and what they are

Each stage writes its whole output to build/test-logs/STAGE.log and prints only what failed.
"""
import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
LOGS = ROOT / "build" / "test-logs"
JOBS = str(os.cpu_count() or 2)
TSAN_TARGETS = ("media_worker_test",)
FUZZ_SECONDS = os.environ.get("VISAVIS_FUZZ_SECONDS", "8")
SANITIZER_ENV = {
    "ASAN_OPTIONS": "abort_on_error=1:detect_leaks=1:allocator_may_return_null=1",
    "UBSAN_OPTIONS": "print_stacktrace=1:halt_on_error=1",
    "TSAN_OPTIONS": "halt_on_error=1:second_deadlock_stack=1",
}


class Stage:
    """What one stage found: counts, and the lines worth showing."""

    def __init__(self, name: str, before=()):
        self.before = before  # in front of every command
        self.name, self.passed, self.failed, self.notes = name, 0, 0, []
        self.log = LOGS / f"{name}.log"

    def run(self, command, cwd=ROOT, env=None, timeout=1800, log=None) -> int:
        with (log or self.log).open("ab") as log:
            log.write(f"$ {' '.join(map(str, command))}\n".encode())
            log.flush()
            try:
                done = subprocess.run([*self.before, *map(str, command)], cwd=cwd, env={**os.environ, **(env or {})}, stdout=log,
                                      stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, timeout=timeout, check=False)
                return done.returncode
            except subprocess.TimeoutExpired:
                log.write(f"stopped after {timeout} s\n".encode())
                return 124

    def check(self, what: str, command, **kwargs):
        """One command that counts as one test."""
        if self.run(command, **kwargs) == 0:
            self.passed += 1
        else:
            self.fail(what)

    def fail(self, what: str):
        self.failed += 1
        self.notes.append(what)

    def text(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""


def build(stage: Stage, preset: str, targets=()) -> bool:
    if stage.run(["cmake", "--preset", preset]) == 0 and stage.run(["ninja", "-C", f"build/{preset}", "-j", JOBS, *targets]) == 0:
        return True
    stage.fail(f"the {preset} build")
    return False


def run_gtests(stage: Stage, preset: str, pattern: str = "", exclude: str = "", env=None, filter_=""):
    """Runs the GoogleTest binaries through ctest, then counts their single tests."""
    results = ROOT / "build" / preset / "gtest"
    shutil.rmtree(results, ignore_errors=True)
    results.mkdir(parents=True)
    # One after another: some start servers of their own, and two cores are soon full.
    command = ["ctest", "--test-dir", f"build/{preset}", "--output-on-failure", "--timeout", "600"]
    command += ["-R", pattern] if pattern else []
    command += ["-E", exclude] if exclude else []
    test_env = {"GTEST_OUTPUT": f"json:{results}/", **SANITIZER_ENV, **(env or {})}
    if filter_:
        test_env["GTEST_FILTER"] = filter_
    code = stage.run(command, env=test_env, timeout=2400)
    before = stage.failed
    for file in sorted(results.glob("*.json")):
        report = json.loads(file.read_text())
        for suite in report["testsuites"]:
            for test in suite["testsuite"]:
                if test.get("result") == "SKIPPED":
                    stage.notes.append(f"skipped {suite['name']}.{test['name']}")
                elif test.get("failures"):
                    stage.fail(f"{suite['name']}.{test['name']}")
                else:
                    stage.passed += 1
    if code != 0 and stage.failed == before:
        stage.fail("a test binary crashed or timed out (see the log)")
    if stage.passed + stage.failed == 0:
        stage.fail("no test ran")


def stage_rules(stage: Stage):
    """include rules, formatting, linters, hardening, SBOM"""
    stage.check("include rules (scripts/check_includes.py)", ["python3", "scripts/check_includes.py"])
    stage.check("C++ formatting (make fmt mends it)", ["scripts/format.sh", "--check"])
    stage.check("web: lint and types (npm run lint, npm run check)", ["sh", "-c", "cd web && npm run lint && npm run check"])
    stage.check("hardening flags of the binary", ["python3", "scripts/check_hardening.py", "build/release/visavis"])
    stage.check("what it is made of (make sbom)", ["python3", "scripts/sbom.py"])


def stage_build(stage: Stage):
    """release build of the server, its tests and the web apps"""
    if build(stage, "release"):
        stage.passed += 1
    stage.check("web build", ["sh", "-c", "cd web && npm run build"])


def stage_unit(stage: Stage):
    """C++ unit and integration tests: media, contact centre, store on SQLite and PostgreSQL"""
    run_gtests(stage, "release")


def stage_asan(stage: Stage):
    """the media tests under AddressSanitizer and UndefinedBehaviorSanitizer"""
    if build(stage, "asan"):
        run_gtests(stage, "asan")


def stage_tsan(stage: Stage):
    """join/leave storms under ThreadSanitizer"""
    if build(stage, "tsan", TSAN_TARGETS):
        run_gtests(stage, "tsan", pattern="^media_worker_test$")


def stage_fuzz(stage: Stage):
    """every parser fuzzed for a short while (make fuzz: longer)"""
    if not build(stage, "fuzz"):
        return
    targets = sorted(p for p in (ROOT / "build/fuzz/fuzz").glob("*_fuzz") if p.is_file())
    # Each is one thread, and waits for no other: as many at once as there are cores.
    with concurrent.futures.ThreadPoolExecutor(int(JOBS)) as cores:
        codes = list(cores.map(lambda target: fuzz(stage, target), targets))
    for target, code in zip(targets, codes):
        own = fuzz_log(target)
        with stage.log.open("ab") as log:
            log.write(own.read_bytes())
        own.unlink()
        if code == 0:
            stage.passed += 1
        else:
            stage.fail(f"{target.name}: the input is in {fuzz_findings(target).relative_to(ROOT)}")
    if not targets:
        stage.fail("no fuzz target was built")


def fuzz_log(target: pathlib.Path) -> pathlib.Path:
    return LOGS / f"fuzz-{target.name}.log"


def fuzz_findings(target: pathlib.Path) -> pathlib.Path:
    return ROOT / "build/fuzz/found" / target.name


def fuzz(stage: Stage, target: pathlib.Path) -> int:
    seeds, found = ROOT / "fuzz/corpus" / target.name, fuzz_findings(target)
    found.mkdir(parents=True, exist_ok=True)
    command = [str(target), f"-max_total_time={FUZZ_SECONDS}", "-timeout=5", "-rss_limit_mb=2048", "-max_len=4096",
               f"-artifact_prefix={found}/", str(found)] + ([str(seeds)] if seeds.is_dir() else [])
    return stage.run(command, env=SANITIZER_ENV, log=fuzz_log(target))


def stage_web(stage: Stage):
    """vitest: state machines, dictionaries, API types"""
    report = ROOT / "build" / "vitest.json"
    report.unlink(missing_ok=True)
    code = stage.run(["npx", "vitest", "run", "--reporter=json", f"--outputFile={report}"], cwd=ROOT / "web")
    if report.exists():
        found = json.loads(report.read_text())
        stage.passed += found["numPassedTests"]
        for file in found["testResults"]:
            for test in file["assertionResults"]:
                if test["status"] == "failed":
                    stage.fail(test["fullName"])
    if code != 0 and stage.failed == 0:
        stage.fail("vitest did not finish")


def node_tests(stage: Stage, folder: pathlib.Path, files, timeout):
    """Node's test runner, one file (and so one pair of browsers) at a time."""
    start = len(stage.text())
    code = stage.run(["./run.sh", *files], cwd=folder, timeout=timeout)
    text = stage.text()[start:]
    stage.passed += sum(int(n) for n in re.findall(r"^# pass (\d+)", text, re.M))
    failed = re.findall(r"^\s*not ok \d+ - (.*)$", text, re.M)
    for name in failed:
        stage.fail(name)
    if code != 0 and not failed:
        stage.fail("the test runner did not finish")


def stage_e2e(stage: Stage):
    """real browsers against the real server"""
    folder = ROOT / "tests" / "e2e"
    node_tests(stage, folder, sorted(p.name for p in folder.glob("*.test.js")), timeout=2400)


def stage_whip(stage: Stage):
    """WHIP and WHEP clients that are not ours (aiortc) against the real server"""
    code = stage.run(["scripts/check_whip.sh"], timeout=600)
    # What the clients log stands between a test's name and its result: only the closing lines can be counted.
    text = stage.text()
    ran = re.search(r"^Ran (\d+) tests? in", text, re.M)
    wrong = re.findall(r"^(?:FAIL|ERROR): (test_\w+)", text, re.M)
    for name in wrong:
        stage.fail(name.replace("_", " "))
    if ran:
        stage.passed += int(ran[1]) - len(wrong)
    if code != 0 and not stage.failed or not ran:
        stage.fail("the tests did not finish")


def stage_api(stage: Stage):
    """api/asyncapi.yaml and api/openapi.yaml against the running server; the walls between companies"""
    for part, what in (("messages", "a message differs from api/asyncapi.yaml"), ("tenants", "a company reaches into another"),
                       ("documents", "schemathesis found a difference between server and api/openapi.yaml")):
        stage.check(what, ["scripts/check_api.sh", part], timeout=900)


# Browsers leave much of the machine unused. Compilers take that, and give way at once.
GIVING_WAY = ("chrt", "--idle", "0") if shutil.which("chrt") else ("nice", "-n", "19")
SANITIZER_BUILDS = {"asan": (), "tsan": TSAN_TARGETS, "fuzz": ()}


class Behind:
    """Behind the browsers: what the stages after them will find built. A build that fails says so in its own stage."""

    def __init__(self, wanted):
        self.wanted = [name for name in SANITIZER_BUILDS if name in wanted]
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self):
        for preset in self.wanted:
            build(Stage(f"{preset}-build", GIVING_WAY), preset, SANITIZER_BUILDS[preset])


STAGES = {
    "build": stage_build, "rules": stage_rules, "unit": stage_unit, "web": stage_web, "api": stage_api, "whip": stage_whip,
    "e2e": stage_e2e, "asan": stage_asan, "tsan": stage_tsan, "fuzz": stage_fuzz,
}


def tell(stage: Stage, seconds: float):
    print(f"   {stage.passed} passed, {stage.failed} failed in {seconds:.0f} s", flush=True)
    for note in stage.notes:
        print(f"   - {note}", flush=True)
    if stage.failed:
        print("   the end of its log:", *stage.text().splitlines()[-60:], sep="\n   | ", flush=True)


def main(argv) -> int:
    if "--list" in argv:
        for name, function in STAGES.items():
            print(f"{name:6} {function.__doc__}")
        return 0
    wanted = argv or list(STAGES)
    unknown = [w for w in wanted if w not in STAGES]
    if unknown:
        print(f"unknown stage {unknown[0]}; there are: {' '.join(STAGES)}")
        return 2
    shutil.rmtree(LOGS, ignore_errors=True)
    LOGS.mkdir(parents=True)
    # One compiler cache serves every clone of the project on this machine.
    os.environ.setdefault("CCACHE_BASEDIR", str(ROOT))
    os.environ.setdefault("CCACHE_NOHASHDIR", "1")
    beside = ROOT / "build/node/bin"
    if beside.is_dir():
        os.environ["PATH"] = f"{beside}:{os.environ['PATH']}"
    done, behind = [], None
    for name in wanted:
        if name == "e2e":
            behind = Behind(wanted[wanted.index(name):])
        elif behind:
            # Two builds in one folder would spoil each other.
            behind.thread.join()
        print(f"== {name}: {STAGES[name].__doc__}", flush=True)
        stage, began = Stage(name), time.monotonic()
        STAGES[name](stage)
        done.append(stage)
        tell(stage, time.monotonic() - began)
        if stage.failed and name == "build":
            break
    if behind:
        behind.thread.join()
    passed, failed = sum(s.passed for s in done), sum(s.failed for s in done)
    print("\n" + "\n".join(f"{s.name:6} {s.passed:6} passed {s.failed:4} failed" for s in done))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
