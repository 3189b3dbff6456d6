// What happens when the server says that this account is no longer signed in here.

import { notify } from "./notices.js";
import { say } from "./words.js";

const READ_WORDS_MS = 1500;
let leaving = false;

// Back from the sign-in page to a page that had given up: it starts anew.
addEventListener("pageshow", (event) => {
  if (event.persisted && leaving) location.reload();
});

/** Say so and go to the sign-in page. Drafts and the outbox are already on disk at this point. */
export function signedOut() {
  if (leaving) return;
  leaving = true;
  notify({ text: say("signedOut"), ms: READ_WORDS_MS * 2 });
  const next = encodeURIComponent(location.pathname + location.search);
  setTimeout(() => location.assign(`/accounts/login/?next=${next}`), READ_WORDS_MS);
}
