// The text in the composer, so that it survives a reload, a crash, another device. On this device it
// lies only as long as the server hasn't taken it, so whatever lies here is the newer one.

import { post } from "./http.js";

const TO_SERVER_AFTER_MS = 1000;

/**
 * Put together what was kept and what was typed before anyone looked; neither may be lost.
 * @param {string} kept
 * @param {HTMLTextAreaElement} field as the person (or the browser, going back) has filled it
 * @returns {string}
 */
export function joined(kept, { value, defaultValue }) {
  if (value === defaultValue || kept.includes(value)) return kept;
  if (kept === defaultValue || value.includes(kept)) return value;
  return `${kept}\n${value}`;
}

/** One conversation's draft: on this device at once, on the server a second later. */
export class Draft {
  #key;
  #url;
  #onServer;
  #timer = 0;

  /**
   * @param {string} me
   * @param {string} conversation
   * @param {string} url where the server takes it
   * @param {string} onServer what the server has
   */
  constructor(me, conversation, url, onServer) {
    this.#key = `paperplane.draft.${me}.${conversation}`;
    this.#url = url;
    this.#onServer = onServer;
    if (this.#here() !== null) this.#soon();
  }

  /** @returns {string} the text to start with */
  get text() {
    return this.#here() ?? this.#onServer;
  }

  /** @param {string} text kept here at once; empty is kept too, until the server has dropped its own */
  set(text) {
    try {
      localStorage.setItem(this.#key, text);
    } catch {
      // No local storage: the server's copy has to do.
      this.#unstored = text;
    }
    this.#soon();
  }

  /** Tell the server now: the page may be about to go. */
  flush() {
    clearTimeout(this.#timer);
    this.#toServer({ keepalive: true });
  }

  #unstored = null;

  #here() {
    try {
      return localStorage.getItem(this.#key) ?? this.#unstored;
    } catch {
      return this.#unstored;
    }
  }

  #soon() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#toServer(), TO_SERVER_AFTER_MS);
  }

  async #toServer(options) {
    const text = this.#here();
    if (text === null || !this.#url) return;
    try {
      if (text !== this.#onServer) await post(this.#url, { body: text }, options);
      this.#onServer = text;
      if (this.#here() === text) this.#forget();
    } catch {
      // It stays here, and goes to the server with the next change or the next visit.
    }
  }

  #forget() {
    this.#unstored = null;
    try {
      localStorage.removeItem(this.#key);
    } catch {
      // Nothing was stored.
    }
  }
}
