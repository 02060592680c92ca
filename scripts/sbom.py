#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes build/sbom.spdx.json: the Debian libraries the binary is linked with and the npm packages of the pages."""
import datetime
import hashlib
import json
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parent.parent
BINARY = ROOT / "build/release/visavis"


def output(*command) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def debian_packages():
    """Every shared object the loader finds, by the package that owns it; header-only ones are added by name."""
    owners = set()
    for line in output("ldd", str(BINARY)).splitlines():
        found = re.search(r"=> (/\S+)", line)
        if not found:
            continue
        candidates = (found.group(1), str(pathlib.Path(found.group(1)).resolve()), found.group(1).removeprefix("/usr"), "/usr" + found.group(1))
        for path in candidates:
            asked = subprocess.run(["dpkg-query", "-S", path], capture_output=True, text=True, check=False)
            if asked.returncode == 0:
                owners.add(asked.stdout.split(":")[0])
                break
        else:
            raise SystemExit(f"no Debian package owns {found.group(1)}, which the binary is linked with: the list would lack it")
    owners |= {"libboost1.81-dev", "libtomlplusplus-dev", "libcli11-dev"}
    for name in sorted(owners):
        version = subprocess.run(["dpkg-query", "-W", "-f", "${Version}", name], capture_output=True, text=True, check=False).stdout
        if not version:
            raise SystemExit(f"the package {name} is not installed: the list would lack its version")
        yield {"name": name, "version": version, "purl": f"pkg:deb/debian/{name}@{version}"}


def npm_packages():
    lock = json.loads((ROOT / "web/package-lock.json").read_text())
    for path, package in sorted(lock["packages"].items()):
        if path.startswith("node_modules/") and not package.get("dev") and "version" in package:
            name = path.split("node_modules/")[-1]
            yield {"name": name, "version": package["version"], "licence": package.get("license"),
                   "purl": f"pkg:npm/{name.replace('@', '%40')}@{package['version']}"}


def spdx(package):
    return {"SPDXID": "SPDXRef-" + re.sub(r"[^A-Za-z0-9.-]", "-", f"{package['name']}-{package['version']}"),
            "name": package["name"], "versionInfo": package["version"], "downloadLocation": "NOASSERTION",
            "licenseConcluded": "NOASSERTION", "licenseDeclared": package.get("licence") or "NOASSERTION",
            "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": package["purl"]}]}


def main():
    digest = hashlib.sha256(BINARY.read_bytes()).hexdigest()
    document = {
        "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": "visavis",
        "documentNamespace": f"urn:visavis:sbom:{digest}",
        "creationInfo": {"created": datetime.datetime.now(datetime.UTC if hasattr(datetime, 'UTC') else datetime.timezone.utc)
                         .strftime("%Y-%m-%dT%H:%M:%SZ"), "creators": ["Tool: scripts/sbom.py"]},
        "packages": [spdx(p) for p in (*debian_packages(), *npm_packages())],
    }
    out = ROOT / "build/sbom.spdx.json"
    out.write_text(json.dumps(document, indent=1) + "\n")
    print(f"{out.relative_to(ROOT)}: {len(document['packages'])} packages")


if __name__ == "__main__":
    main()
