// SPDX-License-Identifier: Apache-2.0
import { LevelMeter } from "@visavis/client-core";
import { useEffect, useState } from "preact/hooks";

/** Loudness of a track ten times a second, and the loudest so far. */
export function useLevel(track: MediaStreamTrack | null): { level: number; peak: number } {
  const [state, setState] = useState({ level: 0, peak: 0 });
  useEffect(() => {
    setState({ level: 0, peak: 0 });
    if (!track) return;
    const meter = new LevelMeter(track);
    const timer = window.setInterval(() => {
      const level = meter.level();
      setState((before) => ({ level, peak: Math.max(before.peak, level) }));
    }, 100);
    return () => {
      window.clearInterval(timer);
      meter.close();
    };
  }, [track]);
  return state;
}

export type Light = "unknown" | "dark" | "backlit" | "good";

/** Judges the light from luminance: `border` and `middle` are means of 0 to 255. */
export function judgeLight(middle: number, border: number): Light {
  if (middle < 45 && border < 80) return "dark";
  if (border - middle > 70) return "backlit";
  return "good";
}

const WIDTH = 32;
const HEIGHT = 18;

function measureLight(video: HTMLVideoElement, context: CanvasRenderingContext2D): Light {
  if (video.videoWidth === 0) return "unknown";
  context.drawImage(video, 0, 0, WIDTH, HEIGHT);
  const { data } = context.getImageData(0, 0, WIDTH, HEIGHT);
  let middle = 0;
  let middleCount = 0;
  let border = 0;
  let borderCount = 0;
  for (let y = 0; y < HEIGHT; y += 1)
    for (let x = 0; x < WIDTH; x += 1) {
      const i = (y * WIDTH + x) * 4;
      const luma = 0.299 * (data[i] ?? 0) + 0.587 * (data[i + 1] ?? 0) + 0.114 * (data[i + 2] ?? 0);
      if (x > WIDTH * 0.3 && x < WIDTH * 0.7 && y > HEIGHT * 0.2) {
        middle += luma;
        middleCount += 1;
      } else {
        border += luma;
        borderCount += 1;
      }
    }
  return judgeLight(middle / middleCount, border / borderCount);
}

/** Looks at our own picture every second. */
export function useLight(track: MediaStreamTrack | null): Light {
  const [light, setLight] = useState<Light>("unknown");
  useEffect(() => {
    setLight("unknown");
    if (!track) return;
    const video = document.createElement("video");
    video.muted = true;
    video.playsInline = true;
    video.srcObject = new MediaStream([track]);
    video.play().catch(() => undefined);
    const canvas = document.createElement("canvas");
    canvas.width = WIDTH;
    canvas.height = HEIGHT;
    const context = canvas.getContext("2d", { willReadFrequently: true });
    const timer = window.setInterval(() => {
      if (context) setLight(measureLight(video, context));
    }, 1000);
    return () => {
      window.clearInterval(timer);
      video.srcObject = null;
    };
  }, [track]);
  return light;
}

export interface NetworkCheck {
  word: "testing" | "good" | "weak" | "bad";
  ms: number;
}

export function judgeNetwork(times: readonly number[], failures: number): NetworkCheck {
  if (times.length === 0) return { word: "bad", ms: 0 };
  const sorted = [...times].sort((a, b) => a - b);
  const ms = Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0);
  if (failures > 1 || ms > 1200) return { word: "bad", ms };
  return { word: failures > 0 || ms > 300 ? "weak" : "good", ms };
}

/** Round trips to the server; the first one pays for the connection and does not count. */
export function useNetworkCheck(): NetworkCheck {
  const [result, setResult] = useState<NetworkCheck>({ word: "testing", ms: 0 });
  useEffect(() => {
    let stopped = false;
    const measure = async () => {
      const times: number[] = [];
      let failures = 0;
      for (let i = 0; i < 6 && !stopped; i += 1) {
        const from = performance.now();
        const ok = await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(3000) }).then(
          () => true,
          () => false,
        );
        if (!ok) failures += 1;
        else if (i > 0) times.push(performance.now() - from);
      }
      if (!stopped) setResult(judgeNetwork(times, failures));
    };
    void measure();
    return () => {
      stopped = true;
    };
  }, []);
  return result;
}
