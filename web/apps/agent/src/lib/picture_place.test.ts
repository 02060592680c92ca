// SPDX-License-Identifier: Apache-2.0
import { expect, it } from "vitest";
import { picturePlace } from "./picture_place.ts";

it("words keep off the bars above and below a picture", () => {
  expect(picturePlace({ width: 800, height: 550 }, { width: 1280, height: 720 })).toEqual({
    x: 0,
    y: 50,
    beside: 0,
  });
});

it("words keep off the bars beside a picture that is wide enough for them", () => {
  expect(picturePlace({ width: 1260, height: 630 }, { width: 640, height: 360 })).toEqual({
    x: 70,
    y: 0,
    beside: 0,
  });
});

it("words lie beside a picture too narrow for them, as a telephone held upright sends it", () => {
  expect(picturePlace({ width: 780, height: 480 }, { width: 360, height: 640 })).toEqual({
    x: 0,
    y: 0,
    beside: 255,
  });
});

it("words lie in the corners while there is no picture", () => {
  expect(picturePlace({ width: 780, height: 480 }, undefined)).toEqual({ x: 0, y: 0, beside: 0 });
  expect(picturePlace({ width: 780, height: 480 }, { width: 0, height: 0 })).toEqual({
    x: 0,
    y: 0,
    beside: 0,
  });
});
