// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from "vitest";
import { frameAddress, pageAttributes, readConfig, wordsFor } from "./config.ts";
import { loadMemory, saveMemory } from "./memory.ts";

describe("readConfig", () => {
  it("takes the origin from the script and the attributes from the tag", () => {
    const config = readConfig("https://help.example/widget.js?v=1", {
      key: "shop",
      topic: "q1",
      attrCustomerId: "42",
      attrProduct: "card",
      other: "x",
      attr: "y",
    });
    expect(config).toEqual({
      origin: "https://help.example",
      key: "shop",
      topic: "q1",
      lang: undefined,
      attributes: { customer_id: "42", product: "card" },
    });
  });

  it("names the company in the frame's address, which the server's frame-ancestors go by", () => {
    const config = readConfig("https://help.example/widget.js", { key: "a&key=b" });
    const address = new URL(frameAddress(config));
    expect(address.origin + address.pathname).toBe("https://help.example/widget/");
    expect(address.searchParams.getAll("key")).toEqual(["a&key=b"]);
  });

  it("tells the page without its query and fragment", () => {
    const config = readConfig("https://help.example/widget.js", { attrA: "1" });
    expect(pageAttributes(config, "https://shop.example/cart?session=secret#token", "Cart")).toEqual({
      a: "1",
      page_url: "https://shop.example/cart",
      page_title: "Cart",
    });
  });

  it("speaks the page's language", () => {
    expect(wordsFor("zh-Hans").open).toBe("联系客服");
    expect(wordsFor("").open).toBe("Contact us");
  });
});

describe("memory", () => {
  it("comes back after a navigation, apart for each key, and survives rubbish", () => {
    const saved = new Map<string, string>();
    const storage = {
      getItem: (name: string) => saved.get(name) ?? null,
      setItem: (name: string, value: string) => void saved.set(name, value),
    };
    saveMemory(storage, "a", { open: true, token: "t" });
    expect(loadMemory(storage, "a")).toEqual({ open: true, token: "t" });
    expect(loadMemory(storage, "b")).toEqual({ open: false, token: undefined });
    saved.set("visavis.widget.b", "{");
    expect(loadMemory(storage, "b")).toEqual({ open: false, token: undefined });
    expect(loadMemory(undefined, "a")).toEqual({ open: false, token: undefined });
  });

  it("does without a storage that refuses", () => {
    const full = {
      setItem: () => {
        throw new Error("full");
      },
    };
    expect(() => saveMemory(full, "a", { open: true, token: undefined })).not.toThrow();
  });
});
