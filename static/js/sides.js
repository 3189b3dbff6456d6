// The conversation's own menu, in its row and in its head: pin, mute, archive, unread, delete, block.

import { confirmed } from "./dialog.js";
import { refreshParts } from "./fragments.js";
import { post } from "./http.js";
import { applyRow } from "./inbox.js";
import { notify } from "./notices.js";
import { openPane } from "./panes.js";
import { openConversation } from "./rows.js";
import { say } from "./words.js";

const SWITCHES = ["pin", "mute", "archive", "unread", "delete-conversation"];
/** After these one doesn't want to be in the conversation any more. */
const LEAVES = ["unread", "delete-conversation"];
const QUESTIONS = {
  "delete-conversation": ["deleteTitle", "deleteText", "delete"],
  block: ["blockTitle", "blockText", "block"],
};

async function change(button) {
  const { action } = button.dataset;
  const url = button.getAttribute("formaction");
  try {
    const frame = await post(url, button.name ? { [button.name]: button.value } : {});
    applyRow(frame);
    if (frame.conversation !== openConversation()) return;
    if (LEAVES.includes(action)) openPane();
    else await refreshParts(`/inbox/${frame.conversation}/`, [".conversation-head details.menu"]);
  } catch (problem) {
    notify({ text: problem.detail || say(problem.status ? "failed" : "offlineNow") });
  }
}

async function act(button) {
  const question = QUESTIONS[button.dataset.action];
  if (question) {
    const [title, text, confirm] = question.map((key) => say(key));
    if (!(await confirmed({ title, text, confirm }))) return;
  }
  if (SWITCHES.includes(button.dataset.action)) return change(button);
  // A block changes the whole page: an ordinary form, sent without asking again.
  button.form.requestSubmit(button);
}

/** Let the menus of conversations act without leaving the page. */
export function startSides() {
  let asked = null;
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-action]");
    const { action } = button?.dataset ?? {};
    if (!action || button.closest(".message") || !button.form) return;
    if (!SWITCHES.includes(action) && action !== "block") return;
    if (asked === button) return;
    event.preventDefault();
    asked = button;
    act(button).finally(() => {
      asked = null;
    });
  });
}
