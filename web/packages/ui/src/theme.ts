// SPDX-License-Identifier: Apache-2.0
import { type ThemeConfig, theme } from "antd";
import { type Mode, palettes, radius, type } from "./tokens.ts";

type Algorithm = Extract<NonNullable<ThemeConfig["algorithm"]>, (...args: never[]) => unknown>;

/** Antd derives what is painted from the colours given; the dark algorithm dims them below the contrast they were chosen for. */
function ours(mode: Mode): Algorithm {
  const p = palettes[mode];
  return (_seed, map) => ({
    ...(map as ReturnType<Algorithm>),
    colorPrimary: p.primary,
    colorPrimaryHover: p.link,
    colorInfo: p.primary,
    colorError: p.error,
    colorWarning: p.warning,
    colorSuccess: p.success,
    colorLink: p.link,
    colorPrimaryBg: p.primarySoft,
    colorErrorBg: p.errorSoft,
    colorWarningBg: p.warningSoft,
    colorSuccessBg: p.successSoft,
    colorInfoBg: p.primarySoft,
  });
}

/**
 * Ant Design dressed in our tokens; its own defaults miss WCAG contrast. Without `motion` dialogs are at their place and of
 * their size at once; base.css alone would let each begin, small and somewhere else, for some frames.
 */
export function antdTheme(mode: Mode, motion: boolean): ThemeConfig {
  const p = palettes[mode];
  return {
    algorithm: [mode === "dark" ? theme.darkAlgorithm : theme.defaultAlgorithm, ours(mode)],
    cssVar: { key: `vv-${mode}` },
    token: {
      colorPrimary: p.primary,
      colorInfo: p.primary,
      colorError: p.error,
      colorWarning: p.warning,
      colorSuccess: p.success,
      colorLink: p.link,
      colorText: p.text,
      colorTextSecondary: p.text2,
      colorTextTertiary: p.text2,
      colorTextDescription: p.text2,
      colorTextQuaternary: p.text3,
      colorTextPlaceholder: p.text3,
      colorTextLightSolid: p.onPrimary,
      colorBgContainer: p.page,
      colorBgElevated: p.raised,
      colorBgLayout: p.layout,
      colorBorder: p.control,
      colorBorderSecondary: p.line,
      colorSplit: p.line,
      colorErrorBg: p.errorSoft,
      colorWarningBg: p.warningSoft,
      colorSuccessBg: p.successSoft,
      colorInfoBg: p.primarySoft,
      fontFamily: type.family,
      fontSize: type.body,
      borderRadius: radius,
      controlHeight: 32,
      motion,
      motionDurationFast: "0.1s",
      motionDurationMid: "0.15s",
      motionDurationSlow: "0.15s",
    },
    components: {
      Button: {
        primaryColor: p.onPrimary,
        dangerColor: p.onError,
        primaryShadow: "none",
        defaultShadow: "none",
        dangerShadow: "none",
      },
      Tabs: { itemSelectedColor: mode === "dark" ? "#8ab8ff" : p.primary, horizontalMargin: "0" },
      Tooltip: { colorTextLightSolid: mode === "dark" ? p.text : "#ffffff" },
      Table: { headerBg: p.layout, rowHoverBg: p.hover },
      Badge: { colorTextLightSolid: p.onError },
    },
  };
}
