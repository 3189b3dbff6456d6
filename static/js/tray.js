// The tray above the text field: the photos that will go with the next message, as its album has them.

import { albumOf, MAX_PHOTOS } from "./album.js";
import { icon } from "./icons.js";
import { notify } from "./notices.js";
import { loadStyle } from "./styles.js";
import { say } from "./words.js";

const isPicture = ({ type }) => !type || type.startsWith("image/");

function make(tag, className, about = {}) {
  const element = document.createElement(tag);
  return Object.assign(element, { className }, about);
}

function button(className, label, child) {
  const element = make("button", className, { type: "button", ariaLabel: label });
  element.append(child);
  return element;
}

/** One photo in the tray. */
class Tile {
  /** @param {import("./album.js").Item} item @param {(item: object) => void} gone the picture can't be shown */
  constructor(item, gone) {
    this.item = item;
    this.element = make("li", "tray-tile", { draggable: true });
    this.element.dataset.key = item.key;
    this.picture = make("img", "", { alt: "", draggable: false });
    this.picture.addEventListener("error", () => {
      if (item.state === "ready") gone(item);
      this.picture.hidden = true;
    });
    this.picture.src = item.preview;
    this.ring = make("span", "tray-ring", { ariaHidden: true });
    this.open = button("tray-open", "", this.picture);
    this.badge = make("span", "tray-alt", { ariaHidden: true, textContent: say("alt") });
    this.open.append(this.badge);
    this.open.setAttribute("aria-keyshortcuts", "Shift+ArrowLeft Shift+ArrowRight");
    this.remove = button("tray-remove", "", icon("x"));
    this.element.append(this.open, this.ring, this.remove);
  }

  /** Show how it stands. @param {number} place from 1 @param {number} count */
  update(place, count) {
    const { element, item } = this;
    const which = count > 1 ? ` ${place}` : "";
    element.dataset.state = item.state;
    element.style.setProperty("--done", item.percent);
    this.ring.hidden = item.state !== "waiting" && item.state !== "uploading";
    this.ring.classList.toggle("endless", item.state === "uploading" && item.percent >= 100);
    this.badge.hidden = item.state === "failed";
    this.badge.classList.toggle("given", Boolean(item.alt));
    this.open.disabled = item.state === "failed";
    this.open.ariaLabel = say(item.alt ? "photoDescribed" : "photoUndescribed", {
      which,
      alt: item.alt,
    });
    this.remove.ariaLabel = say("removePhoto", { which });
    this.#explain(which);
  }

  #explain(which) {
    const { element, item } = this;
    const standing = element.querySelector(".tray-problem");
    if (!item.problem) return standing?.remove();
    const words = item.name ? `${item.name}: ${item.problem}` : item.problem;
    if (standing?.firstChild.textContent === words) return;
    standing?.remove();
    const place = make("div", "tray-problem", { role: "alert" });
    place.append(make("p", "", { textContent: words, dir: "auto" }));
    if (item.state === "failed") {
      const again = make("button", "button small tray-retry", { type: "button" });
      again.textContent = say("retry");
      again.ariaLabel = `${say("retry")}${which}`;
      place.append(again);
    }
    element.append(place);
    element.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
}

/** The tray of one open conversation. */
export class Tray {
  /** @type {Map<string, Tile>} */
  #tiles = new Map();
  #sending = false;

  /** @param {HTMLElement} root the conversation @param {AbortSignal} signal */
  constructor(root, signal) {
    this.root = root;
    this.album = albumOf(root);
    this.element = make("div", "tray", { hidden: true });
    this.list = make("ul", "tray-list", { role: "list", ariaLabel: say("photosToSend") });
    this.hint = make("button", "tray-hint", { type: "button", textContent: say("altHint") });
    this.first = make("p", "tray-first", { textContent: say("photosFirst"), hidden: true });
    this.status = make("p", "visually-hidden", { role: "status" });
    this.element.append(this.list, this.first, this.hint, this.status);
    loadStyle("photos.css");
    this.album.addEventListener("changed", () => this.#update(), { signal });
    this.element.addEventListener("click", (event) => this.#click(event));
    this.list.addEventListener("keydown", (event) => this.#key(event));
    this.#letDrag();
    // The form may be replaced by the reason why one can't write, and come back.
    const slot = root.querySelector(".composer-slot");
    const watch = new MutationObserver(() => this.#update());
    watch.observe(slot, { childList: true });
    signal.addEventListener("abort", () => watch.disconnect());
    this.#update();
  }

  get #form() {
    return this.root.querySelector("form.composer");
  }

  /** @returns {boolean} whether there are photos to send */
  get filled() {
    return this.album.items.length > 0;
  }

  /** @param {File[]} files */
  add(files) {
    const pictures = files.filter(isPicture);
    if (pictures.length < files.length) notify({ text: say("onlyPictures"), key: "photos" });
    const over = this.album.add(pictures);
    if (over) notify({ text: say("photosAtMost", { count: MAX_PHOTOS }), key: "photos" });
    this.#say(say("photosInTray", { count: this.album.items.length }));
    // On a phone the keyboard would cover what one has just chosen.
    if (matchMedia("(pointer: fine)").matches) this.root.composer.focus();
  }

  /** @param {{id: string, url: string}[]} photos that were uploaded already */
  restore(photos) {
    this.album.restore(photos);
  }

  /** @returns {Promise<boolean>} when what is on its way has arrived: whether all of it can be sent */
  async settled() {
    if (this.#sending) return false;
    this.#sending = true;
    this.#update();
    if (this.album.busy) this.#say(say("photosFirst"));
    const all = await this.album.settled();
    this.#sending = false;
    this.#update();
    if (!all) notify({ text: say("photosNotAll"), key: "photos" });
    return all;
  }

  /** Take the photos out, for a message. @returns {{kind: string, content: object, look: object}} */
  take() {
    const photos = this.album.take();
    return { kind: "photo", content: { photo: photos.map(({ id }) => id) }, look: { photos } };
  }

  #say(words) {
    this.status.textContent = words;
  }

  #update() {
    const form = this.#form;
    const { items, busy } = this.album;
    if (form && !form.contains(this.element))
      form.querySelector(".composer-row").before(this.element);
    this.element.hidden = !items.length;
    this.#arrange(items);
    const bare = items.some(({ state, alt }) => state !== "failed" && !alt);
    const waits = this.#sending && busy;
    this.first.hidden = !waits;
    this.hint.hidden = waits || !bare;
    form?.querySelector(".send").classList.toggle("waiting", waits);
    form?.setAttribute("aria-busy", String(waits));
  }

  #arrange(items) {
    for (const [key, { element }] of this.#tiles) {
      if (items.some((item) => item.key === key)) continue;
      element.remove();
      this.#tiles.delete(key);
    }
    for (const [index, item] of items.entries()) {
      if (!this.#tiles.has(item.key)) {
        this.#tiles.set(item.key, new Tile(item, () => this.album.drop(item)));
      }
      const tile = this.#tiles.get(item.key);
      tile.update(index + 1, items.length);
      if (this.list.children[index] !== tile.element) this.#put(tile.element, index);
    }
  }

  // A moved element loses the focus.
  #put(element, index) {
    const focused = element.contains(document.activeElement) ? document.activeElement : null;
    this.list.insertBefore(element, this.list.children[index] ?? null);
    focused?.focus();
  }

  #itemOf(target) {
    return this.#tiles.get(target.closest(".tray-tile")?.dataset.key)?.item;
  }

  #click({ target }) {
    const item = this.#itemOf(target);
    if (target.closest(".tray-hint")) this.#describe(this.album.items.find(({ alt }) => !alt));
    else if (target.closest(".tray-remove")) this.#remove(item);
    else if (target.closest(".tray-retry")) this.album.retry(item);
    else if (target.closest(".tray-open")) this.#describe(item);
  }

  #remove(item) {
    const index = this.album.items.indexOf(item);
    this.album.remove(item);
    this.#say(say("photosInTray", { count: this.album.items.length }));
    const next = this.list.children[Math.min(index, this.list.children.length - 1)];
    if (next) next.querySelector(".tray-remove").focus();
    else this.root.composer.focus();
  }

  async #describe(item) {
    const { describe } = await import("./describe.js").catch(() => ({}));
    if (!describe) return notify({ text: say("offlineNow"), key: "photos" });
    const words = await describe(item);
    if (words !== null) this.album.describe(item, words);
  }

  #key(event) {
    const item = this.#itemOf(event.target);
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!item || !step || !event.shiftKey) return;
    event.preventDefault();
    this.#move(item, step * (getComputedStyle(this.list).direction === "rtl" ? -1 : 1));
  }

  #move(item, by) {
    const { items } = this.album;
    const place = items.indexOf(item) + by;
    if (place < 0 || place >= items.length) return;
    this.album.move(item, place);
    this.#say(say("photoMoved", { place: place + 1, count: items.length }));
  }

  #letDrag() {
    let dragged = null;
    const on = (type, heard) => this.list.addEventListener(type, heard);
    on("dragstart", (event) => {
      dragged = this.#itemOf(event.target);
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("application/x-paperplane-photo", "");
    });
    on("dragover", (event) => {
      const over = this.#itemOf(event.target);
      if (!dragged || !over) return;
      event.preventDefault();
      if (over !== dragged) this.album.move(dragged, this.album.items.indexOf(over));
    });
    on("drop", (event) => dragged && event.preventDefault());
    on("dragend", () => {
      dragged = null;
    });
  }
}
