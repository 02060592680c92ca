// SPDX-License-Identifier: Apache-2.0
import { expect, it } from "vitest";
import { mayRun } from "./programs.ts";

it("programs are known by the end of their name, however it is written", () => {
  const names = [
    "evil.exe",
    "Rechnung.pdf.EXE",
    "run.ps1 ",
    "a.bat.",
    "账单.lnk",
    "page.html",
    "mark.svg",
    "invoice\u202Efdp.exe",
    "x.ex\u200be",
  ];
  expect(names.filter((name) => !mayRun(name))).toEqual([]);
});

it("so are pictures of disks, packages of apps, starters and documents with macros", () => {
  const names = [
    "disk.img",
    "disk.vhdx",
    "app.msix",
    "start.desktop",
    "setup.run",
    "table.xlam",
    "table.xlsb",
    "letter.dotm",
  ];
  expect(names.filter((name) => !mayRun(name))).toEqual([]);
});

it("documents and pictures are none", () => {
  const names = ["letter.pdf", "exe.pdf", "photo.JPG", "exe", ".profile", "", "notes.exe.txt", "film.mp4"];
  expect(names.filter(mayRun)).toEqual([]);
});
