// What is typed before the conversation's own scripts are there, or where they can't be loaded, is
// kept as its draft when the page goes.

import { Draft, joined } from "./draft.js";

const FORM = "dm-conversation form.composer";

/** Keep what stands in a composer that nothing else looks after. */
export function keepTyped() {
  const form = document.querySelector(FORM);
  const field = form?.elements.body;
  if (!field || customElements.get("dm-conversation") || field.value === field.defaultValue) return;
  const { me, conversation } = form.closest("dm-conversation").dataset;
  const draft = new Draft(me, conversation, form.dataset.draftUrl, field.defaultValue);
  draft.set(joined(draft.text, field));
  draft.flush();
}

/** Look after such composers on this page. */
export function startKeepingTyped() {
  let isSending = false;
  document.addEventListener("submit", (event) => {
    isSending = event.target.matches(FORM) && !event.defaultPrevented;
  });
  addEventListener("pagehide", () => isSending || keepTyped());
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (detail.target?.id === "pane") keepTyped();
  });
}
