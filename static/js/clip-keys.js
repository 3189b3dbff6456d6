// The keyboard while watching: Space or K pauses, M is the sound, the arrows go from clip to clip.

import { letLettersBeChosen, lettersWork } from "./letter-keys.js";
import { sound } from "./sound.js";

const STEPS = { ArrowDown: 1, PageDown: 1, ArrowUp: -1, PageUp: -1 };

const TAKES_KEYS =
  "input:not(.clip-seek), textarea, select, [contenteditable], dialog, details[open]";

// Somebody else's key: a menu's, a field's, the browser's.
function isBusy({ defaultPrevented, ctrlKey, metaKey, altKey, target }) {
  const isTaken = defaultPrevented || ctrlKey || metaKey || altKey;
  return isTaken || target.closest?.(TAKES_KEYS) || document.querySelector("dialog[open]");
}

function startHelp() {
  const dialog = document.getElementById("keys");
  const letters = dialog.querySelector("input");
  letLettersBeChosen(letters);
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
