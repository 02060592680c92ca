#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A day in the contact centre by WebSocket: each command once at least, good and bad; every message that the server says
is as api/asyncapi.yaml says, and every one that it names is heard."""
import pathlib
import sys

from media_peer import MediaPeer
from people import Dictionary, Person, ask_consent, open_contact, rest, sign_in

# Done already, whatever they name: an offer that is not theirs to decline any more, media that are not there.
NOTHING_LEFT = {"offer.decline", "media.close"}
SDP = (pathlib.Path(__file__).parent / "offer.sdp").read_text().replace("\n", "\r\n")
VP8 = "a=rtpmap:96 VP8/90000\r\n"
H264 = "a=rtpmap:97 H264/90000\r\na=fmtp:97 packetization-mode=1;profile-level-id=42e01f\r\n"
VP8_AND_H264 = SDP.replace("SAVPF 96", "SAVPF 96 97").replace(VP8, VP8 + H264)
H264_ALONE = SDP.replace("SAVPF 96", "SAVPF 97").replace(VP8, H264)


def customer(dictionary, channel):
    made = open_contact(channel=channel)
    person = Person(dictionary, "customer", {"Authorization": f"Bearer {made['token']}"})
    person.id = made["contact_id"]
    return person


def call(dictionary, agent, second, lead):
    """A video call: media, chat, file, hold, a third person, transfer, the end."""
    them = customer(dictionary, "video")
    rest("POST", "/v1/public/contact/check", {"microphone": True}, them.headers)
    them.do("media.offer", {"contact_id": them.id, "sdp": SDP})
    agent.until("offer", lambda d: d["offer"]["contact"]["id"] == them.id)
    agent.do("media.offer", {"contact_id": them.id, "sdp": SDP})
    agent.do("offer.accept", {"contact_id": them.id})
    them.contact(them.id, lambda c: c["state"] == "active")
    for person in (them, agent):
        person.do("media.view", {"contact_id": them.id, "tracks": [{"mid": "1", "height": 180}]})
        person.do("media.state", {"contact_id": them.id, "audio": "on", "video": "off"})
        person.do("chat.typing", {"contact_id": them.id})
        person.do("chat.send", {"contact_id": them.id, "text": "Hello"})
    agent.until("chat.typing")
    status, file, _ = rest("POST", f"/v1/files?contact_id={them.id}", b"hello", {**them.headers, "X-File-Name": "a.txt"}, "text/plain")
    assert status == 201, file
    them.do("chat.send", {"contact_id": them.id, "file_id": file["file_id"]})
    agent.until("chat.message", lambda d: d["message"]["kind"] == "file")
    them.do("consent.set", {"contact_id": them.id, "purpose": "recording", "version": "1", "granted": True})
    agent.do("contact.hold", {"contact_id": them.id, "on": True})
    them.contact(them.id, lambda c: c["hold"]["on"])
    agent.do("contact.hold", {"contact_id": them.id, "on": False})
    second.do("agent.state", {"state": "ready"})
    second_id = second.until("snapshot")["you"]["id"]
    agent.do("contact.add", {"contact_id": them.id, "user_id": second_id})
    second.until("offer", lambda d: d["offer"]["contact"]["id"] == them.id)
    second.do("offer.decline", {"contact_id": them.id, "reason": "busy"})
    second.until("offer.gone")
    agent.do("contact.add", {"contact_id": them.id, "user_id": second_id})
    agent.contact(them.id, lambda c: c.get("ringing", {}).get("user_id") == second_id)
    agent.do("offer.cancel", {"contact_id": them.id})
    second.until("offer.gone", lambda d: d["reason"] == "withdrawn")
    agent.do("contact.transfer", {"contact_id": them.id, "to": {"user_id": second_id}, "note": "yours"})
    second.until("offer", lambda d: d["offer"].get("kind") == "transfer")
    second.do("offer.accept", {"contact_id": them.id})
    second.contact(them.id, lambda c: c["state"] == "active" and any(p.get("user_id") == second_id for p in c["participants"]))
    agent.do("wrapup.complete", {"contact_id": them.id, "disposition": "passed_on", "resolved": False})
    lead.until("wall", lambda d: d["calls"])
    them.do("media.close", {"contact_id": them.id})
    them.do("contact.leave", {"contact_id": them.id})
    second.do("wrapup.extend", {"contact_id": them.id})
    second.do("wrapup.complete", {"contact_id": them.id, "disposition": "answered", "resolved": True, "note": "done"})
    second.until("contact.gone", lambda d: d["contact_id"] == them.id)
    them.do("contact.rate", {"contact_id": them.id, "stars": 5, "solved": True, "comment": "good"})
    return them


def codecs(dictionary, agent):
    """A call that begins in another codec than the customer's browser has; the agent comes back with one that has no common one."""
    them = customer(dictionary, "video")
    agent.until("offer", lambda d: d["offer"]["contact"]["id"] == them.id)
    agent.do("offer.accept", {"contact_id": them.id})
    mine = lambda d: d["contact_id"] == them.id
    agent.do("media.offer", {"contact_id": them.id, "sdp": VP8_AND_H264})
    them.do("media.offer", {"contact_id": them.id, "sdp": H264_ALONE})
    assert agent.until("media.switch", mine)["codec"] == "H264"
    agent.do("media.offer", {"contact_id": them.id, "sdp": SDP})
    for person in (agent, them):
        person.until("notice", lambda d: d["code"] == "no_common_codec" and mine(d))
    agent.do("contact.end", {"contact_id": them.id})
    agent.do("wrapup.complete", {"contact_id": them.id, "disposition": "answered", "resolved": True})


def quality(dictionary, agent):
    """A voice call in which sound flows: both are told how well."""
    them = customer(dictionary, "audio")
    agent.until("offer", lambda d: d["offer"]["contact"]["id"] == them.id)
    agent.do("offer.accept", {"contact_id": them.id})
    peers = [MediaPeer(person, them.id) for person in (them, agent)]
    for person in (them, agent):
        person.until("media.quality", lambda d: d["contact_id"] == them.id)
    for peer in peers:
        peer.stop()
    agent.do("contact.end", {"contact_id": them.id})
    agent.do("wrapup.complete", {"contact_id": them.id, "disposition": "answered", "resolved": True})


def chat(dictionary, agent):
    """A chat that is raised to a call, and ends as abuse."""
    them = customer(dictionary, "chat")
    agent.until("offer", lambda d: d["offer"]["contact"]["id"] == them.id)
    agent.do("offer.accept", {"contact_id": them.id})
    them.do("contact.raise", {"contact_id": them.id, "channel": "audio"})
    agent.contact(them.id, lambda c: "raise" in c)
    agent.do("contact.raise.answer", {"contact_id": them.id, "accept": True})
    them.contact(them.id, lambda c: c["channel"] == "audio")
    agent.do("contact.end", {"contact_id": them.id, "reason": "abuse"})
    agent.do("wrapup.complete", {"contact_id": them.id, "disposition": "answered", "resolved": False})


def taken(dictionary, agent, lead):
    """One who was declined and waits on is picked by hand."""
    agent.do("agent.state", {"state": "break", "reason": "lunch"})
    agent.do("agent.state", {"state": "ready"})
    them = customer(dictionary, "chat")
    agent.until("offer", lambda d: d["offer"]["contact"]["id"] == them.id)
    agent.do("offer.decline", {"contact_id": them.id})
    agent.until("queue", lambda d: any(r["contact_id"] == them.id for r in d["rows"]))
    lead.until("wall", lambda d: d["waiting"])
    agent.do("contact.take", {"contact_id": them.id})
    agent.do("contact.end", {"contact_id": them.id})
    agent.do("wrapup.complete", {"contact_id": them.id, "disposition": "answered", "resolved": True})


def nonsense(dictionary, person):
    """Each command with nothing in it, and with a contact that is none of theirs: an error as documented."""
    for (name, direction) in dictionary.messages:
        if direction == "command" and not name.startswith("wall.") and name != "agent.state":
            for data in ({}, {"contact_id": "0190a0a0-0000-7000-8000-000000000000"}, {"contact_id": 7}):
                worked, _ = person.ask(name, data)
                assert not worked or name in NOTHING_LEFT, f"{name} {data} was done"


def main():
    dictionary = Dictionary()
    agent = Person(dictionary, "agent", sign_in("demo", "agent1", "demo-agent"))
    second = Person(dictionary, "agent", sign_in("demo", "agent2", "demo-agent"))
    lead = Person(dictionary, "agent", sign_in("demo", "lead", "demo-lead"))
    ask_consent(sign_in("demo", "admin", "demo-admin"), "recording")
    lead.do("wall.subscribe", {})
    agent.do("agent.state", {"state": "ready"})
    them = call(dictionary, agent, second, lead)
    codecs(dictionary, agent)
    quality(dictionary, agent)
    chat(dictionary, agent)
    taken(dictionary, agent, lead)
    lead.do("wall.unsubscribe", {})
    for person in (customer(dictionary, "chat"), second):
        nonsense(dictionary, person)
    Person(dictionary, "customer", them.headers)  # a second tab
    them.until("superseded")
    for person in (agent, lead):
        person.until("tick")
    named = {name for name, direction in dictionary.messages if direction in ("event", "reply", "opening")} - {"hello", "ack"}
    for name in sorted(named - dictionary.seen):
        dictionary.differences.add(f"{name} is documented and was never said")
    for difference in sorted(dictionary.differences):
        print(difference)
    print(f"{len(dictionary.seen)} kinds of messages heard, {len(dictionary.differences)} differences from api/asyncapi.yaml")
    return 1 if dictionary.differences else 0


if __name__ == "__main__":
    sys.exit(main())
