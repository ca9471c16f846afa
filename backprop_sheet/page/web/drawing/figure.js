/** One drawing of the network: built once, after that only numbers, colours and widths change. */

import { svgPiece, writeText } from "../elements.js";
import { isHidden, isReached } from "../state/hidden.js";
import { drawLinks, drawnLinks, greatest } from "./links.js";
import { circleMark, dotMark, gridMarks, labelMark, labelOf } from "./marks.js";
import { inOrder } from "./order.js";
import { Room } from "./room.js";
import { brief, svgText } from "./svg.js";

/** @typedef {import("../network/content.js").Layout} Layout */
/** @typedef {import("./links.js").DrawnLink} DrawnLink */
/** @typedef {import("./marks.js").Mark} Mark */
/** @typedef {import("../state/state.js").Page} Page */

/** How far a caption's line is above its picture, in letters. */
const CAPTION_UP = 0.35;
/** How many digits a number takes that is spoken, and not seen. */
const SPOKEN_ROOM = 8;
/** How far a note may be from the middle of what it is about, in letters, best first. */
const NOTE_WAYS = [2, 3.2, 4.2, 5.5, 7];

export class Figure {
  /**
   * @param {Page} page
   * @param {Layout} layout
   */
  constructor(page, layout) {
    this.page = page;
    this.layout = layout;
    this.links = drawnLinks(layout);
    this.grids = layout.grids.map((grid) => ({ ...grid, ...gridMarks(page, grid) }));
    /** @type {Mark[]} */
    this.marks = [
      ...this.grids.flatMap((grid) => grid.marks),
      ...layout.circles.map((circle) => circleMark(page, layout, circle)),
      ...layout.labels.map((label) => labelMark(page, layout, label)),
      ...layout.dots.map((dot) => dotMark(page, dot)),
    ];
    /** The first mark of each quantity, and the first arrow of each weight. */
    this.markOf = new Map(this.marks.toReversed().map((mark) => [mark.name, mark]));
    this.arrowOf = new Map(this.links.toReversed().map((link) => [link.weight, link]));
    this.#nameArrows();
    /** The places of the picture that each is in. */
    this.pictureOf = new Map(
      layout.grids.flatMap(({ places }) => places.map(([name]) => [name, places])),
    );
    /** Where a quantity stands that has no mark of its own is where this note is put. */
    this.notes = svgPiece("g");
    /** @type {Mark | null} */
    this.noted = null;
    this.discs = svgPiece("g", { class: "discs", "aria-hidden": "true" });
    this.frames = svgPiece("g", { class: "frames" });
    this.room = new Room(layout);
    this.svg = this.#assembled();
  }

  /** Arrows whose weights have no label can be asked and focused themselves. */
  #nameArrows() {
    const labelled = new Set(this.marks.map(({ name }) => name));
    let first = true;
    for (const link of this.links.filter(({ weight }) => weight)) {
      link.element.dataset.name = link.weight;
      if (labelled.has(link.weight)) continue;
      labelled.add(link.weight);
      link.element.setAttribute("role", "button");
      link.element.setAttribute("tabindex", first ? "0" : "-1");
      link.element.setAttribute("aria-label", labelOf(this.page, link.weight));
      link.element.setAttribute("aria-describedby", "how-to-change");
      first = false;
    }
  }

  #assembled() {
    const { box, captions, letter } = this.layout;
    for (const { element, paint } of this.grids) element.classList.toggle("paint", paint);
    const standing = [
      ...this.grids.map(({ element, places: [[, x, y]] }) => ({ element, at: [x, y] })),
      ...this.marks.filter(({ element }) => !element.parentNode),
    ];
    const parts = [
      svgPiece("g", { class: "links" }, ...this.links.map(({ element }) => element)),
      svgPiece(
        "g",
        { class: "captions" },
        ...captions.map(([text, x, y]) => svgText(x, y - CAPTION_UP * letter, text)),
      ),
      ...inOrder(this.layout, standing).map(({ element }) => element),
      this.frames,
      this.notes,
      this.discs,
    ];
    const svg = svgPiece("svg", { viewBox: box.join(" "), role: "group" }, ...parts);
    svg.setAttribute("aria-label", "The network");
    svg.style.fontSize = `${letter}px`;
    return svg;
  }

  /** Show the numbers of the chosen row. */
  draw() {
    this.#scaleGrids();
    this.#markWinners();
    for (const mark of this.marks) this.#drawMark(mark);
    drawLinks(this.page, this.links);
  }

  /** @param {Mark} mark */
  #drawMark({ name, element, draw, shown }) {
    const { page } = this;
    const number = this.number(name);
    const hidden = isHidden(page, name);
    if (!element.dataset.name) {
      draw(number, this.#isAwaited(name) ? "" : null);
      return;
    }
    draw(number, hidden ? "?" : null);
    const label = labelOf(page, name);
    const seen = shown
      ? (element.textContent ?? "")
      : `${label} ${hidden ? "?" : brief(number, SPOKEN_ROOM)}`;
    const wins = element.classList.contains("winner") ? ", wins" : "";
    const spoken = (seen.includes(label) ? seen : `${label} ${seen}`) + wins;
    if (element.getAttribute("aria-label") !== spoken) element.setAttribute("aria-label", spoken);
  }

  /**
   * Whether a number that is always the same is left out: a walk has reached none of its picture.
   *
   * @param {string} name
   */
  #isAwaited(name) {
    const places = this.pictureOf.get(name) ?? [];
    return this.page.walked >= 0 && !places.some(([one]) => isReached(this.page, one));
  }

  /** @param {string} name */
  number(name) {
    const constant = this.page.content.drawing.constants[name];
    return constant ?? this.page.number(name);
  }

  /** Of networks that tell classes apart: the output that wins. */
  #markWinners() {
    const { page } = this;
    for (const [prediction, outputs] of Object.entries(page.content.drawing.verdicts)) {
      const winner = isHidden(page, prediction) ? "" : outputs[page.number(prediction) - 1];
      for (const name of outputs) {
        this.markOf.get(name)?.element.classList.toggle("winner", name === winner);
      }
    }
  }

  /** The largest number of each scale of colours. */
  #scaleGrids() {
    /** @type {Map<string, number[]>} */
    const scales = new Map();
    for (const { scale, places } of this.grids) {
      const numbers = places.map(([name]) => Math.abs(this.number(name)) || 0);
      scales.set(scale, [...(scales.get(scale) ?? []), ...numbers]);
    }
    for (const { scale, draw } of this.grids) draw(greatest(scales.get(scale) ?? [], 0));
  }

  /**
   * The mark of a quantity; if it has none, its weight's arrow.
   *
   * @param {string} name
   * @returns {SVGElement | undefined}
   */
  elementOf(name) {
    if (!name) return;
    return (this.markOf.get(name) ?? this.arrowOf.get(name))?.element;
  }

  /**
   * A note beside a point: name and number of a quantity that has no label there.
   *
   * @param {string} name
   * @param {number[]} at
   */
  note(name, [x, y]) {
    const { letter } = this.layout;
    const sign = labelOf(this.page, name);
    const width = (sign.length + 9) * 0.62 * letter;
    const middles = NOTE_WAYS.flatMap((way) =>
      [0, width / 2, -width / 2, width, -width].flatMap((aside) => [
        [x + aside, y + way * letter],
        [x + aside, y - way * letter],
      ]),
    );
    const bows = this.layout.bows.map(([, , ...points]) => aroundBow(points));
    const at = this.room.take(middles, [width, 1.35 * letter], bows);
    const label = { name, sign, at, width, lines: 1 };
    this.noted = labelMark(this.page, this.layout, label);
    this.noted.element.classList.add("note");
    this.notes.append(this.noted.element);
    this.drawNote();
  }

  drawNote() {
    if (this.noted) this.#drawMark(this.noted);
  }

  removeNote() {
    this.noted = null;
    this.notes.replaceChildren();
  }
}

/**
 * The rectangle around the ends of a bow and the middle between these and its bend.
 *
 * @param {number[]} points
 * @returns {import("./room.js").Rectangle}
 */
function aroundBow([x0, y0, bendX, bendY, x1, y1]) {
  const xs = [x0, x1, (x0 + x1) / 4 + bendX / 2];
  const ys = [y0, y1, (y0 + y1) / 4 + bendY / 2];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}

/**
 * Write what a drawing shows above it.
 *
 * @param {Page} page
 * @param {Element} heading
 */
export function writeHeading(page, heading) {
  const sample = page.samples.length > 1 ? `, sample ${page.sample}` : "";
  writeText(heading, `The network in epoch ${page.epoch}${sample}`);
}
