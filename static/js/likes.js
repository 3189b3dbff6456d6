// Hearts, shown at once and corrected by the server's answer.

import { landHeart } from "./heart.js";
import { notify } from "./notices.js";
import { perform } from "./perform.js";
import { socket } from "./socket.js";
import { say } from "./words.js";

/** @type {Map<string, {entry: HTMLLIElement, liked: boolean}>} what was shown before it was known */
const hoped = new Map();

function show(entry, liked) {
  const message = entry.querySelector(".message");
  const { me } = entry.closest("dm-conversation").dataset;
  const others = message.dataset.likedBy.split(" ").filter((id) => id && id !== me);
  const likers = liked ? [...others, me] : others;
  message.dataset.likedBy = likers.join(" ");
  entry.classList.toggle("liked", likers.length > 0);
  entry.classList.toggle("i-like", liked);
  const hearts = message.querySelector(".likes");
  hearts.hidden = likers.length === 0;
  hearts.querySelector(".likes-count").textContent = likers.length;
}

function undo(id) {
  const hope = hoped.get(id);
  hoped.delete(id);
  if (hope?.entry.isConnected) show(hope.entry, !hope.liked);
  return Boolean(hope);
}

socket.on("message.changed", ({ id }) => hoped.delete(id));
socket.on("refused", ({ ref, detail }) => {
  if (undo(ref)) notify({ text: detail || say("failed") });
});

/**
 * Like a message, or take it back.
 * @param {HTMLLIElement} entry of the timeline
 * @param {boolean} liked
 */
export async function like(entry, liked) {
  const { id } = entry.dataset;
  const { gone } = entry.querySelector(".message").dataset;
  if (!id || gone || entry.classList.contains("i-like") === liked) return;
  hoped.set(id, { entry, liked });
  show(entry, liked);
  const url = `/messages/${id}/${liked ? "like" : "unlike"}/`;
  if (!(await perform({ type: "message.like", message: id, liked }, url))) undo(id);
}

/** @param {HTMLLIElement} entry double-tapped: likes it, and a heart lands on it */
export function likeWithHeart(entry) {
  const message = entry.querySelector(".message");
  if (!entry.dataset.id || message.dataset.gone) return;
  landHeart(message.querySelector(".bubble"));
  like(entry, true);
}
