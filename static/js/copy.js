import { notify } from "./notices.js";
import { say } from "./words.js";

// Where the page isn't a secure context there is no clipboard object.
function copyByHand(text) {
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "visually-hidden";
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}

/** @param {string} text to the clipboard, with a word about it */
export async function copy(text) {
  let done = false;
  try {
    await navigator.clipboard.writeText(text);
    done = true;
  } catch {
    done = copyByHand(text);
  }
  notify({ text: say(done ? "copied" : "copyFailed"), ms: 2500, key: "copied" });
}

/** Buttons with `data-action="copy-link"` copy the address in `data-url`. */
export function startCopyLinks() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest('[data-action="copy-link"]');
    if (button) copy(new URL(button.dataset.url ?? location.pathname, location.href).href);
  });
}
