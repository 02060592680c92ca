// SPDX-License-Identifier: Apache-2.0
// Starts the built server in a folder of its own on free ports, can kill it hard and start it again on the same data.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import dgram from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, rmSync, existsSync } from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { leaks } from "./private.js";

const root = path.resolve(import.meta.dirname, "../../..");
export const binary = path.join(root, "build/release/visavis");

const bindable = (socket, bind) =>
  new Promise((resolve) => {
    socket.once("error", () => resolve(false));
    bind(() => socket.close(() => resolve(true)));
  });

/** Free for TCP and UDP, and below the ports that the system lends to outgoing connections, so that no browser's
 * connection takes it between this look and the server's start, or its restart on the same port; above 10,080, the highest
 * port that browsers refuse to open. */
async function freePort() {
  for (;;) {
    const port = 11_000 + Math.floor(Math.random() * 19_000);
    const tcp = net.createServer();
    const udp = dgram.createSocket("udp4");
    if ((await bindable(tcp, (done) => tcp.listen(port, done))) && (await bindable(udp, (done) => udp.bind(port, done)))) return port;
  }
}

export class Server {
  /** All that it wrote to its log, over restarts. */
  #written = "";

  static async start({ args = [], env = {} } = {}) {
    if (!existsSync(binary)) throw new Error(`${binary} is missing: run make build first`);
    const server = new Server();
    server.data = mkdtempSync(path.join(os.tmpdir(), "visavis-e2e-"));
    server.port = await freePort();
    server.mediaPort = await freePort();
    Object.assign(server, { args, env });
    await server.#spawn();
    return server;
  }

  get url() {
    return `http://127.0.0.1:${this.port}`; // localhost may mean ::1 first
  }

  async #spawn() {
    this.log = "";
    this.process = spawn(
      binary,
      ["serve", "--demo", "--data", this.data, "--listen", `127.0.0.1:${this.port}`, "--media-ip", process.env.VISAVIS_E2E_IP ?? "127.0.0.1",
        "--media-port", String(this.mediaPort), "--workers", "1", ...this.args],
      { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...this.env } },
    );
    const ready = new Promise((resolve, reject) => {
      const read = (chunk) => {
        this.log = (this.log + chunk).slice(-200_000);
        if (/^ready http/m.test(this.log)) resolve();
      };
      this.process.stdout.on("data", read);
      this.process.stderr.on("data", (chunk) => {
        this.#written += chunk;
        read(chunk);
      });
      this.process.once("exit", (code, signal) => reject(new Error(`server ended (${code ?? signal}):\n${this.log.slice(-3000)}`)));
    });
    await ready;
    this.readyAt = Date.now();
    this.process.once("exit", (code, signal) => {
      if (!this.ending) console.error(`the server died (${signal ?? code}):\n${this.log.slice(-4000)}`);
    });
  }

  /** As a power cut would: no goodbye, nothing flushed. */
  async killHard() {
    this.ending = true;
    const gone = once(this.process, "exit");
    this.process.kill("SIGKILL");
    await gone;
    this.ending = false;
    this.killed = true;
  }

  /** Changes what is stored (SQL with ? and its values), while the server does not run. */
  changeStored(statement, ...values) {
    const program = "import json, sqlite3, sys; db = sqlite3.connect(sys.argv[1]); db.execute(sys.argv[2], json.loads(sys.argv[3])); db.commit()";
    execFileSync("python3", ["-c", program, path.join(this.data, "visavis.db"), statement, JSON.stringify(values)]);
  }

  async startAgain() {
    this.killed = false;
    await this.#spawn();
  }

  /** Its log must hold nothing personal or secret of what the tests did with it. */
  async stop() {
    this.ending = true;
    if (this.process.exitCode === null && this.process.signalCode === null) {
      const gone = once(this.process, "exit");
      this.process.kill("SIGTERM");
      const timer = setTimeout(() => this.process.kill("SIGKILL"), 10_000);
      await gone;
      clearTimeout(timer);
    }
    const end = this.process.signalCode ?? this.process.exitCode;
    rmSync(this.data, { recursive: true, force: true });
    assert.ok(this.killed || end === 0, `the server did not end as it was asked to: ${end}`);
    assert.deepEqual(leaks(this.#written), [], "the server's log says too much");
  }
}
