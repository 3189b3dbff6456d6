// The right-hand side changes without a new page: htmx fetches and swaps, this keeps the rest in step.

import { countTitle } from "./badge.js";
import { markCurrent } from "./rows.js";
import { socket } from "./socket.js";
import { localise } from "./time.js";
import { startKeepingTyped } from "./typed.js";

const INBOX = "/inbox/";

function setTitle(pane) {
  const name = pane.querySelector("h1")?.textContent.trim();
  const listName = document.querySelector(".list-head h1")?.textContent.trim();
  document.title = [name, listName, "Paperplane"].filter(Boolean).join(" · ");
  countTitle();
}

function settle(pane, { focus }) {
  const view = pane.firstElementChild?.dataset.view ?? "list";
  const inbox = pane.closest(".inbox");
  inbox.dataset.view = view;
  markCurrent();
  localise(pane);
  setTitle(pane);
  if (!focus) return;
  const field = pane.querySelector("[autofocus], form.composer textarea");
  // On a phone the keyboard would cover what one came to read.
  if (field && matchMedia("(pointer: fine)").matches) field.focus({ preventScroll: true });
  else if (view === "list") inbox.querySelector("#list-body a, h1")?.focus({ preventScroll: true });
  else pane.focus({ preventScroll: true });
}

/**
 * Show another pane, without a new page where that is possible.
 * @param {string} [path] by default the list: on a phone it alone, else beside it the empty pane
 */
export function openPane(path = INBOX) {
  const { htmx } = window;
  if (!htmx || !document.getElementById("pane")) return location.assign(path);
  htmx.ajax("GET", path, { target: "#pane", swap: "innerHTML", push: path });
}

function goBack(event) {
  const link = event.target.closest("#pane a.back");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  openPane(link.pathname);
}

// Loaded when there is a conversation, or will be in a moment. Where the network broke off meanwhile,
// a page loads it when the server is back; some browsers remember the failure, and need a new page.
async function loadConversation() {
  try {
    await import("./conversation.js");
  } catch {
    // The page that goes keeps what was typed (typed.js).
    const loadAgain = () => import("./conversation.js").catch(() => location.reload());
    socket.addEventListener("up", loadAgain, { once: true });
  }
}

/** Keep panes, titles and focus in step. */
export function startPanes() {
  startKeepingTyped();
  if (document.querySelector("dm-conversation")) loadConversation();
  const nearRow = (event) => event.target.closest?.(".row-link") && loadConversation();
  document.addEventListener("pointerover", nearRow, { passive: true });
  document.addEventListener("focusin", nearRow);
  document.addEventListener("click", goBack);
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (detail.target?.id === "pane") loadConversation();
  });
  document.addEventListener("htmx:afterSettle", ({ detail }) => {
    const { target } = detail;
    if (target?.id === "pane") return settle(target, { focus: true });
    // What was swapped as a whole isn't on the page any more: rows that came in place of "More".
    localise(target?.isConnected ? target : document);
    markCurrent();
  });
  document.addEventListener("htmx:historyRestore", () => {
    if (document.querySelector("dm-conversation")) loadConversation();
    localise();
    markCurrent();
    countTitle();
  });
}
