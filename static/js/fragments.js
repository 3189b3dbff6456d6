import { get } from "./http.js";
import { localise } from "./time.js";

/**
 * Fetch a page and put the named parts of it in the place of those here; a part that is missing there
 * is taken away here.
 * @param {string} url
 * @param {string[]} selectors
 * @returns {Promise<void>}
 */
export async function refreshParts(url, selectors) {
  const html = await get(url, { accept: "text/html" }).catch(() => "");
  if (!html) return;
  const page = new DOMParser().parseFromString(html, "text/html");
  for (const selector of selectors) {
    const here = document.querySelector(selector);
    const there = page.querySelector(selector);
    if (!here) continue;
    if (!there) {
      here.remove();
      continue;
    }
    const part = document.adoptNode(there);
    const { scrollTop } = here;
    const focused =
      here.contains(document.activeElement) && document.activeElement.closest("li[id]");
    here.replaceWith(part);
    part.scrollTop = scrollTop;
    if (focused) part.querySelector(`#${CSS.escape(focused.id)} a`)?.focus({ preventScroll: true });
    localise(part);
    window.htmx?.process(part);
  }
}
