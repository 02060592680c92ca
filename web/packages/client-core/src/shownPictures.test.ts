// SPDX-License-Identifier: Apache-2.0
import { beforeEach, describe, expect, it } from "vitest";
import { FakeEnvironment, settle } from "../testkit/fakeEnvironment.ts";
import { ShownPictures } from "./shownPictures.ts";

const camera = {} as MediaStream;
const guest = {} as MediaStream;
const tile = { name: "tile" };
const popup = { name: "popup" };

let environment: FakeEnvironment;
let told: string[];
let works: boolean;
let pictures: ShownPictures;

beforeEach(() => {
  environment = new FakeEnvironment();
  told = [];
  works = true;
  pictures = new ShownPictures(environment, (tracks) => {
    told.push(tracks.map(({ mid, height }) => `${mid}:${height}`).join(" "));
    return works ? Promise.resolve() : Promise.reject(new Error("offline"));
  });
  pictures.setStreams(
    new Map([
      ["1", camera],
      ["4", guest],
    ]),
  );
});

describe("what the server is told of the sizes of pictures", () => {
  it("is nothing before somebody looks", async () => {
    await environment.advance(5000);
    expect(told).toEqual([]);
  });

  it("is less after a second, more at once, in steps", async () => {
    pictures.show(tile, camera, 91);
    await environment.advance(900);
    expect(told).toEqual([]);
    await environment.advance(100);
    expect(told).toEqual(["1:120"]);
    pictures.show(tile, camera, 119);
    await environment.advance(5000);
    expect(told.length).toBe(1);
    pictures.show(tile, camera, 700);
    await environment.advance(100);
    expect(told.at(-1)).toBe("1:720");
  });

  it("is the largest of several viewers, and no limit where one has none", async () => {
    pictures.show(tile, camera, 90);
    pictures.show(popup, camera, 400);
    await environment.advance(1000);
    expect(told).toEqual(["1:420"]);
    pictures.show(popup, camera, Number.POSITIVE_INFINITY);
    await environment.advance(100);
    expect(told).toEqual(["1:420", ""]);
    pictures.hide(popup);
    await environment.advance(1000);
    expect(told.at(-1)).toBe("1:90");
  });

  it("is zero when the viewers have gone, but not while an element changes its place", async () => {
    pictures.show(tile, camera, 360);
    await environment.advance(1000);
    pictures.hide(tile);
    await environment.advance(500);
    pictures.show(popup, camera, 360);
    await environment.advance(5000);
    expect(told).toEqual(["1:360"]);
    pictures.hide(popup);
    await environment.advance(1000);
    expect(told).toEqual(["1:360", "1:0"]);
    expect(pictures.unseen("1")).toBe(true);
    expect(pictures.unseen("4")).toBe(false);
    pictures.show(tile, camera, 360);
    await environment.advance(100);
    expect(told.at(-1)).toBe("1:360");
    expect(pictures.unseen("1")).toBe(false);
  });

  it("is told again when pictures have moved, and to a new connection", async () => {
    pictures.show(tile, camera, 90);
    await environment.advance(1000);
    pictures.again();
    await environment.advance(100);
    expect(told).toEqual(["1:90", "1:90"]);
    pictures.restart();
    await environment.advance(1000);
    expect(told).toEqual(["1:90", "1:90", "1:90"]);
  });

  it("is told again after it was lost, also that there is no limit any more", async () => {
    pictures.show(tile, camera, 0);
    await environment.advance(1000);
    works = false;
    pictures.show(tile, camera, Number.POSITIVE_INFINITY);
    await environment.advance(100);
    await settle();
    works = true;
    pictures.again();
    await environment.advance(100);
    expect(told).toEqual(["1:0", "", ""]);
  });

  it("is told again also where the last word was that nothing has a limit", async () => {
    pictures.again();
    await environment.advance(1000);
    expect(told).toEqual([]); // nothing was ever said
    pictures.show(tile, camera, 0);
    await environment.advance(1000);
    pictures.show(tile, camera, Number.POSITIVE_INFINITY);
    await environment.advance(100);
    pictures.again();
    await environment.advance(100);
    expect(told).toEqual(["1:0", "", ""]);
  });

  it("ends with the connection", async () => {
    pictures.show(tile, camera, 90);
    pictures.close();
    await environment.advance(5000);
    expect(told).toEqual([]);
  });
});
