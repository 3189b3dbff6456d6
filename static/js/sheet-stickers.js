// The stickers of the sheet: a press sends one; one's own can be added and taken out.

import { notify } from "./notices.js";
import { edit, takeOut } from "./sheet-own.js";
import { Part, pictureOf } from "./sheet-part.js";
import { say } from "./words.js";

/** The part of the sheet with stickers. */
export class StickerPart extends Part {
  /** @param {HTMLElement} panel @param {import("./sheet.js").Sheet} sheet */
  constructor(panel, sheet) {
    super(panel, sheet, "/stickers/");
  }

  choose(button) {
    const item = button.closest(".editing li");
    if (item) return this.#remove(item.querySelector(".sheet-remove"));
    const picture = pictureOf(button.querySelector("img"));
    this.sheet.send({ kind: "sticker", content: { sticker: button.value }, look: { picture } });
  }

  clicked(target, event) {
    const jump = target.closest(".sheet-jump");
    const editing = target.closest(".sheet-edit");
    const remove = target.closest(".sheet-remove");
    const add = target.closest(".sticker-add");
    if (jump || remove || add) event.preventDefault();
    if (jump) this.#jump(jump.hash.slice(1));
    if (editing) edit(editing.closest("section"), editing.ariaPressed !== "true");
    if (remove) this.#remove(remove);
    if (add) this.#add(add.href);
  }

  #jump(id) {
    const section = this.panel.querySelector(`#${CSS.escape(id)}`);
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    section.scrollIntoView({ block: "start", behavior: calm ? "instant" : "smooth" });
    section
      .querySelector(".sheet-choice, .sticker-add")
      ?.focus({ preventScroll: true, focusVisible: false });
  }

  async #add(url) {
    const { addSticker } = await import("./sticker-add.js").catch(() => ({}));
    if (!addSticker) return notify({ text: say("offlineNow") });
    const sticker = await addSticker(url);
    if (!sticker) return;
    await this.reload();
    this.panel.querySelector(`.sheet-choice[value="${sticker.id}"]`)?.focus();
    notify({ text: say("stickerAdded") });
  }

  async #remove(button) {
    const about = { title: say("removeSticker"), text: say("removeStickerText") };
    if (!(await takeOut(button, about))) return;
    await this.reload();
    const own = this.panel.querySelector("[data-own]");
    if (!own.querySelector(".sheet-remove")) return own.querySelector(".sticker-add")?.focus();
    edit(own, true);
    own.querySelector(".sheet-remove").focus();
  }
}
