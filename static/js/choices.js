// What a person can do about a message that was refused.

import { post } from "./http.js";
import { outbox } from "./outbox.js";
import { say } from "./words.js";

/** What one press mends, by the refusal's code: the button's word, and where the profile takes it. */
const MENDS = { not_following: ["follow", "follow/"], you_blocked: ["unblock", "unblock/"] };

// What goes back into the composer; the others are chosen again as quickly.
const EDITABLE = ["text", "photo"];

/**
 * Return the choices `pending.explain` offers.
 * @param {HTMLElement} conversation the open `<dm-conversation>`
 * @param {import("./outbox.js").Item} item
 * @returns {{retry: () => void, discard: () => void, edit?: () => void,
 *   mend?: {label: string, run: () => Promise<void>}}}
 */
export function choices(conversation, { client_id: clientId, kind = "text", body, look, problem }) {
  const { composer } = conversation;
  const retry = () => outbox.retry(clientId);
  const discard = () => outbox.discard(clientId);
  const edit = () => {
    composer.putBack(body, { look });
    discard();
  };
  const [word, path] = MENDS[problem.code] ?? [];
  const profile = conversation.querySelector(".who")?.pathname;
  const run = async () => {
    await post(`${profile}${path}`).catch(() => {});
    conversation.refreshComposer();
    retry();
  };
  return {
    retry,
    discard,
    edit: composer.form && EDITABLE.includes(kind) ? edit : undefined,
    mend: word && profile ? { label: say(word), run } : undefined,
  };
}
