// Read receipts: tells how far this person has seen, and shows how far the other has.

import { socket } from "./socket.js";

const TELL_AT_MOST_EVERY_MS = 400;

const isLooking = () => document.visibilityState === "visible" && document.hasFocus();

/** How far both have read in one open conversation. */
export class Reading {
  #timer = 0;

  /**
   * @param {HTMLElement} root the conversation
   * @param {import("./timeline.js").Timeline} timeline
   * @param {import("./scroll.js").Scroll} scroll
   * @param {AbortSignal} signal
   */
  constructor(root, timeline, scroll, signal) {
    this.root = root;
    this.timeline = timeline;
    this.scroller = scroll.scroller;
    this.confirmed = Number(root.dataset.readSeq);
    this.told = this.confirmed;
    this.theirs = Number(root.dataset.theirReadSeq);
    const look = () => this.look();
    this.scroller.addEventListener("scroll", look, { passive: true, signal });
    document.addEventListener("visibilitychange", look, { signal });
    addEventListener("focus", look, { signal });
    socket.on("up", look, signal);
    // What was on its way may be lost: it is told again.
    const unsure = () => {
      this.told = this.confirmed;
    };
    socket.on("down", unsure, signal);
    signal.addEventListener("abort", () => clearTimeout(this.#timer));
  }

  /** Something may have come into view: tell the server soon, once. */
  look() {
    if (this.#timer) return;
    this.#timer = setTimeout(() => {
      this.#timer = 0;
      this.#tell();
    }, TELL_AT_MOST_EVERY_MS);
  }

  #tell() {
    if (this.root.dataset.request === "true" || !isLooking() || !this.root.offsetParent) return;
    const seq = this.#highestInView();
    if (seq <= this.told) return;
    const { conversation } = this.root.dataset;
    if (socket.send({ type: "conversation.read", conversation, seq })) this.told = seq;
  }

  #highestInView() {
    const end = this.scroller.getBoundingClientRect().bottom;
    for (const li of this.timeline.entries().reverse()) {
      const seq = Number(li.querySelector(".message").dataset.seq);
      if (!seq || li.hidden) continue;
      if (seq <= this.told) break;
      if (li.getBoundingClientRect().top < end) return seq;
    }
    return 0;
  }

  /** @param {number} seq the server knows that this person has read up to here, in whatever tab */
  iRead(seq) {
    this.confirmed = Math.max(this.confirmed, seq);
    this.told = Math.max(this.told, seq);
  }

  /** Nothing told so far counts: the server has gone back in time. */
  forget() {
    this.told = 0;
    this.confirmed = 0;
    this.theirs = 0;
  }

  /** @param {number} seq the other has read up to here */
  otherRead(seq) {
    this.theirs = Math.max(this.theirs, seq);
    this.root.dataset.theirReadSeq = this.theirs;
    this.mark();
  }

  /** Put the mark under the last own message the other has read. */
  mark() {
    const isRead = (li) => {
      const seq = Number(li.querySelector(".message").dataset.seq);
      return seq && seq <= this.theirs && !li.hidden && li.classList.contains("mine");
    };
    const last = this.timeline.entries().findLast(isRead);
    const marked = this.timeline.list.querySelector(":scope > .seen");
    if (marked === (last ?? null)) return;
    marked?.classList.remove("seen");
    const mark =
      marked?.querySelector(":scope > .seen-by") ??
      this.root.querySelector(".seen-template")?.content.firstElementChild?.cloneNode(true);
    mark?.remove();
    if (!last || !mark) return;
    last.classList.add("seen");
    last.append(mark);
  }
}
