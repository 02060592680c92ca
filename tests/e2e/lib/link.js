// SPDX-License-Identifier: Apache-2.0
// One person's way to the server, which can be cut: a UDP relay that the page's candidates are pointed at, and a TCP relay
// from which the page is loaded. The browser's own network emulation leaves WebRTC untouched.
import dgram from "node:dgram";
import { once } from "node:events";
import net from "node:net";

export class Link {
  /** Nothing comes through, either way; nobody is told, as on a train in a tunnel. */
  cut = false;
  /** Which media packets are lost, by bytes and way ("up" to the server, "down" to the browser). */
  loses = (_packet, _way) => false;
  #server;
  #ip = process.env.VISAVIS_E2E_IP ?? "127.0.0.1";
  #media;
  #web;
  #ways = new Map(); // the browser's UDP port → our socket towards the server
  #pairs = new Set(); // TCP: [the browser's side, the server's side]

  static async to(server) {
    const link = new Link();
    link.#server = server;
    link.#media = await bound(link.#ip);
    link.#media.on("message", (packet, from) => link.#up(packet, from));
    link.#web = net.createServer((browser) => link.#join(browser)).listen(0, "127.0.0.1");
    await once(link.#web, "listening");
    return link;
  }

  get url() {
    return `http://127.0.0.1:${this.#web.address().port}`;
  }

  get mediaPort() {
    return this.#media.address().port;
  }

  /** All connections over TCP break, as when a proxy is restarted; new ones come through at once. */
  breakConnections() {
    for (const [browser, server] of this.#pairs) {
      browser.resetAndDestroy();
      server.destroy();
    }
  }

  /** While `gone` nothing comes through; what was sent over TCP meanwhile arrives after it. */
  setGone(gone) {
    this.cut = gone;
    for (const ends of this.#pairs) for (const end of ends) gone ? end.pause() : end.resume();
  }

  async close() {
    this.cut = true;
    this.breakConnections();
    this.#web.close();
    this.#media.close();
    for (const way of this.#ways.values()) (await way).close();
  }

  #join(browser) {
    const server = net.connect(this.#server.port, "127.0.0.1");
    const pair = [browser, server];
    this.#pairs.add(pair);
    for (const [from, to] of [[browser, server], [server, browser]]) {
      from.on("data", (bytes) => to.write(bytes));
      from.on("end", () => to.end());
      from.on("error", () => to.destroy());
      from.on("close", () => {
        to.destroy();
        this.#pairs.delete(pair);
      });
      if (this.cut) from.pause();
    }
  }

  async #up(packet, from) {
    if (this.cut || this.loses(packet, "up")) return;
    const way = this.#ways.get(from.port) ?? this.#open(from.port);
    (await way).send(packet, this.#server.mediaPort, this.#ip);
  }

  #open(port) {
    const way = bound(this.#ip).then((socket) => {
      socket.on("message", (packet) => this.cut || this.loses(packet, "down") || this.#media.send(packet, port, this.#ip));
      return socket;
    });
    this.#ways.set(port, way);
    return way;
  }
}

async function bound(ip) {
  const socket = dgram.createSocket("udp4");
  socket.on("error", () => {}); // a refused packet (the server is being restarted) is a lost packet
  socket.bind(0, ip);
  await once(socket, "listening");
  return socket;
}
