// What can be done with a message, from its menu. Without this module the same buttons are forms.

import { copy } from "./copy.js";
import { deletions } from "./deletions.js";
import { confirmed } from "./dialog.js";
import { like } from "./likes.js";
import { perform } from "./perform.js";
import { quoteOf } from "./reply.js";
import { say } from "./words.js";

async function unsend({ dataset: { id } }) {
  const about = { title: say("unsendTitle"), text: say("unsendText"), confirm: say("unsend") };
  if (await confirmed(about)) {
    perform({ type: "message.unsend", message: id }, `/messages/${id}/unsend/`);
  }
}

/** @type {Record<string, (entry: HTMLLIElement, conversation: HTMLElement) => void>} */
const ACTIONS = {
  like: (entry) => like(entry, true),
  unlike: (entry) => like(entry, false),
  reply: (entry, conversation) => conversation.composer.reply(quoteOf(entry)),
  copy: (entry) => copy(entry.querySelector(".body").textContent),
  delete: (entry, { dataset }) => deletions.plan(entry.dataset.id, dataset.conversation),
  unsend,
};

/**
 * Let the message menus of a conversation act at once.
 * @param {HTMLElement} conversation
 * @param {AbortSignal} signal
 */
export function startActions(conversation, signal) {
  conversation.addEventListener(
    "click",
    (event) => {
      const button = event.target.closest(".message [data-action]");
      const act = ACTIONS[button?.dataset.action];
      const entry = button?.closest(".entry");
      if (!act || !entry.dataset.id) return;
      event.preventDefault();
      act(entry, conversation);
    },
    { signal },
  );
}
