// SPDX-License-Identifier: Apache-2.0
// Theme, language and queries around every screen.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RestError } from "@visavis/client-core";
import { antdTheme, applyPalette, type Mode } from "@visavis/ui";
import { App, ConfigProvider } from "antd";
import enUS from "antd/locale/en_US";
import zhCN from "antd/locale/zh_CN";
import { type ReactNode, useEffect, useLayoutEffect, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { changeLanguage } from "./i18n/i18n.ts";
import { pageNonce } from "./lib/nonce.ts";
import { usePrefs } from "./lib/prefs.ts";
import { useMedia } from "./lib/use_media.ts";

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // What the server refuses it will refuse again; only a lost network is worth another try.
      retry: (failures, error) => error instanceof RestError && error.status === 0 && failures < 2,
      refetchOnWindowFocus: false,
    },
  },
});

export function useMode(): Mode {
  const choice = usePrefs((p) => p.mode);
  const dark = useMedia("(prefers-color-scheme: dark)");
  if (choice !== "system") return choice;
  return dark ? "dark" : "light";
}

export function Providers({ children }: { children: ReactNode }) {
  const { i18n } = useTranslation();
  const lang = usePrefs((p) => p.lang);
  const mode = useMode();
  useLayoutEffect(() => applyPalette(document.documentElement, mode), [mode]);
  useEffect(() => {
    if (i18n.language !== lang) void changeLanguage(lang);
  }, [lang, i18n.language]);
  const still = useMedia("(prefers-reduced-motion: reduce)");
  const theme = useMemo(() => antdTheme(mode, !still), [mode, still]);
  const csp = useMemo(() => ({ nonce: pageNonce() ?? "" }), []);
  return (
    <QueryClientProvider client={queries}>
      <ConfigProvider
        csp={csp}
        theme={theme}
        locale={i18n.language.startsWith("zh") ? zhCN : enUS}
        button={{ autoInsertSpace: false }}
        wave={{ disabled: true }}
        modal={{ mask: { blur: false } }}
        drawer={{ mask: { blur: false } }}
      >
        <App message={{ maxCount: 3 }}>{children}</App>
      </ConfigProvider>
    </QueryClientProvider>
  );
}
