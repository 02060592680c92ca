// SPDX-License-Identifier: Apache-2.0
// Signed in or not; device check; then the screens.
import { RestError } from "@visavis/client-core";
import type { Session } from "@visavis/protocol";
import { Button } from "antd";
import { useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { rest } from "./console/rest.ts";
import { type ConsoleSession, createSession } from "./console/session.ts";
import { takesContacts, useConsole } from "./console/state.ts";
import { freshUi, setUi } from "./console/ui.ts";
import { usePrefs } from "./lib/prefs.ts";
import { problemText } from "./lib/problem_text.ts";
import { Empty, Skeleton } from "./parts/parts.tsx";
import { DeviceCheck } from "./screens/device_check.tsx";
import { Shell } from "./screens/shell.tsx";
import { SignIn } from "./screens/sign_in.tsx";

type Stage =
  | { at: "looking" }
  | { at: "unreachable"; error: unknown }
  | { at: "sign_in"; expired: boolean }
  | { at: "check" }
  | { at: "work" };

interface SignedInProps {
  checking: boolean;
  onChecked: () => void;
  onEnded: () => void;
  signOut: () => void;
}

/** A refused ticket means that the sign-in has ended. */
function SignedIn({ checking, onChecked, onEnded, signOut }: SignedInProps) {
  const refused = useConsole((s) => s.link === "refused");
  useEffect(() => {
    if (refused) onEnded();
  }, [refused, onEnded]);
  return checking ? <DeviceCheck onDone={onChecked} /> : <Shell signOut={signOut} />;
}

/** The connection lives as long as the sign-in, not as long as a screen. */
let session: ConsoleSession | undefined;
function startSession(): void {
  session?.stop();
  session = createSession();
  session.start();
}
function stopSession(): void {
  session?.stop();
  session = undefined;
}

export function Root() {
  const { t } = useTranslation();
  const [stage, setStage] = useState<Stage>({ at: "looking" });
  const look = useCallback(() => {
    setStage({ at: "looking" });
    rest.session().then(
      () => {
        startSession();
        setStage({ at: "work" });
      },
      (error: unknown) =>
        setStage(
          error instanceof RestError && error.status === 401
            ? { at: "sign_in", expired: false }
            : { at: "unreachable", error },
        ),
    );
  }, []);
  useEffect(look, [look]);
  const signedIn = useCallback(({ user }: Session) => {
    setUi(freshUi, true);
    startSession();
    const check = takesContacts(user) && !usePrefs.getState().skipDeviceCheck;
    setStage({ at: check ? "check" : "work" });
  }, []);
  const ended = useCallback(() => {
    stopSession();
    setStage({ at: "sign_in", expired: true });
  }, []);
  const signOut = useCallback(() => {
    // Even where the server cannot be reached the person is gone from this browser.
    stopSession();
    void rest.signOut().catch(() => undefined);
    setStage({ at: "sign_in", expired: false });
  }, []);
  switch (stage.at) {
    case "looking":
      return <Skeleton rows={1} height={56} />;
    case "unreachable":
      return (
        <Empty
          icon="signalOff"
          title={t("session.unreachable")}
          text={problemText(stage.error)}
          action={
            <Button type="primary" onClick={look}>
              {t("common.retry")}
            </Button>
          }
        />
      );
    case "sign_in":
      return <SignIn expired={stage.expired} onSession={signedIn} />;
    default:
      return (
        <SignedIn
          checking={stage.at === "check"}
          onChecked={() => setStage({ at: "work" })}
          onEnded={ended}
          signOut={signOut}
        />
      );
  }
}
