// More clips before the last one is reached. Without it, or when it fails, the link leads on.

import { get } from "./http.js";

const SCREENS_AHEAD = 3;

/**
 * @param {HTMLElement} list ends with a link `[data-more]` in an item of its own while there is more
 * @param {() => void} added called when there are new items
 */
export function startEndless(list, added) {
  let loading = false;

  const load = async () => {
    const link = list.querySelector("[data-more]");
    const left = list.scrollHeight - list.scrollTop - list.clientHeight;
    if (loading || !link || left > SCREENS_AHEAD * list.clientHeight) return;
    loading = true;
    list.ariaBusy = "true";
    try {
      const html = await get(link.href, { accept: "text/html", headers: { "HX-Request": "true" } });
      const template = document.createElement("template");
      template.innerHTML = html;
      const item = link.closest("li");
      const held = item.contains(document.activeElement);
      const first = template.content.firstElementChild;
      item.replaceWith(template.content);
      if (held) first.querySelector("button, a")?.focus({ preventScroll: true });
      added();
    } catch {
      // The link is still there, and the next scroll tries again.
    } finally {
      loading = false;
      list.ariaBusy = null;
    }
  };

  list.addEventListener("scroll", load, { passive: true });
  list.addEventListener("click", (event) => {
    if (!event.target.closest("[data-more]") || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    load();
  });
  load();
}
