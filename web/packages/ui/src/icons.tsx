// SPDX-License-Identifier: Apache-2.0
// Line icons on a 24-px grid, drawn for this product. They are decoration: the control that holds one has the name.
import type { ReactNode } from "react";

export type IconName = keyof typeof paths;

const paths = {
  mic: (
    <>
      <rect x="9" y="3" width="6" height="11" rx="3" />
      <path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3M8.5 21h7" />
    </>
  ),
  micOff: (
    <>
      <path d="M9 9v2a3 3 0 0 0 4.6 2.5M15 10.5V6a3 3 0 0 0-5.8-1M5.5 11.5A6.5 6.5 0 0 0 15.8 16.8M18.5 11.5a6.5 6.5 0 0 1-.6 2.7M12 18v3M8.5 21h7M4 3l16 18" />
    </>
  ),
  camera: (
    <>
      <rect x="3" y="6" width="12.5" height="12" rx="2.5" />
      <path d="m15.5 10.5 4.3-2.6a.8.8 0 0 1 1.2.7v6.8a.8.8 0 0 1-1.2.7l-4.3-2.6" />
    </>
  ),
  cameraOff: (
    <path d="M8.5 6H13a2.5 2.5 0 0 1 2.5 2.5v2l4.3-2.6a.8.8 0 0 1 1.2.7v6.8c0 .3-.2.6-.5.7M15.5 15.5A2.5 2.5 0 0 1 13 18H5.5A2.5 2.5 0 0 1 3 15.5v-7A2.5 2.5 0 0 1 4.8 6.1M4 3l16 18" />
  ),
  hold: <path d="M9 5.5v13M15 5.5v13" strokeWidth="2.6" />,
  resume: <path d="M8 5.5v13l10.5-6.5z" />,
  transfer: <path d="M4 8h14m-4-4 4 4-4 4M20 16H6m4-4-4 4 4 4" />,
  addPerson: (
    <>
      <circle cx="10" cy="8" r="3.5" />
      <path d="M3.5 19.5c.6-3.6 3.2-5.5 6.5-5.5 1.6 0 3 .4 4.1 1.3M18 13.5v6M15 16.5h6" />
    </>
  ),
  person: (
    <>
      <circle cx="12" cy="8" r="3.8" />
      <path d="M4.8 20c.7-3.9 3.6-6 7.2-6s6.5 2.1 7.2 6" />
    </>
  ),
  people: (
    <>
      <circle cx="9" cy="8.5" r="3.2" />
      <path d="M3 19c.5-3.3 2.9-5 6-5s5.5 1.7 6 5M15.5 5.6a3.2 3.2 0 0 1 0 5.8M17.2 14.2c2.1.6 3.4 2.2 3.8 4.8" />
    </>
  ),
  chat: (
    <path d="M4 6.5A2.5 2.5 0 0 1 6.5 4h11A2.5 2.5 0 0 1 20 6.5v7a2.5 2.5 0 0 1-2.5 2.5H11l-4.5 4v-4A2.5 2.5 0 0 1 4 13.5zM8.5 8.5h7M8.5 11.5h4.5" />
  ),
  phone: (
    <path d="M6.5 3.5 9 4l1.5 4-2 1.7a12 12 0 0 0 5.8 5.8l1.7-2 4 1.5.5 2.5c.2 1.6-1 3-2.6 3A14.4 14.4 0 0 1 3.5 6.1c0-1.6 1.4-2.8 3-2.6z" />
  ),
  end: (
    <path
      d="M12 9c-3.6 0-6.7 1-8.7 2.8-.7.6-.8 1.6-.5 2.5l.7 1.8c.3.7 1 1 1.7.8l3-.9c.6-.2 1-.7 1-1.3v-1.9a10 10 0 0 1 5.6 0v1.9c0 .6.4 1.1 1 1.3l3 .9c.7.2 1.4-.1 1.7-.8l.7-1.8c.3-.9.2-1.9-.5-2.5C18.7 10 15.6 9 12 9z"
      fill="currentColor"
      stroke="none"
    />
  ),
  more: <path d="M5.5 12h.01M12 12h.01M18.5 12h.01" strokeWidth="3" />,
  blur: (
    <>
      <circle cx="12" cy="12" r="8.5" strokeDasharray="2.5 2.6" />
      <circle cx="12" cy="12" r="4" strokeDasharray="1.8 2" />
    </>
  ),
  shield: <path d="M12 3.5 5 6v5.5c0 4.3 2.8 7.5 7 9 4.2-1.5 7-4.7 7-9V6zM12 8v4.5M12 15.8v.01" />,
  link: (
    <path d="M10 14a4 4 0 0 0 5.7 0l3-3A4 4 0 0 0 13 5.3l-1 1M14 10a4 4 0 0 0-5.7 0l-3 3A4 4 0 0 0 11 18.7l1-1" />
  ),
  practice: (
    <>
      <rect x="4.5" y="8" width="15" height="11" rx="3" />
      <path d="M12 8V4.5M9.5 4.5h5M9 12.5v1.5M15 12.5v1.5M2.5 12.5v3M21.5 12.5v3" />
    </>
  ),
  settings: (
    <path d="M4 7h9M17 7h3M4 17h3M11 17h9M13 4.8v4.4a2 2 0 0 0 4 0V4.8a2 2 0 0 0-4 0ZM7 14.8v4.4a2 2 0 0 0 4 0v-4.4a2 2 0 0 0-4 0Z" />
  ),
  sun: (
    <>
      <circle cx="12" cy="12" r="4" />
      <path d="M12 3v2M12 19v2M3 12h2M19 12h2M5.6 5.6 7 7M17 17l1.4 1.4M18.4 5.6 17 7M7 17l-1.4 1.4" />
    </>
  ),
  moon: <path d="M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10z" />,
  screen: <path d="M3.5 5h17v11h-17zM9 20h6M12 16v4" />,
  globe: (
    <>
      <circle cx="12" cy="12" r="8.5" />
      <path d="M3.5 12h17M12 3.5c2.5 2.3 3.7 5.2 3.7 8.5s-1.2 6.2-3.7 8.5c-2.5-2.3-3.7-5.2-3.7-8.5S9.5 5.8 12 3.5z" />
    </>
  ),
  search: <path d="M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.5 15.5 20 20" />,
  keyboard: <path d="M3 6.5h18v11H3zM6.5 10h.01M10 10h.01M13.5 10h.01M17 10h.01M8 14h8" />,
  bell: <path d="M6 16.5V11a6 6 0 1 1 12 0v5.5l1.5 2h-15zM10 20.5h4" />,
  speaker: <path d="M4 9.5v5h3.5L12 18.5v-13L7.5 9.5zM15.5 9a4 4 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11" />,
  headset: (
    <path d="M4 14v-2a8 8 0 0 1 16 0v2M4 14.5A1.5 1.5 0 0 1 5.5 13H7v6H5.5A1.5 1.5 0 0 1 4 17.5zM20 14.5a1.5 1.5 0 0 0-1.5-1.5H17v6h1.5a1.5 1.5 0 0 0 1.5-1.5z" />
  ),
  wall: <path d="M4 4h7v7H4zM13 4h7v4h-7zM13 10h7v10h-7zM4 13h7v7H4z" />,
  list: <path d="M8 6.5h12M8 12h12M8 17.5h12M4 6.5h.01M4 12h.01M4 17.5h.01" />,
  history: <path d="M4.5 5v4h4M4.8 9A8 8 0 1 1 4 12.5M12 8v4.5l3 2" />,
  clock: (
    <>
      <circle cx="12" cy="12" r="8.5" />
      <path d="M12 7.5V12l3 2" />
    </>
  ),
  copy: <path d="M8.5 8.5h11v11h-11zM15.5 8.5v-4h-11v11h4" />,
  close: <path d="m6 6 12 12M18 6 6 18" />,
  check: <path d="m5 12.5 4.5 4.5L19 7.5" />,
  plus: <path d="M12 5v14M5 12h14" />,
  down: <path d="m6 9.5 6 6 6-6" />,
  attach: (
    <path d="m19 11-7.5 7.5a4.5 4.5 0 0 1-6.4-6.4l8-8a3 3 0 0 1 4.3 4.3l-8 8a1.5 1.5 0 0 1-2.1-2.1l7.2-7.2" />
  ),
  file: <path d="M6 3.5h8l4.5 4.5v12.5H6zM14 3.5V8h4.5" />,
  send: <path d="M4 12 20 4.5 15.5 20l-3.5-6.5zM12 13.5 20 4.5" />,
  warning: <path d="M12 4 2.8 19.5h18.4zM12 10v4.5M12 17v.01" />,
  info: (
    <>
      <circle cx="12" cy="12" r="8.5" />
      <path d="M12 11v5M12 8v.01" />
    </>
  ),
  expand: <path d="M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5" />,
  shrink: <path d="M9 4v5H4M15 4v5h5M9 20v-5H4M15 20v-5h5" />,
  signal: <path d="M5 19v-4M10 19v-8M15 19V8M20 19V4.5" strokeWidth="2.4" />,
  signalOff: <path d="M5 19v-4M10 19v-5M15 19v-2M20 19v-7M4 4l16 16" />,
  panel: <path d="M4 5h16v14H4zM14.5 5v14" />,
  logout: <path d="M14 4.5H5.5v15H14M10 12h10.5m-3.5-3.5 3.5 3.5-3.5 3.5" />,
  star: <path d="m12 4 2.5 5.1 5.6.8-4.1 4 1 5.6-5-2.7-5 2.7 1-5.6-4.1-4 5.6-.8z" />,
} satisfies Record<string, ReactNode>;

interface IconProps {
  name: IconName;
  size?: number;
  /** What surrounds it may place it: menus keep room between an icon and its word. */
  className?: string;
}

export function Icon({ name, size = 20, className }: IconProps) {
  return (
    <svg
      className={className}
      aria-hidden="true"
      focusable="false"
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.8"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      {paths[name]}
    </svg>
  );
}
