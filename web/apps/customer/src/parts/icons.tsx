// SPDX-License-Identifier: Apache-2.0

// 24-unit line icons of our own; `currentColor`, two units wide.
const PATHS = {
  mic: "M12 3a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3ZM5.5 11a6.5 6.5 0 0 0 13 0M12 17.5V21",
  mic_off:
    "M9 9v2a3 3 0 0 0 4.6 2.5M15 10.5V6a3 3 0 0 0-5.8-1M5.5 11a6.5 6.5 0 0 0 10.3 5.3M18.5 11c0 .8-.1 1.5-.4 2.2M12 17.5V21M4 3l16 18",
  camera:
    "M4.5 6.5h8a2 2 0 0 1 2 2v7a2 2 0 0 1-2 2h-8a2 2 0 0 1-2-2v-7a2 2 0 0 1 2-2ZM14.5 10.8l6-3.3v9l-6-3.3",
  camera_off:
    "M8 6.5h4.5a2 2 0 0 1 2 2V13M14.5 10.8l6-3.3v9l-2-1.1M14.3 16.4a2 2 0 0 1-1.8 1.1h-8a2 2 0 0 1-2-2v-7a2 2 0 0 1 1.7-2M3 3l18 18",
  flip: "M4 9.5A8 8 0 0 1 18.4 7.2M20 14.5A8 8 0 0 1 5.6 16.8M18.8 3.2v4.2h-4.2M5.2 20.8v-4.2h4.2",
  more: "M5 12h.01M12 12h.01M19 12h.01",
  end: "M3 14.2c0-1 .4-1.9 1.2-2.5a13 13 0 0 1 15.6 0c.8.6 1.2 1.5 1.2 2.5v1.3c0 .8-.8 1.4-1.6 1.2l-3-.8a1.3 1.3 0 0 1-1-1.2v-1.9a12 12 0 0 0-6.8 0v1.9c0 .6-.4 1.1-1 1.2l-3 .8c-.8.2-1.6-.4-1.6-1.2Z",
  chat: "M5 4.5h14a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2h-7l-4.5 4v-4H5a2 2 0 0 1-2-2v-8a2 2 0 0 1 2-2Z",
  phone:
    "M6.2 3.5h2.3a1 1 0 0 1 1 .8l.8 3.4a1 1 0 0 1-.5 1.1l-1.7 1a12 12 0 0 0 6.1 6.1l1-1.7a1 1 0 0 1 1.1-.5l3.4.8a1 1 0 0 1 .8 1v2.3a2.5 2.5 0 0 1-2.7 2.5A16.5 16.5 0 0 1 3.7 6.2 2.5 2.5 0 0 1 6.2 3.5Z",
  send: "M4 12 20 4.5l-4.5 15.5-4-6.5Zm7.5 1.5L20 4.5",
  attach:
    "M19.5 11.5 12 19a4.5 4.5 0 0 1-6.4-6.4L13.5 4.7a3 3 0 0 1 4.3 4.3l-7.6 7.6a1.5 1.5 0 0 1-2.2-2.1l6.8-6.8",
  close: "M6 6l12 12M18 6 6 18",
  check: "M5 12.5 10 17.5 19.5 7",
  back: "M14.5 5.5 8 12l6.5 6.5",
  star: "M12 3.5l2.6 5.4 5.9.8-4.3 4.1 1.1 5.9L12 16.9l-5.3 2.8 1.1-5.9L3.5 9.7l5.9-.8Z",
  warning: "M12 4 2.8 19.5h18.4ZM12 10v4M12 17h.01",
  info: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM12 11v5M12 8h.01",
  speaker: "M4 9.5v5h3.5L12 18.5v-13L7.5 9.5ZM15.5 9a4.2 4.2 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11",
  network: "M4 15v4M9.3 11.5V19M14.7 8v11M20 4.5V19",
  popout: "M10 5H6a2 2 0 0 0-2 2v11a2 2 0 0 0 2 2h11a2 2 0 0 0 2-2v-4M14 4h6v6M20 4l-9 9",
  sun: "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM12 2.5V5M12 19v2.5M5.3 5.3 7 7M17 17l1.7 1.7M2.5 12H5M19 12h2.5M5.3 18.7 7 17M17 7l1.7-1.7",
  moon: "M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10Z",
  theme: "M12 3.5a8.5 8.5 0 1 0 0 17ZM12 3.5a8.5 8.5 0 0 1 0 17M12 7.5l6 0M12 12h8.3M12 16.5h6",
  minimise: "M6 12h12",
  globe:
    "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM3 12h18M12 3c2.5 2.5 3.7 5.5 3.7 9s-1.2 6.5-3.7 9c-2.5-2.5-3.7-5.5-3.7-9S9.5 5.5 12 3Z",
  clock: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM12 7v5l3.5 2",
  pause: "M9 6v12M15 6v12",
  pip: "M5 5h14a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2ZM12.5 12.5H18V16h-5.5Z",
  move: "M12 3v18M3 12h18M9 6l3-3 3 3M9 18l3 3 3-3M6 9l-3 3 3 3M18 9l3 3-3 3",
  shield: "M12 3 5 5.5V11c0 4.5 2.9 8 7 10 4.1-2 7-5.5 7-10V5.5Z",
  file: "M7 3h7l5 5v11a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2ZM14 3v5h5",
  settings: "M4 7h10M18 7h2M4 17h2M10 17h10M16 5v4M8 15v4",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({
  name,
  size = 24,
  filled = false,
}: {
  name: IconName;
  size?: number;
  filled?: boolean;
}) {
  return (
    <svg
      class="icon"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill={filled ? "currentColor" : "none"}
      stroke="currentColor"
      stroke-width={name === "more" ? 3.5 : 2}
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
