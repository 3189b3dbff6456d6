import { say } from "./words.js";

/**
 * Ask before something that can't be taken back.
 * @param {{title: string, text: string, confirm: string}} about `confirm`: the button's word
 * @returns {Promise<boolean>}
 */
export function confirmed({ title, text, confirm }) {
  const dialog = document.createElement("dialog");
  dialog.setAttribute("aria-labelledby", "dialog-title");
  const form = document.createElement("form");
  form.method = "dialog";
  const heading = document.createElement("h2");
  Object.assign(heading, { id: "dialog-title", textContent: title });
  const words = document.createElement("p");
  words.textContent = text;
  const buttons = document.createElement("div");
  buttons.className = "cluster";
  for (const [value, label, className] of [
    ["", say("cancel"), "button quiet"],
    ["yes", confirm, "button danger"],
  ]) {
    const button = document.createElement("button");
    Object.assign(button, { value, className, textContent: label });
    buttons.append(button);
  }
  form.append(heading, words, buttons);
  dialog.append(form);
  // A click beside it means no.
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close(""));
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
  });
}
