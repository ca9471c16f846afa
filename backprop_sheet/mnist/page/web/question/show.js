/** Where the asked value comes from: its map enlarged, its field, its formula with all numbers. */

import { made, piece, pushButton, writeText } from "../../../../page/web/elements.js";
import { shown } from "../../../../page/web/network/numbers.js";
import { onMap } from "../network/field.js";
import { valueAt } from "../network/terms.js";
import { MapGrid } from "../stages/mapgrid.js";
import { nameOf, placeName } from "../stages/words.js";
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
  let waiting = 0;
  page.follow(["asked"], () => answer.openOrClose());
  page.follow(["picture"], () => {
    answer.grid?.paint();
    clearTimeout(waiting);
    waiting = setTimeout(() => answer.explain(), PAUSE);
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
  /** @type {MapGrid | null} the map of the asked value, enlarged */
  grid = null;

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
    const close = pushButton("×", "close", () => page.ask(null));
    place.append(
      made("div", "title", this.heading, close),
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
    if (!this.grid || this.grid.level !== asked.level || this.grid.only !== asked.map) {
      this.#enlarge(asked);
    }
    this.grid?.frame();
    this.explain();
    writeText(this.said, this.heading.textContent ?? "");
  }

  /** @param {Place} asked */
  #enlarge(asked) {
    const hadFocus = this.enlarged.contains(document.activeElement);
    this.grid = enlargedMap(this.page, asked);
    this.enlarged.replaceChildren(...(this.grid ? [this.grid.element] : []));
    this.#opened.all = false;
    this.place.scrollTop = 0;
    if (hadFocus) this.grid?.element.focus();
  }

  explain() {
    const { page } = this;
    if (!page.asked) return;
    writeText(this.heading, titleOf(page, page.asked));
    this.explained.replaceChildren(...explanation(page, page.asked, this.#opened));
  }
}

/**
 * @param {Page} page
 * @param {Place} asked
 */
function enlargedMap(page, { level, map }) {
  const { rows, columns } = page.sizeOf(level);
  if (level > page.stages.length || rows * columns === 1) return null;
  const grid = new MapGrid(page, level, `${nameOf(page, level)}, map ${map + 1}`, map);
  grid.paint();
  return grid;
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
  return `It follows from ${pixels}: ${where}, framed above${beyond}.`;
}
