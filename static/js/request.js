// A message request becomes an ordinary conversation, without a new page.

import { refreshParts } from "./fragments.js";

const HEAD = ["dm-conversation .back", ".conversation-head details.menu"];

/**
 * Take the request's card away: it was answered or accepted, here or in another tab.
 * @param {HTMLElement} conversation the open `<dm-conversation>`
 */
export function showAccepted(conversation) {
  if (conversation.dataset.request !== "true") return;
  conversation.dataset.request = "false";
  const card = conversation.querySelector(".request-card");
  const hadFocus = card?.contains(document.activeElement);
  card?.remove();
  if (hadFocus) conversation.composer.focus();
  // From now on the other may know what was seen.
  conversation.reading.look();
  refreshParts(`/inbox/${conversation.dataset.conversation}/`, HEAD);
}
