// SPDX-License-Identifier: Apache-2.0
import { browserFamily, type DeviceFailure, type MediaKind } from "@visavis/client-core";
import { useTranslation } from "react-i18next";

const family = () => browserFamily(navigator.userAgent);

/** How a device is allowed in this browser. */
export function useAllowText(): (kind: MediaKind) => string {
  const { t } = useTranslation();
  return (kind) =>
    t(`allow.${family()}`, { device: t(kind === "audio" ? "devices.microphone" : "devices.camera") });
}

/** Why a device gives nothing, and the one thing to do about it. */
export function useFailureText(): (kind: MediaKind, failure: DeviceFailure) => string {
  const { t } = useTranslation();
  const allow = useAllowText();
  return (kind, failure) => {
    const why = t(`failure.${kind === "audio" ? "microphone" : "camera"}_${failure}`);
    return failure === "denied" ? `${why} ${allow(kind)}` : why;
  };
}
