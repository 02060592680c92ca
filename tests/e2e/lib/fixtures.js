// SPDX-License-Identifier: Apache-2.0
// A fake camera whose picture carries a counter, and a fake microphone that speaks known sentences. Made once into
// build/e2e: 640×360 at 15 frames/s, so that two browsers and a server fit on two cores.
import { execFileSync } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import path from "node:path";

export const folder = path.resolve(import.meta.dirname, "../../../build/e2e");
export const WIDTH = 640;
export const HEIGHT = 360;
export const FRAMES = 64; // the counter runs 0…63, then again
export const FPS = Number(process.env.VISAVIS_E2E_FPS ?? 15);
const BITS = 6;
const CELL = 40; // px: survives 180p and heavy compression

/** Counter cells stand in the top row: a white marker, BITS cells with the most significant first, a black marker. */
function paintFrame(luma, count) {
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      // A drifting gradient: the encoder has real work and every frame differs.
      luma[y * WIDTH + x] = 64 + ((x + y + count * 6) & 127);
    }
  }
  const cells = [1, ...Array.from({ length: BITS }, (_, i) => (count >> (BITS - 1 - i)) & 1), 0];
  cells.forEach((bit, i) => {
    for (let y = 0; y < CELL * 2; y++) luma.fill(bit ? 235 : 16, y * WIDTH + i * CELL * 2, y * WIDTH + (i + 1) * CELL * 2);
  });
}

function cameraFile() {
  const file = path.join(folder, `camera-${FPS}.y4m`);
  if (existsSync(file)) return file;
  mkdirSync(folder, { recursive: true });
  const out = openSync(`${file}.part`, "w");
  writeSync(out, `YUV4MPEG2 W${WIDTH} H${HEIGHT} F${FPS}:1 Ip A1:1 C420jpeg\n`);
  const luma = Buffer.alloc(WIDTH * HEIGHT);
  const chroma = Buffer.alloc((WIDTH * HEIGHT) / 2, 128);
  for (let count = 0; count < FRAMES; count++) {
    paintFrame(luma, count);
    writeSync(out, "FRAME\n");
    writeSync(out, luma);
    writeSync(out, chroma);
  }
  closeSync(out);
  renameSync(`${file}.part`, file);
  return file;
}

const SENTENCES = "Good morning, this is a known voice. Please listen: seven, three, nine, one. The quick brown fox jumps over the lazy dog, twice a day.";

function speechFile() {
  const file = path.join(folder, "speech.wav");
  if (existsSync(file)) return file;
  mkdirSync(folder, { recursive: true });
  execFileSync("espeak-ng", ["-v", "en", "-s", "150", "-w", `${file}.part`, SENTENCES]);
  renameSync(`${file}.part`, file);
  return file;
}

export const camera = cameraFile;
export const speech = speechFile;

/** 16-bit mono WAV → { rate, samples }. */
export function readWav(file) {
  const bytes = readFileSync(file);
  const rate = bytes.readUInt32LE(24);
  const at = bytes.indexOf("data") + 8;
  const samples = new Float32Array(Math.floor((bytes.length - at) / 2));
  for (let i = 0; i < samples.length; i++) samples[i] = bytes.readInt16LE(at + i * 2) / 32768;
  return { rate, samples };
}
