// SPDX-License-Identifier: Apache-2.0

/** Kinds of files that run something, or a page with something in it, when they are opened. */
const PROGRAMS = new Set(
  (
    "apk app appimage appx bash bat chm cmd com command cpl deb desktop dll dmg docm dotm exe gadget hta htm html img inf " +
    "iso jar jnlp js jse lnk mht mhtml mjs msc msi msix msp pif pkg potm ppam ppsm pptm ps1 psm1 py reg rpm run scf scr sh " +
    "svg svgz url vb vbe vbs vhd vhdx wsc wsf wsh xht xhtml xla xlam xll xlsb xlsm xltm"
  ).split(" "),
);

/** Whether opening a file of this name may run something. Dots and blanks at the end do not hide its kind: Windows drops them. */
export function mayRun(name: string): boolean {
  const kind = /\.([^.]+)$/.exec(name.replace(/[\s.\p{Cf}]+$/u, ""))?.[1];
  return kind !== undefined && PROGRAMS.has(kind.replace(/\p{Cf}/gu, "").toLowerCase());
}
