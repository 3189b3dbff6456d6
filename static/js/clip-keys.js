// The keyboard while watching: Space or K pauses, M is the sound, the arrows go from clip to clip.

import { sound } from "./sound.js";

const STEPS = { ArrowDown: 1, PageDown: 1, ArrowUp: -1, PageUp: -1 };

const isBusy = (target) =>
  target.closest?.(
    "input:not(.clip-seek), textarea, select, [contenteditable], dialog, details[open]",
  ) || document.querySelector("dialog[open]");

// A button or a link that has the focus takes the space itself.
const pauses = ({ key, target }) =>
  key.toLowerCase() === "k" || (key === " " && !target.closest?.("a, button, summary"));

/**
 * @param {object} player
 * @param {() => (HTMLElement & {toggle: () => void})|undefined} player.current the clip in view
 * @param {(by: 1|-1) => boolean} player.step goes to another clip, if there is one
 */
export function startKeys({ current, step }) {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isBusy(event.target)) return;
    if (pauses(event)) current()?.toggle();
    else if (event.key.toLowerCase() === "m") sound.set(!sound.on);
    else if (!(event.key in STEPS) || !step(STEPS[event.key])) return;
    event.preventDefault();
  });
}
