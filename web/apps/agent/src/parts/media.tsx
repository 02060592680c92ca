// SPDX-License-Identifier: Apache-2.0
// Elements that play streams. A stream is set on the element, never copied into state.
import { type PictureViewers, watchPicture } from "@visavis/client-core";
import { useEffect, useRef, useState } from "react";
import css from "./media.module.css";

interface VideoProps {
  stream: MediaStream;
  label: string;
  mirrored?: boolean;
  blurred?: boolean;
  fit?: "cover" | "contain";
  /** Of a picture that comes over the network. */
  viewers?: PictureViewers;
}

export function Video({ stream, label, mirrored, blurred, fit = "contain", viewers }: VideoProps) {
  const ref = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    element.srcObject = stream;
    element.play().catch(() => undefined);
    return () => {
      element.srcObject = null;
    };
  }, [stream]);
  useEffect(
    () => (ref.current && viewers ? watchPicture(ref.current, stream, viewers) : undefined),
    [stream, viewers],
  );
  return (
    <video
      ref={ref}
      className={css.video}
      aria-label={label}
      data-mirrored={mirrored}
      data-blurred={blurred}
      data-fit={fit}
      autoPlay
      playsInline
      muted
    />
  );
}

type SinkElement = HTMLAudioElement & { setSinkId?: (id: string) => Promise<void> };

interface SoundProps {
  stream: MediaStream;
  sinkId: string;
  muted: boolean;
  onBlocked: (blocked: boolean) => void;
}

/** Plays one voice. Where the browser wants a click first it says so once and tries again on the next click. */
export function Sound({ stream, sinkId, muted, onBlocked }: SoundProps) {
  const ref = useRef<HTMLAudioElement>(null);
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    element.srcObject = stream;
    const play = () =>
      element.play().then(
        () => onBlocked(false),
        (error: Error) => {
          if (error.name === "NotAllowedError") onBlocked(true);
        },
      );
    void play();
    window.addEventListener("pointerdown", play);
    window.addEventListener("keydown", play);
    return () => {
      window.removeEventListener("pointerdown", play);
      window.removeEventListener("keydown", play);
      element.srcObject = null;
    };
  }, [stream, onBlocked]);
  useEffect(() => {
    // A device that is gone falls back to the default one.
    (ref.current as SinkElement | null)?.setSinkId?.(sinkId).catch(() => undefined);
  }, [sinkId]);
  return <audio ref={ref} autoPlay muted={muted} />;
}

/** Level of a stream, 0 to 1, a few times a second; 0 where there is no sound. */
export function useLevel(stream: MediaStream | undefined): number {
  const [level, setLevel] = useState(0);
  useEffect(() => {
    if (!stream || stream.getAudioTracks().length === 0) return setLevel(0);
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    analyser.fftSize = 1024;
    const source = context.createMediaStreamSource(stream);
    source.connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    const timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      const power = samples.reduce((sum, x) => sum + x * x, 0) / samples.length;
      // −60 dB … −10 dB over the length of the meter
      setLevel(Math.min(1, Math.max(0, (10 * Math.log10(power + 1e-9) + 60) / 50)));
    }, 120);
    return () => {
      clearInterval(timer);
      source.disconnect();
      void context.close();
    };
  }, [stream]);
  return level;
}

export function LevelMeter({ level, label }: { level: number; label: string }) {
  const bars = 12;
  return (
    // biome-ignore lint/a11y/useSemanticElements: the native meter cannot be drawn as bars in all browsers
    <div
      className={css.meter}
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(level * 100)}
    >
      {Array.from({ length: bars }, (_, i) => i).map((bar) => (
        <span key={bar} data-on={level * bars > bar} data-high={bar >= bars - 2} />
      ))}
    </div>
  );
}
