// SPDX-License-Identifier: Apache-2.0
import css from "../dialogs/dialogs.module.css";

/** The QR code comes as SVG text; as an image it cannot run anything. */
export function QrCode({ svg, label }: { svg: string; label: string }) {
  const address = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  return <img className={css.qr} src={address} alt={label} width={200} height={200} />;
}
