// SPDX-License-Identifier: Apache-2.0

/** The page's CSP nonce (Vite writes the meta element, the server fills it in); browsers hide the attribute. */
export function pageNonce(): string | undefined {
  const meta = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]');
  return meta?.nonce || meta?.getAttribute("nonce") || undefined;
}

/**
 * Some of antd's helpers (scroll lock, scrollbar measuring) add style elements without the nonce they were given. Every
 * style element that this page's own scripts make gets it here; scripts themselves are let in by 'strict-dynamic'.
 */
export function giveStylesTheNonce(): void {
  const nonce = pageNonce();
  if (!nonce) return;
  const create = document.createElement.bind(document);
  document.createElement = ((name: string, options?: ElementCreationOptions) => {
    const element = create(name, options);
    if (element instanceof HTMLStyleElement) element.nonce = nonce;
    return element;
  }) as typeof document.createElement;
}
