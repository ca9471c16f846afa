/** The arrows and bows of a drawing: how they look, and which of them join two quantities. */

import { svgPiece } from "../elements.js";
import { isHidden } from "../state/hidden.js";

/** @typedef {import("../network/content.js").Content} Content */
/** @typedef {import("../network/content.js").Layout} Layout */
/** @typedef {import("../state/state.js").Page} Page */

/**
 * @typedef {object} DrawnLink
 * @property {SVGGElement} element
 * @property {string} source the body that it leads from; of a bow, the sum
 * @property {string} target the body that it leads to; of a bow, the activation
 * @property {string} weight its weight; empty if it has none
 * @property {boolean} bow
 * @property {(part: number) => number[]} along the point a part of the way along it
 * @property {SVGPathElement} line
 * @property {SVGPathElement} [head]
 */

/** More arrows than this have no heads and are thin. */
const MOST_WITH_HEADS = 500;
const THINNING_OF_MANY = 0.3;
/** The width of an arrow: the least, and how much wider the arrow of the largest weight is. */
const [THINNEST_ARROW, WIDER_ARROW] = [0.75, 2.25];
const HEAD_LENGTH = 8;

/**
 * All arrows and bows of a layout.
 *
 * @param {Layout} layout
 * @returns {DrawnLink[]}
 */
export function drawnLinks({ arrows, bows }) {
  const heads = arrows.length <= MOST_WITH_HEADS;
  const links = [
    ...bows.map(([source, target, ...points]) => bowLink(source, target, points)),
    ...arrows.map(([source, target, weight, ...ends]) => {
      const line = straightLink(ends, heads);
      return { ...line, source, target, weight, bow: false };
    }),
  ];
  for (const { element, source, target } of links)
    Object.assign(element.dataset, { source, target });
  return links;
}

/**
 * @param {number[]} ends
 * @param {boolean} hasHead
 */
function straightLink([x0, y0, x1, y1], hasHead) {
  const length = Math.hypot(x1 - x0, y1 - y0) || 1;
  const part = hasHead ? Math.max(0, 1 - (HEAD_LENGTH * 0.7) / length) : 1;
  const along = (/** @type {number} */ share) => [x0 + share * (x1 - x0), y0 + share * (y1 - y0)];
  return drawnLink(`M${x0} ${y0}L${along(part).join(" ")}`, [x0, y0, x1, y1], hasHead, along);
}

/**
 * @param {string} source
 * @param {string} target
 * @param {number[]} points
 * @returns {DrawnLink}
 */
function bowLink(source, target, [x0, y0, bendX, bendY, x1, y1]) {
  const along = (/** @type {number} */ t) =>
    [
      [x0, bendX, x1],
      [y0, bendY, y1],
    ].map(([a, b, c]) => (1 - t) ** 2 * a + 2 * t * (1 - t) * b + t ** 2 * c);
  const [x, y] = along(0.9);
  const link = drawnLink(`M${x0} ${y0}Q${bendX} ${bendY} ${x1} ${y1}`, [x, y, x1, y1], true, along);
  return { ...link, source, target, weight: "", bow: true };
}

/**
 * @param {string} path
 * @param {number[]} end the last piece of the way, which the head lies on
 * @param {boolean} hasHead
 * @param {(part: number) => number[]} along
 */
function drawnLink(path, [x0, y0, x1, y1], hasHead, along) {
  const line = svgPiece("path", { class: "line", d: path });
  const hit = svgPiece("path", { class: "hit", d: path });
  const element = svgPiece("g", { class: "link" }, hit, line);
  if (!hasHead) return { element, line, along };
  const angle = (Math.atan2(y1 - y0, x1 - x0) * 180) / Math.PI;
  const head = svgPiece("path", {
    class: "head",
    d: `M0 0L${-HEAD_LENGTH} ${HEAD_LENGTH * 0.42}L${-HEAD_LENGTH} ${-HEAD_LENGTH * 0.42}z`,
    transform: `translate(${x1} ${y1}) rotate(${Math.round(angle)})`,
  });
  element.append(head);
  return { element, line, head, along };
}

/**
 * Have arrows show their weights and gradients: the size of the weight as width, that of the
 * gradient as depth of colour, and its sign as blue or red.
 *
 * @param {Page} page
 * @param {DrawnLink[]} links
 */
export function drawLinks(page, links) {
  const weighted = links.filter((link) => link.weight);
  const thinning = links.length > MOST_WITH_HEADS ? THINNING_OF_MANY : 1;
  const numbers = weighted.map(({ weight }) => numberOrZero(page, weight));
  const slopes = weighted.map(({ weight }) => numberOrZero(page, page.content.gradients[weight]));
  const largest = greatest(numbers);
  const steepest = greatest(slopes);
  weighted.forEach(({ element, line }, place) => {
    const width = thinning * (THINNEST_ARROW + (WIDER_ARROW * Math.abs(numbers[place])) / largest);
    setProperty(line, "--width", width.toFixed(2));
    const part = slopes[place] / steepest;
    const depth = Math.round(Math.sqrt(Math.abs(part)) * 100);
    const end = part > 0 ? "above" : "below";
    const color = `color-mix(in srgb, var(--${end}) ${depth}%, var(--pale))`;
    setProperty(element, "--color", color);
  });
}

/**
 * Set a property of the style, if it is another one.
 *
 * @param {SVGElement} element
 * @param {string} name
 * @param {string} value
 */
function setProperty({ style }, name, value) {
  if (style.getPropertyValue(name) !== value) style.setProperty(name, value);
}

/**
 * @param {Page} page
 * @param {string | number | undefined} name
 */
function numberOrZero(page, name) {
  if (typeof name !== "string" || isHidden(page, name)) return 0;
  return page.number(name) || 0;
}

/**
 * The greatest size of some numbers.
 *
 * @param {number[]} numbers
 * @param {number} [instead] what to give instead of 0
 */
export const greatest = (numbers, instead = 1) =>
  numbers.reduce((most, number) => Math.max(most, Math.abs(number)), 0) || instead;

/**
 * The body of each drawn quantity, by name.
 *
 * @param {Content} content
 * @param {Layout} layout
 * @returns {Map<string, string>}
 */
export function bodiesOf({ drawing }, { circles, grids }) {
  const bodies = new Map(circles.map(([name]) => [name, name]));
  for (const { body, places } of grids) for (const [name] of places) bodies.set(name, body);
  for (const [name, body] of Object.entries(drawing.within)) bodies.set(name, body);
  return bodies;
}

/**
 * Links by the body that they lead to.
 *
 * @param {DrawnLink[]} links
 */
export function linksByTarget(links) {
  /** @type {Map<string, DrawnLink[]>} */
  const found = new Map();
  for (const link of links) {
    const known = found.get(link.target);
    if (known) known.push(link);
    else found.set(link.target, [link]);
  }
  return found;
}

/**
 * The links of a drawing that join a quantity to one that uses it; through a kernel, two of them.
 *
 * @param {Map<string, DrawnLink[]>} linksTo by the body that they lead to
 * @param {Map<string, string>} bodies
 * @param {string} upper
 * @param {string} lower
 * @returns {DrawnLink[]}
 */
export function linksBetween(linksTo, bodies, upper, lower) {
  const into = linksTo.get(bodies.get(upper) ?? "") ?? [];
  const bows = into.filter((link) => link.bow && link.source === lower && link.target === upper);
  if (bows.length > 0) return bows;
  const source = bodies.get(lower);
  const arrows = into.filter((link) => !link.bow);
  const direct = arrows.filter((link) => link.source === source || link.weight === lower);
  if (direct.length > 0 || source === undefined) return direct;
  return arrows.flatMap((last) =>
    (linksTo.get(last.source) ?? [])
      .filter((link) => !link.bow && link.source === source)
      .flatMap((first) => [first, last]),
  );
}
