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
 * @param {string} text
 * @param {() => void} press
 * @param {Record<string, string | number>} [attributes]
 */
export function buttonPiece(text, press, attributes = {}) {
  const button = piece("button", { type: "button", ...attributes }, text);
  button.addEventListener("click", press);
  return button;
}
