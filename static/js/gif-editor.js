// Choosing a piece of a video for a GIF: what is chosen plays over and over, as the GIF will.

import { Problem, post } from "./http.js";
import { say } from "./words.js";

const clock = (seconds) => {
  const tenths = Math.round(seconds * 10);
  return `${Math.floor(tenths / 600)}:${String(Math.floor((tenths % 600) / 10)).padStart(2, "0")}.${tenths % 10}`;
};

/**
 * @param {HTMLElement} editor the server's `.gif-editor`
 * @param {{made: (gif: {id: string, url: string, width: number, height: number, alt: string}) => void,
 *   cancelled: () => void}} tell
 */
export function startGifEditor(editor, { made, cancelled }) {
  const video = editor.querySelector("video");
  const start = editor.querySelector("[name=start]");
  const length = editor.querySelector("[name=length]");
  const keep = editor.querySelector("[name=keep]");
  const make = editor.querySelector(".gif-make");
  const error = editor.querySelector(".gif-error");
  const busy = editor.querySelector(".gif-busy");
  const seconds = Number(editor.dataset.duration) / 1000;
  const from = () => Number(start.value);
  const to = () => Math.min(seconds, from() + Number(length.value));
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;

  const show = () => {
    editor.querySelector(".gif-start").textContent = clock(from());
    editor.querySelector(".gif-length").textContent = say("seconds", {
      count: Number((to() - from()).toFixed(1)),
    });
    start.setAttribute("aria-valuetext", clock(from()));
    video.currentTime = from();
    if (!still) video.play().catch(() => {});
  };
  for (const range of [start, length]) range.addEventListener("input", show);
  video.addEventListener("timeupdate", () => {
    if (video.currentTime >= to() || video.currentTime < from() - 0.3) video.currentTime = from();
  });
  video.addEventListener("ended", show);
  editor.querySelector(".gif-cancel").addEventListener("click", cancelled);
  make.addEventListener("click", async (event) => {
    event.preventDefault();
    make.disabled = true;
    busy.hidden = false;
    video.pause();
    error.textContent = "";
    try {
      const fields = { start: start.value, length: length.value, keep: keep.checked ? "on" : null };
      made(await post(editor.dataset.url, fields));
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      error.textContent = problem.detail || say("failed");
      make.disabled = false;
      busy.hidden = true;
      show();
    }
  });
  show();
}
