// Fingers and mice on a bubble: long press or right click opens its menu, double tap likes it.

import { likeWithHeart } from "./likes.js";
import { openMenu } from "./menu.js";

const LONG_PRESS_MS = 500;
const DOUBLE_TAP_MS = 300;
const MOVED_PX = 10;

const isLink = (target) => Boolean(target.closest(".body a, .link-card, video"));

// What a tap opens isn't liked by two of them.
const isOpened = (target) => Boolean(target.closest("a.photo"));

function entryAt(target) {
  return target.closest?.(".bubble")?.closest(".entry");
}

// The click that ends a long press lands on whatever has opened under the finger: on an action.
function swallowClick() {
  const swallow = (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  addEventListener("click", swallow, { capture: true, once: true });
  const release = () => removeEventListener("click", swallow, { capture: true });
  addEventListener("pointerdown", release, { capture: true, once: true });
  addEventListener("keydown", release, { capture: true, once: true });
}

function openFor(entry) {
  const menu = entry.querySelector("details.message-menu");
  if (menu && entry.dataset.id) openMenu(menu);
}

/**
 * Watch one conversation.
 * @param {HTMLElement} root
 * @param {AbortSignal} signal
 */
export function startGestures(root, signal) {
  const list = root.querySelector(".timeline");
  const on = (type, heard) => list.addEventListener(type, heard, { signal });
  let press = null;
  let tapped = { entry: null, at: 0 };
  let longPressed = false;

  const cancel = () => {
    clearTimeout(press?.timer);
    press = null;
  };

  on("pointerdown", (event) => {
    cancel();
    longPressed = false;
    const entry = entryAt(event.target);
    if (event.pointerType === "mouse" || !entry || isLink(event.target)) return;
    const timer = setTimeout(() => {
      press = null;
      longPressed = true;
      getSelection()?.removeAllRanges();
      navigator.vibrate?.(10);
      swallowClick();
      openFor(entry);
    }, LONG_PRESS_MS);
    press = { entry, timer, x: event.clientX, y: event.clientY, opens: isOpened(event.target) };
  });
  on("pointermove", (event) => {
    if (press && Math.hypot(event.clientX - press.x, event.clientY - press.y) > MOVED_PX) cancel();
  });
  on("pointercancel", cancel);
  on("pointerup", () => {
    if (!press) return;
    const { entry, opens } = press;
    cancel();
    if (opens) return;
    const now = performance.now();
    if (tapped.entry === entry && now - tapped.at < DOUBLE_TAP_MS) {
      tapped = { entry: null, at: 0 };
      likeWithHeart(entry);
    } else tapped = { entry, at: now };
  });
  on("contextmenu", (event) => {
    const entry = entryAt(event.target);
    // Someone who has selected a text, or points at a link, wants the browser's own menu.
    if (!entry || isLink(event.target) || (!longPressed && getSelection()?.toString())) return;
    event.preventDefault();
    cancel();
    openFor(entry);
  });
  on("dblclick", (event) => {
    const entry = entryAt(event.target);
    if (!entry || isLink(event.target) || isOpened(event.target)) return;
    if (event.sourceCapabilities?.firesTouchEvents) return;
    getSelection()?.removeAllRanges();
    likeWithHeart(entry);
  });
}
