// SPDX-License-Identifier: Apache-2.0
// How large a picture is really seen, so that the server sends no more than that.

interface Size {
  width: number;
  height: number;
}

/** Whoever wants to know how large pictures are shown: MediaSession. A viewer is the element that shows one. */
export interface PictureViewers {
  /** `lines`: device pixels of the picture's shorter side, as in 720p; 0 while nobody can see it; Infinity: as large as there is. */
  show(viewer: object, stream: MediaStream, lines: number): void;
  /** The viewer is gone. */
  hide(viewer: object): void;
}

/** Before the first frame nobody knows the picture's shape; most cameras give this one. */
const USUAL_SHAPE: Size = { width: 16, height: 9 };

/** Device pixels of the shorter side of a picture of this shape, fitted into a box as `object-fit` says. */
export function linesShown(box: Size, picture: Size, fit: string, pixelRatio: number): number {
  if (box.width <= 0 || box.height <= 0) return 0;
  const shape = picture.width > 0 && picture.height > 0 ? picture : USUAL_SHAPE;
  const across = box.width / shape.width;
  const down = box.height / shape.height;
  const scale = fit === "contain" || fit === "scale-down" ? Math.min(across, down) : Math.max(across, down);
  return Math.ceil(Math.min(shape.width, shape.height) * scale * pixelRatio);
}

function linesOf(element: HTMLVideoElement): number {
  const page = element.ownerDocument;
  // Firefox has picture-in-picture of its own, of which pages hear nothing: there a hidden page may well be looked at.
  const pageKnows = "pictureInPictureElement" in page;
  if (pageKnows && page.pictureInPictureElement === element) return Number.POSITIVE_INFINITY;
  if (pageKnows && page.visibilityState === "hidden") return 0;
  const box = { width: element.clientWidth, height: element.clientHeight };
  const picture = { width: element.videoWidth, height: element.videoHeight };
  return linesShown(box, picture, getComputedStyle(element).objectFit, window.devicePixelRatio || 1);
}

/** Tells how large `element` shows `stream`, now and at every change; returns how to stop. */
export function watchPicture(
  element: HTMLVideoElement,
  stream: MediaStream,
  viewers: PictureViewers,
): () => void {
  const measure = () => viewers.show(element, stream, linesOf(element));
  const box = new ResizeObserver(measure);
  box.observe(element);
  // "resize" is the picture's: its shape has changed.
  const events = ["resize", "enterpictureinpicture", "leavepictureinpicture"];
  for (const event of events) element.addEventListener(event, measure);
  document.addEventListener("visibilitychange", measure);
  measure();
  return () => {
    box.disconnect();
    for (const event of events) element.removeEventListener(event, measure);
    document.removeEventListener("visibilitychange", measure);
    viewers.hide(element);
  };
}
