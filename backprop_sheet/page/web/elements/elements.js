/** Makes elements: texts stay texts, whatever a file or a link has in them. */

/**
 * An element of the page.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string>} [attributes]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/**
 * A button.
 *
 * @param {string | Node} content what stands on it
 * @param {string} label what it does: its name and its tooltip
 * @param {() => void} press
 */
export function pushButton(content, label, press) {
  const made = element("button", { type: "button" }, content);
  if (content !== label) {
    made.ariaLabel = label;
    made.title = label;
  }
  made.addEventListener("click", press);
  return made;
}

const SVG_OF_ICONS = "http://www.w3.org/2000/svg";

/**
 * A sign for a button: fonts and phones draw such characters in ways of their own.
 *
 * @param {string} path in a square of 16
 */
export function icon(path) {
  const drawn = document.createElementNS(SVG_OF_ICONS, "svg");
  const line = document.createElementNS(SVG_OF_ICONS, "path");
  line.setAttribute("d", path);
  drawn.setAttribute("viewBox", "0 0 16 16");
  drawn.setAttribute("class", "icon");
  drawn.setAttribute("aria-hidden", "true");
  drawn.append(line);
  return drawn;
}
