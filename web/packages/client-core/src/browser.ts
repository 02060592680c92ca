// SPDX-License-Identifier: Apache-2.0

/** Browsers that differ in where a permission is given. */
export type BrowserFamily = "chrome" | "firefox" | "safari" | "other";

export function browserFamily(userAgent: string): BrowserFamily {
  if (/firefox/i.test(userAgent)) return "firefox";
  if (/chrom(e|ium)|edg/i.test(userAgent)) return "chrome";
  return /safari/i.test(userAgent) ? "safari" : "other";
}
