/** What is asked, in the drawing: its outline, and its chain lit factor by factor. */

import { svgPiece } from "../elements.js";
import { lights, quantityOf } from "../network/chain.js";
import { bodiesOf, linksBetween, linksByTarget } from "./links.js";
import { around } from "./room.js";
import { svgText } from "./svg.js";

/** @typedef {import("../network/chain.js").Light} Light */
/** @typedef {import("./figure.js").Figure} Figure */
/** @typedef {import("./links.js").DrawnLink} DrawnLink */

/** Where along an arrow its number may be, best first. */
const DISC_PLACES = [0.5, 0.4, 0.6, 0.3, 0.7, 0.22, 0.78, 0.12, 0.88];
/** How far beside it, and how far from a circle's middle, in letters. */
const BESIDE = [0, 1.6, -1.6];
const FROM_CIRCLE = 1;
const DISC_RADIUS = 0.72;
/** Around what it is computed from, a place that is asked has a frame; so far outside. */
const FRAME_GAP = 1.5;

/** Lights what is asked in one figure. */
export class Lighting {
  /** @param {Figure} figure */
  constructor(figure) {
    this.figure = figure;
    this.bodies = bodiesOf(figure.page.content, figure.layout);
    this.linksTo = linksByTarget(figure.links);
    /** @type {SVGElement[]} */
    this.marked = [];
    this.drawn = "";
  }

  /** Show what is asked now. What is lit depends on that and on the kind of row only. */
  draw() {
    const { page } = this.figure;
    const kind = page.training.rows ? page.training.kind(page.row) : -1;
    const drawn = `${kind} ${page.asked}`;
    if (drawn === this.drawn) this.figure.drawNote();
    else this.#drawAnew();
    this.drawn = drawn;
  }

  #drawAnew() {
    const { page, svg, discs } = this.figure;
    for (const element of this.marked) {
      element.classList.remove("lit", "asked");
      delete element.dataset.factors;
    }
    this.marked = [];
    this.figure.room.clear();
    this.figure.frames.replaceChildren();
    discs.replaceChildren();
    this.figure.removeNote();
    const lit = page.asked ? lights(page) : [];
    svg.classList.toggle("lighting", lit.length > 0);
    if (!page.asked) return;
    this.#outline(page.asked);
    /** @type {Map<DrawnLink, Map<number, string>>} */
    const factors = new Map();
    const apart = lit.filter((light) => !this.#light(light, factors) && light.number > 0);
    for (const [link, numbers] of factors) this.#number(link, numbers);
    const numbered = new Set(lit.filter((one) => !apart.includes(one)).map(keyOfLight));
    for (const light of apart.filter((one) => !numbered.has(keyOfLight(one)))) {
      numbered.add(keyOfLight(light));
      this.#numberBeside(light);
    }
    if (!quantityOf(page, page.asked)) {
      const operands = operandsOf(page, page.asked);
      for (const name of operands) this.#mark(this.figure.elementOf(name), "lit");
      this.#frame(operands);
    }
    this.#frame([page.asked]);
  }

  /** @param {string} asked */
  #outline(asked) {
    const { figure } = this;
    const { page } = figure;
    const of = quantityOf(page, asked);
    const own = figure.elementOf(asked);
    this.#mark(own ?? figure.elementOf(of), "asked");
    if (figure.markOf.get(asked)?.shown) return;
    const at = this.#placeOf(of || asked);
    if (!at) return;
    figure.note(asked, at);
  }

  /**
   * @param {SVGElement | undefined} element
   * @param {string} look
   */
  #mark(element, look) {
    if (!element) return;
    element.classList.add(look);
    this.marked.push(element);
  }

  /**
   * Where a quantity stands.
   *
   * @param {string} name
   */
  #placeOf(name) {
    const { markOf, arrowOf, page } = this.figure;
    const standing = markOf.get(page.content.drawing.within[name]);
    return markOf.get(name)?.at ?? arrowOf.get(name)?.along(0.5) ?? standing?.at;
  }

  /**
   * @param {Light} light
   * @param {Map<DrawnLink, Map<number, string>>} factors gets the numbers at each link, with the
   *   quantity below
   * @returns {boolean} whether a link is lit
   */
  #light({ upper, lower, number }, factors) {
    const { figure, bodies } = this;
    const { within } = figure.page.content.drawing;
    // an error with a label of its own stands there, and not in the circle of the total error
    const isLabel = number === 0 && upper in within && figure.markOf.has(upper);
    const found = isLabel ? [] : linksBetween(this.linksTo, bodies, upper, lower);
    for (const link of found) {
      this.#mark(link.element, "lit");
      this.#mark(figure.elementOf(link.weight), "lit");
      factors.set(link, (factors.get(link) ?? new Map()).set(number, lower));
    }
    for (const name of [upper, lower]) {
      this.#mark(figure.elementOf(name), "lit");
      if (!isLabel) this.#mark(figure.elementOf(bodies.get(name) ?? ""), "lit");
    }
    return found.length > 0;
  }

  /**
   * Put the numbers of factors at a link; 0 is none.
   *
   * @param {DrawnLink} link
   * @param {Map<number, string>} numbers with the quantity below
   */
  #number(link, numbers) {
    const { letter } = this.figure.layout;
    link.element.dataset.factors = [...numbers.keys()].join(" ");
    const points = BESIDE.flatMap((aside) =>
      DISC_PLACES.map((part) => besideLink(link, part, aside * letter)),
    );
    for (const [number, lower] of numbers) if (number > 0) this.#disc(number, lower, points);
  }

  /** @param {Light} light one that no link is drawn for: its number stands at the quantity below */
  #numberBeside({ lower, number }) {
    const at = this.#placeOf(lower);
    if (!at) return;
    const { circles, letter } = this.figure.layout;
    const [, , , , radius = letter] = circles.find(([name]) => name === lower) ?? [];
    const far = radius + FROM_CIRCLE * letter;
    const points = [...Array(12).keys()].map((hour) => {
      const angle = (hour * Math.PI) / 6;
      return [at[0] + far * Math.sin(angle), at[1] - far * Math.cos(angle)];
    });
    this.#disc(number, lower, points);
  }

  /**
   * Frame places of pictures: together, if they fill a rectangle of their picture.
   *
   * @param {string[]} names
   */
  #frame(names) {
    const wanted = new Set(names);
    for (const { places, radius } of this.figure.layout.grids) {
      const found = places.filter(([name]) => wanted.has(name));
      if (found.length === 0) continue;
      const [left, top, right, bottom] = around(found, radius);
      const area = (right - left) * (bottom - top);
      const isWhole = Math.abs(area / (2 * radius) ** 2 - found.length) < 0.1;
      for (const group of isWhole ? [found] : found.map((place) => [place])) {
        this.figure.frames.append(frameAround(around(group, radius)));
      }
    }
  }

  /**
   * A disc with a number at the first of some points where it covers nothing. A click asks the
   * gradient that is known from there on.
   *
   * @param {number} number
   * @param {string} lower the quantity whose gradient it is
   * @param {number[][]} points
   */
  #disc(number, lower, points) {
    const { layout, room, discs, page } = this.figure;
    const radius = DISC_RADIUS * layout.letter;
    const [x, y] = room.take(points, [2 * radius, 2 * radius]);
    const circle = svgPiece("circle", { cx: x, cy: y, r: radius });
    const hit = svgPiece("circle", { class: "hit", cx: x, cy: y, r: layout.letter });
    const disc = svgPiece("g", { class: "disc" }, hit, circle, svgText(x, y, String(number)));
    const gradient = page.content.gradients[lower];
    disc.dataset.name = typeof gradient === "string" ? gradient : lower;
    discs.append(disc);
  }
}

/**
 * What a quantity is computed from in the same row.
 *
 * @param {import("../state/state.js").Page} page
 * @param {string} name
 */
function operandsOf({ training, row }, name) {
  const [, ...operands] = training.rule(name, row) ?? [0];
  return operands.filter((operand) => typeof operand === "string");
}

/** @param {Light} light */
const keyOfLight = ({ lower, number }) => `${number} ${lower}`;

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

/** @param {import("./room.js").Rectangle} rectangle */
function frameAround([left, top, right, bottom]) {
  return svgPiece("rect", {
    class: "frame",
    x: left - FRAME_GAP / 2,
    y: top - FRAME_GAP / 2,
    width: right - left + FRAME_GAP,
    height: bottom - top + FRAME_GAP,
  });
}
