// SPDX-License-Identifier: Apache-2.0
import { type ThemeConfig, theme } from "antd";
import { type Mode, palettes, radius, type } from "./tokens.ts";

/** Ant Design dressed in our tokens; its own defaults miss WCAG contrast. */
export function antdTheme(mode: Mode, reducedMotion = false): ThemeConfig {
  const p = palettes[mode];
  return {
    algorithm: mode === "dark" ? theme.darkAlgorithm : theme.defaultAlgorithm,
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
      motion: !reducedMotion,
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
