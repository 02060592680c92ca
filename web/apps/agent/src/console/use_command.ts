// SPDX-License-Identifier: Apache-2.0
import type { AgentCommand, Commands } from "@visavis/protocol";
import { App } from "antd";
import { useCallback, useState } from "react";
import { problemText } from "../lib/problem_text.ts";
import { act } from "./state.ts";

/** Sends a command, shows that it is under way, and says in words when the server refused it. */
export function useCommand() {
  const { message } = App.useApp();
  const [busy, setBusy] = useState(false);
  const run = useCallback(
    async <N extends AgentCommand>(
      name: N,
      data: Commands[N]["data"],
    ): Promise<Commands[N]["reply"] | undefined> => {
      setBusy(true);
      try {
        return await act().command(name, data);
      } catch (error) {
        message.error(problemText(error));
        return undefined;
      } finally {
        setBusy(false);
      }
    },
    [message],
  );
  return { run, busy };
}
