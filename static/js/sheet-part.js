// A part of the sheet that the server draws: fetched when it is shown, searched as one types. Its choices are
// walked with the arrow keys.

import { get } from "./http.js";
import { neighbour } from "./walk.js";
import { say } from "./words.js";

const AS_PART = { accept: "text/html", headers: { "HX-Request": "true" } };
const SEARCH_AFTER_MS = 200;

/** @param {string} html @returns {DocumentFragment} */
export function parsed(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

/**
 * @param {string} url
 * @returns {Promise<DocumentFragment>}
 * @throws {import("./http.js").Problem}
 */
export const fetchPart = async (url) => parsed(await get(url, AS_PART));

/** @param {HTMLImageElement} img @returns {{url: string, width: number, height: number, alt: string}} */
export function pictureOf(img) {
  const number = (name) => Number(img.getAttribute(name));
  return {
    url: img.getAttribute("src"),
    width: number("width"),
    height: number("height"),
    alt: img.alt,
  };
}

/** What stickers and GIFs have in common. */
export class Part {
  #fresh = false;
  #timer = 0;
  #asked = 0;

  /**
   * @param {HTMLElement} panel
   * @param {import("./sheet.js").Sheet} sheet
   * @param {string} url of the whole part
   */
  constructor(panel, sheet, url) {
    this.panel = panel;
    this.sheet = sheet;
    this.url = url;
    panel.addEventListener("click", (event) => this.#clicked(event));
    panel.addEventListener("input", (event) => this.#typed(event));
    panel.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#searchNow(event.target);
    });
    panel.addEventListener("keydown", (event) => this.#walk(event));
  }

  /** @returns {HTMLInputElement|null} */
  get search() {
    return this.panel.querySelector(".sheet-search input[type=search]");
  }

  /** @returns {HTMLElement|null} what scrolls, and is replaced by what a search finds */
  get scroll() {
    return this.panel.querySelector(".sheet-scroll");
  }

  /** Draw it, anew where something was sent since: what was used last stands first. */
  async show() {
    if (this.#fresh) return;
    if (this.scroll) this.scroll.scrollTop = 0;
    await this.reload();
  }

  /** Fetch it again; a search begins anew, the place stays. */
  async reload() {
    const top = this.scroll?.scrollTop ?? 0;
    this.panel.ariaBusy = "true";
    if (!this.scroll) this.panel.replaceChildren(skeleton());
    try {
      const content = await fetchPart(this.url);
      const typed = this.search?.value;
      this.panel.replaceChildren(content);
      this.#fresh = true;
      this.scroll.scrollTop = top;
      this.drawn();
      if (typed && this.search) {
        this.search.value = typed;
        await this.#find(this.search.form);
      }
    } catch (problem) {
      this.panel.replaceChildren(complaint(problem.detail || say("partFailed")));
    } finally {
      this.panel.ariaBusy = null;
    }
  }

  /** Something was sent: what was used last isn't what is shown. Seen when the sheet is opened again. */
  sent() {
    this.#fresh = false;
  }

  /** @returns {boolean} whether there is something to focus */
  focus() {
    const first = this.search ?? this.panel.querySelector(".sheet-choice, a, button");
    first?.focus({ preventScroll: true });
    return Boolean(first);
  }

  /** Called with new content in place. */
  drawn() {}

  /** @param {HTMLButtonElement} _button was pressed */
  choose(_button) {}

  /** @param {HTMLElement} _target was clicked and isn't a choice @param {MouseEvent} _event */
  clicked(_target, _event) {}

  #clicked(event) {
    const { target } = event;
    const choice = target.closest("button.sheet-choice");
    if (choice) {
      event.preventDefault();
      this.choose(choice);
    } else if (target.closest("[data-retry]")) this.reload().then(() => this.focus());
    else this.clicked(target, event);
  }

  #typed({ target }) {
    if (target !== this.search) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#find(target.form), SEARCH_AFTER_MS);
  }

  async #searchNow(form) {
    clearTimeout(this.#timer);
    await this.#find(form);
    this.scroll.querySelector(".sheet-choice")?.focus();
  }

  async #find(form) {
    this.#asked += 1;
    const asked = this.#asked;
    const words = this.search.value.trim();
    const url = words
      ? `${form.getAttribute("action")}?${new URLSearchParams({ q: words })}`
      : this.url;
    this.scroll.ariaBusy = "true";
    let found;
    try {
      found = (await fetchPart(url)).querySelector(".sheet-scroll");
    } catch (problem) {
      found = document.createElement("div");
      found.className = "sheet-scroll";
      found.append(complaint(problem.detail || say("partFailed")));
    }
    // What was typed since is asked for already.
    if (asked !== this.#asked) return;
    this.scroll.replaceWith(found);
    this.panel.classList.toggle("searching", Boolean(words));
    this.drawn();
  }

  // Left and right go on to the next; up and down to what is nearest above or below.
  #walk(event) {
    const { target, key } = event;
    if (target === this.search) {
      if (key !== "ArrowDown") return;
      event.preventDefault();
      return this.scroll.querySelector(".sheet-choice")?.focus();
    }
    if (!target.matches(".sheet-choice, .sticker-add")) return;
    const all = [...this.scroll.querySelectorAll(".sheet-choice, .sticker-add")];
    const next = neighbour(all, target, key);
    if (!next) return;
    event.preventDefault();
    next.focus();
  }
}

function complaint(words) {
  const place = document.createElement("div");
  Object.assign(place, { className: "sheet-empty", role: "alert" });
  const line = document.createElement("p");
  line.textContent = words;
  const again = document.createElement("button");
  Object.assign(again, { type: "button", className: "button small", textContent: say("retry") });
  again.dataset.retry = "";
  place.append(line, again);
  return place;
}

function skeleton() {
  const place = document.createElement("div");
  place.className = "sheet-skeleton";
  place.append(...Array.from({ length: 15 }, () => document.createElement("i")));
  return place;
}
