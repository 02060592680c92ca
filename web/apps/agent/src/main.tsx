// SPDX-License-Identifier: Apache-2.0
import "@visavis/ui/base.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { BrowserRouter } from "react-router";
import { startI18n } from "./i18n/i18n.ts";
import { giveStylesTheNonce } from "./lib/nonce.ts";
import { followPrefs, usePrefs } from "./lib/prefs.ts";
import { Providers } from "./providers.tsx";
import { Root } from "./root.tsx";

const element = document.getElementById("root");
if (element) {
  giveStylesTheNonce();
  followPrefs();
  void startI18n(usePrefs.getState().lang).then(() => {
    createRoot(element).render(
      <StrictMode>
        <Providers>
          <BrowserRouter basename="/agent">
            <Root />
          </BrowserRouter>
        </Providers>
      </StrictMode>,
    );
  });
}
