/** What the reader drew: strokes, perhaps on a picture that was there before. */

import { fitted, inked } from "./brush.js";

/** @typedef {import("./brush.js").Point} Point */
/** @typedef {import("./brush.js").Stroke} Stroke */

export class Sketch {
  constructor() {
    /** @type {Stroke[]} */
    this.strokes = [];
    /** @type {ArrayLike<number> | null} the picture below the strokes */
    this.ground = null;
    /** Whether strokes on blank paper are scaled and centred as MNIST's digits were. */
    this.fits = true;
  }

  /** @param {Point} point */
  begin(point) {
    this.strokes.push([point]);
  }

  /** @param {Point} point */
  goOn(point) {
    this.strokes.at(-1)?.push(point);
  }

  undo() {
    if (this.strokes.length > 0) this.strokes.pop();
    else this.ground = null;
  }

  /** @param {ArrayLike<number> | null} picture to begin with; null: blank paper */
  startFrom(picture) {
    this.strokes = [];
    this.ground = picture;
  }

  get isBlank() {
    return this.strokes.length === 0 && !this.ground;
  }

  /** What the network sees of it: grey values from 0 (paper) to 255 (ink), row by row. */
  get picture() {
    const { ground, strokes } = this;
    if (!ground) return inked(this.fits ? fitted(strokes) : strokes);
    return inked(strokes).map((grey, at) => Math.max(grey, ground[at]));
  }
}
