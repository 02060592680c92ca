// SPDX-License-Identifier: Apache-2.0
import type {
  ConsentChoice,
  ConsentText,
  ContactCreated,
  ContactDetail,
  ContactView,
  Entry,
  LinkCreated,
  LinkInfo,
  LinkRequest,
  NewContact,
  Problem,
  Session,
  UploadedFile,
} from "@visavis/protocol";
import type { Environment } from "./environment.ts";

/** An answer that is not 2xx (`status` ≥ 400), or no answer at all (`status` 0, code `network`). */
export class RestError extends Error {
  readonly status: number;
  readonly code: string;
  readonly retryAfterS: number | undefined;

  constructor(status: number, code: string, detail: string, retryAfterS?: number) {
    super(detail);
    this.name = "RestError";
    this.status = status;
    this.code = code;
    this.retryAfterS = retryAfterS;
  }
}

export const MAX_FILE_BYTES = 20 * 1024 * 1024;

interface RequestOptions {
  body?: unknown;
  raw?: Blob;
  headers?: Record<string, string>;
  timeoutMs?: number;
}

async function problemOf(response: Response): Promise<RestError> {
  const retry = Number(response.headers.get("Retry-After") ?? "");
  const retryAfterS = Number.isFinite(retry) && retry > 0 ? retry : undefined;
  const problem = (await response.json().catch(() => ({}))) as Partial<Problem>;
  return new RestError(
    response.status,
    problem.code ?? `http_${response.status}`,
    problem.detail ?? problem.title ?? response.statusText,
    retryAfterS,
  );
}

/** The REST API. A customer's calls carry the contact token, an agent's the session cookie and CSRF token. */
export class Rest {
  readonly #environment: Environment;
  readonly #base: string;
  #token: string | undefined;
  #csrf: string | undefined;

  /** `base` is the origin of the server, "" for the page's own. */
  constructor(environment: Environment, base = "") {
    this.#environment = environment;
    this.#base = base;
  }

  useToken(token: string | undefined): void {
    this.#token = token;
  }

  useCsrf(csrf: string | undefined): void {
    this.#csrf = csrf;
  }

  /** Any call under /v1; the pages of later features use it too. */
  async call<T>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
    const response = await this.#send(method, path, options);
    if (!response.ok) throw await problemOf(response);
    if (response.status === 204) return undefined as T;
    const text = await response.text();
    return (text === "" ? undefined : JSON.parse(text)) as T;
  }

  async #send(method: string, path: string, options: RequestOptions): Promise<Response> {
    const headers: Record<string, string> = { Accept: "application/json", ...options.headers };
    if (options.body !== undefined) headers["Content-Type"] = "application/json";
    if (this.#token) headers.Authorization = `Bearer ${this.#token}`;
    if (this.#csrf && method !== "GET") headers["X-CSRF-Token"] = this.#csrf;
    const abort = new AbortController();
    const timer = this.#environment.setTimeout(() => abort.abort(), options.timeoutMs ?? 15_000);
    try {
      return await this.#environment.fetch(`${this.#base}/v1${path}`, {
        method,
        headers,
        body: options.raw ?? (options.body === undefined ? undefined : JSON.stringify(options.body)),
        signal: abort.signal,
        credentials: "same-origin",
      });
    } catch {
      throw new RestError(0, "network", "The server cannot be reached. Check the connection and try again.");
    } finally {
      this.#environment.clearTimeout(timer);
    }
  }

  entry(key: string, lang: string): Promise<Entry> {
    return this.call("GET", `/public/entry?key=${encodeURIComponent(key)}&lang=${encodeURIComponent(lang)}`);
  }

  link(token: string): Promise<LinkInfo> {
    return this.call("GET", `/public/links/${encodeURIComponent(token)}`);
  }

  /** `idempotencyKey` makes a repeated press or retry answer with the same contact. */
  createContact(contact: NewContact, idempotencyKey: string): Promise<ContactCreated> {
    return this.call("POST", "/public/contacts", {
      body: contact,
      headers: { "Idempotency-Key": idempotencyKey },
    });
  }

  contact(): Promise<ContactView> {
    return this.call("GET", "/public/contact");
  }

  /** The texts of what this contact's customer has answered, as they were shown then. */
  async answeredConsents(): Promise<ConsentText[]> {
    return (await this.call<{ items: ConsentText[] }>("GET", "/public/contact/consents")).items;
  }

  setConsent(choice: ConsentChoice): Promise<unknown> {
    return this.call("PUT", "/public/contact/consents", { body: choice });
  }

  storeCheck(result: Record<string, unknown>): Promise<void> {
    return this.call("POST", "/public/contact/check", { body: result });
  }

  /** Signed in already? Throws 401 otherwise. */
  async session(): Promise<Session> {
    const session = await this.call<Session>("GET", "/session");
    this.useCsrf(session.csrf_token);
    return session;
  }

  async signIn(login: string, password: string, tenantKey?: string): Promise<Session> {
    const body = tenantKey ? { login, password, tenant_key: tenantKey } : { login, password };
    const session = await this.call<Session>("POST", "/session", { body });
    this.useCsrf(session.csrf_token);
    return session;
  }

  async signOut(): Promise<void> {
    await this.call("DELETE", "/session");
    this.useCsrf(undefined);
  }

  ticket(): Promise<{ ticket: string; expires_in_s: number }> {
    return this.call("POST", "/ws-tickets", { body: {}, timeoutMs: 2500 });
  }

  /** Everything about one contact, for agents. */
  contactDetail(contactId: string): Promise<ContactDetail> {
    return this.call("GET", `/contacts/${encodeURIComponent(contactId)}`);
  }

  createLink(link: LinkRequest): Promise<LinkCreated> {
    return this.call("POST", "/links", { body: link });
  }

  startPractice(): Promise<{ contact_id: string }> {
    return this.call("POST", "/practice", { body: {} });
  }

  /** At most MAX_FILE_BYTES; the server answers 413 above. */
  uploadFile(contactId: string, file: Blob, name: string): Promise<UploadedFile> {
    return this.call("POST", `/files?contact_id=${encodeURIComponent(contactId)}`, {
      raw: file,
      headers: {
        "Content-Type": file.type || "application/octet-stream",
        "X-File-Name": encodeURIComponent(name),
      },
      timeoutMs: 120_000,
    });
  }

  /** The content of a file of this contact. */
  async downloadFile(fileId: string): Promise<Blob> {
    const response = await this.#send("GET", `/files/${encodeURIComponent(fileId)}`, { timeoutMs: 120_000 });
    if (!response.ok) throw await problemOf(response);
    return response.blob();
  }
}
