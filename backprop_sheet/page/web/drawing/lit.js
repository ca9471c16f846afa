/** What is asked, in the drawing: its outline, and its chain lit factor by factor. */

import { svgPiece } from "../elements.js";
import { lights, quantityOf } from "../network/chain.js";
import { bodiesOf, linksBetween, linksByTarget } from "./links.js";
import { DISC_RADIUS, pointsAlong, pointsAround, pointsBeside } from "./points.js";
import { around } from "./room.js";
import { svgText } from "./svg.js";

/** @typedef {import("../network/chain.js").Light} Light */
/** @typedef {import("./figure.js").Figure} Figure */
/** @typedef {import("./links.js").DrawnLink} DrawnLink */

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
    this.#numberApart(apart.filter((one) => !numbered.has(keyOfLight(one))));
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
    link.element.dataset.factors = [...numbers.keys()].join(" ");
    const points = pointsAlong(link, this.figure.layout.letter);
    for (const [number, lower] of numbers) if (number > 0) this.#disc(number, lower, points);
  }

  /**
   * Put the numbers of factors that no link is drawn for at the quantities below: one for all places
   * of a picture, which get a frame.
   *
   * @param {Light[]} lit
   */
  #numberApart(lit) {
    const { grids, circles, letter } = this.figure.layout;
    for (const number of new Set(lit.map((light) => light.number))) {
      const names = new Set(lit.filter((one) => one.number === number).map(({ lower }) => lower));
      for (const grid of grids) {
        const chosen = grid.places.filter(([name]) => names.delete(name));
        if (chosen.length === 0) continue;
        this.#frame(
          chosen.map(([name]) => name),
          "frame thin",
        );
        this.#disc(number, chosen[0][0], pointsBeside(grid, chosen, letter));
      }
      for (const name of names) {
        const at = this.#placeOf(name);
        const [, , , , radius = letter] = circles.find(([one]) => one === name) ?? [];
        if (at) this.#disc(number, name, pointsAround(at, radius, letter));
      }
    }
  }

  /**
   * Frame places of pictures: together, if they fill a rectangle of their picture.
   *
   * @param {string[]} names
   * @param {string} [look] the frames' class
   */
  #frame(names, look = "frame") {
    const wanted = new Set(names);
    for (const { places, radius } of this.figure.layout.grids) {
      const found = places.filter(([name]) => wanted.has(name));
      if (found.length === 0) continue;
      const [left, top, right, bottom] = around(found, radius);
      const area = (right - left) * (bottom - top);
      const isWhole = Math.abs(area / (2 * radius) ** 2 - found.length) < 0.1;
      for (const group of isWhole ? [found] : found.map((place) => [place])) {
        this.figure.frames.append(frameAround(around(group, radius), look));
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
 * @param {import("./room.js").Rectangle} rectangle
 * @param {string} look its class
 */
function frameAround([left, top, right, bottom], look) {
  return svgPiece("rect", {
    class: look,
    x: left - FRAME_GAP / 2,
    y: top - FRAME_GAP / 2,
    width: right - left + FRAME_GAP,
    height: bottom - top + FRAME_GAP,
  });
}
