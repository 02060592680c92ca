// SPDX-License-Identifier: Apache-2.0
// Is the known speech in what was heard? Compares loudness envelopes at every shift, as the loop position is unknown.

const STEP_S = 0.02;

function envelope({ rate, samples }) {
  const step = Math.round(rate * STEP_S);
  const out = [];
  for (let at = 0; at + step <= samples.length; at += step) {
    let sum = 0;
    for (let i = at; i < at + step; i++) sum += samples[i] * samples[i];
    out.push(Math.log10(Math.sqrt(sum / step) + 1e-3));
  }
  return out;
}

function correlation(a, b, shift) {
  const n = a.length;
  let sa = 0, sb = 0, saa = 0, sbb = 0, sab = 0;
  for (let i = 0; i < n; i++) {
    const x = a[i], y = b[(i + shift) % b.length];
    sa += x; sb += y; saa += x * x; sbb += y * y; sab += x * y;
  }
  const spread = Math.sqrt((saa - (sa * sa) / n) * (sbb - (sb * sb) / n));
  return spread > 0 ? (sab - (sa * sb) / n) / spread : 0;
}

/** { rms, correlation }: level of `heard` (0…1) and its best match with the looped `known` speech (−1…1). */
export function compare(heard, known) {
  const power = heard.samples.reduce((s, x) => s + x * x, 0) / Math.max(1, heard.samples.length);
  const a = envelope(heard), b = envelope(known);
  let best = 0;
  if (a.length >= 50) for (let shift = 0; shift < b.length; shift++) best = Math.max(best, correlation(a, b, shift));
  return { rms: Math.sqrt(power), correlation: best };
}
