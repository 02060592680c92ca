// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from "vitest";
import { linesShown } from "./pictureSize.ts";

const wide = { width: 1280, height: 720 };
const tall = { width: 720, height: 1280 };

describe("how many lines of a picture are seen", () => {
  it("follows from the box, as the picture is fitted into it", () => {
    expect(linesShown({ width: 160, height: 90 }, wide, "contain", 1)).toBe(90);
    expect(linesShown({ width: 160, height: 300 }, wide, "contain", 1)).toBe(90);
    expect(linesShown({ width: 160, height: 300 }, wide, "cover", 1)).toBe(300);
    expect(linesShown({ width: 400, height: 100 }, wide, "cover", 1)).toBe(225);
  });

  it("counts the shorter side, however the camera is held", () => {
    expect(linesShown({ width: 360, height: 640 }, tall, "cover", 1)).toBe(360);
    expect(linesShown({ width: 640, height: 360 }, tall, "contain", 1)).toBe(203);
  });

  it("counts device pixels, and takes the usual shape before the first frame", () => {
    expect(linesShown({ width: 160, height: 90 }, wide, "contain", 3)).toBe(270);
    expect(linesShown({ width: 160, height: 90 }, { width: 0, height: 0 }, "contain", 1)).toBe(90);
  });

  it("is none in a box that is not laid out", () => {
    expect(linesShown({ width: 0, height: 0 }, wide, "cover", 2)).toBe(0);
  });
});
