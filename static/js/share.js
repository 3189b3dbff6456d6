// Sharing a video: the server's own sheet, in a dialog. People are narrowed as one types, those chosen
// stay; what was sent and who couldn't be reached is said in place.

import { copy } from "./copy.js";
import { startGifEditor } from "./gif-editor.js";
import { get, post } from "./http.js";
import { newId } from "./ids.js";
import { notify } from "./notices.js";
import { openSheet } from "./sheet-dialog.js";
import { say } from "./words.js";

const AS_PART = { accept: "text/html", headers: { "HX-Request": "true" } };
const SEARCH_AFTER_MS = 200;

function parsed(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

/** The form of one video, in a dialog or on its page. */
export class ShareForm {
  #timer = 0;
  #asked = 0;

  /**
   * @param {HTMLFormElement} form
   * @param {() => void} done when everything was sent
   */
  constructor(form, done) {
    this.form = form;
    this.done = done;
    this.people = form.querySelector(".share-people");
    this.errors = form.querySelector(".share-error");
    form.noValidate = true;
    form.addEventListener("submit", (event) => this.#submit(event));
    form.addEventListener("change", () => this.#count());
    form.addEventListener("click", (event) => this.#click(event));
    const search = form.querySelector(".share-search");
    search.addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#search(search.value), SEARCH_AFTER_MS);
    });
    search.addEventListener("keydown", (event) => {
      if (event.key === "Enter") event.preventDefault();
    });
    if (navigator.share) form.querySelector("[data-way=system]").parentElement.hidden = false;
    this.#count();
  }

  get #chosen() {
    return [...this.people.querySelectorAll("input:checked")];
  }

  #count() {
    const count = this.#chosen.length;
    this.form.querySelector(".share-submit span").textContent =
      count > 1 ? say("sendToMany", { count }) : say("send");
  }

  async #search(words) {
    this.#asked += 1;
    const asked = this.#asked;
    const query = new URLSearchParams({ q: words.trim() });
    const html = await get(`${this.form.action}?${query}`, AS_PART).catch(() => "");
    const found = html && parsed(html).querySelector(".share-people");
    if (!found || asked !== this.#asked) return;
    // Whoever was chosen stays in sight, and chosen.
    const kept = this.#chosen.map((input) => input.closest("label"));
    for (const { control } of kept) {
      found
        .querySelector(`input[value="${CSS.escape(control.value)}"]`)
        ?.closest("label")
        .remove();
    }
    if (kept.length) found.querySelector(".share-nobody")?.remove();
    this.people.replaceChildren(...kept, ...found.children);
  }

  async #submit(event) {
    event.preventDefault();
    const button = this.form.querySelector(".share-submit");
    const to = this.#chosen.map((input) => input.value);
    if (!to.length) return this.#complain([say("chooseSomeone")]);
    const { client_id: id, body, gif } = this.form.elements;
    button.disabled = true;
    let answer;
    try {
      const fields = { client_id: id.value, body: body.value, gif: gif.value, to };
      answer = await post(this.form.action, fields);
    } catch (problem) {
      if (!problem.refused) {
        button.disabled = false;
        return this.#complain([problem.detail || say("failed")]);
      }
      answer = problem;
    }
    button.disabled = false;
    // What was sent is done; whatever follows is another message.
    id.value = newId();
    for (const input of this.#chosen) input.checked = false;
    this.#count();
    const { sent = [], refused = [] } = answer;
    if (sent.length)
      notify({ text: say(sent.length > 1 ? "sharedMany" : "shared", { count: sent.length }) });
    if (!refused.length) return this.done();
    this.#complain(refused.map(({ name, detail }) => `${name}: ${detail}`));
  }

  #complain(sentences) {
    this.errors.replaceChildren(
      ...sentences.map((text) => {
        const line = document.createElement("p");
        Object.assign(line, { className: "banner error", textContent: text });
        return line;
      }),
    );
  }

  async #click(event) {
    const gif = event.target.closest(".share-gif");
    if (gif) {
      event.preventDefault();
      return this.#editGif(gif);
    }
    const { url, title } = this.form.dataset;
    const way = event.target.closest("[data-way]")?.dataset.way;
    if (way === "copy") copy(url);
    if (way === "system") navigator.share({ title, url }).catch(() => {});
  }

  async #editGif(link) {
    const place = this.form.querySelector(".share-editor");
    if (!place.hidden) return;
    const html = await get(link.href, AS_PART).catch(() => "");
    if (!html) return this.#complain([say("failed")]);
    place.replaceChildren(parsed(html));
    place.hidden = false;
    link.hidden = true;
    this.errors.replaceChildren();
    startGifEditor(place.querySelector(".gif-editor"), {
      made: (gif) => this.#useGif(gif),
      cancelled: () => this.#useGif(null),
    });
  }

  // From here on the GIF is sent, in the place of the video.
  #useGif(gif) {
    const { form } = this;
    const place = form.querySelector(".share-editor");
    place.hidden = true;
    place.replaceChildren();
    form.querySelector(".share-gif").hidden = false;
    form.querySelector(".share-gif").focus();
    if (!gif) return;
    form.elements.gif.value = gif.id;
    form.elements.body.hidden = true;
    const poster = form.querySelector(".share-poster");
    poster.src = gif.url;
    poster.alt = gif.alt;
    form.querySelector(".share-title").textContent = say("yourGif");
    form.querySelector(".share-caption")?.remove();
    form.querySelector(".share-search").focus();
  }
}

/**
 * Open the sheet of a video.
 * @param {string} url of its share page
 */
export async function openShare(url) {
  const html = await get(url, AS_PART).catch((problem) => {
    notify({ text: problem.detail || say("failed") });
    return "";
  });
  if (!html) return;
  const content = parsed(html);
  const form = content.querySelector("form.share");
  const opener = document.activeElement;
  const dialog = await openSheet({ title: say("share"), content });
  dialog.addEventListener("close", () => opener?.focus());
  new ShareForm(form, () => dialog.close());
}
