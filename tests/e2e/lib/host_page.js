// SPDX-License-Identifier: Apache-2.0
// A site that is not ours and knows the widget by one script tag; two pages with a link between them.
import { once } from "node:events";
import http from "node:http";

export class HostPage {
  /** `attributes`: of the script tag, as `data-…`. */
  static async open({ attributes = {}, port = 0 } = {}) {
    const site = new HostPage();
    site.attributes = attributes;
    site.http = http.createServer((request, response) => {
      response.setHeader("content-type", "text/html; charset=utf-8");
      response.end(site.html(request.url));
    });
    site.http.listen(port, "127.0.0.1");
    await once(site.http, "listening");
    return site;
  }

  /** Another site than the server's 127.0.0.1, not only another origin; as trustworthy for cameras. */
  get origin() {
    return `http://localhost:${this.http.address().port}`;
  }

  html(path) {
    const data = Object.entries(this.attributes).map(([name, value]) => `data-${name}="${value}"`).join(" ");
    return `<!doctype html><html lang="en"><title>Shop ${path}</title><h1>Page ${path}</h1>
      <a href="/first">To the first page</a> <a href="/second">To the second page</a>
      <script src="${this.widgetFrom}/widget.js" ${data} async></script></html>`;
  }

  close() {
    this.http.closeAllConnections();
    this.http.close();
  }
}
