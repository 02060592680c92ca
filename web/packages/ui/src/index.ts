// SPDX-License-Identifier: Apache-2.0
export { contrast, luminance } from "./contrast.ts";
export { Icon, type IconName } from "./icons.tsx";
export { antdTheme } from "./theme.ts";
export { applyPalette, type Mode, palettes, radius, stage, textPairs, type } from "./tokens.ts";
