// A dialog that rises from below on a phone, and stands in the middle elsewhere.

import { loadStyle } from "./styles.js";
import { say } from "./words.js";

/**
 * Open a dialog with `content`; it is gone from the page once it is closed.
 * @param {{title: string, content: Node}} about
 * @returns {Promise<HTMLDialogElement>}
 */
export async function openSheet({ title, content }) {
  await loadStyle("share.css");
  const dialog = document.createElement("dialog");
  dialog.className = "sheet-dialog";
  dialog.setAttribute("aria-labelledby", "sheet-title");
  const head = document.createElement("div");
  head.className = "sheet-head";
  const heading = document.createElement("h2");
  Object.assign(heading, { id: "sheet-title", textContent: title });
  const close = document.createElement("button");
  Object.assign(close, { type: "button", className: "icon-button", ariaLabel: say("close") });
  close.textContent = "×";
  close.addEventListener("click", () => dialog.close());
  head.append(heading, close);
  const body = document.createElement("div");
  body.className = "sheet-body";
  body.append(content);
  dialog.append(head, body);
  // A press beside it closes; the release of a press that began inside doesn't.
  dialog.addEventListener("pointerdown", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
