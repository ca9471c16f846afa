/** The page's state: the picture, and what of it the reader looks at. All that is shown follows. */

import { Followed } from "../../../../page/web/state/followed.js";
import { backward } from "../network/backward.js";
import { examplesOf, stageOf } from "../network/content.js";
import { fieldOf } from "../network/field.js";
import { forward, normalised, SIZE, softmax } from "../network/forward.js";

/** @typedef {import("../../../../page/web/state/followed.js").Theme} Theme */
/** @typedef {import("../network/content.js").Content} Content */
/** @typedef {import("../network/field.js").Place} Place */

/**
 * What may change: the picture (and with it all maps), the value that is asked, what lies over the
 * picture, how the page looks.
 *
 * @typedef {"picture" | "asked" | "over" | "look"} Change
 *
 * What may lie over the picture.
 * @typedef {"nothing" | "gradient" | "cover"} Over
 */

const PIXELS = SIZE * SIZE;

/**
 * A copy of a picture.
 *
 * @param {ArrayLike<number>} picture
 * @throws {RangeError} it is no picture
 */
export function checked(picture) {
  const greys = Float64Array.from(picture);
  if (greys.length !== PIXELS || !greys.every((grey) => grey >= 0 && grey <= 255)) {
    throw new RangeError(`a picture is ${PIXELS} numbers from 0 to 255`);
  }
  return greys;
}

/** @extends {Followed<Change>} */
export class Page extends Followed {
  /** @param {Content} content */
  constructor(content) {
    super();
    this.content = content;
    this.stages = content.stages.map(stageOf);
    this.examples = examplesOf(content);
    /** Grey values from 0 (paper) to 255 (ink), row by row. */
    this.picture = new Float64Array(PIXELS);
    /** @type {Place | null} the value that is asked */
    this.asked = null;
    /** @type {Over} */
    this.over = "nothing";
    this.maps = this.#read(this.picture);
  }

  /** @param {ArrayLike<number>} picture */
  #read(picture) {
    return forward(this.stages, normalised(picture, this.content));
  }

  /**
   * Show the network a picture.
   *
   * @param {ArrayLike<number>} picture 784 grey values from 0 (paper) to 255 (ink), row by row
   * @throws {RangeError} it is no such picture
   */
  show(picture) {
    this.picture = checked(picture);
    this.maps = this.#read(this.picture);
    this.changed("picture");
  }

  /** Whether nothing is drawn: the network answers all the same, but nobody has asked it. */
  get isBlank() {
    return this.picture.every((grey) => grey === 0);
  }

  /** The ten scores that softmax takes. */
  get scores() {
    return this.maps[this.maps.length - 1].values;
  }

  get chances() {
    return softmax(this.scores);
  }

  /** The digit with the highest probability. */
  get answer() {
    return this.scores.indexOf(Math.max(...this.scores));
  }

  /**
   * The ten scores that the network would give to another picture.
   *
   * @param {ArrayLike<number>} picture
   */
  scoresOf(picture) {
    const maps = this.#read(picture);
    return maps[maps.length - 1].values;
  }

  /**
   * ∂ ln p / ∂x of each pixel, for its ink x from 0 (paper) to 1.
   *
   * @param {number} [digit] whose probability p is
   */
  gradient(digit = this.answer) {
    return backward(this.stages, this.maps, digit).map((slope) => slope / this.content.deviation);
  }

  /** How many values a level has: maps, rows and columns. @param {number} level */
  sizeOf(level) {
    const { channels, rows, columns } = this.maps[Math.min(level, this.maps.length - 1)];
    return { channels, rows, columns };
  }

  /**
   * Ask where a value comes from.
   *
   * @param {Place | null} place
   * @throws {RangeError} there is no such value
   */
  ask(place) {
    if (place && !this.#isThere(place)) throw new RangeError("there is no such value");
    this.asked = place;
    this.changed("asked");
  }

  /** @param {Place} place */
  #isThere({ level, map, row, column }) {
    if (![level, map, row, column].every(Number.isInteger)) return false;
    const { channels, rows, columns } = this.sizeOf(level);
    const within = level >= 0 && level <= this.maps.length && map >= 0 && map < channels;
    return within && row >= 0 && row < rows && column >= 0 && column < columns;
  }

  /** The windows that the asked value follows from, by level; none if nothing is asked. */
  get field() {
    return this.asked ? fieldOf(this.stages, this.asked) : [];
  }

  /** @param {Over} over */
  lay(over) {
    this.over = over;
    this.changed("over");
  }

  /** @param {Theme} theme empty: as the reader's system */
  setTheme(theme) {
    this.theme = theme;
    this.changed("look");
  }
}
