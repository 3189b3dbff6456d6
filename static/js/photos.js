// Where photos come into the composer and where they are opened: the button, dropping, pasting, a click.
// What happens then is loaded when it does: the tray (tray.js), the viewer (viewer.js).

import { notify } from "./notices.js";
import { loadStyle } from "./styles.js";
import { say } from "./words.js";

/** @param {DataTransfer|null} data @returns {boolean} whether it brings files from outside of the page */
const bringsFiles = (data) => Boolean(data?.types.includes("Files"));

// Copied from a text or a table, a picture of the words comes along; a file manager adds the file's name.
function isText(data) {
  const text = data.getData("text/plain").trim();
  return Boolean(text) && ![...data.files].some(({ name }) => text.includes(name));
}

/** @param {HTMLElement} root the conversation @returns {string} where the tray is kept for this tab */
export const keptAt = ({ dataset: { me, conversation } }) =>
  `paperplane.photos.${me}.${conversation}`;

function isKept(root) {
  try {
    return sessionStorage.getItem(keptAt(root)) !== null;
  } catch {
    return false;
  }
}

/**
 * Let photos into the composer of a conversation, and out of its messages. `root.tray` becomes the promise of
 * its `Tray` as soon as there is one.
 * @param {HTMLElement} root the conversation
 * @param {AbortSignal} signal
 */
export function startPhotos(root, signal) {
  const on = (target, type, heard) => target.addEventListener(type, heard, { signal });
  const form = () => root.querySelector("form.composer");
  const openTray = () => {
    root.tray ??= import("./tray.js")
      .then(({ Tray }) => new Tray(root, signal))
      .catch(() => {
        root.tray = null;
        notify({ text: say("offlineNow"), key: "photos" });
        return null;
      });
    return root.tray;
  };
  const add = (files) => {
    const text = form()?.dataset.onlyText;
    if (text) notify({ text, key: "photos" });
    else if (form()) openTray().then((tray) => tray?.add(files));
  };
  const drop = (over) => {
    if (over) {
      loadStyle("photos.css");
      root.dataset.drop = form()?.dataset.onlyText || say("dropPhotos");
    } else delete root.dataset.drop;
  };

  on(root, "change", ({ target }) => {
    if (!target.matches(".photo-input")) return;
    const files = [...target.files];
    target.value = "";
    add(files);
  });
  on(document, "paste", (event) => {
    const { target, clipboardData: data } = event;
    const elsewhere = target.closest?.("dialog, input, [contenteditable]");
    if (event.defaultPrevented || elsewhere || !bringsFiles(data) || isText(data)) return;
    event.preventDefault();
    add([...data.files]);
  });
  // On the whole page: beside the conversation the browser would leave it for the file.
  on(document, "dragover", (event) => {
    if (event.defaultPrevented || !form() || !bringsFiles(event.dataTransfer)) return;
    event.preventDefault();
    drop(true);
  });
  on(document, "dragleave", ({ relatedTarget }) => relatedTarget || drop(false));
  on(document, "drop", (event) => {
    drop(false);
    if (event.defaultPrevented || !form() || !bringsFiles(event.dataTransfer)) return;
    event.preventDefault();
    add([...event.dataTransfer.files]);
  });
  on(root, "compose:photos", ({ detail }) => openTray().then((tray) => tray?.restore(detail)));
  on(root, "click", async (event) => {
    const link = event.target.closest("a.photo");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const { openViewer } = await import("./viewer.js").catch(() => ({}));
    if (openViewer) openViewer(root, link, signal);
    else location.assign(link.href);
  });
  if (isKept(root)) openTray();
}
