/** What lies over the picture, if asked: which pixels speak for the answer. */

import { made, piece } from "../../../../page/web/elements.js";
import { shown } from "../../../../page/web/network/numbers.js";
import { SIZE } from "../network/forward.js";
import { largest, layoutOf, paintMaps } from "../stages/painting.js";
import { percent } from "../stages/words.js";
import { COVER, covered, falls, parts } from "./cover.js";

/** @typedef {import("../stages/mapgrid.js").MapGrid} MapGrid */
/** @typedef {import("../state/state.js").Over} Over */
/** @typedef {import("../state/state.js").Page} Page */

/** The time for one slice of the work: between two of them the page answers. */
const SLICE = 8;
/** The work begins anew when the picture has not changed for so long. */
const PAUSE = 150;
const LAYOUT = layoutOf({ channels: 1, rows: SIZE, columns: SIZE }, 1);

/** @type {[Over, string][]} */
const CHOICES = [
  ["nothing", "nothing"],
  ["gradient", "the gradient"],
  ["cover", "what falls if covered"],
];

/**
 * @param {Page} page
 * @param {MapGrid} grid of the picture
 * @param {HTMLElement} place
 */
export function showOver(page, grid, place) {
  const canvas = piece("canvas", { width: SIZE, height: SIZE, class: "over" });
  grid.canvas.after(canvas);
  const choice = piece("select");
  choice.append(...CHOICES.map(([value, text]) => piece("option", { value }, text)));
  choice.addEventListener("change", () => page.lay(/** @type {Over} */ (choice.value)));
  const said = made("p", "quiet said");
  place.append(made("label", "lay", "over it: ", choice), said);
  const paint = (/** @type {Float64Array} */ values) =>
    paintMaps(
      canvas,
      { channels: 1, rows: SIZE, columns: SIZE, values },
      LAYOUT,
      page.content.tints,
    );
  const covering = new Covering(page, paint, said);
  page.follow(["over", "picture"], () => {
    choice.value = page.over;
    grid.element.classList.toggle("covered", page.over !== "nothing");
    covering.stop();
    if (page.over === "gradient") paint(showGradient(page, said));
    else if (page.over === "cover") covering.start();
    else said.textContent = "";
  });
}

/**
 * @param {Page} page
 * @param {HTMLElement} said
 */
function showGradient(page, said) {
  const slopes = page.gradient();
  const most = shown(largest(slopes), 3);
  said.textContent = `∂ ln p(${page.answer})/∂x: blue where more ink speaks for ${page.answer}, red against it; ${most} at most`;
  return slopes;
}

/** Covers one part of the picture after the other, in slices. */
class Covering {
  #waiting = 0;

  /**
   * @param {Page} page
   * @param {(values: Float64Array) => void} paint
   * @param {HTMLElement} said
   */
  constructor(page, paint, said) {
    this.page = page;
    this.paint = paint;
    this.said = said;
  }

  stop() {
    clearTimeout(this.#waiting);
  }

  start() {
    const { page } = this;
    const [digit, chance] = [page.answer, page.chances[page.answer]];
    const left = parts();
    /** @type {import("./cover.js").Covered[]} */
    const found = [];
    this.paint(falls(found, chance));
    this.said.textContent = "covering one part after the other …";
    const slice = () => {
      const end = performance.now() + SLICE;
      for (let part = left.pop(); part; part = performance.now() < end ? left.pop() : undefined) {
        const [top, column] = part;
        const chances = page.chancesOf(covered(page.picture, top, column));
        found.push({ top, left: column, chance: chances[digit] });
      }
      this.paint(falls(found, chance));
      if (left.length > 0) this.#waiting = setTimeout(slice);
      else this.#conclude(digit, chance, found);
    };
    this.#waiting = setTimeout(slice, PAUSE);
  }

  /**
   * @param {number} digit
   * @param {number} chance
   * @param {import("./cover.js").Covered[]} found
   */
  #conclude(digit, chance, found) {
    const least = found.reduce((one, other) => (other.chance < one.chance ? other : one));
    const where = `rows ${least.top + 1}–${least.top + COVER}, columns ${least.left + 1}–${least.left + COVER}`;
    this.said.textContent = `${COVER} × ${COVER} pixels covered: blue where p(${digit}) falls. At ${where} it falls most: from ${percent(chance)} to ${percent(least.chance)}`;
  }
}
