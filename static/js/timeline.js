// The messages on the page. Whatever order news comes in, and however often, the list ends up the
// same: sorted by seq, the newest version of each message, what is not yet committed last.

import { deletions } from "./deletions.js";
import { element } from "./html.js";
import { pendingEntry } from "./pending.js";
import { arrange } from "./runs.js";
import { localise } from "./time.js";

const PENDING_FROM = 1e12;

// What isn't committed stands behind everything that is, in the order of the outbox.
function seqOf(li) {
  const { seq, order } = li.querySelector(".message").dataset;
  return Number(seq) || PENDING_FROM + Number(order);
}

/** The list of one open conversation. */
export class Timeline {
  /**
   * @param {HTMLOListElement} list
   * @param {{me: string, blank: HTMLTemplateElement, hasOlder: () => boolean}} about
   *   `blank`: an empty own message; `hasOlder`: whether messages before the first shown one exist
   */
  constructor(list, { me, blank, hasOlder }) {
    this.list = list;
    this.me = me;
    this.blank = blank;
    this.hasOlder = hasOlder;
    for (const li of this.entries()) {
      // Left over in a restored page; the outbox knows better.
      if (!li.dataset.id) li.remove();
      else this.#dress(li);
    }
    this.arrange();
  }

  /** @returns {HTMLLIElement[]} all messages, pending ones too */
  entries() {
    return [...this.list.querySelectorAll(":scope > .entry")];
  }

  /** @param {string} id @returns {HTMLLIElement|null} */
  byId(id) {
    return id ? this.list.querySelector(`:scope > [data-id="${CSS.escape(id)}"]`) : null;
  }

  /** @param {string} clientId @returns {HTMLLIElement|null} */
  byClientId(clientId) {
    const message = `.message[data-client-id="${CSS.escape(clientId)}"]`;
    return clientId ? (this.list.querySelector(message)?.closest(".entry") ?? null) : null;
  }

  /** @returns {number} the highest committed seq shown, 0 if none */
  get lastSeq() {
    const last = this.entries().findLast((li) => li.dataset.id);
    return last ? seqOf(last) : 0;
  }

  /** @returns {number} the lowest committed seq shown, 0 if none */
  get firstSeq() {
    const first = this.entries().find((li) => li.dataset.id);
    return first ? seqOf(first) : 0;
  }

  /**
   * Show the server's messages, new or changed. Call once for many: dividers are set once.
   * @param {string[]} htmls
   * @param {{older?: boolean, insert?: boolean}} [options] `older`: they belong before the first one
   *   shown; `insert` false: only replace
   * @returns {HTMLLIElement[]} the entries that weren't there before
   */
  put(htmls, options = {}) {
    const added = htmls.map((html) => this.#putOne(element(html), options)).filter(Boolean);
    this.arrange();
    return added;
  }

  #putOne(message, { older = false, insert = true }) {
    const { id, clientId, version, sender } = message.dataset;
    const pending = sender === this.me ? this.byClientId(clientId) : null;
    const standing = this.byId(id) ?? pending;
    if (standing) {
      this.#replace(standing, message, Number(version));
      return null;
    }
    const seq = Number(message.dataset.seq);
    // A change to something further up than was loaded: it will be right when it is loaded.
    const outside = !older && this.hasOlder() && seq < this.firstSeq;
    if (!insert || outside) return null;
    const li = document.createElement("li");
    li.className = `entry ${sender === this.me ? "mine" : "theirs"}`;
    li.append(message);
    this.#place(li, seq);
    this.#dress(li);
    return li;
  }

  #replace(li, message, version) {
    const old = li.querySelector(".message");
    if (Number(old.dataset.version || 0) >= version) return;
    const menu = old.querySelector("details[open]");
    const focused = old.contains(document.activeElement) && document.activeElement.dataset.action;
    old.replaceWith(message);
    if (menu) message.querySelector("details").open = true;
    if (focused) message.querySelector(`[data-action="${focused}"], summary`)?.focus();
    const wasPending = !li.dataset.id;
    li.classList.remove("waiting", "refused");
    li.querySelector(".problem")?.remove();
    this.#dress(li);
    if (wasPending) this.#place(li, Number(message.dataset.seq));
  }

  // The classes that depend on who is looking: the html is the same for everyone.
  #dress(li) {
    const { id, likedBy, gone } = li.querySelector(".message").dataset;
    const likers = gone ? [] : likedBy.split(" ").filter(Boolean);
    li.dataset.id = id;
    li.classList.toggle("liked", likers.length > 0);
    li.classList.toggle("i-like", likers.includes(this.me));
    li.hidden = deletions.hides(id);
    localise(li);
  }

  #place(li, seq) {
    let after = this.list.lastElementChild;
    while (after && (!after.classList.contains("entry") || after === li || seqOf(after) > seq)) {
      after = after.previousElementSibling;
    }
    if (after) after.after(li);
    else this.list.prepend(li);
  }

  /**
   * Show an item of the outbox, or its new state.
   * @param {import("./outbox.js").Item} item
   * @param {(li: HTMLLIElement) => void} [decorate] adds what can be done with it
   */
  putPending(item, decorate = () => {}) {
    const standing = this.byClientId(item.client_id);
    if (standing?.dataset.id) return;
    const li = pendingEntry(this.blank, item, this.me);
    decorate(li);
    standing?.remove();
    this.#place(li, seqOf(li));
    this.arrange();
  }

  /**
   * Mark a pending message as committed. The server's own copy replaces it when it comes.
   * @param {string} clientId
   * @param {{message: {id: string, seq: number, created_at: string}}} ack
   */
  acknowledge(clientId, { message }) {
    const li = this.byClientId(clientId);
    if (!li || li.dataset.id) return;
    const article = li.querySelector(".message");
    const { id, seq, created_at: created } = message;
    if (this.byId(id)) return this.removePending(clientId);
    Object.assign(article.dataset, { id, seq, created, version: 0 });
    article.id = `m-${id}`;
    article.querySelector(".meta time").dateTime = created;
    li.classList.remove("waiting", "refused");
    li.querySelector(".problem")?.remove();
    this.#dress(li);
    this.#place(li, seq);
    this.arrange();
  }

  /** @param {string} clientId takes a pending message away; a committed one stays */
  removePending(clientId) {
    const li = this.byClientId(clientId);
    if (!li || li.dataset.id) return;
    li.remove();
    this.arrange();
  }

  /** @param {string[]} ids takes messages away */
  remove(ids) {
    for (const id of ids) this.byId(id)?.remove();
    if (ids.length) this.arrange();
  }

  /** @param {number} seq takes away all messages up to this one */
  clear(seq) {
    for (const li of this.entries()) if (li.dataset.id && seqOf(li) <= seq) li.remove();
    this.arrange();
  }

  /** @param {string} id hides or shows a message according to `deletions` */
  refresh(id) {
    const li = this.byId(id);
    if (li) this.#dress(li);
    this.arrange();
  }

  /** Bring days and runs in order. */
  arrange() {
    arrange(this.list);
  }
}
