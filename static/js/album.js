// The photos chosen for one conversation and not sent yet: uploaded at once, two at a time. It goes on while one
// looks elsewhere, and what is uploaded survives a reload.

import { post } from "./http.js";
import { newId } from "./ids.js";
import { keptAt } from "./photos.js";
import { sendFile } from "./send-file.js";
import { shrunk } from "./shrink.js";
import { socket } from "./socket.js";
import { say } from "./words.js";

export const MAX_PHOTOS = 9;
const UPLOADS_AT_ONCE = 2;
const PATIENT_TRIES = 4;

/**
 * @typedef {object} Item
 * @property {string} key
 * @property {"waiting"|"uploading"|"ready"|"failed"} state
 * @property {string} preview what the tray shows
 * @property {string} name of the file
 * @property {number} percent uploaded
 * @property {string} problem why it failed, in words
 * @property {boolean} passing whether it may work by itself later
 * @property {string} alt as described here; `saved` as the server knows it
 * @property {string} [id] from here on once it is uploaded
 * @property {string} [url]
 * @property {number} [width] pixels
 * @property {number} [height]
 */

const store = {
  read(key) {
    try {
      return JSON.parse(sessionStorage.getItem(key)) ?? [];
    } catch {
      return [];
    }
  },
  write(key, photos) {
    try {
      if (photos.length) sessionStorage.setItem(key, JSON.stringify(photos));
      else sessionStorage.removeItem(key);
    } catch {
      // No storage: they last as long as the page.
    }
  },
};

const known = ({ id, url, width, height, alt }) => ({ id, url, width, height, alt });

/** The photos of one conversation. Event: `changed`, whatever it is. */
export class Album extends EventTarget {
  /** @type {Item[]} */
  items = [];
  #key;
  #running = 0;

  /** @param {string} key where it is kept for this tab */
  constructor(key) {
    super();
    this.#key = key;
    this.restore(store.read(key));
    const tryAgain = () => {
      for (const item of this.items) if (item.passing) this.retry(item);
    };
    addEventListener("online", tryAgain);
    socket.on("up", tryAgain);
  }

  /** @param {File[]} files @returns {number} how many found no place: a message holds nine */
  add(files) {
    const room = MAX_PHOTOS - this.items.length;
    for (const file of files.slice(0, room)) {
      this.items.push(this.#item({ file, name: file.name, preview: URL.createObjectURL(file) }));
    }
    this.#goOn();
    return Math.max(0, files.length - room);
  }

  /** Show what is uploaded already. @param {{id: string, url: string}[]} photos */
  restore(photos) {
    const here = new Set(this.items.map(({ id }) => id));
    const fresh = photos.filter(({ id }) => !here.has(id)).slice(0, MAX_PHOTOS - here.size);
    for (const photo of fresh) {
      const { url: preview, alt: saved } = photo;
      this.items.push(this.#item({ ...photo, preview, saved, state: "ready" }));
    }
    this.#tell();
  }

  #item(about) {
    const first = { state: "waiting", percent: 0, problem: "", passing: false, alt: "", saved: "" };
    return { key: newId(), name: "", tries: 0, ...first, ...about };
  }

  /** @param {Item} item */
  retry(item) {
    Object.assign(item, { state: "waiting", problem: "", passing: false });
    this.#goOn();
  }

  /** Take a photo out, and off the server. @param {Item} item */
  remove(item) {
    this.items = this.items.filter((one) => one !== item);
    item.removed = true;
    item.abort?.abort();
    if (item.id) this.#discard(item);
    this.#forget(item);
    this.#goOn();
  }

  /** A photo isn't on the server any more. @param {Item} item */
  drop(item) {
    this.items = this.items.filter((one) => one !== item);
    this.#tell();
  }

  /** @param {Item} item @param {number} place from 0 */
  move(item, place) {
    const others = this.items.filter((one) => one !== item);
    this.items = [...others.slice(0, place), item, ...others.slice(place)];
    this.#tell();
  }

  /** @param {Item} item @param {string} alt what is on it, in words */
  describe(item, alt) {
    item.alt = alt;
    if (item.state === "ready") this.#saveAlt(item);
    this.#tell();
  }

  /** @returns {boolean} whether something is on its way */
  get busy() {
    return this.items.some(({ state }) => state === "waiting" || state === "uploading");
  }

  /** @returns {Promise<boolean>} when nothing is on its way any more: whether all of it has arrived */
  async settled() {
    while (this.busy) {
      await new Promise((resolve) => this.addEventListener("changed", resolve, { once: true }));
    }
    await Promise.all(this.items.map((item) => item.saved !== item.alt && this.#saveAlt(item)));
    return this.items.every(({ state, saved, alt }) => state === "ready" && saved === alt);
  }

  /** Take all out, for a message. @returns {{id: string, url: string}[]} */
  take() {
    const { items } = this;
    this.items = [];
    for (const item of items) this.#forget(item);
    this.#tell();
    return items.map(known);
  }

  #goOn() {
    while (this.#running < UPLOADS_AT_ONCE) {
      const next = this.items.find(({ state }) => state === "waiting");
      if (!next) break;
      this.#upload(next);
    }
    this.#tell();
  }

  async #upload(item) {
    this.#running += 1;
    Object.assign(item, { state: "uploading", percent: 0, abort: new AbortController() });
    try {
      const photo = await this.#sent(item);
      Object.assign(item, photo, { alt: item.alt, saved: photo.alt, state: "ready", file: null });
      if (item.removed) this.#discard(item);
      else if (item.alt !== item.saved) this.#saveAlt(item);
    } catch (problem) {
      if (!item.removed) this.#failed(item, problem);
    }
    this.#running -= 1;
    this.#goOn();
  }

  async #sent(item) {
    const { signal } = item.abort;
    const picture = await shrunk(item.file);
    signal.throwIfAborted();
    const data = new FormData();
    data.append("photo", picture, item.name || "photo");
    data.append("alt", item.alt);
    const progress = (percent) => {
      item.percent = percent;
      this.#tell();
    };
    return sendFile("/photos/", data, { signal, progress });
  }

  #failed(item, problem) {
    const { code, detail, passing, retry_after: seconds } = problem;
    item.tries += 1;
    item.state = "failed";
    item.passing = Boolean(passing);
    item.problem = detail || say(passing ? "photoInterrupted" : "failed");
    if (code === "busy" && item.tries < PATIENT_TRIES) {
      setTimeout(() => item.state === "failed" && this.retry(item), seconds * 1000);
    }
  }

  // One after the other, so that the last words win.
  #saveAlt(item) {
    item.saving = Promise.resolve(item.saving).then(async () => {
      const { id, alt } = item;
      if (item.removed || item.saved === alt) return;
      try {
        await post(`/photos/${id}/alt/`, { alt });
        item.saved = alt;
        item.problem = "";
      } catch (problem) {
        item.problem = problem.detail || say("altFailed");
      }
      this.#tell();
    });
    return item.saving;
  }

  #discard({ id }) {
    // Where it doesn't arrive the server finds it a day later.
    post(`/photos/${id}/delete/`, {}, { keepalive: true }).catch(() => {});
  }

  #forget({ preview }) {
    if (preview.startsWith("blob:")) URL.revokeObjectURL(preview);
  }

  #tell() {
    store.write(this.#key, this.items.filter(({ state }) => state === "ready").map(known));
    this.dispatchEvent(new Event("changed"));
  }
}

/** @type {Map<string, Album>} */
const albums = new Map();

/**
 * Return the photos chosen for a conversation; the same ones however often it is opened on this page.
 * @param {HTMLElement} root the conversation
 * @returns {Album}
 */
export function albumOf(root) {
  const key = keptAt(root);
  if (!albums.has(key)) albums.set(key, new Album(key));
  return albums.get(key);
}
