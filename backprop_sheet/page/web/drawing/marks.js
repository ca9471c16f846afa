/** The marks of a drawing: whatever in it stands for a quantity, and can be asked and focused. */

import { svgPiece, writeText } from "../elements.js";
import { brief, inPlace, svgText } from "./svg.js";

/** @typedef {import("../network/content.js").Grid} Grid */
/** @typedef {import("../network/content.js").Label} Label */
/** @typedef {import("../network/content.js").Layout} Layout */
/** @typedef {import("../state/state.js").Page} Page */

/**
 * @typedef {object} Mark
 * @property {string} name the quantity
 * @property {SVGGElement} element
 * @property {number[]} at its middle
 * @property {(number: number, instead: string | null) => void} draw shows the number, or what stands
 *   there instead of it
 * @property {boolean} editable whether its number is given
 * @property {boolean} shown whether its number can be read there
 * @property {number[]} [of] the middle of what it stands at, of a dot
 */

/** Numbers take at most as much room as so many digits, except in smaller circles. */
const NUMBER_ROOM = 7;
const LABEL_NUMBER_ROOM = 8.1;
/** Circles where fewer digits have room have no number. */
const LEAST_NUMBER_ROOM = 3.5;
/** A digit's width, and how far a circle's number reaches down from the middle, in letters. */
const DIGIT_WIDTH = 0.637;
const NUMBER_DOWN = 0.98;
/** Circles with a radius of fewer letters have no name. */
const SMALLEST_NAMED = 1.2;
const LETTER_WIDTH = 0.6;
/** A long name has smaller letters, down to this part, or is cut. */
const SMALLEST_LETTER = 0.7;
/** How much of a circle's width a text may take. */
const CIRCLE_SHARE = 1.85;
const LABEL_LINE = 1.35;
/** Half the width of the space before a number, in letters. */
const SPACE = 0.16;

/**
 * Whether a reader may change a quantity's number.
 *
 * @param {Page} page
 * @param {string} name
 */
export function isEditable({ content, given }, name) {
  return name in given && content.quantities[name].kind !== "counter";
}

/**
 * @param {Page} page
 * @param {string} name
 */
export const labelOf = ({ content }, name) => content.quantities[name]?.label ?? name;

/**
 * A mark with its parts. Those of a drawing without a quantity, such as a gradient that is always 0,
 * cannot be asked.
 *
 * @param {Page} page
 * @param {string} name
 * @param {string} look its class
 * @param {number[]} at
 * @param {...Element} parts
 */
function newMark(page, name, look, at, ...parts) {
  const editable = isEditable(page, name);
  const element = svgPiece("g", { class: `mark ${look}` }, ...parts);
  if (name in page.content.quantities) {
    element.dataset.name = name;
    element.setAttribute("role", "button");
    element.setAttribute("tabindex", "0");
    element.classList.toggle("given", editable);
    if (editable) element.setAttribute("aria-describedby", "how-to-change");
  }
  return { name, element, at, editable };
}

/**
 * A circle with the name and the number of its quantity, as far as they have room.
 *
 * @param {Page} page
 * @param {Layout} layout
 * @param {Layout["circles"][number]} circle
 * @returns {Mark}
 */
export function circleMark(page, { letter }, [name, role, x, y, radius]) {
  const chord = 2 * Math.sqrt(Math.max(0, radius ** 2 - (NUMBER_DOWN * letter) ** 2));
  const wide = (chord || CIRCLE_SHARE * radius) / (LETTER_WIDTH * letter);
  const room = Math.min(NUMBER_ROOM, chord / (DIGIT_WIDTH * letter) - 0.3);
  const parts = [svgPiece("circle", { cx: x, cy: y, r: radius })];
  parts[0].style.fill = `#${page.content.drawing.roles[role]}`;
  const number = svgText(x, y + letter * 0.62, "", "number");
  const mark = newMark(page, name, "circle", [x, y], ...parts);
  const named = room >= LEAST_NUMBER_ROOM;
  let whole = true;
  if (named || radius >= SMALLEST_NAMED * letter) {
    const label = labelOf(page, name);
    const most = Math.floor(wide / SMALLEST_LETTER);
    whole = label.length <= most;
    const title = whole ? label : `${label.slice(0, most - 1)}…`;
    const text = svgText(x, named ? y - letter * 0.62 : y, title);
    text.style.fontSize = `${letter * Math.min(1, wide / (title.length + 0.6 * (title.split(/[mw]/).length - 1)))}px`;
    mark.element.append(text, " "); // the space keeps name and number apart where they are read
  }
  if (named) {
    if (mark.editable) {
      const [width, height] = [CIRCLE_SHARE * radius * 0.9, letter * 1.2];
      const top = y + letter * 0.62 - height / 2;
      mark.element.append(chipRect(x - width / 2, top, width, height));
    }
    mark.element.append(number);
  }
  const draw = (/** @type {number} */ value, /** @type {string | null} */ instead) => {
    if (named) writeText(number, instead ?? brief(value, room));
  };
  if (Object.values(page.content.drawing.verdicts).some((outputs) => outputs.includes(name))) {
    mark.element.append(svgPiece("circle", { class: "ring", cx: x, cy: y, r: radius + 2.5 }));
  }
  return { ...mark, draw, shown: named && whole };
}

/**
 * The yellow ground of a number that can be changed.
 *
 * @param {number} x
 * @param {number} y
 * @param {number} width
 * @param {number} height
 */
function chipRect(x, y, width, height) {
  return svgPiece("rect", { class: "chip", x, y, width, height, rx: 2 });
}

/**
 * A label: a quantity's name and number.
 *
 * @param {Page} page
 * @param {Layout} layout
 * @param {Label} label
 * @returns {Mark}
 */
export function labelMark(page, { letter }, { name, sign, at, width, lines }) {
  const [x, y] = at;
  const height = lines * LABEL_LINE * letter;
  const ground = chipRect(x - width / 2, y - height / 2, width, height);
  const text = svgText(x, y);
  const title = svgPiece("tspan");
  title.textContent = sign;
  const number = svgPiece("tspan", { class: "number" });
  text.append(title, number);
  if (lines > 1) {
    for (const [part, up] of /** @type {const} */ ([
      [title, -0.5],
      [number, 0.5],
    ])) {
      part.setAttribute("x", String(up > 0 ? x - SPACE * letter : x));
      part.setAttribute("y", String(y + up * LABEL_LINE * letter * 0.92));
    }
  }
  const mark = newMark(page, name, "label", at, ground, text);
  const draw = (/** @type {number} */ value, /** @type {string | null} */ instead) =>
    writeText(number, ` ${instead ?? brief(value, LABEL_NUMBER_ROOM)}`);
  return { ...mark, draw, shown: true };
}

/**
 * A dot for a given number whose label has no room.
 *
 * @param {Page} page
 * @param {Layout["dots"][number]} dot
 * @returns {Mark}
 */
export function dotMark(page, { name, at, radius, of }) {
  const [cx, cy] = at;
  const mark = newMark(page, name, "dot", at, svgPiece("circle", { cx, cy, r: radius }));
  return { ...mark, draw: () => {}, shown: false, of };
}

/** The room for a number in places of so many of its letters and more, in characters. */
const PLACE_ROOMS = [
  [2.4, 4],
  [1.9, 3],
];
const SMALL_NUMBERS = 0.1;

/**
 * The places of a picture, tinted by their numbers.
 *
 * @param {Page} page
 * @param {Grid} grid
 * @returns {{element: SVGGElement, marks: Mark[], draw: (largest: number) => void}} `draw` takes the
 *   largest size on the grid's scale before its places are drawn
 */
export function gridMarks(page, grid) {
  const size = 2 * grid.radius;
  const [, room = 0] = PLACE_ROOMS.find(([letters]) => size >= letters * grid.letter) ?? [];
  let [largest, decimals] = [1, 2];
  const marks = grid.places.map(([name, x, y], order) => {
    const square = svgPiece("rect", { x: x - grid.radius, y: y - grid.radius });
    square.setAttribute("width", String(size));
    square.setAttribute("height", String(size));
    const mark = newMark(page, name, "place", [x, y], square);
    if (order > 0) mark.element.setAttribute("tabindex", "-1");
    const number = svgText(x, y, "", "number");
    if (room > 0) mark.element.append(number);
    const draw = (/** @type {number} */ value, /** @type {string | null} */ instead) => {
      const share = instead === null ? Math.abs(value / largest) : 0;
      const part = Math.round(Math.min(1, share) * 100) || 0;
      const end = value > 0 ? "above" : "below";
      const fill = `color-mix(in srgb, var(--tint-${end}) ${part}%, var(--tint-zero))`;
      if (square.style.fill !== fill) square.style.fill = fill;
      writeText(number, instead ?? inPlace(value, decimals, room));
    };
    return { ...mark, draw, shown: room > 0 };
  });
  const element = svgPiece("g", { class: "picture" }, ...marks.map((mark) => mark.element));
  element.style.fontSize = `${grid.letter}px`;
  const draw = (/** @type {number} */ found) => {
    largest = found || 1;
    decimals =
      found >= SMALL_NUMBERS || !found ? 2 : Math.min(4, 1 - Math.floor(Math.log10(found)));
  };
  return { element, marks, draw };
}
