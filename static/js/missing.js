// Pictures in messages that can't be had: taken back meanwhile, or the network is away. What stands in
// their place comes from the style sheet; when there is a connection again they are tried again.

import { socket } from "./socket.js";
import { say } from "./words.js";

const PICTURES = ".bubble img";

function mark(img, missing) {
  img.classList.toggle("missing", missing);
  img.title = missing ? say("pictureMissing") : "";
}

/**
 * Watch the pictures of one conversation.
 * @param {HTMLElement} root
 * @param {AbortSignal} signal
 */
export function startMissing(root, signal) {
  // Neither event bubbles.
  const options = { capture: true, signal };
  for (const type of ["error", "load"]) {
    const heard = ({ target }) => target.matches(PICTURES) && mark(target, type === "error");
    root.addEventListener(type, heard, options);
  }
  // Those that failed before anyone watched.
  for (const img of root.querySelectorAll(PICTURES)) {
    if (img.complete && img.src && !img.naturalWidth) mark(img, true);
  }
  const tryAgain = () => {
    for (const img of root.querySelectorAll(`${PICTURES}.missing`)) img.src = String(img.src);
  };
  socket.on("up", tryAgain, signal);
}
