// SPDX-License-Identifier: Apache-2.0
// Where a picture lies in the room that it is fitted into, so that what is written on it lies wholly over it.
import { type RefObject, useEffect } from "react";

interface Size {
  width: number;
  height: number;
}

/** Below this the words beside each other do not fit over the picture. */
const LEAST_WIDTH = 480;

/**
 * How far words over the stage keep from its left and right edges (`x`) and from top and bottom (`y`), in CSS pixels; `beside` is the
 * room beside a picture too narrow for them, else 0.
 */
export function picturePlace(
  room: Size,
  picture: Size | undefined,
): { x: number; y: number; beside: number } {
  if (!picture?.width || !picture.height) return { x: 0, y: 0, beside: 0 };
  const scale = Math.min(room.width / picture.width, room.height / picture.height);
  const x = Math.round((room.width - picture.width * scale) / 2);
  const y = Math.round((room.height - picture.height * scale) / 2);
  const narrow = room.width - 2 * x < LEAST_WIDTH;
  return narrow ? { x: 0, y, beside: x } : { x, y, beside: 0 };
}

/** Less than this beside a narrow picture and the words lie over it after all. */
const LEAST_BESIDE = 160;

/** Keeps `--picture-x`, `--picture-y` and `--head-room` (how wide the name may be) of the stage as its large picture lies. */
export function usePicturePlace(stage: RefObject<HTMLElement | null>, frame: RefObject<HTMLElement | null>) {
  useEffect(() => {
    const [box, room] = [stage.current, frame.current];
    if (!box || !room) return;
    const place = () => {
      const video = room.querySelector("video");
      const picture = video ? { width: video.videoWidth, height: video.videoHeight } : undefined;
      const { x, y, beside } = picturePlace({ width: room.clientWidth, height: room.clientHeight }, picture);
      box.style.setProperty("--picture-x", `${x}px`);
      box.style.setProperty("--picture-y", `${y}px`);
      box.dataset.beside = String(beside >= LEAST_BESIDE);
      box.style.setProperty("--head-room", beside >= LEAST_BESIDE ? `${beside - 24}px` : "100%");
    };
    const sizes = new ResizeObserver(place);
    sizes.observe(room);
    // The picture comes, goes and turns.
    const nodes = new MutationObserver(place);
    nodes.observe(room, { childList: true, subtree: true });
    room.addEventListener("resize", place, true);
    return () => {
      sizes.disconnect();
      nodes.disconnect();
      room.removeEventListener("resize", place, true);
    };
  }, [stage, frame]);
}
