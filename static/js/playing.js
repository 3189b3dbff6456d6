// A shared video plays where it stands in the conversation, one at a time.

import { say } from "./words.js";

const KEPT_IN_VIEW = 0.3; // of its height

function gone(video) {
  const words = document.createElement("p");
  words.className = "video-gone";
  words.textContent = say("videoGone");
  video.closest(".shared-video").replaceChildren(words);
}

/**
 * Play a shared video in the place of its poster.
 * @param {HTMLElement} box `.shared-video`
 */
export function play(box) {
  for (const other of document.querySelectorAll(".shared-video video")) other.pause();
  const standing = box.querySelector("video");
  if (standing) return standing.play().catch(() => {});
  const link = box.querySelector(".shared-video-link");
  const poster = link.querySelector(".poster");
  const video = document.createElement("video");
  Object.assign(video, { src: box.dataset.video, poster: poster.src, controls: true, loop: true });
  video.playsInline = true;
  video.ariaLabel = link.ariaLabel;
  video.addEventListener("error", () => gone(video));
  const frame = document.createElement("div");
  frame.className = "shared-video-link";
  frame.append(video);
  link.replaceWith(frame);
  new IntersectionObserver(
    ([{ intersectionRatio }]) => {
      if (intersectionRatio < KEPT_IN_VIEW) video.pause();
    },
    { threshold: KEPT_IN_VIEW },
  ).observe(video);
  video.focus({ preventScroll: true });
  video.play().catch(() => {});
}
