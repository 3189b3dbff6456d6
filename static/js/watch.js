// Pages with clips: one plays at a time, the one in view; the next is prepared, the others hold nothing.

import "./clip.js";
import { startKeys } from "./clip-keys.js";
import { startRails } from "./clip-likes.js";
import { startEndless } from "./endless.js";

const IN_VIEW = 0.6; // of its height

const list = document.querySelector(".clips");
const clips = () => [...document.querySelectorAll("dm-clip")];
/** @type {Map<HTMLElement, number>} how much of each is seen, where it is some */
const seen = new Map();
let current = null;
// What somebody paused doesn't go on by itself: only what stopped because it wasn't seen.
let goesOn = false;

function mayMove() {
  return !matchMedia("(prefers-reduced-motion: reduce)").matches && !navigator.connection?.saveData;
}

function rest() {
  goesOn ||= Boolean(current?.plays);
  current?.pause();
}

function wake() {
  if (!goesOn || document.visibilityState !== "visible") return;
  goesOn = false;
  current?.play();
}

function choose() {
  const [best] = [...seen].filter(([, share]) => share >= IN_VIEW).sort(([, a], [, b]) => b - a);
  const chosen = best?.[0] ?? null;
  if (!chosen) return rest();
  if (chosen === current) return wake();
  current = chosen;
  goesOn = mayMove();
  for (const clip of clips()) if (clip !== current) clip.release();
  wake();
  showSteps();
}

// Once the current one runs: it comes first.
function prepareNext() {
  if (!mayMove()) return;
  const all = clips();
  all[all.indexOf(current) + 1]?.prepare();
}

const observer = new IntersectionObserver(
  (entries) => {
    for (const { target, intersectionRatio } of entries) seen.set(target, intersectionRatio);
    choose();
  },
  { root: list, threshold: [0, IN_VIEW, 0.9] },
);

function observeAll() {
  for (const clip of clips()) if (!seen.has(clip)) observer.observe(clip);
}

const screens = () => [...list.querySelectorAll(":scope > .screen")];

function hereIndex() {
  return Math.round(list.scrollTop / list.clientHeight);
}

// Where a smooth scroll is bound for: a second key in the meantime goes on from there.
let aim = null;

function showSteps() {
  const here = list ? hereIndex() : 0;
  for (const button of document.querySelectorAll("[data-step]")) {
    button.disabled = !screens()[here + Number(button.dataset.step)];
  }
}

/**
 * Go to the next clip, or to the one before.
 * @param {1|-1} by
 * @returns {boolean} whether there is one
 */
function step(by) {
  if (!list) return false;
  const to = (aim ?? hereIndex()) + by;
  const screen = screens()[to];
  if (!screen) return false;
  aim = to;
  const held = document.activeElement?.closest(".screen");
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  screen.scrollIntoView({ behavior: still ? "instant" : "smooth", block: "start" });
  // The next Tab goes on from the clip that is seen.
  if (held) screen.querySelector(".clip-surface, a")?.focus({ preventScroll: true });
  return true;
}

document.addEventListener("clip:state", ({ target }) => {
  if (target === current && target.state === "playing") prepareNext();
  // One that was started by hand while another played.
  if (target !== current && target.plays) {
    current?.pause();
    current = target;
  }
});
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") rest();
  else wake();
});
document.addEventListener("click", (event) => {
  const by = Number(event.target.closest("[data-step]")?.dataset.step);
  if (by) step(by);
});
list?.addEventListener("scroll", showSteps, { passive: true });
for (const type of ["scrollend", "pointerdown", "wheel"]) {
  list?.addEventListener(
    type,
    () => {
      aim = null;
    },
    { passive: true },
  );
}

observeAll();
startRails();
startKeys({ current: () => current ?? clips()[0], step });
if (list) {
  showSteps();
  startEndless(list, () => {
    observeAll();
    showSteps();
  });
}

// The sheet is loaded when it is first asked for; opened in a new tab, the link is the same as a page.
document.addEventListener("click", async (event) => {
  const link = event.target.closest("[data-share]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if (!document.body.dataset.me) return;
  event.preventDefault();
  current?.pause();
  const { openShare } = await import("./share.js");
  openShare(link.dataset.share);
});
