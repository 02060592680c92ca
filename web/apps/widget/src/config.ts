// SPDX-License-Identifier: Apache-2.0

export interface WidgetConfig {
  /** Where widget.js came from; the frame comes from there too, and nowhere else is spoken to. */
  origin: string;
  key: string;
  topic: string | undefined;
  lang: string | undefined;
  attributes: Record<string, string>;
}

/** Reads the script tag: data-key, data-topic, data-lang, and data-attr-customer-id as `customer_id`. */
export function readConfig(src: string, dataset: Record<string, string | undefined>): WidgetConfig {
  const attributes: Record<string, string> = {};
  for (const [name, value] of Object.entries(dataset))
    if (name.startsWith("attr") && name.length > 4 && value !== undefined)
      attributes[attributeName(name)] = value;
  return {
    origin: new URL(src).origin,
    key: dataset.key ?? "demo",
    topic: dataset.topic,
    lang: dataset.lang,
    attributes,
  };
}

/** `attrCustomerId` (as dataset spells data-attr-customer-id) → `customer_id`. */
function attributeName(name: string): string {
  const rest = name.slice(4);
  return (
    rest.charAt(0).toLowerCase() + rest.slice(1).replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
  );
}

/** The frame's page. Who may embed it hangs on the key in its address, which is also the only key the page goes by. */
export function frameAddress(config: WidgetConfig): string {
  return `${config.origin}/widget/?key=${encodeURIComponent(config.key)}`;
}

/** What travels with the contact: the page's own attributes, and which page it is. */
export function pageAttributes(config: WidgetConfig, url: string, title: string): Record<string, string> {
  // Queries and fragments may carry secrets of the host page: they stay there.
  const page = new URL(url);
  return { ...config.attributes, page_url: page.origin + page.pathname, page_title: title.slice(0, 200) };
}

/** For whoever looks after the host page: customers are told only that it does not work. */
export function refusal(config: WidgetConfig, site: string): string {
  return (
    `Visavis: ${frameAddress(config)} did not open. Either ${config.origin} cannot be reached from here, or ${site} is not one ` +
    "of the sites that the company allows (its allowed origins), or this page's own Content-Security-Policy lacks " +
    `frame-src ${config.origin}.`
  );
}

const WORDS = {
  zh: {
    open: "联系客服",
    close: "收起",
    panel: "客服窗口",
    live: "通话进行中",
    unread: "条新消息",
    refused: "现在无法在此页面打开客服窗口，请稍后再试。",
  },
  en: {
    open: "Contact us",
    close: "Minimise",
    panel: "Customer service",
    live: "Call in progress",
    unread: "new",
    refused: "Customer service cannot be opened on this page now. Please try again later.",
  },
};

export type Words = (typeof WORDS)["en"];

export function wordsFor(lang: string): Words {
  return lang.toLowerCase().startsWith("zh") ? WORDS.zh : WORDS.en;
}
