import { socket } from "./socket.js";
import { say } from "./words.js";

const SAY_AFTER_MS = 2000;

/**
 * Say in `place` when there is no connection; a short interruption isn't worth a word.
 * @param {HTMLElement} place
 * @param {AbortSignal} signal
 */
export function showConnection(place, signal) {
  let timer;
  const show = () => {
    place.textContent = say(navigator.onLine ? "reconnecting" : "offline");
    place.hidden = false;
  };
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(show, SAY_AFTER_MS);
  };
  socket.on(
    "up",
    () => {
      clearTimeout(timer);
      place.hidden = true;
    },
    signal,
  );
  socket.on("down", soon, signal);
  addEventListener("offline", show, { signal });
  addEventListener("online", () => !place.hidden && show(), { signal });
  signal.addEventListener("abort", () => clearTimeout(timer));
  if (!navigator.onLine) show();
  else if (!socket.up) soon();
}
