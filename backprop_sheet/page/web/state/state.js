/** The page's state: what the reader chose. Everything that is shown follows from it. */

import { within } from "../network/numbers.js";
import { keyOf, passOf, placesOf } from "../network/pass.js";
import { Training } from "../network/training.js";
import { checkEpochs, checkNumber } from "./accepted.js";
import { Followed } from "./followed.js";
import { assign, copied } from "./startnumbers.js";

/** @typedef {import("../curve/kept.js").Curve} Curve */
/** @typedef {import("../network/content.js").Content} Content */
/** @typedef {import("./startnumbers.js").Numbers} Numbers */

/**
 * What may change: the numbers (and with them all that was trained), the chosen row, the quantity
 * that is asked, how far the pass is walked, what is hidden, the curves, how the page looks.
 *
 * @typedef {"numbers" | "row" | "asked" | "walk" | "hidden" | "curves" | "look"} Change
 */

/** @typedef {import("./followed.js").Theme} Theme */

/** @extends {Followed<Change>} */
export class Page extends Followed {
  /** @param {Content} content */
  constructor(content) {
    super();
    this.content = content;
    const { given, samples, epochs } = copied(content);
    this.given = given;
    this.samples = samples;
    this.epochs = epochs;
    /** The chosen row of the table, from 0. */
    this.row = content.sample - 1;
    /** The name of the asked quantity; empty if none is. */
    this.asked = "";
    /** The place in `pass` of the stop that the walk is at; -1 if the pass is not walked. */
    this.walked = -1;
    /** Whether numbers are hidden until they are shown one by one, and the keys of those that are. */
    this.hidden = false;
    /** @type {Set<string>} */
    this.revealed = new Set();
    this.logarithmic = false;
    /** @type {Curve[]} */
    this.kept = [];
    this.training = this.#trained();
    /** What the pass through the chosen row is walked along, and the place of each key in it. */
    this.row = within(this.row, 0, this.training.rows - 1);
    this.pass = passOf(this.training, this.row);
    this.places = placesOf(this.pass);
  }

  #trained() {
    return new Training(this.content, this.given, this.samples, this.epochs);
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
    for (const [name, number] of Object.entries(numbers)) checkNumber(this.content, name, number);
    for (const [name, number] of Object.entries(numbers)) {
      assign(this.content, this, name, number, sample);
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
    checkEpochs(this.content, epochs);
    this.startFrom({ given: this.given, samples: this.samples, epochs });
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
    this.places = placesOf(this.pass);
    this.walked = Math.min(this.walked, this.pass.length - 1);
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
  startFrom(numbers) {
    const before = { given: this.given, samples: this.samples, epochs: this.epochs };
    Object.assign(this, copied(numbers));
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
}
