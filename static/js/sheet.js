// The sheet of the composer: emoji, stickers and GIFs, one tab each. Beside the field where there is room;
// on a phone in the keyboard's place, with the composer above it.

import { EmojiPart } from "./sheet-emoji.js";
import { GifPart } from "./sheet-gifs.js";
import { StickerPart } from "./sheet-stickers.js";
import { loadStyle } from "./styles.js";
import { say } from "./words.js";

/** The tabs, and what draws each when it is shown first. */
const PARTS = { emoji: EmojiPart, stickers: StickerPart, gifs: GifPart };
const NAMES = Object.keys(PARTS);
const LAST_TAB = "paperplane.sheet";

const narrow = matchMedia("(max-width: 599px)");
const touch = matchMedia("(pointer: coarse)");

function lastTab() {
  try {
    const name = localStorage.getItem(LAST_TAB);
    return NAMES.includes(name) ? name : "emoji";
  } catch {
    return "emoji";
  }
}

function make(tag, about) {
  return Object.assign(document.createElement(tag), about);
}

/** The sheet of one open conversation. */
export class Sheet {
  #parts = {};
  #shown = "";

  /** @param {HTMLElement} root the conversation @param {AbortSignal} signal */
  constructor(root, signal) {
    this.root = root;
    this.slot = root.querySelector(".composer-slot");
    this.element = make("div", { className: "sheet", hidden: true, role: "dialog" });
    this.element.ariaLabel = say("sheet");
    this.#draw();
    const style = loadStyle("sheet.css");
    this.ready = style;
    const on = (target, type, heard, options) =>
      target.addEventListener(type, heard, { signal, ...options });
    on(this.tabs, "click", ({ target }) => this.#tabPressed(target));
    on(this.tabs, "keydown", (event) => this.#tabKey(event));
    // Where the focus is in the composer this comes before what Escape means there.
    for (const target of [this.slot, document]) {
      on(target, "keydown", (event) => this.#escape(event));
    }
    on(document, "pointerdown", ({ target }) => this.#pressedAt(target));
    on(this.slot, "focusin", ({ target }) => {
      // The keyboard comes in its place.
      if (touch.matches && narrow.matches && target === this.field) this.close();
    });
    // One may have been let in meanwhile: the other accepted.
    const allowed = new MutationObserver(() => this.isOpen && this.#show(this.#shown));
    allowed.observe(this.slot, { subtree: true, attributeFilter: ["data-only-text"] });
    on(signal, "abort", () => allowed.disconnect());
  }

  /** @returns {HTMLTextAreaElement|null} */
  get field() {
    return this.root.querySelector(".composer textarea");
  }

  /** @returns {boolean} */
  get isOpen() {
    return this.element.isConnected && !this.element.hidden;
  }

  /** @returns {string} why only text can be sent here; empty where everything can */
  get onlyText() {
    return this.root.querySelector("form.composer")?.dataset.onlyText ?? "";
  }

  /** Open it, or close it and go on writing. */
  async toggle() {
    if (this.isOpen) return this.close({ focus: true });
    await this.ready;
    const button = this.#button;
    if (!button) return;
    // The form, and with it what stands below it, may have been replaced.
    if (this.element.parentElement !== this.slot) this.slot.append(this.element);
    if (touch.matches) this.field?.blur();
    this.element.hidden = false;
    button.ariaExpanded = "true";
    const part = await this.#show(this.onlyText ? "emoji" : lastTab());
    if (!this.isOpen) return;
    // On a touch screen the keyboard would cover what was just opened.
    if (touch.matches || !part?.focus()) this.#tab(this.#shown).focus();
  }

  /** @param {{focus?: boolean}} [how] `focus`: back to the field; on a touch screen to the button */
  close({ focus = false } = {}) {
    if (!this.isOpen) return;
    this.element.hidden = true;
    if (this.#button) this.#button.ariaExpanded = "false";
    if (focus) (touch.matches ? this.#button : this.field)?.focus({ preventScroll: true });
  }

  /**
   * Send what was chosen. Beside the field the sheet stays open for another one.
   * @param {{kind: string, content: object, look: object}} what as the outbox takes it
   */
  send(what) {
    this.root.dispatchEvent(new CustomEvent("compose:send", { bubbles: true, detail: what }));
    for (const part of Object.values(this.#parts)) part.sent?.();
    if (narrow.matches) this.close({ focus: true });
  }

  /** @returns {HTMLButtonElement|null} */
  get #button() {
    return this.root.querySelector(".emoji-button");
  }

  #draw() {
    this.tabs = make("div", { className: "sheet-tabs", role: "tablist", ariaLabel: say("sheet") });
    for (const name of NAMES) {
      const id = `sheet-tab-${name}`;
      const tab = make("button", { type: "button", id, role: "tab", textContent: say(name) });
      tab.dataset.tab = name;
      tab.setAttribute("aria-controls", `sheet-${name}`);
      const panel = make("div", { className: "sheet-part", id: `sheet-${name}`, role: "tabpanel" });
      panel.setAttribute("aria-labelledby", id);
      this.tabs.append(tab);
      this.element.append(panel);
    }
    this.element.prepend(this.tabs);
  }

  #tab(name) {
    return this.tabs.querySelector(`[data-tab=${name}]`);
  }

  async #show(name) {
    this.#shown = name;
    for (const one of NAMES) {
      const tab = this.#tab(one);
      tab.ariaSelected = String(one === name);
      tab.tabIndex = one === name ? 0 : -1;
      this.element.querySelector(`#sheet-${one}`).hidden = one !== name;
    }
    const panel = this.element.querySelector(`#sheet-${name}`);
    const refused = panel.querySelector(":scope > .sheet-refused");
    if (name !== "emoji" && this.onlyText) {
      if (!refused) panel.prepend(make("p", { className: "sheet-empty sheet-refused" }));
      panel.firstElementChild.textContent = this.onlyText;
      panel.classList.add("refused");
      return null;
    }
    refused?.remove();
    panel.classList.remove("refused");
    this.#parts[name] ??= new PARTS[name](panel, this);
    await this.#parts[name].show();
    return this.#parts[name];
  }

  #tabPressed(target) {
    const name = target.closest("[role=tab]")?.dataset.tab;
    if (!name) return;
    try {
      localStorage.setItem(LAST_TAB, name);
    } catch {
      // Next time it is another one.
    }
    this.#show(name);
  }

  #tabKey(event) {
    const place = NAMES.indexOf(this.#shown);
    const forward = getComputedStyle(this.tabs).direction === "rtl" ? -1 : 1;
    const next = {
      ArrowRight: place + forward,
      ArrowLeft: place - forward,
      Home: 0,
      End: NAMES.length - 1,
    }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    const tab = this.#tab(NAMES.at(next % NAMES.length));
    tab.focus();
    tab.click();
  }

  #escape(event) {
    if (event.key !== "Escape" || event.defaultPrevented || !this.isOpen) return;
    if (event.target.closest?.("dialog")) return;
    event.preventDefault();
    this.close({ focus: true });
  }

  #pressedAt(target) {
    if (this.slot.contains(target) || target.closest?.("dialog, .notices")) return;
    this.close();
  }
}
