// How a message looks that isn't committed yet: the server's own empty message, with the text in it.

import { drawn } from "./looks.js";
import { localise } from "./time.js";
import { say } from "./words.js";

function quote({ id, name, text }) {
  const link = document.createElement("a");
  link.className = "quote";
  link.href = `#m-${id}`;
  const who = document.createElement("bdi");
  who.className = "quote-name";
  who.textContent = name;
  const words = document.createElement("span");
  words.className = "quote-text";
  words.dir = "auto";
  words.textContent = text;
  link.append(who, words);
  return link;
}

/**
 * Draw an item of the outbox.
 * @param {HTMLTemplateElement} blank holds an empty own entry
 * @param {import("./outbox.js").Item} item
 * @param {string} me
 * @returns {HTMLLIElement}
 */
export function pendingEntry(blank, item, me) {
  const li = blank.content.querySelector(".entry").cloneNode(true);
  li.dataset.id = "";
  li.classList.add(item.state === "refused" ? "refused" : "waiting");
  const message = li.querySelector(".message");
  message.removeAttribute("id");
  const created = new Date(item.created).toISOString();
  const { client_id: clientId, order } = item;
  Object.assign(message.dataset, { id: "", clientId, seq: "", order, sender: me, created });
  message.dataset.kind = item.kind ?? "text";
  const body = message.querySelector(".body");
  body.textContent = item.body;
  if (item.reply) body.before(quote(item.reply));
  body.before(...drawn(item.look));
  message.querySelector(".meta time").dateTime = created;
  localise(li);
  return li;
}

function button(label, className, run) {
  const element = document.createElement("button");
  Object.assign(element, { type: "button", className: `button small ${className}` });
  element.textContent = label;
  element.addEventListener("click", run);
  return element;
}

/**
 * Say below a pending message why it isn't sent, with what can be done about it.
 * @param {HTMLLIElement} li
 * @param {import("./outbox.js").Item} item
 * @param {{retry: () => void, discard: () => void, edit?: () => void,
 *   mend?: {label: string, run: () => void}}} can
 */
export function explain(li, item, { retry, discard, edit, mend }) {
  const place = document.createElement("div");
  place.className = "problem";
  place.setAttribute("role", "alert");
  const words = document.createElement("span");
  const again = item.state === "waiting" ? say("retryingIn") : "";
  words.textContent = [item.problem.detail || say("notSent"), again].filter(Boolean).join(" ");
  place.append(words);
  const buttons = document.createElement("div");
  buttons.className = "cluster";
  if (mend) buttons.append(button(mend.label, "primary", mend.run));
  else if (!again) buttons.append(button(say("retry"), "", retry));
  if (edit) buttons.append(button(say("edit"), "quiet", edit));
  buttons.append(button(say("discard"), "quiet", discard));
  place.append(buttons);
  li.append(place);
}
