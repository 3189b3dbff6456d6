// Something small done to a message: over the socket, or by a request while that is down.

import { post } from "./http.js";
import { notify } from "./notices.js";
import { socket } from "./socket.js";
import { say } from "./words.js";

/**
 * Do it, and say so in a notice where it wasn't possible.
 * @param {object} frame
 * @param {string} url takes the same as a POST
 * @returns {Promise<boolean>} false where it surely wasn't done; a refusal over the socket comes
 *   later, as a `refused` frame
 */
export async function perform(frame, url) {
  if (socket.send(frame)) return true;
  try {
    const answer = await post(url);
    // Handed on as if the socket had brought it.
    if (answer?.type) socket.dispatchEvent(new CustomEvent(answer.type, { detail: answer }));
    return true;
  } catch (problem) {
    notify({ text: problem.detail || say(problem.status ? "failed" : "offlineNow") });
    return false;
  }
}
