// SPDX-License-Identifier: Apache-2.0
import { type PictureViewers, watchPicture } from "@visavis/client-core";
import { useEffect, useRef } from "preact/hooks";

/** Our own picture; mirrored for the front camera, as people know themselves. */
export function LocalPicture({
  track,
  mirrored,
  label,
}: {
  track: MediaStreamTrack;
  mirrored: boolean;
  label: string;
}) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const element = video.current;
    if (!element) return;
    element.srcObject = new MediaStream([track]);
    element.play().catch(() => undefined);
    return () => {
      element.srcObject = null;
    };
  }, [track]);
  return (
    <video
      ref={video}
      class={mirrored ? "picture mirrored" : "picture"}
      aria-label={label}
      muted
      autoplay
      playsInline
    />
  );
}

/**
 * Another person's picture. When `stale`, the last frame stays and is dimmed: it is painted on a canvas below, which shows
 * until the next connection brings its first frame. The sound is played elsewhere, so this element is always allowed to play.
 */
export function RemotePicture({
  stream,
  stale,
  label,
  viewers,
}: {
  stream: MediaStream;
  stale: boolean;
  label: string;
  viewers: PictureViewers;
}) {
  const video = useRef<HTMLVideoElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const element = video.current;
    if (!element) return;
    keepLastFrame(element, canvas.current);
    element.classList.add("pending");
    element.srcObject = stream;
    element.play().catch(() => undefined);
    return whenFrameShown(element, () => element.classList.remove("pending"));
  }, [stream]);
  useEffect(
    () => (video.current ? watchPicture(video.current, stream, viewers) : undefined),
    [stream, viewers],
  );
  useEffect(() => {
    if (stale && video.current) keepLastFrame(video.current, canvas.current);
  }, [stale]);
  return (
    <div class={stale ? "remote-picture stale" : "remote-picture"}>
      <canvas ref={canvas} class="picture" />
      <video ref={video} class="picture pending" aria-label={label} muted autoplay playsInline />
    </div>
  );
}

function keepLastFrame(video: HTMLVideoElement, canvas: HTMLCanvasElement | null): void {
  if (!canvas || video.videoWidth === 0) return;
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext("2d")?.drawImage(video, 0, 0);
}

/** Calls back at the first frame that is really shown; returns how to stop waiting. */
function whenFrameShown(video: HTMLVideoElement, callback: () => void): () => void {
  if ("requestVideoFrameCallback" in video) {
    const handle = video.requestVideoFrameCallback(callback);
    return () => video.cancelVideoFrameCallback(handle);
  }
  const element = video as HTMLVideoElement;
  element.addEventListener("timeupdate", callback, { once: true });
  return () => element.removeEventListener("timeupdate", callback);
}

/**
 * Plays one person's sound and says whether the browser wants a tap first. `attempt` changes when it is worth trying again: at
 * a tap, or when the microphone has been opened, which browsers take as leave to play.
 */
export function RemoteSound(props: {
  stream: MediaStream;
  attempt: string;
  onBlocked: (blocked: boolean) => void;
}) {
  const { stream, attempt, onBlocked } = props;
  const audio = useRef<HTMLAudioElement>(null);
  useEffect(() => {
    if (audio.current) audio.current.srcObject = stream;
  }, [stream]);
  useEffect(() => {
    let stopped = false;
    audio.current?.play().then(
      () => !stopped && onBlocked(false),
      (error: DOMException) => !stopped && error.name === "NotAllowedError" && onBlocked(true),
    );
    return () => {
      stopped = true;
    };
  }, [stream, attempt]);
  // biome-ignore lint/a11y/useMediaCaption: live speech has no caption file
  return <audio ref={audio} autoplay />;
}
