// What an event means for the list, the badge and the notices, on whatever page one is.

import { badge, setBadge } from "./badge.js";
import { refreshParts } from "./fragments.js";
import { get } from "./http.js";
import { notify } from "./notices.js";
import { markCurrent, openConversation, putRow, showTyping } from "./rows.js";
import { socket } from "./socket.js";

const REFRESH_AFTER_MS = 400;
const LISTS = { inbox: "/inbox/", archive: "/inbox/archive/" };
const BADGE = "/inbox/badge/";
let timer;

// Rarer things than a row: drawn by the server, the whole list anew.
function refreshSoon() {
  clearTimeout(timer);
  timer = setTimeout(async () => {
    const rows = document.getElementById("rows");
    const isSearch = document.querySelector(".list-search .search-clear");
    const isMenuOpen = document.querySelector("#list-body details[open]");
    if (!rows || isSearch) return;
    if (isMenuOpen) return refreshSoon();
    const url = LISTS[rows.dataset.folder] ?? LISTS.inbox;
    // As many as were scrolled to, so that nobody loses their place.
    const shown = rows.querySelectorAll(":scope > .row").length;
    await refreshParts(`${url}?rows=${shown}`, ["#list-body"]);
    markCurrent();
  }, REFRESH_AFTER_MS);
}

function announce({ conversation, notice }) {
  if (!notice || document.body.dataset.notices !== "1") return;
  if (document.visibilityState !== "visible" || openConversation() === conversation) return;
  const { name, text, url } = notice;
  notify({ name, text, url, key: `message-${conversation}` });
}

/**
 * Apply an `inbox.row` frame.
 * @param {{conversation: string, html: string, unread: number, badge: number, folder: string,
 *   notice?: {name: string, text: string, url: string}}} frame
 */
export function applyRow(frame) {
  setBadge(frame.badge);
  const request = document.getElementById(`request-${frame.conversation}`);
  if (request && frame.folder !== request.dataset.folder) request.remove();
  const rows = document.getElementById("rows");
  const empty = document.querySelector(".rows-empty");
  putRow(frame);
  const isEmpty = rows && !rows.querySelector(".row");
  if (request || frame.folder === "requests" || Boolean(empty) !== isEmpty) refreshSoon();
  announce(frame);
}

/** Keep list, badge and notices up to date. @param {number} unread as the page says */
export function startInbox(unread) {
  let wasDown = false;
  setBadge(unread);
  const count = (frame) => {
    if (frame.unread === undefined || frame.unread === badge()) return;
    // An event must have been lost.
    setBadge(frame.unread);
    refreshSoon();
  };
  for (const type of ["ready", "pong", "stale"]) socket.on(type, count);
  socket.on("down", () => {
    wasDown = true;
  });
  socket.on("up", () => {
    if (wasDown) refreshSoon();
  });
  // 401 leads to the sign-in page; anything else is a server that will be back.
  socket.on("turned-away", () => get(BADGE).then(count, () => {}));
  socket.on("inbox.row", applyRow);
  socket.on("list.changed", refreshSoon);
  socket.on("stale", ({ conversation }) => {
    if (!conversation) refreshSoon();
  });
  socket.on("conversation.read", (frame) => {
    if (frame.badge !== undefined) setBadge(frame.badge);
  });
  socket.on("conversation.typing", ({ conversation }) => showTyping(conversation));
}
