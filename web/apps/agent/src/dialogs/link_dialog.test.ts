// SPDX-License-Identifier: Apache-2.0
import { expect, it } from "vitest";
import { staysHere } from "./link_dialog.tsx";

it("a link to the own machine leads nobody else anywhere", () => {
  for (const url of [
    "http://localhost:8080/c/#l=x",
    "https://127.0.0.1/c/",
    "http://[::1]:8080/c/",
    "http://shop.localhost/c/",
  ])
    expect(staysHere(url), url).toBe(true);
  for (const url of ["https://call.example/c/", "http://192.0.2.2:8080/c/", "https://localhost.example/"])
    expect(staysHere(url), url).toBe(false);
});
