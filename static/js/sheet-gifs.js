// The GIFs of the sheet: one's own, and those of a provider where the site has one. What is chosen there is
// fetched by the server first.

import { post } from "./http.js";
import { notify } from "./notices.js";
import { done, edit, takeOut } from "./sheet-own.js";
import { fetchPart, Part, pictureOf } from "./sheet-part.js";
import { say } from "./words.js";

/** The part of the sheet with GIFs. */
export class GifPart extends Part {
  /** @param {HTMLElement} panel @param {import("./sheet.js").Sheet} sheet */
  constructor(panel, sheet) {
    super(panel, sheet, "/gifs/");
    this.near = new IntersectionObserver((seen) => {
      for (const { isIntersecting, target } of seen) if (isIntersecting) this.#more(target);
    });
  }

  drawn() {
    this.near.disconnect();
    const popular = this.panel.querySelector("[data-found]");
    if (popular) this.#fill(popular);
    this.#watch();
  }

  choose(button) {
    const item = button.closest(".editing li");
    if (item) return item.querySelector(".sheet-remove, .sheet-keep")?.click();
    if (button.name === "provider_id") return this.#sendFound(button);
    const picture = pictureOf(button.querySelector("img"));
    this.sheet.send({ kind: "gif", content: { gif: button.value }, look: { picture } });
  }

  clicked(target, event) {
    const editing = target.closest(".sheet-edit");
    const remove = target.closest(".sheet-remove");
    const keep = target.closest(".sheet-keep");
    const more = target.closest(".sheet-more");
    if (remove || keep || more) event.preventDefault();
    if (editing) edit(editing.closest("section"), editing.ariaPressed !== "true");
    if (remove) this.#remove(remove);
    if (keep) this.#keep(keep);
    if (more) this.#more(more);
  }

  async #sendFound(button) {
    if (button.ariaBusy === "true") return;
    button.ariaBusy = "true";
    try {
      const { id, url, width, height, alt } = await post("/gifs/from-provider/", {
        provider_id: button.value,
      });
      const picture = { url, width, height, alt: alt || say("gif") };
      this.sheet.send({ kind: "gif", content: { gif: id }, look: { picture } });
    } catch (problem) {
      notify({ text: problem.detail || say("failed"), key: "gif" });
    } finally {
      button.ariaBusy = null;
    }
  }

  async #fill(popular) {
    const found = await fetchPart(popular.dataset.found).catch(() => null);
    const list = found?.querySelector(".gif-rows, .sheet-empty");
    if (!list) return popular.remove();
    popular.append(list);
    delete popular.dataset.found;
    this.#watch();
  }

  #watch() {
    const more = this.panel.querySelector(".sheet-more");
    if (more) this.near.observe(more);
  }

  async #more(item) {
    if (item.ariaBusy === "true") return;
    item.ariaBusy = "true";
    const held = item.contains(document.activeElement);
    const page = await fetchPart(item.querySelector("a").href).catch(() => null);
    item.ariaBusy = null;
    // The link is still there, and can be pressed.
    if (!page || page.querySelector("[role=alert]")) return;
    const items = page.querySelectorAll(".gif-rows > li");
    item.replaceWith(...items);
    if (held) items[0]?.querySelector(".sheet-choice")?.focus();
    this.#watch();
  }

  async #keep(button) {
    if (!(await done(button.formAction))) return;
    notify({ text: say("gifKept") });
    this.#afresh();
  }

  async #remove(button) {
    const about = { title: say("removeGif"), text: say("removeGifText") };
    if (await takeOut(button, about)) this.#afresh();
  }

  async #afresh() {
    await this.reload();
    const own = this.panel.querySelector("[data-own]");
    if (!own) return this.focus();
    edit(own, true);
    own.querySelector(".sheet-remove")?.focus();
  }
}
