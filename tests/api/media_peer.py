# SPDX-License-Identifier: Apache-2.0
"""A WebRTC client that is not ours (aiortc) for a Person: silence flows, so that what is said of running media is heard."""
import asyncio
import threading

from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import AudioStreamTrack


class MediaPeer:
    """Sound alone, both ways, from start to stop. Its own thread drives it: the WebSocket of a Person blocks."""

    def __init__(self, person, contact_id):
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        offer = self.run(self._offer())
        answer = person.do("media.offer", {"contact_id": contact_id, "sdp": offer})
        self.run(self.peer.setRemoteDescription(RTCSessionDescription(answer["sdp"], "answer")))

    async def _offer(self):
        self.peer = RTCPeerConnection(RTCConfiguration(iceServers=[]))
        self.peer.addTrack(AudioStreamTrack())
        await self.peer.setLocalDescription(await self.peer.createOffer())
        return self.peer.localDescription.sdp

    def run(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(timeout=20)

    def stop(self):
        self.run(self.peer.close())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
