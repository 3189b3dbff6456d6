// "Delete for me", which can be undone for seven seconds. Until then it is only written down here, in
// a place that survives a reload; a page that opens later carries out what is overdue.

import { post } from "./http.js";
import { notify } from "./notices.js";
import { socket } from "./socket.js";
import { say } from "./words.js";

export const UNDO_MS = 7000;
const RETRY_MS = 15_000;

class Deletions extends EventTarget {
  #key = "";
  /** @type {Record<string, {conversation: string, due: number}>} by message id */
  #planned = {};
  #timers = new Map();

  /** @param {string} me */
  start(me) {
    this.#key = `paperplane.deletions.${me}`;
    this.#load();
    addEventListener("storage", (event) => {
      if (event.key !== this.#key) return;
      const before = Object.keys(this.#planned);
      this.#load();
      for (const id of new Set([...before, ...Object.keys(this.#planned)])) this.#tell(id);
    });
    socket.on("message.deleted", ({ id }) => this.#forget(id));
    socket.on("refused", (frame) => this.#refused(frame));
    socket.on("up", () => this.#carryOutDue());
    for (const id of Object.keys(this.#planned)) this.#schedule(id);
  }

  /** @param {string} id @returns {boolean} whether the message is to be shown as gone */
  hides(id) {
    return id in this.#planned;
  }

  /**
   * Hide a message now and delete it in seven seconds, unless it is undone.
   * @param {string} id of the message
   * @param {string} conversation
   */
  plan(id, conversation) {
    this.#planned[id] = { conversation, due: Date.now() + UNDO_MS };
    this.#save();
    this.#tell(id);
    this.#schedule(id);
  }

  /** @param {string} id */
  undo(id) {
    this.#forget(id);
  }

  #schedule(id) {
    const left = this.#planned[id].due - Date.now();
    if (left > 0) {
      const action = { label: say("undo"), run: () => this.undo(id) };
      notify({ text: say("deleted"), action, ms: left, key: `undo-${id}` });
    }
    clearTimeout(this.#timers.get(id));
    this.#timers.set(
      id,
      setTimeout(() => this.#carryOut(id), Math.max(0, left)),
    );
  }

  #carryOutDue() {
    for (const [id, { due }] of Object.entries(this.#planned)) {
      if (due <= Date.now()) this.#carryOut(id);
    }
  }

  // Deleting twice is deleting once, so several tabs may do it, and it is repeated until answered.
  async #carryOut(id) {
    if (!(id in this.#planned)) return;
    clearTimeout(this.#timers.get(id));
    this.#timers.set(
      id,
      setTimeout(() => this.#carryOut(id), RETRY_MS),
    );
    if (socket.send({ type: "message.delete", message: id })) return;
    try {
      await post(`/messages/${id}/delete/`);
      this.#forget(id, { deleted: true });
    } catch (problem) {
      if (!problem.passing) this.#refused({ ref: id, ...problem });
    }
  }

  #refused({ ref, code, status, detail }) {
    if (!(ref in this.#planned)) return;
    const isGone = code === "not_found" || status === 404;
    this.#forget(ref, { deleted: isGone });
    if (!isGone) notify({ text: detail || say("failed") });
  }

  #forget(id, { deleted = false } = {}) {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    if (!(id in this.#planned)) return;
    delete this.#planned[id];
    this.#save();
    this.#tell(id, deleted);
  }

  #tell(id, deleted = false) {
    this.dispatchEvent(new CustomEvent("changed", { detail: { id, deleted } }));
  }

  #load() {
    try {
      this.#planned = JSON.parse(localStorage.getItem(this.#key) ?? "{}");
    } catch {
      this.#planned = {};
    }
  }

  #save() {
    try {
      localStorage.setItem(this.#key, JSON.stringify(this.#planned));
    } catch {
      // It still happens, if this page stays open until it is due.
    }
  }
}

/** Event: `changed` with `{id, deleted}`; `deleted` = it is gone for good. */
export const deletions = new Deletions();
