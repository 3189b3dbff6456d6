// One's own stickers and GIFs in the sheet: put in order by a button that lets each be taken out.

import { confirmed } from "./dialog.js";
import { post } from "./http.js";
import { notify } from "./notices.js";
import { say } from "./words.js";

/**
 * Switch a section between sending and putting in order.
 * @param {HTMLElement} section
 * @param {boolean} on
 */
export function edit(section, on) {
  section.classList.toggle("editing", on);
  const button = section.querySelector(".sheet-edit");
  if (!button) return;
  button.ariaPressed = String(on);
  button.textContent = say(on ? "done" : "edit");
}

/**
 * Ask, and take out what stands beside `button`.
 * @param {HTMLButtonElement} button its `formaction` does it
 * @param {{title: string, text: string}} about what is asked
 * @returns {Promise<boolean>} whether it is out
 */
export async function takeOut(button, { title, text }) {
  if (!(await confirmed({ title, text, confirm: say("remove") }))) return false;
  return done(button.formAction);
}

/** @param {string} url @returns {Promise<boolean>} whether it was done; if not, why was said */
export async function done(url) {
  try {
    await post(url);
    return true;
  } catch (problem) {
    if (problem.status === 404) return true;
    notify({ text: problem.detail || say("failed") });
    return false;
  }
}
