// SPDX-License-Identifier: Apache-2.0
// Writes the demo: the site of an invented bank, in two languages, that knows nothing of Visavis but one script tag.
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { texts } from "./texts.mjs";

const here = import.meta.dirname;
const out = resolve(here, "../../dist/demo");
const PAGES = ["home", "cards", "claims", "account"];

const pathOf = (lang, page) => `/demo/${lang === "en" ? "en/" : ""}${page === "home" ? "" : `${page}/`}`;

function navigation(lang, current) {
  const items = PAGES.map((page) => {
    const here = page === current ? ' aria-current="page"' : "";
    return `<a href="${pathOf(lang, page)}"${here}>${texts[lang][page].menu}</a>`;
  });
  const other = lang === "en" ? "zh" : "en";
  return `${items.join("\n        ")}
        <a class="other" lang="${other}" href="${pathOf(other, current)}">${texts[lang].other}</a>`;
}

function sections(page) {
  return page.sections
    .map(
      ({ title, text, list, note }) => `<section>
        <h2>${title}</h2>
        ${text ? `<p>${text}</p>` : ""}
        ${list ? `<ul>${list.map((item) => `<li>${item}</li>`).join("")}</ul>` : ""}
        ${note ? `<p class="note">${note}</p>` : ""}
      </section>`,
    )
    .join("\n      ");
}

/** The one line that brings the widget in; the attributes travel with the contact. */
function widgetTag(lang, name) {
  const attributes = [`data-attr-product="${name}"`];
  if (name === "account") attributes.push('data-attr-customer-id="C-20417"', 'data-attr-segment="gold"');
  return `<script nonce="__CSP_NONCE__" src="/widget.js" data-key="demo" data-lang="${lang === "en" ? "en" : "zh-CN"}" ${attributes.join(" ")} async></script>`;
}

function html(lang, name) {
  const words = texts[lang];
  const page = words[name];
  return `<!doctype html>
<html lang="${lang === "en" ? "en" : "zh-CN"}">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>${page.title} · ${words.bank}</title>
    <link rel="stylesheet" nonce="__CSP_NONCE__" href="/demo/assets/bank.css" />
    <link rel="icon" href="/demo/assets/mark.svg" type="image/svg+xml" />
  </head>
  <body class="${name}">
    <header>
      <a class="mark" href="${pathOf(lang, "home")}"><img src="/demo/assets/mark.svg" alt="" width="36" height="36" />${words.bank}</a>
      <nav aria-label="${words.menu}">
        ${navigation(lang, name)}
      </nav>
    </header>
    <main>
      <div class="hero">
        <h1>${page.title}</h1>
        <p>${page.lead}</p>
      </div>
      <div class="sections">
      ${sections(page)}
      </div>
    </main>
    <footer>${words.footer}</footer>
    ${widgetTag(lang, name)}
  </body>
</html>
`;
}

rmSync(out, { recursive: true, force: true });
for (const lang of ["zh", "en"])
  for (const page of PAGES) {
    const file = resolve(out, `.${pathOf(lang, page).replace(/^\/demo/, "")}index.html`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, html(lang, page));
  }
mkdirSync(resolve(out, "assets"), { recursive: true });
for (const name of ["bank.css", "mark.svg"])
  copyFileSync(resolve(here, "assets", name), resolve(out, "assets", name));
