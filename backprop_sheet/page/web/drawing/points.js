/** Where the numbers of factors may stand in a drawing, best first. */

import { around } from "./room.js";

/** @typedef {import("../network/content.js").Grid} Grid */
/** @typedef {import("./links.js").DrawnLink} DrawnLink */

/** How large a disc with a number is, in letters. */
export const DISC_RADIUS = 0.72;
/** Where along an arrow its number may be, best first. */
const DISC_PLACES = [0.5, 0.4, 0.6, 0.3, 0.7, 0.22, 0.78, 0.12, 0.88];
/** How far beside it, and how far from a circle or a picture, in letters. */
const BESIDE = [0, 1.6, -1.6, 2.6, -2.6];
const FROM_CIRCLE = 1;
const FROM_PICTURE = [DISC_RADIUS + 0.1, 2.2, 3.3];

/**
 * @param {DrawnLink} link
 * @param {number} letter
 */
export const pointsAlong = (link, letter) =>
  BESIDE.flatMap((aside) => DISC_PLACES.map((part) => besideLink(link, part, aside * letter)));

/**
 * A point beside a link, a part of the way along it.
 *
 * @param {DrawnLink} link
 * @param {number} part
 * @param {number} aside
 */
function besideLink({ along }, part, aside) {
  const [x, y] = along(part);
  const [[x0, y0], [x1, y1]] = [along(part - 0.02), along(part + 0.02)];
  const length = Math.hypot(x1 - x0, y1 - y0) || 1;
  return [x - ((y1 - y0) / length) * aside, y + ((x1 - x0) / length) * aside];
}

/**
 * @param {number[]} middle
 * @param {number} radius
 * @param {number} letter
 */
export function pointsAround([x, y], radius, letter) {
  const far = radius + FROM_CIRCLE * letter;
  return [...Array(12).keys()].map((hour) => {
    const angle = (hour * Math.PI) / 6;
    return [x + far * Math.sin(angle), y - far * Math.cos(angle)];
  });
}

/**
 * Points outside a picture, beside some of its places: over a number a disc would hide it.
 *
 * @param {Grid} grid
 * @param {[string, number, number][]} chosen the places
 * @param {number} letter
 */
export function pointsBeside({ places, radius }, chosen, letter) {
  const [left, top, right, bottom] = around(places, radius);
  const [first, above, last, below] = around(chosen, radius);
  const middle = [(first + last) / 2, (above + below) / 2];
  const columns = [middle[0], ...chosen.map(([, x]) => x)];
  const rows = [middle[1], ...chosen.map(([, , y]) => y)];
  return FROM_PICTURE.flatMap((far) => {
    const away = far * letter;
    const points = [
      ...rows.flatMap((y) => [left - away, right + away].map((x) => [x, y])),
      ...columns.flatMap((x) => [top - away, bottom + away].map((y) => [x, y])),
    ];
    const way = (/** @type {number[]} */ [x, y]) => Math.hypot(x - middle[0], y - middle[1]);
    return points.sort((one, other) => way(one) - way(other));
  });
}
