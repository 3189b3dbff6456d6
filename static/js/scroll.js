// Where the reader is. At the end one stays at the end, whatever grows or shrinks; anywhere else the
// text under one's eyes doesn't move.

import { say } from "./words.js";

const AT_END_PX = 48;
const FAR_PAGES = 1.5;
// By then a screen reader has seen, and passed over, what was inserted.
const LIVE_AGAIN_AFTER_MS = 500;

/** The scroller of one open conversation. */
export class Scroll {
  #atEnd = true;
  #fresh = 0;
  #silence = 0;

  /**
   * @param {HTMLElement} root the conversation
   * @param {AbortSignal} signal
   */
  constructor(root, signal) {
    this.scroller = root.querySelector(".scroller");
    this.list = root.querySelector(".timeline");
    this.pill = root.querySelector(".pill");
    this.scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true, signal });
    this.pill.addEventListener("click", () => this.toEnd({ smooth: true }), { signal });
    const sizes = new ResizeObserver(() => this.#resized());
    sizes.observe(this.scroller);
    sizes.observe(this.list);
    signal.addEventListener("abort", () => sizes.disconnect());
  }

  /** @returns {boolean} */
  get atEnd() {
    return this.#atEnd;
  }

  /** Begin at the message named in the address, else where reading stopped, else at the end. */
  begin() {
    const named =
      location.hash.startsWith("#m-") && document.getElementById(location.hash.slice(1));
    const line = this.list.querySelector(".new-line");
    if (named && this.list.contains(named)) this.show(named.closest(".entry"));
    else if (line) {
      this.toEnd();
      const room = this.scroller.clientHeight / 4;
      const top = line.getBoundingClientRect().top - this.scroller.getBoundingClientRect().top;
      if (top < room) this.scroller.scrollTop += top - room;
    } else this.toEnd();
    this.#atEnd = this.#distance() < AT_END_PX;
  }

  /** @param {{smooth?: boolean}} [how] */
  toEnd({ smooth = false } = {}) {
    this.#atEnd = true;
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const near = this.#distance() < this.scroller.clientHeight * 3;
    const behavior = smooth && near && !calm ? "smooth" : "instant";
    this.scroller.scrollTo({ top: this.scroller.scrollHeight, behavior });
    this.#forgetFresh();
  }

  /** @param {HTMLElement} entry brings it into the middle and lights it up */
  show(entry) {
    entry.scrollIntoView({ block: "center", behavior: "instant" });
    entry.classList.add("flash");
    entry.addEventListener("animationend", () => entry.classList.remove("flash"), { once: true });
  }

  /** @param {number} count messages of the other that came; shown on the pill unless one is there */
  arrived(count) {
    if (this.#atEnd || !count) return;
    this.#fresh += count;
    this.#showPill();
  }

  /**
   * Change what stands above without moving what one reads.
   * @param {() => void} change
   */
  keep(change) {
    const middle = this.#firstInView();
    const before = middle?.getBoundingClientRect().top;
    // The browser's own anchoring would correct a second time.
    this.scroller.style.overflowAnchor = "none";
    change();
    if (middle?.isConnected) this.scroller.scrollTop += middle.getBoundingClientRect().top - before;
    requestAnimationFrame(() => {
      this.scroller.style.overflowAnchor = "";
    });
  }

  /**
   * Change the log without a screen reader reading it all out: what is shown is old.
   * @param {() => void} change
   */
  quietly(change) {
    clearTimeout(this.#silence);
    this.scroller.ariaLive = "off";
    change();
    this.#silence = setTimeout(() => {
      this.scroller.ariaLive = "polite";
    }, LIVE_AGAIN_AFTER_MS);
  }

  #firstInView() {
    const top = this.scroller.getBoundingClientRect().top;
    // Not a day: dividers move when something comes before them. A hidden one has no height.
    const entries = this.list.querySelectorAll(":scope > .entry");
    return [...entries].find((li) => li.offsetHeight && li.getBoundingClientRect().bottom > top);
  }

  #distance() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight;
  }

  #scrolled() {
    this.#atEnd = this.#distance() < AT_END_PX;
    if (this.#atEnd) this.#forgetFresh();
    else this.#showPill();
  }

  #resized() {
    if (this.#atEnd) this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  #forgetFresh() {
    this.#fresh = 0;
    this.pill.hidden = true;
  }

  #showPill() {
    const isFar = this.#distance() > this.scroller.clientHeight * FAR_PAGES;
    this.pill.hidden = !this.#fresh && !isFar;
    const words = this.#fresh ? say("fresh", { count: this.#fresh }) : say("latest");
    if (this.pill.textContent !== words) this.pill.textContent = words;
  }
}
