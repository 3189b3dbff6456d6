// In place of a player that can't play: what is wrong, and what to do about it.

import { say } from "./words.js";

const GONE = new Set([403, 404, 410]);

// The video element doesn't tell a file that was taken away from a network that is.
async function isGone(url) {
  try {
    const { status } = await fetch(url, { method: "HEAD", credentials: "same-origin" });
    return GONE.has(status);
  } catch {
    return false;
  }
}

/**
 * Replace the player of a clip by a word about it.
 * @param {HTMLElement & {url: string, state: string, retry: () => void}} clip
 */
export async function showGone(clip) {
  const gone = await isGone(clip.url);
  clip.querySelector(".clip-gone")?.remove();
  const place = document.createElement("div");
  place.className = "clip-gone";
  place.setAttribute("role", "status");
  const words = document.createElement("p");
  words.textContent = say(gone ? "videoGone" : "videoFailed");
  place.append(words);
  if (!gone) {
    const again = document.createElement("button");
    Object.assign(again, { type: "button", className: "button", textContent: say("retry") });
    again.addEventListener("click", () => clip.retry());
    place.append(again);
  }
  clip.querySelector(".clip-stage").append(place);
  clip.state = gone ? "gone" : "failed";
}
