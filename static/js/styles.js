/**
 * Load a style sheet of what isn't on every page, once.
 * @param {string} name of a file in static/css
 * @returns {Promise<void>} when it is there, or couldn't be had: better unstyled than not at all
 */
export function loadStyle(name) {
  const { href } = new URL(`../css/${name}`, import.meta.url);
  const standing = [...document.styleSheets].some((sheet) => sheet.href?.split("?")[0] === href);
  if (standing) return Promise.resolve();
  return new Promise((resolve) => {
    const link = document.createElement("link");
    Object.assign(link, { rel: "stylesheet", href, onload: resolve, onerror: resolve });
    document.head.append(link);
  });
}
