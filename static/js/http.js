// Requests to our own server: JSON back, CSRF header along, problems as one kind of error.

import { signedOut } from "./session.js";

/** What the server (or the network) answered instead of a result. `status` 0 = nothing came back. */
export class Problem extends Error {
  /**
   * @param {{status?: number, code?: string, detail?: string, retry_after?: number}} about
   *   and whatever else the server says
   */
  constructor({ status = 0, code = "", detail = "", retry_after = 0, ...rest } = {}) {
    super(detail || code || `HTTP ${status}`);
    Object.assign(this, { status, code, detail, retry_after, ...rest });
  }

  /** @returns {boolean} whether the same request may work later, if only after signing in again */
  get passing() {
    if (this.status === 0 || this.status === 401 || this.status >= 500) return true;
    return !this.code && this.status !== 404;
  }
}

// Never from the cookie: after another account signs in in another tab the page's own token is
// refused, so nothing this account wrote can be posted as somebody else.
const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

async function ask(url, options) {
  let response;
  try {
    response = await fetch(url, { credentials: "same-origin", ...options });
  } catch {
    throw new Problem();
  }
  if (response.redirected && new URL(response.url).pathname.startsWith("/accounts/login/")) {
    signedOut();
    throw new Problem({ status: 401 });
  }
  const json = /json/.test(response.headers.get("content-type") ?? "");
  const body = json ? await response.json().catch(() => ({})) : null;
  if (response.status === 401) signedOut();
  if (!response.ok) throw new Problem({ ...body, status: response.status });
  return json ? body : response.text();
}

/**
 * GET `url`.
 * @param {string} url
 * @param {{accept?: string, headers?: Record<string, string>, signal?: AbortSignal}} [options]
 * @returns {Promise<any>} the parsed JSON, or the text where the answer isn't JSON
 * @throws {Problem}
 */
export function get(url, { accept = "application/json", headers = {}, signal } = {}) {
  return ask(url, { headers: { Accept: accept, ...headers }, signal });
}

/**
 * POST `data` as a form to `url`.
 * @param {string} url
 * @param {Record<string, string|number|string[]|undefined|null>} [data] absent values are left out, a list is
 *   sent one by one
 * @param {{keepalive?: boolean}} [options] `keepalive`: survives the page being closed
 * @returns {Promise<any>} the parsed JSON
 * @throws {Problem}
 */
export function post(url, data = {}, { keepalive = false } = {}) {
  const body = new URLSearchParams();
  for (const [name, value] of Object.entries(data)) {
    for (const one of [value].flat()) {
      if (one !== undefined && one !== null) body.append(name, String(one));
    }
  }
  const headers = { Accept: "application/json", "X-CSRFToken": token() };
  return ask(url, { method: "POST", headers, body, keepalive });
}
