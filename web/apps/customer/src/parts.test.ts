// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { ContactView } from "@visavis/protocol";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { fileSize } from "./call/chat.tsx";
import { isNext, whyAgain } from "./call/people.ts";
import { nearestCorner } from "./call/self_view.tsx";
import {
  loadLink,
  loadToken,
  readAttributes,
  readFragment,
  readInit,
  rejoinAddress,
  saveLink,
  storeToken,
} from "./host.ts";
import { judgeLight, judgeNetwork } from "./parts/meters.ts";
import { createErrorWord, failureFix, sendErrorWord } from "./screens/errors.ts";

describe("what a foreign page may say to the frame", () => {
  it("takes short strings with plain names only", () => {
    const attributes = readAttributes({
      attributes: { customer_id: "42", "bad name": "x", number: 7, long: "y".repeat(900), nested: { a: 1 } },
    });
    expect(Object.keys(attributes)).toEqual(["customer_id", "long"]);
    expect(attributes.long).toHaveLength(500);
    expect(readAttributes({ attributes: "text" })).toEqual({});
  });

  it("refuses a token that is not one", () => {
    expect(readInit({ token: "abc-_1" }, "?key=demo").token).toBe("abc-_1");
    expect(readInit({ token: "a b" }, "?key=demo").token).toBeUndefined();
    // The frame's address decides who may embed it: a message cannot turn it into another company's.
    expect(readInit({ key: "other" }, "?key=demo").key).toBe("demo");
    expect(readInit({ key: "other" }, "").key).toBe("");
  });
});

describe("what whoever waits is told", () => {
  const waiting: ContactView = {
    id: "c1",
    channel: "video",
    state: "waiting",
    topic: { id: "q1", name: { "zh-CN": "账单", en: "Statements" } },
    language: "en",
    position: 1,
    staffed: true,
    created_at: 1,
    hold: { on: false },
    participants: [],
    consents: [],
  };

  it("is next only where somebody works and the wait is short", () => {
    expect(isNext(waiting)).toBe(true);
    expect(isNext({ ...waiting, estimate_s: 3 })).toBe(true);
    expect(isNext({ ...waiting, estimate_s: 99 })).toBe(false);
    expect(isNext({ ...waiting, staffed: false })).toBe(false);
    expect(isNext({ ...waiting, position: 2 })).toBe(false);
    expect(isNext({ ...waiting, waiting_because: "agent_lost" })).toBe(true);
    expect(isNext({ ...waiting, waiting_because: "transferred" })).toBe(false);
    expect(isNext({ ...waiting, waiting_because: "passed_on" })).toBe(false);
  });

  it("speaks of a lost connection only where one was lost", () => {
    const again = (because: ContactView["waiting_because"]) =>
      whyAgain({ ...waiting, answered_at: 2, waiting_because: because });
    expect(again("agent_lost")).toEqual({ word: "waiting_agent_lost", kind: "warning" });
    expect(again("transferred")).toEqual({ word: "waiting_transferred", kind: "info" });
    expect(again("passed_on")).toEqual({ word: "waiting_passed_on", kind: "info" });
    expect(again(undefined)).toBeUndefined();
    expect(whyAgain({ ...waiting, state: "offered", waiting_because: "transferred" })?.word).toBe(
      "waiting_transferred",
    );
    expect(whyAgain({ ...waiting, state: "active", waiting_because: "transferred" })).toBeUndefined();
  });
});

describe("readFragment", () => {
  it("finds the rejoin token and the one-time link", () => {
    expect(readFragment("#t=abc")).toEqual({ token: "abc" });
    expect(readFragment("#l=xyz")).toEqual({ link: "xyz" });
    expect(readFragment("")).toEqual({});
  });
});

describe("rejoinAddress", () => {
  it("names the company, and keeps what else the address said", () => {
    expect(rejoinAddress("tok", "shop")).toBe("/c/?key=shop#t=tok");
    expect(rejoinAddress("tok", "a&b", "?lang=en&key=old")).toBe("/c/?lang=en&key=a%26b#t=tok");
    expect(rejoinAddress("tok", "")).toBe("/c/#t=tok");
  });
});

describe("what a browser keeps", () => {
  class Kept extends Map<string, string> {
    getItem(name: string): string | null {
      return this.get(name) ?? null;
    }
    setItem(name: string, value: string): void {
      this.set(name, value);
    }
    removeItem(name: string): void {
      this.delete(name);
    }
  }

  it("is apart for each company", () => {
    const kept = new Kept();
    storeToken(kept, "shop", "a");
    storeToken(kept, "bank", "b");
    expect(loadToken(kept, "shop")).toEqual({ token: "a", key: "shop" });
    storeToken(kept, "shop", undefined);
    expect(loadToken(kept, "shop")).toBeUndefined();
    expect(loadToken(kept, "bank")).toEqual({ token: "b", key: "bank" });
    expect(loadToken(undefined, "bank")).toBeUndefined();
  });

  it("knows of a link what it became, and with which company", () => {
    const kept = new Kept();
    saveLink(() => kept, "L", { token: "a", key: "shop" });
    expect(loadLink(() => kept, "L")).toEqual({ token: "a", key: "shop" });
    expect(loadLink(() => kept, "M")).toBeUndefined();
    kept.setItem("visavis.link", "{");
    expect(loadLink(() => kept, "L")).toBeUndefined();
  });
});

describe("judging", () => {
  it("finds darkness and light from behind", () => {
    expect(judgeLight(30, 35)).toBe("dark");
    expect(judgeLight(60, 160)).toBe("backlit");
    expect(judgeLight(120, 110)).toBe("good");
  });

  it("calls the network by its median answer and its failures", () => {
    expect(judgeNetwork([20, 30, 900], 0)).toEqual({ word: "good", ms: 30 });
    expect(judgeNetwork([400, 500], 0).word).toBe("weak");
    expect(judgeNetwork([20, 30], 1).word).toBe("weak");
    expect(judgeNetwork([20], 2).word).toBe("bad");
    expect(judgeNetwork([], 6)).toEqual({ word: "bad", ms: 0 });
  });

  it("drops the own picture in the nearest corner", () => {
    expect(nearestCorner(10, 10, 300, 600)).toBe("top-left");
    expect(nearestCorner(290, 400, 300, 600)).toBe("bottom-right");
  });
});

describe("words for people", () => {
  it("gives the steps of the browser at hand", () => {
    const chrome = "Mozilla/5.0 (X11) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36";
    expect(failureFix("denied", chrome)).toBe("fix_denied_chrome");
    expect(failureFix("denied", "Mozilla/5.0 Gecko/20100101 Firefox/130.0")).toBe("fix_denied_firefox");
    expect(failureFix("denied", "Mozilla/5.0 (iPhone) AppleWebKit/605 Version/17.0 Safari/604")).toBe(
      "fix_denied_safari",
    );
    expect(failureFix("in_use", chrome)).toBe("fix_in_use");
  });

  it("has them for every code of the server that customers meet", () => {
    const api = parse(readFileSync(resolve(import.meta.dirname, "../../../../api/openapi.yaml"), "utf8"));
    const codes: string[] = api.components.schemas.Problem.properties.code["x-customers-meet"];
    expect(codes.length).toBeGreaterThan(20);
    expect(codes.filter((code) => createErrorWord(code) !== `error_${code}`)).toEqual([]);
  });

  it("says why something was not sent", () => {
    expect(sendErrorWord("not_answered_yet")).toBe("error_not_answered_yet");
    expect(sendErrorWord("body_too_large")).toBe("chat_too_large");
    expect(sendErrorWord("something_new")).toBe("chat_failed");
  });

  it("writes sizes", () => {
    expect([12, 2048, 5 * 1024 * 1024].map(fileSize)).toEqual(["12 B", "2 KB", "5.0 MB"]);
  });
});
