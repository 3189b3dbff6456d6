// The keyboard while watching: Space or K pauses, M is the sound, the arrows go from clip to clip.
// The letters can be switched off: who dictates or hits keys by chance needs that (WCAG 2.1.4).

import { sound } from "./sound.js";

const STEPS = { ArrowDown: 1, PageDown: 1, ArrowUp: -1, PageUp: -1 };
const LETTERS_KEY = "paperplane-letter-keys";

const TAKES_KEYS =
  "input:not(.clip-seek), textarea, select, [contenteditable], dialog, details[open]";

// Somebody else's key: a menu's, a field's, the browser's.
function isBusy({ defaultPrevented, ctrlKey, metaKey, altKey, target }) {
  const isTaken = defaultPrevented || ctrlKey || metaKey || altKey;
  return isTaken || target.closest?.(TAKES_KEYS) || document.querySelector("dialog[open]");
}

function lettersWork() {
  try {
    return localStorage.getItem(LETTERS_KEY) !== "off";
  } catch {
    return true;
  }
}

function setLetters(on) {
  try {
    localStorage.setItem(LETTERS_KEY, on ? "on" : "off");
  } catch {
    // A browser that keeps nothing keeps them on.
  }
}

function startHelp() {
  const dialog = document.getElementById("keys");
  const letters = dialog.querySelector("input");
  letters.addEventListener("change", () => setLetters(letters.checked));
  document.addEventListener("click", ({ target }) => {
    if (target === dialog) dialog.close();
    if (!target.closest('[data-action="keys"]')) return;
    letters.checked = lettersWork();
    dialog.showModal();
  });
}

// A button or a link that has the focus takes the space itself.
const isSpace = ({ key, target }) => key === " " && !target.closest?.("a, button, summary");

/**
 * @param {object} player
 * @param {() => (HTMLElement & {toggle: () => void})|undefined} player.current the clip in view
 * @param {(by: 1|-1) => boolean} player.step goes to another clip, if there is one
 */
export function startKeys({ current, step }) {
  startHelp();
  document.addEventListener("keydown", (event) => {
    if (isBusy(event)) return;
    const letter = lettersWork() ? event.key.toLowerCase() : "";
    if (letter === "k" || isSpace(event)) current()?.toggle();
    else if (letter === "m") sound.set(!sound.on);
    else if (!(event.key in STEPS) || !step(STEPS[event.key])) return;
    event.preventDefault();
  });
}
