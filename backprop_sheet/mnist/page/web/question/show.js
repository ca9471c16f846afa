/** Where the asked value comes from: its map enlarged, its field, its formula with all numbers. */

import { made, piece, pushButton, writeText } from "../../../../page/web/elements.js";
import { shown } from "../../../../page/web/network/numbers.js";
import { onMap } from "../network/field.js";
import { valueAt } from "../network/terms.js";
import { MapGrid } from "../stages/mapgrid.js";
import { nameOf, percent, placeName } from "../stages/words.js";
import { convolution } from "./convolution.js";
import { chance, pixel, pooling } from "./others.js";

/** @typedef {import("../network/field.js").Place} Place */
/** @typedef {import("../state/state.js").Page} Page */

/** While a stroke goes on, the answer is written anew so long after its last move. */
const PAUSE = 120;

/**
 * @param {Page} page
 * @param {HTMLElement} place
 */
export function showQuestion(page, place) {
  const answer = new Answer(page, place);
  page.follow(["asked"], () => answer.openOrClose());
  page.follow(["picture"], () => {
    for (const grid of answer.grids) grid.paint();
    answer.explainSoon();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && page.asked) page.ask(null);
  });
}

class Answer {
  /** Whether all maps of a sum are shown. */
  #opened = { all: false };
  /** @type {Element | null} what had the focus when the answer opened; it gets it back */
  #before = null;
  /** @type {MapGrid[]} the picture and the map of the asked value, enlarged */
  grids = [];
  /** Which map that is. */
  #drawn = "";
  /** The timer of an explanation that is to come. */
  #waiting = 0;

  /**
   * @param {Page} page
   * @param {HTMLElement} place
   */
  constructor(page, place) {
    this.page = page;
    this.place = place;
    this.heading = made("h2", "");
    this.enlarged = made("div", "enlarged");
    this.explained = made("div", "explained");
    this.said = piece("p", { class: "unseen", role: "status" });
    this.verdict = made("p", "verdict quiet");
    const close = pushButton("×", "close", () => page.ask(null));
    place.append(
      made("div", "title", this.heading, this.verdict, close),
      made("div", "beside", this.enlarged, this.explained),
      this.said,
    );
  }

  openOrClose() {
    const { page, place } = this;
    const hasFocus = place.contains(document.activeElement);
    if (place.hidden) this.#before = document.activeElement;
    place.hidden = !page.asked;
    if (page.asked) this.#show(page.asked);
    else if (hasFocus && this.#before instanceof HTMLElement) this.#before.focus();
  }

  /** @param {Place} asked */
  #show(asked) {
    const drawn = `${asked.level} ${asked.map}`;
    if (drawn !== this.#drawn) this.#enlarge(asked);
    this.#drawn = drawn;
    for (const grid of this.grids) grid.frame();
    this.explain();
    writeText(this.said, this.heading.textContent ?? "");
  }

  /** @param {Place} asked */
  #enlarge(asked) {
    const hadFocus = this.enlarged.contains(document.activeElement);
    this.grids = enlargedMaps(this.page, asked);
    this.enlarged.replaceChildren(...this.grids.map(({ element }) => element));
    this.#opened.all = false;
    this.place.scrollTop = 0;
    if (hadFocus) this.grids[this.grids.length - 1].element.focus();
  }

  explainSoon() {
    clearTimeout(this.#waiting);
    this.#waiting = setTimeout(() => this.explain(), PAUSE);
  }

  explain() {
    const { page } = this;
    clearTimeout(this.#waiting);
    if (!page.asked) return;
    writeText(this.heading, titleOf(page, page.asked));
    const { answer, chances, isBlank } = page;
    const read = `read as ${answer}, ${percent(chances[answer])}`;
    writeText(this.verdict, isBlank ? "nothing drawn yet" : read);
    this.explained.replaceChildren(...explanation(page, page.asked, this.#opened));
  }
}

/**
 * The picture, so that its frame stays in sight, and the asked map, unless it is a single number.
 *
 * @param {Page} page
 * @param {Place} asked
 */
function enlargedMaps(page, { level, map }) {
  const grids = [new MapGrid(page, 0, "The picture, enlarged")];
  const { rows, columns } = page.sizeOf(level);
  if (level > 0 && level <= page.stages.length && rows * columns > 1) {
    grids.push(new MapGrid(page, level, `${nameOf(page, level)}, map ${map + 1}`, map));
  }
  for (const grid of grids) grid.paint();
  return grids;
}

/** @param {Page} page @param {Place} asked */
function titleOf(page, asked) {
  const { level, map, row, column } = asked;
  const isChance = level > page.stages.length;
  const value = isChance ? page.chances[map] : valueAt(page.maps[level], map, row, column);
  return `${placeName(page, asked)} = ${shown(value)}`;
}

/**
 * @param {Page} page
 * @param {Place} asked
 * @param {{all: boolean}} opened
 * @returns {Node[]}
 */
function explanation(page, asked, opened) {
  const { stages } = page;
  const { level } = asked;
  if (level > stages.length) return chance(page, asked);
  if (level === 0) return pixel(page, asked);
  const stage = stages[level - 1];
  const field = made("p", "quiet", fieldWords(page));
  if (stage.kind === "convolution") return [field, ...convolution(page, stage, asked, opened)];
  return [field, ...pooling(page, stage, asked)];
}

/** @param {Page} page what the asked value sees of the picture, in words */
function fieldWords(page) {
  const [whole] = page.field;
  const size = whole.bottom - whole.top + 1;
  const { top, left, bottom, right } = onMap(whole, page.sizeOf(0));
  const [down, across] = [bottom - top + 1, right - left + 1];
  const pixels = `${down} × ${across} pixels of the picture`;
  const where = `rows ${top + 1}–${bottom + 1}, columns ${left + 1}–${right + 1}`;
  const beyond =
    down < size || across < size
      ? `; its field of ${size} × ${size} reaches beyond the edge, where there are zeros`
      : "";
  return `It follows from ${pixels}: ${where}, framed${beyond}.`;
}
