#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Standard WHIP and WHEP clients (aiortc) against the real server: what is published is seen and heard."""
import logging
import os
import pathlib
import re
import socket
import subprocess
import tempfile
import unittest

from clients import Publisher, Refused, Viewer, until

BINARY = pathlib.Path(__file__).resolve().parents[2] / "build/release/visavis"
ADDRESS = os.environ.get("VISAVIS_E2E_IP", "127.0.0.1")


def free_port():
    """Free for UDP and TCP, below the range of outgoing connections."""
    for port in range(20_000 + os.getpid() % 8_000, 32_000):
        with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
            try:
                tcp.bind(("0.0.0.0", port))
                udp.bind(("0.0.0.0", port))
                return port
            except OSError:
                continue
    raise OSError("no free port")


class Server:
    def __init__(self):
        self.data = tempfile.TemporaryDirectory(prefix="visavis-whip-")
        command = [BINARY, "serve", "--demo", "--data", self.data.name, "--listen", "127.0.0.1:0", "--media-ip", ADDRESS,
                   "--media-port", str(free_port()), "--workers", "1"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.url, said = None, []
        while self.url is None:
            line = self.process.stdout.readline()
            said.append(line)
            if not line:
                raise RuntimeError("the server ended: " + "".join(said))
            ready = re.match(r"ready (http\S+)", line)
            self.url = ready and ready[1].rstrip("/")

    def token(self, room, name, role="pubsub"):
        command = [BINARY, "token", "--data", self.data.name, "--room", room, "--as", name, "--role", role]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def stop(self):
        self.process.terminate()
        self.process.communicate(timeout=20)
        self.data.cleanup()


class Whip(unittest.IsolatedAsyncioTestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()

    @classmethod
    def tearDownClass(cls):
        cls.server.stop()

    def setUp(self):
        self.room = self._testMethodName
        self.clients = []

    async def asyncTearDown(self):
        for client in self.clients:
            await client.close()

    def made(self, kind, name, role, **options):
        client = kind(self.server.url, self.server.token(self.room, name, role), **options)
        self.clients.append(client)
        return client

    async def publish(self, name, hertz=440):
        return await self.made(Publisher, name, "pub").publish(self.room, hertz)

    async def play(self, name="viewer", people=1, of=None):
        return await self.made(Viewer, name, "sub", people=people).play(self.room, of)

    async def test_what_is_published_is_seen_and_heard(self):
        await self.publish("alice")
        viewer = await self.play()
        await until(viewer.moving, "a moving picture")
        await until(lambda: viewer.hears(440), "the tone of alice")

    async def test_a_later_publisher_appears_without_renegotiation(self):
        viewer = await self.play(people=2)
        self.assertEqual(viewer.moving(), [])
        await self.publish("alice", 440)
        await until(lambda: len(viewer.moving()) == 1 and viewer.hears(440), "alice")
        await self.publish("bob", 660)
        await until(lambda: len(viewer.moving()) == 2 and viewer.hears(440) and viewer.hears(660), "alice and bob")

    async def test_one_of_several(self):
        await self.publish("alice", 440)
        await self.publish("bob", 660)
        viewer = await self.play(people=2, of="bob")
        await until(lambda: viewer.hears(660), "bob")
        self.assertEqual(len(viewer.moving()), 1)
        self.assertFalse(viewer.hears(440))
        with self.assertRaises(Refused) as refused:
            await self.play("second", of="nobody")
        self.assertEqual(refused.exception.status, 404)

    async def test_trickle_is_taken(self):
        alice = await self.publish("alice")
        sdp = alice.peer.localDescription.sdp
        first = re.search(r"a=candidate:.*", sdp)[0].strip()
        ufrag, pwd = (re.search(rf"a=ice-{name}:(\S+)", sdp)[1] for name in ("ufrag", "pwd"))
        fragment = f"a=ice-ufrag:{ufrag}\r\na=ice-pwd:{pwd}\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\n{first}\r\na=end-of-candidates\r\n"
        status, _, _ = await alice.patch(fragment, {"If-Match": alice.etag})
        self.assertEqual(status, 204)
        with self.assertRaises(Refused) as refused:
            await alice.patch(fragment, {"If-Match": '"another"'})
        self.assertEqual(refused.exception.status, 412)
        viewer = await self.play()
        await until(viewer.moving, "alice, who is connected as before")

    async def test_ice_is_restarted_on_both_sides_and_the_picture_goes_on(self):
        alice = await self.publish("alice")
        viewer = await self.play()
        await until(viewer.moving, "a moving picture")
        for client in (alice, viewer):
            before = client.etag
            await client.restart_ice()
            self.assertNotEqual(client.etag, before)
            viewer.forget()
            await until(lambda: viewer.moving() and viewer.hears(440), "alice over the new path")
            with self.assertRaises(Refused) as refused:
                await client.patch("a=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\n", {"If-Match": before})
            self.assertEqual(refused.exception.status, 412)

    async def test_delete_ends_it(self):
        alice = await self.publish("alice")
        viewer = await self.play()
        await until(viewer.moving, "a moving picture")
        status, _, _ = await alice.end()
        self.assertEqual(status, 200)
        await until(lambda: alice.peer.connectionState in ("closed", "failed"), "the end of alice's connection")
        with self.assertRaises(Refused) as refused:
            await alice.end()
        self.assertEqual(refused.exception.status, 404)
        viewer.forget()
        await self.publish("alice")
        await until(viewer.moving, "alice, who came again")

    async def test_nobody_ends_the_session_of_another(self):
        alice = await self.publish("alice")
        mallory = self.made(Publisher, "mallory", "pub")
        mallory.location = alice.location
        for attempt in (mallory.end(), mallory.patch("a=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\n")):
            with self.assertRaises(Refused) as refused:
                await attempt
            self.assertEqual(refused.exception.status, 403)
        viewer = await self.play()
        await until(viewer.moving, "alice, whom nobody disturbed")


if __name__ == "__main__":
    logging.getLogger("asyncio").setLevel(logging.ERROR)  # not how long callbacks took on a busy machine
    unittest.main(verbosity=2)
