// Photos as large as the window: all of the open conversation that are loaded, in their order. What is taken
// back meanwhile says so at once.

import { icon } from "./icons.js";
import { loadStyle } from "./styles.js";
import { watchTouch } from "./viewer-touch.js";
import { say } from "./words.js";

const PHOTOS = ".timeline .entry:not([hidden]) a.photo";

function button(name, label, run) {
  const element = document.createElement("button");
  Object.assign(element, { type: "button", className: `viewer-button viewer-${label}` });
  element.ariaLabel = say(label);
  element.append(icon(name));
  element.addEventListener("click", run);
  return element;
}

function part(tag, className, about = {}) {
  return Object.assign(document.createElement(tag), { className, ...about });
}

class Viewer {
  /** @param {HTMLElement} root the conversation @param {HTMLAnchorElement} link @param {AbortSignal} signal */
  constructor(root, link, signal) {
    this.root = root;
    this.dialog = part("dialog", "viewer");
    this.dialog.ariaLabel = say("photo");
    this.dialog.ariaModal = "true";
    this.count = part("p", "viewer-count");
    this.words = part("p", "viewer-words", { role: "status" });
    this.caption = part("p", "viewer-caption", { dir: "auto" });
    this.image = part("img", "viewer-photo", { draggable: false });
    this.stage = part("div", "viewer-stage");
    this.stage.append(this.image, this.words);
    this.back = button("chevron-left", "previous", () => this.step(-1));
    this.forth = button("chevron-right", "next", () => this.step(1));
    const close = button("x", "close", () => this.close());
    const bar = part("div", "viewer-bar");
    bar.append(this.count, close);
    this.dialog.append(this.stage, bar, this.back, this.forth, this.caption);
    this.touch = watchTouch(this.stage, this.image, {
      step: (by) => this.step(by),
      close: () => this.close(),
    });
    this.#listen(signal);
    this.#show(link);
  }

  /** @returns {HTMLAnchorElement[]} */
  get #links() {
    return [...this.root.querySelectorAll(PHOTOS)];
  }

  get #place() {
    return this.#links.findIndex(({ href }) => href === this.href);
  }

  open() {
    document.body.append(this.dialog);
    this.dialog.showModal();
  }

  close() {
    this.dialog.close();
  }

  /** @param {number} by to the next one: 1, to the one before: -1 */
  step(by) {
    // From one that is gone to what stands where it stood.
    const here = this.#place;
    const place = here < 0 ? this.lastPlace + (by > 0 ? 0 : -1) : here + by;
    const link = this.#links[place];
    if (link) this.#show(link);
    else this.touch.reset();
  }

  #listen(signal) {
    const { dialog } = this;
    signal.addEventListener("abort", () => this.close());
    const watch = new MutationObserver(() => this.#refresh());
    watch.observe(this.root.querySelector(".timeline"), {
      childList: true,
      subtree: true,
      attributeFilter: ["hidden"],
    });
    dialog.addEventListener("keydown", (event) => this.#key(event));
    // A press beside the photo closes; a drag that ends there isn't one.
    this.stage.addEventListener("click", ({ clientX: x, clientY: y }) => {
      const { left, right, top, bottom } = this.image.getBoundingClientRect();
      if (x < left || x > right || y < top || y > bottom) this.close();
    });
    dialog.addEventListener("close", () => {
      watch.disconnect();
      dialog.remove();
      const link = this.#links[this.#place] ?? this.#links[this.lastPlace];
      link?.focus();
      link?.scrollIntoView({ block: "nearest" });
    });
    this.image.addEventListener("error", () => this.#fail());
  }

  #key(event) {
    const rtl = getComputedStyle(this.dialog).direction === "rtl" ? -1 : 1;
    const run = {
      ArrowLeft: () => this.step(-rtl),
      ArrowRight: () => this.step(rtl),
      Home: () => this.#show(this.#links[0]),
      End: () => this.#show(this.#links.at(-1)),
      "+": () => this.touch.zoomBy(1.5),
      "-": () => this.touch.zoomBy(1 / 1.5),
      0: () => this.touch.reset(),
    }[event.key];
    if (!run || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    run();
  }

  #show(link) {
    if (!link) return;
    const { width, height, alt = "" } = link.dataset;
    this.href = link.href;
    this.touch.reset();
    this.#say("");
    this.caption.textContent = alt;
    this.image.hidden = false;
    this.image.alt = alt || say("photo");
    this.image.style.setProperty("--width", width);
    this.image.style.setProperty("--ratio", width / height);
    // The small one is here already; the large one takes its place once it can be drawn whole.
    const small = link.querySelector("img");
    this.image.src = small.currentSrc || small.src;
    this.dialog.classList.add("loading");
    this.#sharpen(link.href);
    this.#refresh();
    for (const by of [-1, 1]) this.#prepare(this.#links[this.#place + by]);
  }

  async #sharpen(href) {
    const large = new Image();
    large.src = href;
    const drawable = await large.decode().then(
      () => true,
      () => false,
    );
    if (this.href !== href) return;
    this.dialog.classList.remove("loading");
    if (drawable) this.image.src = href;
    else if (this.#place >= 0) this.#fail();
  }

  #prepare(link) {
    if (link && !navigator.connection?.saveData) new Image().src = link.href;
  }

  #refresh() {
    const links = this.#links;
    const place = this.#place;
    if (place < 0) this.#gone();
    else this.lastPlace = place;
    this.count.textContent =
      place < 0 ? "" : say("photoOf", { place: place + 1, count: links.length });
    this.#enable(this.back, place < 0 ? this.lastPlace > 0 : place > 0);
    this.#enable(this.forth, place < 0 ? this.lastPlace < links.length : place < links.length - 1);
  }

  // Hidden, the focus would be lost with it.
  #enable(element, can) {
    if (!can && element === document.activeElement) {
      this.dialog.querySelector(".viewer-close").focus();
    }
    element.hidden = !can;
  }

  #gone() {
    this.image.hidden = true;
    this.image.removeAttribute("src");
    this.caption.textContent = "";
    this.dialog.classList.remove("loading");
    this.#say(say("photoGone"));
  }

  #fail() {
    this.image.hidden = true;
    this.#say(say(navigator.onLine ? "photoGone" : "photoFailed"));
  }

  #say(words) {
    this.words.textContent = words;
  }
}

/**
 * Open a photo of a conversation.
 * @param {HTMLElement} root
 * @param {HTMLAnchorElement} link
 * @param {AbortSignal} signal ends with the conversation
 */
export async function openViewer(root, link, signal) {
  await loadStyle("viewer.css");
  if (signal.aborted || document.querySelector(".viewer")) return;
  new Viewer(root, link, signal).open();
}
