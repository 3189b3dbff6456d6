// The emoji sheet. The picker and its data are loaded when it is opened for the first time.

import { notify } from "./notices.js";
import { say } from "./words.js";

const DATA = new URL("../vendor/emoji-picker-element/data.json", import.meta.url);

function insert(field, text) {
  const { selectionStart, selectionEnd } = field;
  field.setRangeText(text, selectionStart, selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function theme() {
  const { theme: chosen } = document.documentElement.dataset;
  return chosen === "dark" || chosen === "light" ? chosen : "";
}

/**
 * Open the sheet, or close it.
 * @param {HTMLElement} root the conversation
 * @param {boolean} open
 */
export async function toggleEmoji(root, open) {
  const sheet = root.querySelector(".emoji-sheet");
  const button = root.querySelector(".emoji-button");
  if (!sheet || !button) return;
  sheet.hidden = !open;
  button.setAttribute("aria-expanded", String(open));
  if (!open) return;
  let picker = sheet.querySelector("emoji-picker");
  if (!picker) {
    try {
      await import("../vendor/emoji-picker-element/index.js");
    } catch {
      sheet.hidden = true;
      button.setAttribute("aria-expanded", "false");
      notify({ text: say("emojiFailed") });
      return;
    }
    if (sheet.querySelector("emoji-picker")) return;
    picker = document.createElement("emoji-picker");
    picker.setAttribute("data-source", DATA.href);
    picker.addEventListener("emoji-click", (event) => {
      const field = root.querySelector(".composer textarea");
      if (field && event.detail.unicode) insert(field, event.detail.unicode);
    });
    sheet.append(picker);
  }
  picker.className = theme();
  if (matchMedia("(pointer: fine)").matches) {
    requestAnimationFrame(() => picker.shadowRoot?.querySelector("input")?.focus());
  }
}
