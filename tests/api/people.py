# SPDX-License-Identifier: Apache-2.0
"""Customers and agents by REST and WebSocket. Every message heard is held against api/asyncapi.yaml."""
import json
import os
import pathlib
import re
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

import jsonschema_rs
import yaml
from websockets.sync.client import connect

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
URL = os.environ["VISAVIS_URL"]


def rest(method, path, body=None, headers=None, content_type="application/json"):
    """(status, body, headers); the body as JSON where it is."""
    data = json.dumps(body).encode() if content_type == "application/json" and body is not None else body
    given = {"Content-Type": content_type, **(headers or {})}
    request = urllib.request.Request(URL + path, method=method, data=data, headers=given)
    try:
        with urllib.request.urlopen(request, timeout=15) as answer:
            status, text, answered = answer.status, answer.read(), answer.headers
    except urllib.error.HTTPError as refused:
        status, text, answered = refused.code, refused.read(), refused.headers
    try:
        return status, json.loads(text), answered
    except ValueError:
        return status, text, answered


def sign_in(tenant, login, password):
    """Headers of somebody who works there."""
    status, body, headers = rest("POST", "/v1/session", {"tenant_key": tenant, "login": login, "password": password})
    assert status == 200, body
    return {"Cookie": headers["Set-Cookie"].split(";")[0], "X-CSRF-Token": body["csrf_token"]}


def entry(tenant="demo"):
    return rest("GET", f"/v1/public/entry?key={tenant}")[1]


def ask_consent(admin, *purposes):
    """A company asks for nothing at first."""
    status, body, _ = rest("PATCH", "/v1/company", {"purposes": list(purposes)}, admin)
    assert status == 200, body


def open_contact(tenant="demo", channel="video"):
    given = entry(tenant)
    consents = [{"purpose": c["purpose"], "version": c["version"], "granted": False} for c in given["consents"]]
    wish = {"key": tenant, "topic_id": given["topics"][0]["id"], "channel": channel, "language": "en", "name": "Casey",
            "attributes": {"order": "7"}, "consents": consents}
    status, body, _ = rest("POST", "/v1/public/contacts", wish)
    assert status == 201, body
    return body


class Yaml12(yaml.SafeLoader):
    """PyYAML takes `on` for true, as YAML 1.1 had it; the documents are YAML 1.2."""


Yaml12.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Yaml12.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf"))


def document(name):
    return yaml.load((ROOT / "api" / name).read_text(), Yaml12)


class Dictionary:
    """api/asyncapi.yaml. Closed: a field that no schema names is a difference, too."""

    def __init__(self):
        components = document("asyncapi.yaml")["components"]
        self.schemas = {name: closed(schema) for name, schema in components["schemas"].items()}
        self.messages = {}
        for message in components["messages"].values():
            self.messages[message["name"], message["x-direction"]] = message
        self.validators = {}
        self.seen, self.differences = set(), set()

    def check(self, where, schema, value):
        key = json.dumps(schema, sort_keys=True)
        if key not in self.validators:
            self.validators[key] = jsonschema_rs.Draft202012Validator({**schema, "components": {"schemas": self.schemas}})
        for error in self.validators[key].iter_errors(value):
            self.differences.add(f"{where} at {'/'.join(map(str, error.instance_path)) or 'top'}: {error.message[:300]}")

    def check_event(self, message, role):
        self.check("envelope", reference("ServerEnvelope"), message)
        name = message["type"]
        known = self.messages.get((name, "event")) or self.messages.get((name, "opening"))
        if not known or role not in known["x-roles"]:
            self.differences.add(f"{name} is no event for a {role}")
            return
        self.seen.add(name)
        payload = known["payload"]
        if name == "snapshot":
            payload = reference("CustomerSnapshot" if role == "customer" else "AgentSnapshot")
        self.check(f"{name} to a {role}", payload, message["data"])

    def check_reply(self, command, message):
        self.check("envelope", reference("ServerEnvelope"), message)
        schema = "CommandError" if message["type"] == "error" else self.messages[command, "command"]["x-reply"]
        self.check(f"{message['type']} of {command}", reference(schema), message["data"])
        self.seen.add(message["type"])


def reference(name):
    return {"$ref": f"#/components/schemas/{name}"}


def closed(schema):
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    out = {key: closed(value) for key, value in schema.items()}
    if schema.get("type") == "object" and isinstance(schema.get("properties"), dict):
        out.setdefault("additionalProperties", False)
    return out


class Person:
    """A WebSocket that has been welcomed."""

    def __init__(self, dictionary, role, headers):
        self.dictionary, self.role, self.headers = dictionary, role, headers
        status, body, _ = rest("POST", "/v1/ws-tickets", {}, headers)
        assert status == 200, body
        origin = URL.replace("http", "ws", 1)
        self.socket = connect(f"{origin}/v1/ws?ticket={body['ticket']}", subprotocols=["visavis.v1"], origin=URL, max_size=None)
        self.heard, self.seq, self.commands = [], 0, {}
        self.send("hello", {"client": {"kind": role, "lang": "en"}})
        self.until("snapshot")

    def send(self, name, data):
        command = str(uuid.uuid4())
        self.commands[command] = name
        message = {"type": name, "id": command, "ts": int(time.time() * 1000), "seq": self.seq, "data": data}
        self.socket.send(json.dumps(message))
        return command

    def hear(self, within=15):
        message = json.loads(self.socket.recv(timeout=within))
        self.seq = message["seq"] or self.seq
        if "re" in message:
            self.dictionary.check_reply(self.commands[message["re"]], message)
        else:
            self.dictionary.check_event(message, self.role)
        self.heard.append(message)
        return message

    def until(self, name, fits=lambda data: True, within=20):
        """The newest heard, or else the next, event of that name that fits."""
        for message in reversed(self.heard):
            if message["type"] == name and fits(message["data"]):
                return message["data"]
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            message = self.hear(within)
            if message["type"] == name and fits(message["data"]):
                return message["data"]
        raise AssertionError(f"{self.role} waited for {name}; heard {[m['type'] for m in self.heard[-10:]]}")

    def ask(self, name, data):
        """Sends a command and returns (worked, data of its answer)."""
        command = self.send(name, data)
        while True:
            message = self.hear()
            if message.get("re") == command:
                return message["type"] == "ok", message["data"]

    def do(self, name, data):
        worked, answer = self.ask(name, data)
        assert worked, (name, data, answer)
        return answer

    def contact(self, contact_id, fits):
        return self.until("contact", lambda d: d["contact"]["id"] == contact_id and fits(d["contact"]))["contact"]
