/** The maps of a level as a picture: any of their values can be asked, by mouse, finger or keys. */

import { describe, made, piece, svgPiece } from "../../../../page/web/elements.js";
import { within } from "../../../../page/web/network/numbers.js";
import { onMap } from "../network/field.js";
import { layoutOf, paintInk, paintMaps } from "./painting.js";

/** @typedef {import("../network/field.js").Place} Place */
/** @typedef {import("../network/field.js").Window} Window */
/** @typedef {import("../state/state.js").Page} Page */

/** How keys move, as rows, columns and maps. */
/** @type {Record<string, [number, number, number]>} */
const MOVES = {
  ArrowUp: [-1, 0, 0],
  ArrowDown: [1, 0, 0],
  ArrowLeft: [0, -1, 0],
  ArrowRight: [0, 1, 0],
  PageUp: [0, 0, -1],
  PageDown: [0, 0, 1],
};
/** The height of maps at most, in the size of a letter. */
const HIGHEST = 18;
const HOW = "Arrow keys choose a value, Page Up and Page Down a map.";

export class MapGrid {
  /**
   * @param {Page} page
   * @param {number} level
   * @param {string} label
   * @param {number} [only] the one map that it shows; all if there is none
   */
  constructor(page, level, label, only) {
    this.page = page;
    this.level = level;
    this.only = only;
    this.canvas = piece("canvas", level === 0 ? { class: "ink" } : {});
    this.path = svgPiece("path", { class: "frame" });
    this.own = svgPiece("path", { class: "frame own" });
    this.frames = svgPiece("svg", { "aria-hidden": "true" }, this.path, this.own);
    this.element = made("div", "maps", this.canvas, this.frames);
    describe(this.element, { tabindex: 0, role: "application", "aria-label": `${label}. ${HOW}` });
    this.element.addEventListener("click", (event) => this.#click(event));
    this.element.addEventListener("keydown", (event) => this.#press(event));
    this.arrange(1);
  }

  get #maps() {
    const { page, level, only } = this;
    const maps = page.maps[level];
    if (only === undefined) return maps;
    const area = maps.rows * maps.columns;
    const values = maps.values.subarray(only * area, (only + 1) * area);
    return { ...maps, channels: 1, values };
  }

  /** @param {number} across how many maps stand side by side */
  arrange(across) {
    this.layout = layoutOf(this.#maps, across);
    const { width, height } = this.layout;
    const { rows, columns } = this.#maps;
    const highest = rows * columns === 1 ? HIGHEST / 2 : HIGHEST;
    this.element.style.maxWidth = `${(highest * width) / height}rem`;
    describe(this.canvas, { width, height });
    describe(this.frames, { viewBox: `0 0 ${width} ${height}` });
  }

  paint() {
    if (this.level === 0) paintInk(this.canvas, this.page.picture);
    else paintMaps(this.canvas, this.#maps, this.#layout, this.page.content.tints);
  }

  get #layout() {
    return /** @type {import("./painting.js").Layout} */ (this.layout);
  }

  /** Frame what the asked value follows from, and the value itself. */
  frame() {
    const { page, level } = this;
    const window = page.field[level];
    const isOwn = page.asked?.level === level;
    this.path.setAttribute("d", window && !isOwn ? this.#around(window) : "");
    this.own.setAttribute("d", window && isOwn ? this.#around(window) : "");
  }

  /** @param {Window} window */
  #around(window) {
    const { channels, rows, columns } = this.#maps;
    const { top, left, bottom, right, map } = onMap(window, { rows, columns });
    const { cell, corner } = this.#layout;
    const [width, height] = [(right - left + 1) * cell, (bottom - top + 1) * cell];
    const drawn = map < 0 || this.only !== undefined ? [...Array(channels).keys()] : [map];
    return drawn
      .map((one) => {
        const [x, y] = corner(one);
        return `M${x + left * cell} ${y + top * cell}h${width}v${height}h${-width}z`;
      })
      .join("");
  }

  /** @param {MouseEvent} event */
  #click({ clientX, clientY }) {
    const { left, top, width } = this.canvas.getBoundingClientRect();
    const scale = this.#layout.width / width;
    const [x, y] = [(clientX - left) * scale, (clientY - top) * scale];
    const { channels, rows, columns } = this.#maps;
    for (let map = 0; map < channels; map++) {
      const corner = this.#layout.corner(map);
      const column = Math.floor((x - corner[0]) / this.#layout.cell);
      const row = Math.floor((y - corner[1]) / this.#layout.cell);
      if (row < 0 || column < 0 || row >= rows || column >= columns) continue;
      this.#ask({ map: this.only ?? map, row, column });
    }
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const move = MOVES[event.key];
    if (!move || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const { page, level } = this;
    const { channels, rows, columns } = page.sizeOf(level);
    const isHere = page.asked?.level === level && (this.only ?? page.asked.map) === page.asked.map;
    const middle = { map: 0, row: rows >> 1, column: columns >> 1 };
    const { map, row, column } = isHere && page.asked ? page.asked : middle;
    const [down, right, on] = isHere ? move : [0, 0, 0];
    this.#ask({
      map: within(map + on, 0, channels - 1),
      row: within(row + down, 0, rows - 1),
      column: within(column + right, 0, columns - 1),
    });
  }

  /** @param {Omit<Place, "level">} place */
  #ask(place) {
    this.page.ask({ level: this.level, ...place });
  }
}
