// The composer of an open conversation: what keys do, what is sent, what is kept. It listens on the
// conversation, so the form may be replaced (by the reason why one can't write, and back).

import { Draft, joined } from "./draft.js";
import { notify } from "./notices.js";
import { ReplyBar } from "./reply.js";
import { socket } from "./socket.js";
import { say } from "./words.js";

export const MAX_CHARACTERS = 6000;
const COUNT_FROM = 5500;
const TYPING_EVERY_MS = 3000;
// Letters, digits, marks one can see; the fillers and blanks that only look like nothing don't count.
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;
const BLANKS = /[\u115f\u1160\u3164\uffa0\u2800]/g;

/** @param {string} text @returns {number} characters as the server counts them: code points */
export const lengthOf = (text) => [...text].length;

/** What one writes in one open conversation. */
export class Composer {
  #typedAt = 0;
  /** @type {string[]} texts on their way to the outbox */
  #storing = [];

  /**
   * @param {HTMLElement} root the conversation
   * @param {{send: (body: string, reply: object|null, rest: object) => Promise<void>, signal: AbortSignal}} to
   *   `send` resolves once the text is safe; `rest` is what photos.js adds, as the outbox takes it
   */
  constructor(root, { send, signal }) {
    this.root = root;
    this.signal = signal;
    this.keep = send;
    const on = (type, heard) => root.addEventListener(type, heard, { signal });
    on("submit", (event) => this.#submit(event));
    on("input", (event) => event.target === this.field && this.#typed());
    on("keydown", (event) => this.#key(event));
    on("click", (event) => this.#click(event));
    addEventListener("pagehide", () => this.draft?.flush(), { signal });
    signal.addEventListener("abort", () => this.draft?.flush());
    this.refresh();
  }

  /** @returns {HTMLFormElement|null} null where one can't write */
  get form() {
    return this.root.querySelector("form.composer");
  }

  /** @returns {HTMLTextAreaElement|null} */
  get field() {
    return this.form?.elements.body ?? null;
  }

  /** The form is new: fill it with the draft, take over from the browser's own checks. */
  refresh() {
    const { form, field } = this;
    if (!form) return;
    const { me, conversation } = this.root.dataset;
    this.draft ??= new Draft(me, conversation, form.dataset.draftUrl, field.defaultValue);
    const text = joined(this.draft.text, field);
    // Set only where it differs: whoever is typing keeps the cursor where it is.
    if (field.value !== text) field.value = text;
    // Typed while the scripts were still on their way.
    if (text !== this.draft.text) this.#saveDraft();
    // The attribute would cut a pasted text off without a word.
    field.removeAttribute("maxlength");
    form.noValidate = true;
    this.#fit();
  }

  /** @param {object|null} quote the message to answer */
  reply(quote) {
    if (!this.form) return;
    new ReplyBar(this.form).quote = quote;
    this.field.focus();
  }

  /** @returns {object|null} the message that is answered, which the next one doesn't answer any more */
  takeQuote() {
    if (!this.form) return null;
    const bar = new ReplyBar(this.form);
    const { quote } = bar;
    bar.quote = null;
    return quote;
  }

  /**
   * Put back what was to be sent, to be changed; what is being written stays, below it.
   * @param {string} text
   * @param {{look?: {photos?: object[]}}} [rest]
   */
  putBack(text, { look } = {}) {
    const { field } = this;
    if (look?.photos) {
      this.root.dispatchEvent(new CustomEvent("compose:photos", { detail: look.photos }));
    }
    field.value = [text, field.value].filter(Boolean).join("\n");
    this.#typed();
    field.focus();
  }

  focus() {
    this.field?.focus({ preventScroll: true });
  }

  async #submit(event) {
    if (event.target !== this.form) return;
    event.preventDefault();
    const tray = this.root.tray && (await this.root.tray);
    if (tray?.filled && !(await tray.settled())) return;
    // Meanwhile one may have been told that nothing can be sent here any more.
    if (!this.form) return;
    const { field } = this;
    const body = field.value.trim();
    if (!tray?.filled && !VISIBLE.test(body.replace(BLANKS, ""))) return;
    const over = lengthOf(body) - MAX_CHARACTERS;
    this.#complain(over > 0 ? say("tooLong", { over, limit: MAX_CHARACTERS }) : "");
    if (over > 0) return;
    const quote = this.takeQuote();
    const rest = tray?.filled ? tray.take() : {};
    field.value = "";
    this.#typedAt = 0;
    this.#fit();
    // The draft goes only when the outbox has the text; the next one may be typed and sent meanwhile.
    this.#storing.push(body);
    let stored = true;
    await this.keep(body, quote, rest).catch(() => {
      stored = false;
    });
    this.#storing.splice(this.#storing.indexOf(body), 1);
    if (!stored) {
      this.putBack(body, rest);
      this.#complain(say("failed"));
    }
    this.#saveDraft();
  }

  #saveDraft() {
    const texts = [...this.#storing, this.field?.value ?? ""];
    this.draft.set(texts.filter(Boolean).join("\n"));
  }

  #typed() {
    const { field } = this;
    this.#saveDraft();
    this.#complain("");
    this.#fit();
    const { typing, conversation } = this.root.dataset;
    if (typing !== "true" || !field.value || Date.now() - this.#typedAt < TYPING_EVERY_MS) return;
    if (socket.send({ type: "conversation.typing", conversation })) this.#typedAt = Date.now();
  }

  #fit() {
    const { field, form } = this;
    if (!CSS.supports("field-sizing", "content")) {
      field.style.blockSize = "auto";
      field.style.blockSize = `${field.scrollHeight}px`;
    }
    const counter = form.querySelector(".counter");
    const left =
      field.value.length < COUNT_FROM ? MAX_CHARACTERS : MAX_CHARACTERS - lengthOf(field.value);
    counter.hidden = left > MAX_CHARACTERS - COUNT_FROM;
    counter.classList.toggle("over", left < 0);
    counter.textContent = counter.hidden ? "" : say("counter", { left });
  }

  #complain(words) {
    let place = this.form?.querySelector(".composer-error");
    if (!words || !this.form) return place?.remove();
    if (!place) {
      place = document.createElement("p");
      place.className = "composer-error";
      place.setAttribute("role", "alert");
      this.form.querySelector(".composer-row").before(place);
    }
    place.textContent = words;
  }

  #key(event) {
    if (event.key === "Escape" && !event.defaultPrevented) return this.#escape(event);
    if (event.key !== "Enter" || event.target !== this.field) return;
    // keyCode 229: Safari ends a composition before it tells of the key that ended it.
    if (event.shiftKey || event.isComposing || event.keyCode === 229) return;
    if (matchMedia("(pointer: coarse)").matches && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    this.form.requestSubmit();
  }

  #escape(event) {
    const bar = this.form && new ReplyBar(this.form);
    if (!bar?.quote) return;
    bar.quote = null;
    event.preventDefault();
    this.focus();
  }

  #click(event) {
    if (event.target.closest(".reply-cancel")) {
      event.preventDefault();
      this.reply(null);
    } else if (event.target.closest(".emoji-button")) this.#toggleSheet();
  }

  async #toggleSheet() {
    this.sheet ??= import("./sheet.js").then(({ Sheet }) => new Sheet(this.root, this.signal));
    try {
      (await this.sheet).toggle();
    } catch {
      this.sheet = null;
      notify({ text: say("offlineNow"), key: "sheet" });
    }
  }
}
