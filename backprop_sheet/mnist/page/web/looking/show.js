/** What lies over the picture, if asked: which pixels speak for the answer. */

import { made, piece } from "../../../../page/web/elements.js";
import { shown } from "../../../../page/web/network/numbers.js";
import { SIZE } from "../network/forward.js";
import { largest, layoutOf, paintMaps } from "../stages/painting.js";
import { COVER, covered, lead, parts, rival } from "./cover.js";

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
  const { answer } = page;
  const other = rival(page.scores, answer);
  const against = page.gradient(other);
  const slopes = page.gradient(answer).map((slope, pixel) => slope - against[pixel]);
  const most = shown(largest(slopes), 3);
  said.textContent = `∂ lead/∂x, where the lead is the score of ${answer} less that of ${other}: blue where more ink speaks for ${answer}, red against it; ${most} at most`;
  return slopes;
}

/** Covers the surroundings of one pixel after the other, in slices. */
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
    const { page, said } = this;
    const falls = new Float64Array(SIZE * SIZE);
    this.paint(falls);
    said.textContent = page.isBlank ? "nothing drawn yet" : "covering one part after the other …";
    if (page.isBlank) return;
    const { picture, answer } = page;
    const before = lead(page.scores, answer);
    const pixels = parts(picture);
    let done = 0;
    const slice = () => {
      const end = performance.now() + SLICE;
      do {
        const pixel = pixels[done++];
        falls[pixel] = before - lead(page.scoresOf(covered(picture, pixel)), answer);
      } while (done < pixels.length && performance.now() < end);
      this.paint(falls);
      if (done < pixels.length) this.#waiting = setTimeout(slice);
      else said.textContent = conclusion(answer, before, falls);
    };
    this.#waiting = setTimeout(slice, PAUSE);
  }
}

/**
 * @param {number} digit
 * @param {number} before its lead
 * @param {Float64Array} falls
 */
function conclusion(digit, before, falls) {
  const most = Math.max(...falls);
  const pixel = falls.indexOf(most);
  const where = `row ${Math.floor(pixel / SIZE) + 1}, column ${(pixel % SIZE) + 1}`;
  return `${COVER} × ${COVER} pixels covered around each pixel: blue where the lead of ${digit} falls, its score less the highest other one. Around ${where} it falls most: from ${shown(before, 3)} to ${shown(before - most, 3)}`;
}
