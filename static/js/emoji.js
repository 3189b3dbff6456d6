// The emoji sheet. The picker and its data are loaded when it is opened for the first time.

import { notify } from "./notices.js";
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
      const { emojiPicker } = await import("./emoji-picker.js");
      picker = await emojiPicker((emoji) => {
        const field = root.querySelector(".composer textarea");
        if (field) insert(field, emoji);
      });
    } catch {
      sheet.hidden = true;
      button.setAttribute("aria-expanded", "false");
      notify({ text: say("emojiFailed") });
      return;
    }
    if (sheet.querySelector("emoji-picker")) return;
    sheet.append(picker);
  }
  picker.className = theme();
  if (matchMedia("(pointer: fine)").matches) {
    requestAnimationFrame(() => picker.shadowRoot?.querySelector("input")?.focus());
  }
}
