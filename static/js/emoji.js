// The emoji sheet. The picker and its data are loaded when it is opened for the first time.

import { notify } from "./notices.js";
import { say } from "./words.js";

const VENDOR = "../vendor/emoji-picker-element";
// The languages emoji can be searched for in, and what the picker's own words are called, where it has them.
const LANGUAGES = ["en", "de", "es", "fr", "it", "ja", "nl", "pl", "pt", "ru", "uk", "zh"];
const WORDS = { pt: "pt_PT", ru: "ru_RU", zh: "zh_CN", en: "", uk: "" };

function language() {
  const wanted = navigator.languages.map((one) => one.split("-")[0].toLowerCase());
  return wanted.find((one) => LANGUAGES.includes(one)) ?? "en";
}

async function makePicker() {
  const locale = language();
  const words = WORDS[locale] ?? locale;
  const [, i18n] = await Promise.all([
    import(`${VENDOR}/index.js`),
    words && import(`${VENDOR}/i18n/${words}.js`).catch(() => null),
  ]);
  const picker = document.createElement("emoji-picker");
  picker.locale = locale;
  picker.dataSource = new URL(`${VENDOR}/data/${locale}.json`, import.meta.url).href;
  if (i18n) picker.i18n = i18n.default;
  return picker;
}

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
      picker = await makePicker();
    } catch {
      sheet.hidden = true;
      button.setAttribute("aria-expanded", "false");
      notify({ text: say("emojiFailed") });
      return;
    }
    if (sheet.querySelector("emoji-picker")) return;
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
