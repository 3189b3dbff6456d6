// Where everything begins. Without any of this the pages work by themselves, as forms and links.

import { startCopyLinks } from "./copy.js";
import { deletions } from "./deletions.js";
import { startInbox } from "./inbox.js";
import { startMenus } from "./menu.js";
import { outbox } from "./outbox.js";
import { startPanes } from "./panes.js";
import { startReports } from "./report.js";
import { startSides } from "./sides.js";
import { socket } from "./socket.js";
import { startThemePreview } from "./theme.js";
import { localise } from "./time.js";

document.documentElement.classList.add("js");
// The server marks a conversation as read when it is fetched, unless this page tells what was seen.
const [name, secure] = location.protocol === "https:" ? ["__Host-js", "; secure"] : ["js", ""];
// biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API isn't everywhere
document.cookie = `${name}=1; path=/; max-age=31536000; samesite=lax${secure}`;

if (window.htmx) {
  // Snapshots would leave messages in the browser's storage after signing out.
  window.htmx.config.historyCacheSize = 0;
  window.htmx.config.allowEval = false;
  window.htmx.config.includeIndicatorStyles = false;
}

localise();
startMenus();
startThemePreview();
startCopyLinks();

const { me, socket: path, unread } = document.body.dataset;
if (me) {
  deletions.start(me);
  startInbox(Number(unread));
  startSides();
  startPanes();
  startReports();
  outbox.start(me);
  socket.start(path, me);
  // What moderators decided is read before anything else; drafts are kept.
  socket.on("decision.made", ({ url }) => location.assign(url));
}
// A new day began while the page was in the background: "Today" is yesterday.
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") localise();
});
