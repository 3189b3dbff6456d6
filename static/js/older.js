// Loads older messages as one scrolls up to the link that leads to them.

import { get } from "./http.js";

const AHEAD_PX = 800;
const MOST_PAGES_FOR_QUOTE = 20;

/** What comes before the first message shown. */
export class Older {
  #loading = null;

  /**
   * @param {HTMLElement} root the conversation
   * @param {import("./timeline.js").Timeline} timeline
   * @param {import("./scroll.js").Scroll} scroll
   * @param {AbortSignal} signal
   */
  constructor(root, timeline, scroll, signal) {
    this.root = root;
    this.timeline = timeline;
    this.scroll = scroll;
    this.signal = signal;
    if (!this.link) return;
    const rootMargin = `${AHEAD_PX}px 0px 0px`;
    const near = (entries) => entries.at(-1).isIntersecting && this.load();
    this.watch = new IntersectionObserver(near, { root: scroll.scroller, rootMargin });
    this.watch.observe(this.link);
    signal.addEventListener("abort", () => this.watch.disconnect());
    this.link.addEventListener("click", (event) => {
      event.preventDefault();
      this.load();
    });
  }

  /** @returns {HTMLAnchorElement|null} the link; gone once the beginning is shown */
  get link() {
    return this.root.querySelector(".older");
  }

  /** Load one page. @returns {Promise<boolean>} whether there may be more */
  load() {
    this.#loading ??= this.#load().finally(() => {
      this.#loading = null;
    });
    return this.#loading;
  }

  async #load() {
    const { link } = this;
    if (!link) return false;
    link.ariaBusy = "true";
    try {
      const { messages, more } = await get(link.href, { signal: this.signal });
      const htmls = messages.map((message) => message.html);
      const insert = () => {
        this.timeline.put(htmls, { older: true });
        if (!more || !messages.length) link.remove();
      };
      this.scroll.quietly(() => this.scroll.keep(insert));
      if (!link.isConnected) return false;
      const next = new URL(link.href);
      next.searchParams.set("before", messages[0].seq);
      link.href = next;
      // Still in view? Then the observer has to be asked anew to say so again.
      this.watch.unobserve(link);
      this.watch.observe(link);
      return true;
    } catch {
      return false;
    } finally {
      link.ariaBusy = null;
    }
  }

  /**
   * Find a message, loading backwards as far as is reasonable.
   * @param {string} id
   * @returns {Promise<HTMLLIElement|null>}
   */
  async find(id) {
    for (let page = 0; page < MOST_PAGES_FOR_QUOTE; page += 1) {
      const entry = this.timeline.byId(id);
      if (entry) return entry;
      if (!(await this.load())) break;
    }
    return this.timeline.byId(id);
  }
}
