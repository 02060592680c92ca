// SPDX-License-Identifier: Apache-2.0
import { browserEnvironment, browserLocalMedia } from "@visavis/client-core";
import { render } from "preact";
import { Root } from "./app.tsx";
import { FrameHost, readFragment, WindowHost } from "./host.ts";
import { language, languageOf, setLanguage } from "./i18n/index.ts";
import { Journey } from "./journey.ts";
import { followLook, look } from "./look.ts";
import "./styles/base.css";
import "./styles/controls.css";
import "./styles/forms.css";
import "./styles/check.css";
import "./styles/waiting.css";
import "./styles/call.css";
import "./styles/chat.css";

const embedded = document.documentElement.hasAttribute("data-embedded") && window.parent !== window;
const host = embedded ? new FrameHost() : new WindowHost();
const local = browserLocalMedia();
const journey = new Journey({
  environment: browserEnvironment(),
  local,
  host,
  origin: location.origin,
  lang: () => language.get().tag,
  canCall: "RTCPeerConnection" in window,
});

setLanguage(languageOf(navigator.language) ?? "en");
followLook();
host.on("init", (init) => {
  const wished = look.get().lang ? undefined : languageOf(init.lang);
  if (wished) setLanguage(wished);
  journey.begin(init, readFragment(location.hash).link);
});
host.on("page", (attributes) => journey.addAttributes(attributes));
const root = document.getElementById("app");
if (root) render(<Root context={{ journey, local, host }} />, root);
host.start();
