/** Makes the elements that views consist of. */

const SVG = "http://www.w3.org/2000/svg";

/**
 * An HTML element with attributes; a text among its children becomes text.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | number>} [attributes]
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function piece(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  describe(element, attributes);
  element.append(...children);
  return element;
}

/**
 * An SVG element, likewise.
 *
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | number>} [attributes]
 * @param {...(Node | string)} children
 * @returns {SVGElementTagNameMap[Tag]}
 */
export function svgPiece(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  describe(element, attributes);
  element.append(...children);
  return element;
}

/**
 * Give an element attributes.
 *
 * @param {Element} element
 * @param {Record<string, string | number>} attributes
 */
export function describe(element, attributes) {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
}

/**
 * A button that calls a function.
 *
 * @param {string | Node} content what stands on it
 * @param {() => void} press
 * @param {Record<string, string | number>} [attributes]
 */
export function buttonPiece(content, press, attributes = {}) {
  const button = piece("button", { type: "button", ...attributes }, content);
  button.addEventListener("click", press);
  return button;
}

/**
 * An element with a class and what is in it.
 *
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {string} name its class; empty if it has none
 * @param {...(string | Node)} parts
 */
export function made(tag, name, ...parts) {
  return piece(tag, name ? { class: name } : {}, ...parts);
}

/**
 * A button that says what it does.
 *
 * @param {string | Node} content what stands on it
 * @param {string} label what it does: its name and its tooltip
 * @param {() => void} press
 */
export function pushButton(content, label, press) {
  const button = buttonPiece(content, press);
  if (content !== label) {
    button.ariaLabel = label;
    button.title = label;
  }
  return button;
}

/**
 * A sign for a button: fonts and phones draw such characters in ways of their own.
 *
 * @param {string} path in a square of 16
 */
export function icon(path) {
  const look = { viewBox: "0 0 16 16", class: "icon", "aria-hidden": "true" };
  return svgPiece("svg", look, svgPiece("path", { d: path }));
}

/**
 * Write a text, if it is another one. A text node that stays is laid out sooner than a new one.
 *
 * @param {Element} element what holds nothing but the text
 * @param {string} text
 */
export function writeText(element, text) {
  const node = element.firstChild;
  if (!(node instanceof Text)) element.textContent = text;
  else if (node.data !== text) node.data = text;
}
