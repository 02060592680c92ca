// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from "vitest";
import { fileSize } from "./call/chat.tsx";
import { nearestCorner } from "./call/self_view.tsx";
import { readAttributes, readFragment, readInit, rejoinAddress } from "./host.ts";
import { judgeLight, judgeNetwork } from "./parts/meters.ts";
import { failureFix } from "./screens/errors.ts";

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

  it("writes sizes", () => {
    expect([12, 2048, 5 * 1024 * 1024].map(fileSize)).toEqual(["12 B", "2 KB", "5.0 MB"]);
  });
});
