// The rows of the list, in their order: pinned first, then by the newest message.

import { element } from "./html.js";
import { localise } from "./time.js";

const TYPING_SHOWN_MS = 5000;

const list = () => document.getElementById("rows");
const row = (id) => document.getElementById(`row-${id}`);
/** @returns {string|undefined} the conversation open beside the list */
export const openConversation = () =>
  document.querySelector("dm-conversation")?.dataset.conversation;

function isBefore(one, other) {
  const [first, second] = [one.dataset, other.dataset];
  if (first.pinned !== second.pinned) return first.pinned === "true";
  return Date.parse(first.activity) > Date.parse(second.activity);
}

function place(rows, li) {
  const others = [...rows.querySelectorAll(":scope > .row")].filter((other) => other !== li);
  const next = others.find((other) => isBefore(li, other));
  const more = rows.querySelector(":scope > .rows-more");
  if (next) next.before(li);
  // Further down than was loaded: "More" will bring it.
  else if (more) li.remove();
  else rows.append(li);
}

/** Mark the row of the open conversation. */
export function markCurrent() {
  const current = openConversation();
  for (const li of document.querySelectorAll("#rows > .row")) {
    const link = li.querySelector(".row-link");
    if (li.dataset.conversation === current) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

/**
 * Show a row as it is now, at its place; or take it away.
 * @param {{conversation: string, html: string, folder: string}} frame
 */
export function putRow({ conversation, html, folder }) {
  const rows = list();
  if (!rows) return;
  const old = row(conversation);
  const isSearch = Boolean(document.querySelector(".list-search .search-clear"));
  if (!html || (folder !== rows.dataset.folder && !isSearch)) {
    old?.remove();
    return;
  }
  if (!old && isSearch) return;
  const li = element(html);
  if (old) {
    const focused = old.contains(document.activeElement);
    if (old.querySelector("details[open]")) li.querySelector("details").open = true;
    old.replaceWith(li);
    if (focused) li.querySelector(".row-link").focus();
  } else rows.append(li);
  document.querySelector(".rows-empty")?.remove();
  if (!isSearch) place(rows, li);
  localise(li);
  window.htmx?.process(li);
  markCurrent();
}

const typing = new Map();

/** @param {string} conversation somebody is typing there: said in its row for a moment */
export function showTyping(conversation) {
  const place = row(conversation)?.querySelector(".row-typing");
  if (!place) return;
  place.hidden = false;
  clearTimeout(typing.get(conversation));
  const hide = () => {
    const now = row(conversation)?.querySelector(".row-typing");
    if (now) now.hidden = true;
  };
  typing.set(conversation, setTimeout(hide, TYPING_SHOWN_MS));
}
