// SPDX-License-Identifier: Apache-2.0
// Firefox's sound stands still on a machine without a sound card: a PulseAudio of our own with a null sink is its card.
// Without norewinds that card asks for two seconds of sound at once, and whatever Firefox plays or sends begins a second late.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { until } from "./until.js";

let card;

/** Starts the card once per process; resolves with the environment a browser needs. */
export async function soundCard() {
  card ??= start();
  return card;
}

async function start() {
  const home = mkdtempSync(path.join(os.tmpdir(), "visavis-sound-"));
  const socket = path.join(home, "native");
  const daemon = spawn(
    "pulseaudio",
    ["-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--disable-shm=true",
      "-L", `module-native-protocol-unix socket=${socket} auth-anonymous=1`, "-L", "module-null-sink sink_name=null norewinds=1"],
    { stdio: "ignore", env: { ...process.env, HOME: home, XDG_RUNTIME_DIR: home } },
  );
  daemon.unref();
  process.once("exit", () => {
    daemon.kill();
    rmSync(home, { recursive: true, force: true });
  });
  await until("PulseAudio's socket", () => existsSync(socket));
  return { PULSE_SERVER: `unix:${socket}` };
}
