/** The page's state: what the reader chose. Everything that is shown follows from it. */

import { byName } from "../network/content.js";
import { within, withMinus } from "../network/numbers.js";
import { keyOf, passOf } from "../network/pass.js";
import { Training } from "../network/training.js";

/** @typedef {import("../network/content.js").Content} Content */
/** @typedef {import("../network/content.js").Range} Range */

/**
 * What may change: the numbers (and with them all that was trained), the chosen row, the quantity
 * that is asked, how far the pass is walked, what is hidden, the curves, how the page looks.
 *
 * @typedef {"numbers" | "row" | "asked" | "walk" | "hidden" | "curves" | "look"} Change
 */

/** All that a training starts from.
 *
 * @typedef {{given: Record<string, number>, samples: number[][], epochs: number}} Numbers
 */

/** @typedef {"" | "light" | "dark"} Theme */

/**
 * What a kept curve was trained with: all that is needed to train it again, what the reader calls
 * it, and whether it is one of the rates that the exercise compares.
 *
 * @typedef {Numbers & {name: string, compared: boolean}} Setup
 *
 * What came of it: the error of each epoch and, if the network has one, the accuracy; whether the
 * training diverged before its last epoch; the number of its stroke.
 *
 * @typedef {Setup & {errors: Float64Array, accuracies: Float64Array, diverged: boolean,
 *   stroke: number}} Curve
 */

export class Page {
  /** @param {Content} content */
  constructor(content) {
    this.content = content;
    this.given = byName(content.given);
    this.samples = content.samples.map((sample) => [...sample]);
    this.epochs = content.epochs;
    /** The chosen row of the table, from 0. */
    this.row = 0;
    /** The name of the asked quantity; empty if none is. */
    this.asked = "";
    /** The place in `pass` of the stop that the walk is at; -1 if the pass is not walked. */
    this.walked = -1;
    /** Whether numbers are hidden until they are shown one by one, and the keys of those that are. */
    this.hidden = false;
    /** @type {Set<string>} */
    this.revealed = new Set();
    this.logarithmic = false;
    /** @type {Theme} */
    this.theme = "";
    /** @type {Curve[]} */
    this.kept = [];
    /** @type {[Set<Change>, () => void][]} */
    this.views = [];
    this.training = this.#trained();
    /** What the pass through the chosen row is walked along, and the place of each key in it. */
    this.pass = passOf(this.training, 0);
    this.places = placesIn(this.pass);
  }

  #trained() {
    return new Training(this.content, this.given, this.samples, this.epochs);
  }

  /**
   * Have a view follow changes; it is drawn at once.
   *
   * @param {Change[]} changes
   * @param {() => void} draw
   */
  follow(changes, draw) {
    this.views.push([new Set(changes), draw]);
    draw();
  }

  /** @param {...Change} changes what has changed */
  changed(...changes) {
    for (const [followed, draw] of this.views) {
      if (changes.some((change) => followed.has(change))) draw();
    }
  }

  /**
   * Give one or more numbers, and train again. Inputs and targets are those of a sample.
   *
   * @param {Record<string, number>} numbers by name
   * @param {number} [sample] counted from 1
   * @throws {RangeError} a name is not that of a given number, a number is not accepted, or there is
   *   no such sample
   */
  set(numbers, sample = this.sample) {
    if (!Number.isInteger(sample) || !this.samples[sample - 1]) {
      throw new RangeError(`sample ${sample}: there are samples 1 to ${this.samples.length}`);
    }
    for (const [name, number] of Object.entries(numbers)) this.check(name, number);
    for (const [name, number] of Object.entries(numbers)) {
      const place = this.content.sampled.indexOf(name);
      if (place >= 0) this.samples[sample - 1][place] = number;
      if (place < 0 || sample === 1) this.given[name] = number;
    }
    this.train();
  }

  /**
   * Give the number of epochs, and train again.
   *
   * @param {number} epochs
   * @throws {RangeError} the number is not accepted
   */
  setEpochs(epochs) {
    this.checkEpochs(epochs);
    this.startFrom({ given: this.given, samples: this.samples, epochs });
  }

  /**
   * @param {number} epochs
   * @throws {RangeError} the number is not accepted
   */
  checkEpochs(epochs) {
    const { most } = this.content;
    if (!Number.isInteger(epochs) || epochs < 1 || epochs > most) {
      throw new RangeError(`epochs = ${withMinus(epochs)}: takes a whole number from 1 to ${most}`);
    }
  }

  train() {
    this.training = this.#trained();
    this.#enter(within(this.row, 0, this.training.rows - 1));
    this.changed("numbers", "row");
  }

  /** @param {number} row whose pass may have other stops, as weights do not move in every row */
  #enter(row) {
    if (row !== this.row) this.revealed.clear();
    this.row = row;
    this.pass = passOf(this.training, row);
    this.places = placesIn(this.pass);
    this.walked = Math.min(this.walked, this.pass.length - 1);
  }

  /**
   * @param {string} name
   * @param {number} number
   * @throws {RangeError} the name is not that of a given number, or the number is not accepted
   */
  check(name, number) {
    const quantity = this.content.quantities[name];
    if (!Object.hasOwn(this.given, name) || quantity.kind === "counter") {
      throw new RangeError(`${name} is not a given number`);
    }
    const range = this.content.ranges[name];
    if (!Number.isFinite(number) || (range && !accepts(range, number))) {
      const given = `${quantity.label} = ${withMinus(number)}`;
      throw new RangeError(`${given}: takes ${range?.words ?? "a number"}`);
    }
  }

  /** @param {string} name of a given number: whether that is a whole one */
  takesWhole(name) {
    return this.content.ranges[name]?.whole ?? false;
  }

  /** Go back to the numbers that the page opened with. */
  reset() {
    this.startFrom(this.content);
  }

  /**
   * Give all numbers at once, and train.
   *
   * @param {Numbers} numbers which are accepted
   * @throws {RangeError} the machine has no memory for so many epochs; nothing has changed then
   */
  startFrom({ given, samples, epochs }) {
    const before = { given: this.given, samples: this.samples, epochs: this.epochs };
    this.given = byName(given);
    this.samples = samples.map((sample) => [...sample]);
    this.epochs = epochs;
    try {
      this.train();
    } catch (error) {
      Object.assign(this, before);
      throw error;
    }
  }

  /**
   * Choose how the page looks.
   *
   * @param {Theme} theme empty: as the reader's system
   */
  setTheme(theme) {
    this.theme = theme;
    this.changed("look");
  }

  /** The chosen epoch, from 0. */
  get epoch() {
    return Math.floor(this.row / this.samples.length);
  }

  /** The chosen sample of the epoch, from 1. */
  get sample() {
    return (this.row % this.samples.length) + 1;
  }

  /** The last epoch that has numbers. */
  get lastEpoch() {
    return Math.max(0, Math.ceil(this.training.rows / this.samples.length) - 1);
  }

  /**
   * Choose an epoch and one of its samples; both are kept within what there is.
   *
   * @param {number} epoch
   * @param {number} [sample]
   */
  choose(epoch, sample = this.sample) {
    const chosen = within(epoch, 0, this.lastEpoch);
    this.chooseRow(chosen * this.samples.length + sample - 1);
  }

  /** @param {number} row */
  chooseRow(row) {
    const chosen = within(row, 0, this.training.rows - 1);
    if (chosen === this.row) return;
    this.#enter(chosen);
    if (this.walked >= 0) this.walk(0);
    this.changed("row");
  }

  /**
   * Ask a quantity. If its number is hidden to be guessed first, asking it again shows it.
   *
   * @param {string} name
   */
  ask(name) {
    if (name === this.asked) this.reveal(name);
    this.asked = name;
    this.changed("asked");
  }

  /** @param {boolean} hidden whether numbers are to be guessed before they are shown */
  hide(hidden) {
    this.hidden = hidden;
    this.revealed.clear();
    this.changed("hidden");
  }

  /** @param {...string} keys of the numbers to show */
  reveal(...keys) {
    for (const key of keys) this.revealed.add(key);
    this.changed("hidden");
  }

  /** Show all numbers of the chosen row. */
  revealAll() {
    this.reveal(...this.keys);
  }

  /** The keys of all numbers that may be hidden. */
  get keys() {
    const names = Object.keys(this.content.quantities);
    return [...names, ...names.map((name) => keyOf(name, true))];
  }

  /**
   * The number of a quantity in a row.
   *
   * @param {string} name
   * @param {number} [row]
   */
  number(name, row = this.row) {
    return this.training.rows ? this.training.number(name, row) : NaN;
  }

  /**
   * The number that a given quantity starts from, in the chosen sample.
   *
   * @param {string} name
   */
  start(name) {
    const place = this.content.sampled.indexOf(name);
    return place < 0 ? this.given[name] : this.samples[this.sample - 1][place];
  }

  /**
   * Walk to a stop of the pass; -1 ends the walk.
   *
   * @param {number} place
   */
  walk(place) {
    this.walked = within(place, -1, this.pass.length - 1);
    if (this.walked >= 0) this.asked = this.pass[this.walked].name;
    this.changed("walk", "asked", "hidden");
  }

  /**
   * Whether the walk has not reached a number yet.
   *
   * @param {string} key
   */
  isAhead(key) {
    return this.walked >= 0 && (this.places.get(key) ?? -1) > this.walked;
  }

  /**
   * Whether a number is hidden: because it is to be guessed first, or not reached by the walk. What
   * the walk has passed is no longer hidden.
   *
   * @param {string} name
   * @param {boolean} [next] whether the number of the row below is meant
   */
  isHidden(name, next = false) {
    const key = keyOf(name, next);
    if (this.isAhead(key)) return true;
    if (!this.hidden || this.revealed.has(key) || (name in this.given && !next)) return false;
    return this.walked < 0 || (this.places.get(key) ?? this.walked) === this.walked;
  }

  /**
   * Whether a number is hidden in a row. In rows that are not chosen, all computed numbers are while
   * numbers have to be guessed; below the chosen row, they are during a walk, too. The weights of the
   * row below are what the pass through the chosen row leads to: they show up as it does.
   *
   * @param {string} name
   * @param {number} row
   */
  isHiddenIn(name, row) {
    if (row === this.row) return this.isHidden(name);
    if (!this.hidden && this.walked < 0) return false;
    if (!this.training.computes(name, row)) return false;
    const { trained } = this.content;
    if (row === this.row + 1 && trained.includes(name)) return this.isHidden(name, true);
    return this.hidden || row > this.row;
  }
}

/** @param {import("../network/pass.js").Stop[]} pass */
const placesIn = (pass) => new Map(pass.map(({ name, next }, place) => [keyOf(name, next), place]));

/**
 * @param {Range} range
 * @param {number} number
 */
function accepts({ low, high, above, below, whole, only }, number) {
  return (
    (low === undefined || number >= low) &&
    (high === undefined || number <= high) &&
    (above === undefined || number > above) &&
    (below === undefined || number < below) &&
    (!whole || Number.isInteger(number)) &&
    (!only || only.includes(number))
  );
}
