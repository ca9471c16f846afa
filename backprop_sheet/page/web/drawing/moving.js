/** Arrow keys move the focus within a picture, and from arrow to arrow. */

/** @type {Record<string, [number, number]>} */
const KEY_WAYS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/**
 * Move the focus as a key says.
 *
 * @param {SVGElement} from what has the focus
 * @param {string} key
 * @returns {boolean} whether the key does that here
 */
export function moveFocus(from, key) {
  const way = KEY_WAYS[key];
  const among = from.closest(".picture, .links");
  if (!way || !among) return false;
  const others = /** @type {SVGElement[]} */ ([...among.querySelectorAll("[role=button]")]);
  const next = from.closest(".links")
    ? others[others.indexOf(from) + way[0] + way[1]]
    : nearestPlace(from, others, way);
  if (next) {
    from.setAttribute("tabindex", "-1");
    next.setAttribute("tabindex", "0");
    next.focus();
  }
  return true;
}

/**
 * The nearest place in a direction, in the same row or column.
 *
 * @param {SVGElement} from
 * @param {SVGElement[]} others
 * @param {[number, number]} way
 */
function nearestPlace(from, others, [right, down]) {
  const own = from.getBoundingClientRect();
  const found = others
    .map((element) => {
      const { x, y } = element.getBoundingClientRect();
      const ahead = (x - own.x) * right + (y - own.y) * down;
      const aside = Math.abs((x - own.x) * down) + Math.abs((y - own.y) * right);
      return { element, ahead, aside };
    })
    .filter(({ ahead, aside }) => ahead > own.width / 2 && aside < own.width / 2);
  return found.sort((one, two) => one.ahead - two.ahead).at(0)?.element;
}
