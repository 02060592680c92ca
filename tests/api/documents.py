#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds the running server (VISAVIS_URL) to api/openapi.yaml: as nobody, as an agent, as an administrator, as a customer.

Every operation gets generated input, good and bad. Broken: a 5xx, a status, content type or body the document does not
name, or bad input that is accepted.
"""
import json
import os
import pathlib
import subprocess
import sys
import threading
import time
import urllib.request
import uuid

from websockets.sync.client import connect

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
URL = os.environ["VISAVIS_URL"]
EXAMPLES = os.environ.get("VISAVIS_API_EXAMPLES", "15")
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,response_headers_conformance"


def call(method: str, path: str, body, headers=None):
    request = urllib.request.Request(URL + path, method=method, data=json.dumps(body).encode(),
                                     headers={"Content-Type": "application/json", **(headers or {})})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer), answer.headers


def agent_headers(login: str, password: str):
    body, headers = call("POST", "/v1/session", {"tenant_key": "demo", "login": login, "password": password})
    return {"Cookie": headers["Set-Cookie"].split(";")[0], "X-CSRF-Token": body["csrf_token"]}


def customer_headers():
    """A customer who waits in a chat, and stays: of one who never comes nothing is kept."""
    with urllib.request.urlopen(f"{URL}/v1/public/entry?key=demo", timeout=10) as answer:
        topic = json.load(answer)["topics"][0]["id"]
    body, _ = call("POST", "/v1/public/contacts", {"key": "demo", "topic_id": topic, "channel": "chat", "language": "en", "consents": []})
    headers = {"Authorization": f"Bearer {body['token']}"}
    ticket, _ = call("POST", "/v1/ws-tickets", {}, headers)
    socket = connect(f"{URL.replace('http', 'ws', 1)}/v1/ws?ticket={ticket['ticket']}", subprotocols=["visavis.v1"], origin=URL)
    socket.send(json.dumps({"type": "hello", "id": str(uuid.uuid4()), "ts": int(time.time() * 1000), "seq": 0,
                            "data": {"client": {"kind": "customer", "lang": "en"}}}))
    json.loads(socket.recv(timeout=10))  # here from now on
    threading.Thread(target=lambda: [None for _ in socket], daemon=True).start()
    return headers


def examine(who: str, headers) -> int:
    command = [str(pathlib.Path(sys.executable).parent / "schemathesis"), "run", str(ROOT / "api/openapi.yaml"), "--url", URL,
               "--checks", CHECKS, "--max-examples", EXAMPLES, "--phases", "examples,coverage,fuzzing", "--workers", "1",
               "--request-timeout", "10", "--seed", "20261123", "--exclude-path", "/v1/session", "--exclude-path", "/v1/practice"]
    for name, value in headers.items():
        command += ["-H", f"{name}: {value}"]
    print(f"== as {who}", flush=True)
    here = pathlib.Path(__file__).resolve().parent
    environment = {**os.environ, "SCHEMATHESIS_HOOKS": "serializers", "PYTHONPATH": str(here), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, check=False, env=environment).returncode


def main() -> int:
    people = {"nobody": dict, "an agent": lambda: agent_headers("agent1", "demo-agent"),
              "an administrator": lambda: agent_headers("admin", "demo-admin"), "a customer": customer_headers}
    failed = [who for who, comes in people.items() if examine(who, comes()) != 0]
    print(f"differences as: {', '.join(failed)}" if failed else "server and document agree")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
