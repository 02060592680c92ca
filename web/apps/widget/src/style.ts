// SPDX-License-Identifier: Apache-2.0

/** Inside the shadow root; `all: initial` keeps the host page's rules out. */
export const STYLE = `
:host { all: initial; position: fixed; z-index: 2147483000; inset: auto 20px 20px auto; color-scheme: light dark;
  --primary: #0b5cd6; --on: #fff; --ground: #f2f5fa; --text: #14181f; --alert: #c9252d; --on-alert: #fff; }
@media (prefers-color-scheme: dark) { :host { --primary: #69a8ff; --on: #0a1220; --ground: #0f1115; --text: #f1f3f6;
  --alert: #ff7875; --on-alert: #1f0a0a; } }
button { position: relative; display: grid; place-items: center; width: 56px; height: 56px; margin: 0; padding: 0;
  border: 0; border-radius: 50%; background: var(--primary); color: var(--on); cursor: pointer;
  box-shadow: 0 4px 20px rgb(0 0 0 / 30%); transition: transform 150ms; }
button:hover { transform: scale(1.05); }
button:focus-visible { outline: 2px solid var(--primary); outline-offset: 3px; }
svg { width: 28px; height: 28px; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round;
  stroke-linejoin: round; }
.dot { position: absolute; top: -2px; right: -2px; min-width: 20px; height: 20px; padding: 0 5px; box-sizing: border-box;
  border-radius: 10px; background: var(--alert); color: var(--on-alert);
  font: 600 12px/20px system-ui, sans-serif; text-align: center; }
.dot:empty { min-width: 14px; height: 14px; }
.dot[hidden], .panel[hidden], button[hidden] { display: none; }
.panel { position: absolute; right: 0; bottom: 0; width: 380px; height: min(640px, calc(100vh - 40px));
  border-radius: 16px; overflow: hidden; background: var(--ground); box-shadow: 0 8px 40px rgb(0 0 0 / 30%); }
.refused { display: grid; gap: 16px; place-items: center; align-content: center; height: 100%; padding: 24px; box-sizing: border-box;
  text-align: center; color: var(--text); font: 16px/24px system-ui, sans-serif; }
.refused button { display: inline-block; width: auto; height: 44px; padding: 0 20px; border-radius: 8px; box-shadow: none;
  font: 600 16px/44px system-ui, sans-serif; }
.panel:has(.waiting)::before { content: ""; position: absolute; inset: 0; margin: auto; width: 32px; height: 32px;
  border: 3px solid color-mix(in srgb, var(--text) 20%, transparent); border-top-color: var(--primary); border-radius: 50%;
  animation: turn 0.9s linear infinite; }
@keyframes turn { to { transform: rotate(1turn); } }
iframe.waiting { position: absolute; visibility: hidden; }
iframe { display: block; width: 100%; height: 100%; border: 0; }
@media (max-width: 480px) { :host(.open) { inset: 0; } .panel { position: fixed; inset: 0; width: auto; height: auto;
  border-radius: 0; } }
@media (prefers-reduced-motion: reduce) { button { transition: none; } .panel::before { animation-duration: 4s; } }
`;
