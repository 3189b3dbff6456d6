/**
 * Turn the server's html, escaped there, into an element.
 * @param {string} html
 * @returns {HTMLElement}
 */
export function element(html) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  return template.content.firstElementChild;
}
