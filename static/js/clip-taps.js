// Fingers and mice on the picture: one tap pauses and goes on, two like it, where they fell.

import { likeClip } from "./clip-likes.js";
import { landHeart } from "./heart.js";

const DOUBLE_TAP_MS = 260;
const HEART_PX = 96;

/** @param {HTMLElement & {surface: HTMLElement, toggle: () => void}} clip */
export function startTaps(clip) {
  let waiting = 0;
  clip.surface.addEventListener("click", (event) => {
    // A key has no second tap to wait for, and no place.
    if (event.detail === 0) return clip.toggle();
    if (waiting) {
      clearTimeout(waiting);
      waiting = 0;
      const at = new DOMRect(event.clientX, event.clientY);
      if (likeClip(clip, true)) landHeart(clip.surface, { at, size: HEART_PX });
      return;
    }
    waiting = setTimeout(() => {
      waiting = 0;
      clip.toggle();
    }, DOUBLE_TAP_MS);
  });
}
