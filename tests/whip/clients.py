# SPDX-License-Identifier: Apache-2.0
"""WHIP and WHEP clients that are not ours: aiortc does the WebRTC, this file the few lines of HTTP (RFC 9725).

A publisher shows a picture whose brightness walks through STEPS and plays a tone; a viewer says what it sees and hears.
"""
import asyncio
import fractions
import math
import re
import struct
import time

import aiohttp
import aioice
import av
from aiortc import MediaStreamTrack, RTCBundlePolicy, RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import AudioStreamTrack, MediaStreamError

WIDTH, HEIGHT, FPS = 320, 240, 15
STEPS = 8
RATE = 48_000


class Picture(MediaStreamTrack):
    """Evenly grey, another grey from frame to frame: what survives any codec."""

    kind = "video"

    def __init__(self):
        super().__init__()
        self.count, self.began = 0, None

    async def recv(self):
        self.began = self.began or time.monotonic()
        await asyncio.sleep(max(0, self.began + self.count / FPS - time.monotonic()))
        frame = av.VideoFrame(WIDTH, HEIGHT, "yuv420p")
        grey = 30 + (self.count % STEPS) * 200 // STEPS
        for plane, value in zip(frame.planes, (grey, 128, 128)):
            plane.update(bytes([value]) * plane.buffer_size)
        frame.pts, frame.time_base = self.count * 90_000 // FPS, fractions.Fraction(1, 90_000)
        self.count += 1
        return frame


class Tone(AudioStreamTrack):
    def __init__(self, hertz):
        super().__init__()
        self.hertz, self.at, self.began = hertz, 0, None

    async def recv(self):
        self.began = self.began or time.monotonic()
        await asyncio.sleep(max(0, self.began + self.at / RATE - time.monotonic()))
        samples = [int(8000 * math.sin(2 * math.pi * self.hertz * (self.at + i) / RATE)) for i in range(960)]
        frame = av.AudioFrame(format="s16", layout="mono", samples=960)
        frame.planes[0].update(struct.pack("<960h", *samples))
        frame.sample_rate, frame.pts, frame.time_base = RATE, self.at, fractions.Fraction(1, RATE)
        self.at += 960
        return frame


def candidates_everywhere(sdp):
    """aiortc takes the candidates of a bundle from its last m-line; RFC 8843, section 9.2 has them in the first alone."""
    transport = "".join(re.findall(r"a=(?:candidate:|end-of-candidates).*\r\n", sdp))
    head, *media = re.split(r"(?=^m=)", sdp, flags=re.M)
    return head + media[0] + "".join(part + transport for part in media[1:])


class Refused(Exception):
    def __init__(self, status, body):
        super().__init__(f"{status}: {body}")
        self.status, self.body = status, body


class Client:
    """One session: a PeerConnection and the resource that stands for it on the server."""

    def __init__(self, url, token):
        self.url, self.token = url, token
        self.peer = RTCPeerConnection(RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE))
        self.location = self.etag = None
        self.left = []  # ICE connections of before a restart

    async def request(self, method, url, body=None, content_type=None, headers=()):
        wanted = {"Authorization": f"Bearer {self.token}", **dict(headers)}
        if content_type:
            wanted["Content-Type"] = content_type
        async with aiohttp.ClientSession() as http, http.request(method, self.url + url, data=body, headers=wanted) as answer:
            text = await answer.text()
            if answer.status >= 400:
                raise Refused(answer.status, text)
            return answer.status, answer.headers, text

    async def open(self, endpoint):
        await self.peer.setLocalDescription(await self.peer.createOffer())
        status, headers, sdp = await self.request("POST", endpoint, self.peer.localDescription.sdp, "application/sdp")
        assert status == 201 and headers["Content-Type"].startswith("application/sdp"), (status, headers)
        self.location, self.etag, self.answer = headers["Location"], headers["ETag"], sdp
        await self.peer.setRemoteDescription(RTCSessionDescription(candidates_everywhere(sdp), "answer"))

    async def connected(self, within=15):
        await until(lambda: self.peer.connectionState == "connected", "ICE and DTLS", within)

    async def patch(self, fragment, headers=()):
        return await self.request("PATCH", self.location, fragment, "application/trickle-ice-sdpfrag", headers)

    async def restart_ice(self):
        """Another socket and other credentials below the same DTLS session (RFC 9725, section 4.3.2). aiortc cannot do it by
        itself: a second ICE connection takes the place of the first within its transport."""
        fresh = aioice.Connection(ice_controlling=True)
        await fresh.gather_candidates()
        fragment = f"a=ice-ufrag:{fresh.local_username}\r\na=ice-pwd:{fresh.local_password}\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\n"
        fragment += "".join(f"a=candidate:{each.to_sdp()}\r\n" for each in fresh.local_candidates) + "a=end-of-candidates\r\n"
        status, headers, answer = await self.patch(fragment, {"If-Match": "*"})
        assert status == 200 and headers["Content-Type"].startswith("application/trickle-ice-sdpfrag"), (status, headers)
        self.etag = headers["ETag"]
        fresh.remote_is_lite = True
        fresh.remote_username, fresh.remote_password = (re.search(rf"a=ice-{name}:(\S+)", answer)[1] for name in ("ufrag", "pwd"))
        for line in set(re.findall(r"a=candidate:(.*\S)", answer) or re.findall(r"a=candidate:(.*\S)", self.answer)):
            await fresh.add_remote_candidate(aioice.Candidate.from_sdp(line))
        await fresh.add_remote_candidate(None)
        await fresh.connect()
        transport = self.peer.getTransceivers()[0].sender.transport.transport
        before, transport._connection, transport._recv, transport._send = transport._connection, fresh, fresh.recv, fresh.send
        before.data_received(b"\0", 1)  # whoever listens there looks up and listens to the other from now on
        before._query_consent_task.cancel()
        self.left.append(before)

    async def end(self):
        return await self.request("DELETE", self.location)

    async def close(self):
        for connection in self.left:
            await connection.close()
        await self.peer.close()


class Publisher(Client):
    async def publish(self, room, hertz=440):
        self.peer.addTrack(Tone(hertz))
        self.peer.addTrack(Picture())
        await self.open(f"/v1/rooms/{room}/whip")
        await self.connected()
        return self


class Viewer(Client):
    """Keeps the brightness of what it sees and the sound of the last second, by m-line in order of the offer."""

    def __init__(self, url, token, people=1):
        super().__init__(url, token)
        self.people = people
        self.greys = {}  # mid → brightness of each frame
        self.sound = {}  # mid → samples
        self.tasks = []

    async def play(self, room, of=None):
        for kind in ["audio", "video"] * self.people:
            self.peer.addTransceiver(kind, direction="recvonly")
        await self.open(f"/v1/rooms/{room}/whep" + (f"?of={of}" if of else ""))
        for transceiver in self.peer.getTransceivers():
            watch = self.watch if transceiver.kind == "video" else self.listen
            self.tasks.append(asyncio.create_task(watch(transceiver.mid, transceiver.receiver.track)))
        await self.connected()
        return self

    async def watch(self, mid, track):
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:
                return
            plane = bytes(frame.planes[0])
            middle = plane[frame.height // 2 * frame.planes[0].line_size:][:frame.width]
            self.greys.setdefault(mid, []).append(sum(middle) / len(middle))

    async def listen(self, mid, track):
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:
                return
            channels = frame.layout.nb_channels
            samples = struct.unpack(f"<{frame.samples * channels}h", bytes(frame.planes[0])[:frame.samples * channels * 2])
            heard = self.sound.setdefault(mid, [])
            heard.extend(samples[::channels])
            del heard[:-RATE]

    def moving(self):
        """m-lines with a picture that changes: of the last second at least half of all greys."""
        return [mid for mid, greys in self.greys.items() if len({round(g / (200 / STEPS)) for g in greys[-FPS:]}) >= STEPS // 2]

    def hears(self, hertz):
        """Is a second of this tone, and of no other, in one of the m-lines? A tone crosses zero twice a wave."""
        for samples in self.sound.values():
            if len(samples) < RATE:
                continue
            level = math.sqrt(sum(s * s for s in samples[::7]) / len(samples[::7]))
            crossings = sum(1 for a, b in zip(samples, samples[1:]) if (a < 0) != (b < 0))
            if level > 500 and abs(crossings - 2 * hertz) < 0.1 * 2 * hertz:
                return True
        return False

    def forget(self):
        self.greys.clear()
        self.sound.clear()

    async def close(self):
        await super().close()
        for task in self.tasks:
            task.cancel()


async def until(condition, what, within=20):
    deadline = time.monotonic() + within
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {within} s for: {what}")
        await asyncio.sleep(0.05)
