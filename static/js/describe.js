// The words for a photo, for people who can't see it.

import { openSheet } from "./sheet-dialog.js";
import { say } from "./words.js";

const MAX_CHARACTERS = 200;

/**
 * Ask for the description of a photo.
 * @param {{preview: string, alt: string}} photo
 * @returns {Promise<string|null>} null: it stays as it was
 */
export async function describe({ preview, alt }) {
  const form = document.createElement("form");
  form.method = "dialog";
  form.className = "describe";
  const picture = document.createElement("img");
  Object.assign(picture, { src: preview, alt: "", className: "describe-photo" });
  const field = document.createElement("textarea");
  Object.assign(field, {
    name: "alt",
    rows: 2,
    maxLength: MAX_CHARACTERS,
    value: alt,
    dir: "auto",
  });
  field.setAttribute("aria-labelledby", "sheet-title");
  field.setAttribute("aria-describedby", "describe-why");
  field.autofocus = true;
  const why = document.createElement("p");
  Object.assign(why, { id: "describe-why", className: "field-help", textContent: say("altWhy") });
  const save = document.createElement("button");
  Object.assign(save, { value: "save", className: "button primary", textContent: say("save") });
  // As in the composer: Enter is done, Shift+Enter breaks nothing here, a description is one line.
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit(save);
  });
  const box = document.createElement("div");
  box.className = "field";
  box.append(field, why);
  form.append(picture, box, save);
  const dialog = await openSheet({ title: say("describePhoto"), content: form });
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      const words = field.value.split(/\s+/).filter(Boolean).join(" ");
      resolve(dialog.returnValue === "save" ? words : null);
    });
  });
}
