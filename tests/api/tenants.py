#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every route of api/openapi.yaml with the credentials of another company: nothing of the demo company is read or changed.

VISAVIS_OTHER_KEY is an API key of the company `other`, whose administrator is boss.
"""
import json
import os
import re
import sys

from people import Dictionary, Person, ask_consent, document, entry, open_contact, rest, sign_in

PASSWORD = "a-password-of-others"
EVERYBODY = "shows what everybody may know"
COVERED = "by the tokens of rooms, which belong to no company: tests/e2e/bad_input.test.js, tests/whip"


class Table:
    def __init__(self):
        self.boss = sign_in("other", "boss", PASSWORD)
        ask_consent(self.boss, "recording")
        self.key = {"Authorization": f"Bearer {os.environ['VISAVIS_OTHER_KEY']}"}
        made = open_contact("other", "chat")
        self.stranger, self.stranger_id = {"Authorization": f"Bearer {made['token']}"}, made["contact_id"]
        # What the demo company has.
        self.admin = sign_in("demo", "admin", "demo-admin")
        made = open_contact("demo", "chat")
        self.customer, self.contact = {"Authorization": f"Bearer {made['token']}"}, made["contact_id"]
        agent = Person(Dictionary(), "agent", sign_in("demo", "agent1", "demo-agent"))
        agent.do("agent.state", {"state": "ready"})
        agent.until("offer")
        agent.do("offer.accept", {"contact_id": self.contact})
        self.topic = entry("demo")["topics"][0]["id"]
        named = {**self.customer, "X-File-Name": "secret.txt"}
        status, file, _ = rest("POST", f"/v1/files?contact_id={self.contact}", b"secret", named, "text/plain")
        assert status == 201, file
        self.file = file["file_id"]
        self.link = rest("POST", "/v1/links", {"topic_id": self.topic, "channel": "chat"}, self.admin)[1]["url"].split("#l=")[1]
        users = rest("GET", "/v1/users", headers=self.admin)[1]["items"]
        queues = rest("GET", "/v1/queues", headers=self.admin)[1]["items"]
        self.user = users[0]["id"]
        self.secrets = [self.contact, self.file] + [item["id"] for item in users + queues]
        self.problems = []

    def refused(self, statuses, method, path, body=None, headers=None, **more):
        status, answer, _ = rest(method, path, body, headers, **more)
        if status not in statuses:
            self.problems.append(f"{method} {path}: {status} instead of {statuses}: {str(answer)[:200]}")
        self.tells_nothing(f"{method} {path}", answer)

    def tells_nothing(self, where, answer):
        text = answer.decode(errors="replace") if isinstance(answer, bytes) else json.dumps(answer)
        for secret in self.secrets:
            if secret in text:
                self.problems.append(f"{where} tells {secret}")

    def own(self, method, path, body=None, headers=None, expected=(200, 201, 204)):
        """Works for their own company, and tells nothing of the other."""
        self.refused(expected, method, path, body, headers)

    def routes(self):
        """METHOD path → what is tried, or why there is nothing to try."""
        file = {"X-File-Name": "a.txt"}
        wish = {"key": "other", "channel": "chat", "language": "en"}
        queue = {"name": {"zh-CN": "别", "en": "Other's own"}}
        user = {"login": "agent1", "name": "Other's own", "password": PASSWORD, "roles": ["agent"]}
        consent = {"purpose": "recording", "version": "1", "granted": True}
        return {
            "GET /v1/public/entry": EVERYBODY,
            "GET /v1/public/links/{token}": EVERYBODY,
            "POST /v1/public/contacts": lambda: (
                self.refused([404], "POST", "/v1/public/contacts", {**wish, "topic_id": self.topic}),
                self.refused([404], "POST", "/v1/public/contacts", {**wish, "link_token": self.link})),
            "GET /v1/public/contact": lambda: self.own("GET", "/v1/public/contact", None, self.stranger),
            "GET /v1/public/contact/consents": lambda: self.own("GET", "/v1/public/contact/consents", None, self.stranger),
            "PUT /v1/public/contact/consents": lambda: self.own("PUT", "/v1/public/contact/consents", consent, self.stranger),
            "POST /v1/public/contact/check": lambda: self.own("POST", "/v1/public/contact/check", {"a": 1}, self.stranger),
            "POST /v1/session": lambda: (
                self.refused([401], "POST", "/v1/session", {"tenant_key": "other", "login": "lead", "password": "demo-lead"}),
                self.refused([401], "POST", "/v1/session", {"tenant_key": "demo", "login": "boss", "password": PASSWORD})),
            "GET /v1/session": lambda: self.own("GET", "/v1/session", None, self.boss),
            "DELETE /v1/session": lambda: self.refused([401], "DELETE", "/v1/session", None, self.stranger),
            "POST /v1/ws-tickets": lambda: self.own("POST", "/v1/ws-tickets", {}, self.stranger),
            "POST /v1/links": lambda: [
                self.refused([400], "POST", "/v1/links", {"topic_id": self.topic, "channel": "chat"}, who) for who in (self.boss, self.key)],
            "POST /v1/files": lambda: [
                self.refused([404], "POST", f"/v1/files?contact_id={self.contact}", b"x", {**who, **file}, content_type="text/plain")
                for who in (self.boss, self.stranger)],
            "GET /v1/files/{id}": lambda: [self.refused([404], "GET", f"/v1/files/{self.file}", None, who) for who in (self.boss, self.stranger)],
            "GET /v1/contacts": lambda: (
                self.own("GET", "/v1/contacts", None, self.boss), self.refused([401], "GET", "/v1/contacts", None, self.stranger)),
            "GET /v1/contacts/{id}": lambda: self.refused([404], "GET", f"/v1/contacts/{self.contact}", None, self.boss),
            "GET /v1/contacts/{id}/quality": lambda: self.refused([404], "GET", f"/v1/contacts/{self.contact}/quality", None, self.boss),
            "GET /v1/config": lambda: self.own("GET", "/v1/config", None, self.boss),
            "GET /v1/queues": lambda: self.own("GET", "/v1/queues", None, self.boss),
            "POST /v1/queues": lambda: self.own("POST", "/v1/queues", queue, self.boss),
            "PATCH /v1/queues/{id}": lambda: self.refused([404], "PATCH", f"/v1/queues/{self.topic}", queue, self.boss),
            "GET /v1/company": lambda: self.own("GET", "/v1/company", None, self.boss),
            "PATCH /v1/company": lambda: self.own("PATCH", "/v1/company", {"name": queue["name"]}, self.boss),
            "GET /v1/users": lambda: self.own("GET", "/v1/users", None, self.boss),
            "POST /v1/users": lambda: self.own("POST", "/v1/users", user, self.boss),
            "PATCH /v1/users/{id}": lambda: self.refused([404], "PATCH", f"/v1/users/{self.user}", {"name": "Other's own"}, self.boss),
            "POST /v1/practice": lambda: self.refused([401], "POST", "/v1/practice", {}, self.stranger),
            "POST /v1/rooms/{room}/whip": COVERED,
            "POST /v1/rooms/{room}/whep": COVERED,
            "PATCH /v1/rooms/{room}/sessions/{id}": COVERED,
            "DELETE /v1/rooms/{room}/sessions/{id}": COVERED,
            "GET /healthz": EVERYBODY,
            "GET /readyz": EVERYBODY,
            "GET /metrics": lambda: self.own("GET", "/metrics"),
        }

    def whole(self):
        """The demo company is as it was."""
        contact = rest("GET", "/v1/public/contact", headers=self.customer)[1]
        if contact.get("id") != self.contact or any(c["granted"] for c in contact["consents"]):
            self.problems.append(f"the contact was changed: {contact}")
        if rest("GET", f"/v1/public/links/{self.link}")[0] != 200:
            self.problems.append("the link was used up")
        for what in ("users", "queues", "company"):
            if "Other's own" in json.dumps(rest("GET", f"/v1/{what}", headers=self.admin)[1]):
                self.problems.append(f"{what} of the other company appeared")


def main():
    documented = document("openapi.yaml")["paths"]
    operations = {f"{method.upper()} {path}" for path, item in documented.items() for method in item if re.fullmatch("get|post|put|patch|delete", method)}
    table = Table()
    routes = table.routes()
    for missing in sorted(operations - set(routes)):
        table.problems.append(f"{missing}: say in tests/api/tenants.py what another company may do there")
    for name in sorted(set(routes) & operations):
        if callable(routes[name]):
            routes[name]()
    table.whole()
    print(*table.problems, sep="\n")
    print(f"{len(operations)} routes, {len(table.problems)} problems with the credentials of another company")
    return 1 if table.problems else 0


if __name__ == "__main__":
    sys.exit(main())
