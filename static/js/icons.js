const SVG = "http://www.w3.org/2000/svg";

/**
 * Draw an icon of the sprite; whatever holds it has the name.
 * @param {string} name
 * @returns {SVGSVGElement}
 */
export function icon(name) {
  // The address as the page has it: with the hash of the sprite's content.
  const [sprite] = document.querySelector("svg.icon use").getAttribute("href").split("#");
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${sprite}#${name}`);
  svg.append(use);
  return svg;
}
