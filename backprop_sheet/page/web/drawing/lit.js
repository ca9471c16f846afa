/** What is asked, in the drawing: its outline, and its chain lit factor by factor. */

import { svgPiece } from "../elements.js";
import { lights, quantityOf } from "../network/chain.js";
import { bodiesOf, linksBetween, linksByTarget } from "./links.js";
import { svgText } from "./svg.js";

/** @typedef {import("../network/chain.js").Light} Light */
/** @typedef {import("./figure.js").Figure} Figure */
/** @typedef {import("./links.js").DrawnLink} DrawnLink */

/** Where along an arrow its number may be, best first. */
const DISC_PLACES = [0.5, 0.35, 0.65, 0.22, 0.78, 0.12, 0.88];
const DISC_RADIUS = 0.72;

/** Lights what is asked in one figure. */
export class Lighting {
  /** @param {Figure} figure */
  constructor(figure) {
    this.figure = figure;
    this.bodies = bodiesOf(figure.page.content, figure.layout);
    this.linksTo = linksByTarget(figure.links);
    /** @type {SVGElement[]} */
    this.marked = [];
    /** @type {number[][]} */
    this.taken = [];
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
    this.taken = [];
    discs.replaceChildren();
    this.figure.removeNote();
    const lit = page.asked ? lights(page) : [];
    svg.classList.toggle("lighting", lit.length > 0);
    if (!page.asked) return;
    this.#outline(page.asked);
    const factors = new Map();
    for (const light of lit) this.#light(light, factors);
    for (const [link, numbers] of factors) this.#number(link, numbers);
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
    const letter = figure.layout.letter;
    figure.note(asked, [at[0], at[1] + 2 * letter]);
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
   * @param {Map<DrawnLink, Set<number>>} factors gets the numbers at each link
   */
  #light({ upper, lower, number }, factors) {
    const { figure, bodies } = this;
    const found = linksBetween(this.linksTo, bodies, upper, lower);
    for (const link of found) {
      this.#mark(link.element, "lit");
      this.#mark(figure.elementOf(link.weight), "lit");
      factors.set(link, (factors.get(link) ?? new Set()).add(number));
    }
    for (const name of [upper, lower]) {
      this.#mark(figure.elementOf(name), "lit");
      this.#mark(figure.elementOf(bodies.get(name) ?? ""), "lit");
    }
    if (found.length > 0 || number === 0) return;
    const at = this.#placeOf(lower);
    if (at) this.#disc(number, [[at[0], at[1] - 1.5 * figure.layout.letter]]);
  }

  /**
   * Put the numbers of factors at a link; 0 is none.
   *
   * @param {DrawnLink} link
   * @param {Set<number>} numbers
   */
  #number(link, numbers) {
    link.element.dataset.factors = [...numbers].join(" ");
    for (const number of numbers) if (number > 0) this.#disc(number, DISC_PLACES.map(link.along));
  }

  /**
   * A disc with a number at the first of some points that covers no label and no other disc.
   *
   * @param {number} number
   * @param {number[][]} points
   */
  #disc(number, points) {
    const [x, y] = points.find((point) => this.#isFree(point)) ?? points[0];
    this.taken.push([x, y]);
    const { letter } = this.figure.layout;
    const circle = svgPiece("circle", { cx: x, cy: y, r: DISC_RADIUS * letter });
    const disc = svgPiece("g", { class: "disc" }, circle, svgText(x, y, String(number)));
    this.figure.discs.append(disc);
  }

  /** @param {number[]} point */
  #isFree([x, y]) {
    const { letter, labels } = this.figure.layout;
    const size = DISC_RADIUS * letter - 1.5; // it may touch a label
    const covers = labels.some(
      ({ at, width, lines }) =>
        Math.abs(at[0] - x) < width / 2 + size &&
        Math.abs(at[1] - y) < lines * 0.68 * letter + size,
    );
    return (
      !covers &&
      this.taken.every((at) => Math.hypot(at[0] - x, at[1] - y) > 2 * DISC_RADIUS * letter)
    );
  }
}
