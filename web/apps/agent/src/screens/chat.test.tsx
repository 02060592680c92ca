// SPDX-License-Identifier: Apache-2.0
import { fireEvent, screen } from "@testing-library/react";
import { MAX_FILE_BYTES } from "@visavis/client-core";
import type { Message } from "@visavis/protocol";
import { describe, expect, it } from "vitest";
import { contactOf, show } from "../testkit.tsx";
import { Chat } from "./chat.tsx";

const field = () => screen.getByRole("textbox");
const contact = contactOf({ channel: "chat" });

describe("writing", () => {
  it("sends on Enter and empties the field, but not while an input method composes", async () => {
    const asked = await show(<Chat contact={contact} />);
    fireEvent.change(field(), { target: { value: "  ni hao " } });
    fireEvent.keyDown(field(), { key: "Enter", isComposing: true });
    fireEvent.keyDown(field(), { key: "Enter", shiftKey: true });
    expect(asked.filter((a) => a.name === "sendText")).toEqual([]);
    fireEvent.keyDown(field(), { key: "Enter" });
    expect(asked.filter((a) => a.name === "sendText")).toEqual([
      { name: "sendText", data: ["c1", "ni hao"] },
    ]);
    expect((field() as HTMLTextAreaElement).value).toBe("");
  });

  it("sends no blanks", async () => {
    const asked = await show(<Chat contact={contact} />);
    fireEvent.change(field(), { target: { value: "   " } });
    fireEvent.keyDown(field(), { key: "Enter" });
    expect(asked.some((a) => a.name === "sendText")).toBe(false);
  });

  it("is over when the contact is", async () => {
    await show(<Chat contact={contactOf({ channel: "chat", state: "wrapup" })} />);
    expect(screen.queryByRole("textbox")).toBeNull();
  });
});

describe("files", () => {
  const pick = (file: { size: number; name: string }) => {
    const input = document.querySelector<HTMLInputElement>("input[type=file]");
    if (input) fireEvent.change(input, { target: { files: [file] } });
  };
  it("are refused above 20 MiB before anything is sent", async () => {
    const asked = await show(<Chat contact={contact} />);
    pick({ name: "a.pdf", size: MAX_FILE_BYTES + 1 });
    expect(asked).toEqual([]);
    pick({ name: "a.pdf", size: MAX_FILE_BYTES });
    expect(asked.map((a) => a.name)).toEqual(["sendFile"]);
  });

  it("that may run on the customer's device are sent only when that is meant", async () => {
    const asked = await show(<Chat contact={contact} />);
    const program = { name: "setup.exe", size: 9 };
    pick(program);
    fireEvent.click(screen.getByRole("button", { name: "Cancel" }));
    expect(asked).toEqual([]);
    pick(program);
    expect(screen.getByRole("alert").textContent).toContain("setup.exe");
    fireEvent.click(screen.getByRole("button", { name: "Send it" }));
    expect(asked).toEqual([{ name: "sendFile", data: ["c1", program] }]);
    expect(screen.queryByRole("alert")).toBeNull();
  });

  it("that may run are marked where they arrive", async () => {
    const of = (id: string, name: string, from = "p1"): Message => ({
      contact_id: "c1",
      at: 1,
      id,
      from,
      name: "Ada",
      kind: "file",
      file: { id, name, size: 1, type: "text/plain" },
    });
    await show(<Chat contact={contact} />, {
      chat: { c1: [of("1", "letter.pdf"), of("2", "letter.pdf.exe"), of("3", "own.exe", "p2")] },
    });
    expect(screen.getAllByText(/Programs can do harm/)).toHaveLength(1);
  });
});

describe("messages", () => {
  const base = { contact_id: "c1", at: 1 };
  it("show text as text, files by their address, and system lines in words", async () => {
    const messages: Message[] = [
      { ...base, id: "1", from: "p1", name: "Ada", kind: "text", text: "<img src=x onerror=alert(1)>" },
      {
        ...base,
        id: "2",
        from: "p1",
        name: "Ada",
        kind: "file",
        file: { id: "f/1", name: "a.pdf", size: 2048, type: "application/pdf" },
      },
      { ...base, id: "3", from: "system", name: "video", kind: "system", system: "raised" },
      { ...base, id: "4", from: "system", name: "", kind: "system", system: "of_a_later_version" },
    ];
    await show(<Chat contact={contact} />, { chat: { c1: messages } });
    expect(screen.getByText("<img src=x onerror=alert(1)>")).toBeTruthy();
    expect(document.querySelector("img")).toBeNull();
    expect(screen.getByRole("link").getAttribute("href")).toBe("/v1/files/f%2F1");
    expect(screen.getByText("Switched to video")).toBeTruthy();
    expect(screen.getAllByRole("listitem").length).toBe(3);
  });

  it("that the server did not take say why", async () => {
    await show(<Chat contact={contact} />, {
      outbox: [{ key: "k", contactId: "c1", text: "a", at: 1, failed: "chat_full" }],
    });
    expect(screen.getByRole("alert").textContent).toContain("This conversation is full");
  });

  it("that failed can be sent again or dropped", async () => {
    const outbox = [{ key: "k", contactId: "c1", text: "lost", at: 1, failed: "offline" }];
    const asked = await show(<Chat contact={contact} />, { outbox });
    fireEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(asked).toEqual([
      { name: "dropFailed", data: "k" },
      { name: "sendText", data: ["c1", "lost"] },
    ]);
  });
});
