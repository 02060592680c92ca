// SPDX-License-Identifier: Apache-2.0
import { useRef, useState } from "preact/hooks";
import { useApp, useLanguage, useStore } from "../hooks.ts";
import { IconButton } from "../parts/controls.tsx";
import { LocalPicture } from "../parts/picture.tsx";

const CORNERS = ["top-right", "bottom-right", "bottom-left", "top-left"] as const;
type Corner = (typeof CORNERS)[number];

/** The corner nearest to a point of the stage. */
export function nearestCorner(x: number, y: number, width: number, height: number): Corner {
  const vertical = y < height / 2 ? "top" : "bottom";
  return `${vertical}-${x < width / 2 ? "left" : "right"}`;
}

/** Our own picture, small; dragged to a corner, or moved there by a button. */
export function SelfView() {
  const { t } = useLanguage();
  const { local } = useApp();
  const { video, facing } = useStore(local.state, (state) => state);
  const [corner, setCorner] = useState<Corner>("bottom-right");
  const box = useRef<HTMLDivElement>(null);
  const grip = useRef<{ x: number; y: number } | undefined>(undefined);
  if (!video.track) return null;

  const drag = (event: PointerEvent) => {
    const element = box.current;
    if (!element || !grip.current) return;
    element.style.transform = `translate(${event.clientX - grip.current.x}px, ${event.clientY - grip.current.y}px)`;
  };
  const drop = (event: PointerEvent) => {
    const element = box.current;
    const stage = element?.parentElement?.getBoundingClientRect();
    if (!element || !grip.current || !stage) return;
    grip.current = undefined;
    element.style.transform = "";
    setCorner(
      nearestCorner(event.clientX - stage.left, event.clientY - stage.top, stage.width, stage.height),
    );
  };
  const next = () => setCorner(CORNERS[(CORNERS.indexOf(corner) + 1) % CORNERS.length] ?? "bottom-right");

  return (
    <div
      ref={box}
      class={`self-view ${corner}`}
      onPointerDown={(event) => {
        grip.current = { x: event.clientX, y: event.clientY };
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={drag}
      onPointerUp={drop}
      onPointerCancel={drop}
    >
      <LocalPicture track={video.track} mirrored={facing === "user"} label={t("you")} />
      <IconButton class="on-picture move" icon="move" size={16} label={t("call_move_self")} onClick={next} />
    </div>
  );
}
