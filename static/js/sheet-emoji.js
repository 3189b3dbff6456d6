// The emoji of the sheet: what is chosen goes into the field, where the cursor is.

import { say } from "./words.js";

function insert(field, text) {
  const { selectionStart, selectionEnd } = field;
  field.setRangeText(text, selectionStart, selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function theme() {
  const { theme: chosen } = document.documentElement.dataset;
  return chosen === "dark" || chosen === "light" ? chosen : "";
}

/** The part of the sheet with emoji. The picker and its data are loaded when it is shown for the first time. */
export class EmojiPart {
  #picker = null;

  /** @param {HTMLElement} panel @param {import("./sheet.js").Sheet} sheet */
  constructor(panel, sheet) {
    this.panel = panel;
    this.sheet = sheet;
  }

  async show() {
    this.#picker ??= await this.#load();
    if (this.#picker) this.#picker.className = theme();
  }

  /** @returns {boolean} whether there is something to focus */
  focus() {
    if (!this.#picker) return false;
    // Its own parts are drawn after it is in the page.
    requestAnimationFrame(() => this.#picker.shadowRoot?.querySelector("input")?.focus());
    return true;
  }

  async #load() {
    try {
      const { emojiPicker } = await import("./emoji-picker.js");
      const picker = await emojiPicker(
        (emoji) => this.sheet.field && insert(this.sheet.field, emoji),
      );
      this.panel.replaceChildren(picker);
      return picker;
    } catch {
      const words = document.createElement("p");
      Object.assign(words, { className: "sheet-empty", role: "alert" });
      words.textContent = say("emojiFailed");
      const again = document.createElement("button");
      Object.assign(again, {
        type: "button",
        className: "button small",
        textContent: say("retry"),
      });
      again.addEventListener("click", () => this.show());
      words.append(again);
      this.panel.replaceChildren(words);
      return null;
    }
  }
}
