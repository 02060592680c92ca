// SPDX-License-Identifier: Apache-2.0
// What an attacker brings: a company of their own, broken SDP, packets that are none, packets that somebody else sent.
import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import dgram from "node:dgram";
import { promisify } from "node:util";
import path from "node:path";
import { rest } from "./clients.js";
import { binary } from "./server.js";

/** A problem details body (RFC 9457) with this code, whose `detail` is a sentence that says what to do. */
export function refused(answer, status, code) {
  assert.equal(answer.status, status, JSON.stringify(answer.body));
  assert.match(answer.headers.get("content-type") ?? "", /^application\/problem\+json/);
  assert.equal(answer.body.code, code);
  isAdvice(answer.body.detail);
}

/** A sentence or two, for a person. */
export function isAdvice(text) {
  assert.match(text, /^[A-Z`].{19,}\.$/s, `"${text}" says what to do`);
}

/** Another company beside the demo one: { apiKey }, with the administrator "boss". The server is restarted to know it. */
export async function anotherCompany(server) {
  const said = execFileSync(binary, ["tenant", "add", "--data", server.data, "--key", "other", "--name-en", "Other", "--name-zh", "别家"], { encoding: "utf8" });
  execFileSync(
    binary,
    ["user", "add", "--data", server.data, "--tenant", "other", "--login", "boss", "--role", "agent,supervisor,admin"],
    { input: "a-password-of-others\n", stdio: ["pipe", "ignore", "ignore"] },
  );
  await server.killHard();
  await server.startAgain();
  const signedIn = await rest(server.url, "POST", "/v1/session", { body: { tenant_key: "other", login: "boss", password: "a-password-of-others" } });
  assert.equal(signedIn.status, 200, JSON.stringify(signedIn.body));
  return {
    apiKey: said.match(/vvk_\S+/)[0],
    boss: { cookie: signedIn.headers.get("set-cookie").split(";")[0], csrf: signedIn.body.csrf_token },
  };
}

/** All links have expired, as if a day had passed; the server is restarted. */
export async function letLinksExpire(server) {
  await server.killHard();
  const script = "import sqlite3, sys; db = sqlite3.connect(sys.argv[1]); db.execute('UPDATE link SET expires_at = created_at + 1'); db.commit()";
  execFileSync("python3", ["-c", script, path.join(server.data, "visavis.db")]);
  await server.startAgain();
}

export function mediaToken(data, { room, as = "mallory", role = "pubsub" }) {
  return execFileSync(binary, ["token", "--data", data, "--room", room, "--as", as, "--role", role], { encoding: "utf8" }).trim();
}

// ---- SDP

const HEAD = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n";
const AUDIO =
  "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\n" +
  `a=fingerprint:sha-256 ${Array(32).fill("AB").join(":")}\r\na=setup:actpass\r\na=rtcp-mux\r\na=sendrecv\r\na=rtpmap:111 opus/48000/2\r\n`;
export const sdp = {
  longLine: (bytes) => `${HEAD}a=x:${"y".repeat(bytes)}\r\n${AUDIO}`,
  manyMedia: (count) => HEAD + Array.from({ length: count }, () => "m=audio 9 a 1\r\n").join(""),
  fullMedia: (count) => HEAD + Array.from({ length: count }, (_, i) => AUDIO.replace("mid:0", `mid:${i}`)).join(""),
  noIce: () => `${HEAD}m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=rtpmap:111 opus/48000/2\r\n`,
  nul: () => `${HEAD}a=x\0y\r\n${AUDIO}`,
  empty: () => "",
};

// ---- packets

/** Datagrams that look a little like STUN, DTLS, RTP, RTCP, or nothing; `ssrc` is one of the call's. */
export function* malformed(count, ssrc) {
  const first = [0, 1, 20, 22, 63, 64, 127, 128, 0x80, 0x81, 0xbf, 0xc0, 255];
  let seed = 1;
  const random = () => (seed = (seed * 48271) % 0x7fffffff);
  for (let i = 0; i < count; i++) {
    const packet = Buffer.alloc(random() % 1400);
    for (let at = 0; at < packet.length; at++) packet[at] = random();
    if (packet.length > 0) packet[0] = first[i % first.length];
    if (packet.length > 1 && packet[0] >= 128 && packet[0] < 192) packet[1] = [96, 111, 200, 201, 205, 206, 0xe0][i % 7];
    if (packet.length >= 8 && packet[0] < 2) packet.writeUInt32BE(0x2112a442, 4); // STUN's cookie
    if (packet.length >= 12 && packet[0] >= 128 && i % 2) packet.writeUInt32BE(ssrc, 8);
    yield packet;
  }
}

/** Sends all of it to the port, as fast as the sockets take it. */
export async function spray(port, packets, host = "127.0.0.1") {
  const socket = dgram.createSocket("udp4");
  const send = promisify(socket.send.bind(socket));
  for (const packet of packets) await send(packet, port, host);
  socket.close();
}

/** The same from the address of somebody else: what arrives looks as if that browser had sent it. Needs a raw socket. */
export async function sprayAs(from, to, packets) {
  const script = `
import socket, struct, sys
source, sport, target, port = sys.argv[1], int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
for line in sys.stdin:
    payload = bytes.fromhex(line)
    udp = struct.pack("!HHHH", sport, port, 8 + len(payload), 0) + payload
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 0, 0, 64, 17, 0, socket.inet_aton(source), socket.inet_aton(target))
    raw.sendto(ip + udp, (target, 0))
`;
  const lines = [...packets].map((packet) => packet.toString("hex")).join("\n");
  await new Promise((resolve, reject) => {
    const child = execFile("python3", ["-c", script, from.address, String(from.port), to.address, String(to.port)], (error, _out, complaint) =>
      error ? reject(new Error(complaint || error.message)) : resolve());
    child.stdin.end(`${lines}\n`);
  });
}

/** RTP with the call's SSRC and numbers that could be next, and a tag that nobody could have made. */
export function* forgedSrtp(count, { ssrc, payloadType }) {
  for (let i = 0; i < count; i++) {
    const packet = Buffer.alloc(120, i);
    packet[0] = 0x80;
    packet[1] = payloadType;
    packet.writeUInt16BE((i * 7) & 0xffff, 2);
    packet.writeUInt32BE(i * 3000, 4);
    packet.writeUInt32BE(ssrc, 8);
    yield packet;
  }
}

/** A counter of /metrics. */
export async function metric(server, name, labels = "") {
  const { body } = await rest(server.url, "GET", "/metrics");
  const line = body.split("\n").find((l) => l.startsWith(`visavis_${name}${labels}`) || l.startsWith(`${name}${labels}`));
  assert.ok(line, `${name}${labels} is in /metrics`);
  return Number(line.split(" ").at(-1));
}
