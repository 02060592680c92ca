// SPDX-License-Identifier: Apache-2.0
import { fireEvent, screen } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { useUi } from "../console/ui.ts";
import { contactOf, show } from "../testkit.tsx";
import { AddDialog } from "./add_dialog.tsx";

describe("adding a colleague where none is signed in", () => {
  it("leads to the topics instead", async () => {
    await show(<AddDialog contact={contactOf()} />);
    expect(screen.queryByRole("button", { name: "Ring" })).toBeNull();
    fireEvent.click(screen.getByRole("button", { name: "Transfer to a topic …" }));
    expect(useUi.getState().dialog).toBe("transfer");
  });
});
