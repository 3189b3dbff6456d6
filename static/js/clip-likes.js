// Hearts on clips and follows of their authors: shown at once, corrected by the server's answer.

import { post } from "./http.js";
import { notify } from "./notices.js";
import { compact } from "./numbers.js";
import { say } from "./words.js";

const latest = new WeakMap();

function show(button, liked, count) {
  button.ariaPressed = String(liked);
  const place = button.querySelector(".clip-likes");
  place.dataset.count = count;
  place.textContent = compact(count);
}

/**
 * Like a clip, or take it back.
 * @param {HTMLElement} clip
 * @param {boolean} liked
 * @returns {boolean} whether it can be liked here: by somebody who is signed in
 */
export function likeClip(clip, liked) {
  const button = clip.querySelector("button.clip-like");
  if (!button) return false;
  const was = button.ariaPressed === "true";
  if (was === liked) return true;
  const count = Number(button.querySelector(".clip-likes").dataset.count);
  show(button, liked, Math.max(0, count + (liked ? 1 : -1)));
  const request = post(`/videos/${clip.dataset.video}/${liked ? "like" : "unlike"}/`);
  latest.set(button, request);
  request.then(
    (answer) => {
      if (latest.get(button) === request && Number.isInteger(answer?.like_count)) {
        show(button, liked, answer.like_count);
      }
    },
    ({ detail }) => {
      if (latest.get(button) !== request) return;
      show(button, was, count);
      notify({ text: detail || say("failed") });
    },
  );
  return true;
}

async function follow(button, clip) {
  const wanted = button.ariaPressed !== "true";
  const { author } = clip.dataset;
  const all = `dm-clip[data-author="${CSS.escape(author)}"] .clip-follow`;
  const showAll = (pressed) => {
    for (const one of document.querySelectorAll(all)) one.ariaPressed = String(pressed);
  };
  showAll(wanted);
  try {
    await post(`/@${author}/${wanted ? "follow" : "unfollow"}/`);
  } catch ({ detail }) {
    showAll(!wanted);
    notify({ text: detail || say("failed") });
  }
}

/** Let the forms of the rails work without a new page. */
export function startRails() {
  document.addEventListener("submit", (event) => {
    const clip = event.target.closest("dm-clip");
    const button = event.target.querySelector(".clip-like, .clip-follow");
    if (!clip || !button) return;
    event.preventDefault();
    if (button.matches(".clip-follow")) follow(button, clip);
    else likeClip(clip, button.ariaPressed !== "true");
  });
}
