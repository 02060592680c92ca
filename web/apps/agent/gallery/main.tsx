// SPDX-License-Identifier: Apache-2.0
import "@visavis/ui/base.css";
import { createRoot } from "react-dom/client";
import { MemoryRouter } from "react-router";
import { type ConsoleActions, provideActions, useConsole } from "../src/console/state.ts";
import { setUi } from "../src/console/ui.ts";
import { startI18n } from "../src/i18n/i18n.ts";
import { giveStylesTheNonce } from "../src/lib/nonce.ts";
import { type Lang, type ModeChoice, setPrefs } from "../src/lib/prefs.ts";
import { Providers } from "../src/providers.tsx";
import { DeviceCheck } from "../src/screens/device_check.tsx";
import { Shell } from "../src/screens/shell.tsx";
import { SignIn } from "../src/screens/sign_in.tsx";
import { shown } from "./states.ts";

const query = new URLSearchParams(location.search);
const lang = (query.get("lang") ?? "en") as Lang;
const look = (shown[query.get("state") ?? "empty"] ?? shown.empty)?.();

const nothing = () => undefined;
const actions: ConsoleActions = {
  command: () => new Promise(nothing),
  setMicrophone: nothing,
  setCamera: nothing,
  selectDevice: nothing,
  retryDevices: nothing,
  openDevices: nothing,
  closeDevices: nothing,
  sendText: nothing,
  sendFile: nothing,
  dropFailed: nothing,
  typing: nothing,
  watchWall: nothing,
  takeOver: nothing,
  clearNotice: nothing,
};

function Screen() {
  if (look?.screen === "sign_in") return <SignIn expired={false} onSession={nothing} />;
  if (look?.screen === "check") return <DeviceCheck onDone={nothing} />;
  return <Shell signOut={nothing} />;
}

const root = document.getElementById("root");
if (root && look) {
  setPrefs({ lang, mode: (query.get("mode") ?? "light") as ModeChoice, notify: false, ringVolume: 0 });
  provideActions(actions);
  useConsole.setState(look.state);
  if (look.ui) setUi(look.ui);
  giveStylesTheNonce();
  void startI18n(lang).then(() =>
    createRoot(root).render(
      <Providers>
        <MemoryRouter initialEntries={[look.path ?? "/"]}>
          <Screen />
        </MemoryRouter>
      </Providers>,
    ),
  );
}
