// SPDX-License-Identifier: Apache-2.0
import type { EntryTopic } from "@visavis/protocol";
import { describe, expect, it } from "vitest";
import { type Translate, translate } from "../i18n/index.ts";
import { waitText } from "./entry.tsx";

const topic = (change: Partial<EntryTopic>): EntryTopic => ({
  id: "q1",
  name: { "zh-CN": "账单", en: "Statements" },
  channels: ["chat"],
  open: true,
  waiting: 0,
  ...change,
});
const t: Translate = (word, values) => translate("en", word, values);

describe("the wait that a topic names", () => {
  it("is a number only where somebody would wait", () => {
    expect(waitText(t, topic({ expected_wait_s: 0 }))).toBe("no waiting");
    expect(waitText(t, topic({ expected_wait_s: 0, waiting: 2 }))).toBe("2 waiting");
    expect(waitText(t, topic({ expected_wait_s: 90, waiting: 2 }))).toBe("about 1 min 30 s");
    expect(waitText(t, topic({ open: false, expected_wait_s: 0 }))).toBe("Closed now");
  });
  it("is not named where it is not known", () => {
    expect(waitText(t, topic({}))).toBe("");
    expect(waitText(t, topic({ waiting: 3 }))).toBe("3 waiting");
  });
});
