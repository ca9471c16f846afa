/** The error of each epoch as a curve, beside others that are kept; one epoch is chosen on it. */

import { buttonPiece, describe, piece } from "../elements.js";
import { shown, within } from "../network/numbers.js";
import { isHidden } from "../state/hidden.js";
import { Chart, Plot } from "./chart.js";
import {
  compareRates,
  comparesRates,
  keptLike,
  presentCurve,
  refusalToKeep,
  strokeOf,
  toggleKept,
} from "./kept.js";
import { Legend } from "./legend.js";

/** @typedef {import("./chart.js").Line} Line */
/** @typedef {import("./kept.js").Curve} Curve */
/** @typedef {import("../state/state.js").Page} Page */

/** The height of the error's axis by the width of the chart. */
const SHAPE = 0.42;
/** This height at least and at most, and the accuracy's, in heights of a letter. */
const LEAST_HEIGHT = 14;
const MOST_HEIGHT = 26;
const ACCURACY_HEIGHT = 5.5;
/** How many epochs the keys move by. */
const LEAP = 10;
/** @type {[number, number]} */
const ALL = [0, 1.04];

/**
 * @param {Page} page
 * @param {HTMLElement} place
 */
export function showCurve(page, place) {
  new CurveView(page, place);
}

class CurveView {
  /**
   * @param {Page} page
   * @param {HTMLElement} place
   */
  constructor(page, place) {
    const { quantities, error, accuracy } = page.content;
    this.page = page;
    this.error = quantities[error].label;
    const plots = [new Plot(this.error, shown)];
    if (accuracy) plots.push(new Plot(quantities[accuracy].label, percent));
    this.chart = new Chart(plots);
    this.legend = new Legend(page);
    this.present = presentCurve(page);
    this.curves = [this.present];
    this.slider = piece("div", { class: "chart", role: "slider", tabindex: 0, "aria-valuemin": 0 });
    this.slider.append(this.chart.element);
    this.scale = buttonPiece("logarithmic", () => {
      page.logarithmic = !page.logarithmic;
      page.changed("curves");
    });
    this.compare = buttonPiece(`Compare ${inWords(page.content.rates.length)} rates`, () => {
      compareRates(page, this.present);
      page.changed("curves");
    });
    this.keep = buttonPiece("Keep this curve", () => {
      toggleKept(page, this.present);
      page.changed("curves");
    });
    const buttons = piece("div", { class: "buttons" }, this.scale, this.keep, this.compare);
    const hint = piece("span", { class: "hint" }, ": choose an epoch on the curve");
    const title = piece("h2", {}, `${this.error} by epoch`, hint);
    place.append(title, buttons, this.slider, this.legend.element);
    this.#listen();
    this.room = { width: 0, letter: 0 };
    this.#measure();
    page.follow(["numbers"], () => {
      this.present = presentCurve(page);
    });
    page.follow(["numbers", "curves", "hidden"], () => this.draw());
    page.follow(["numbers", "curves", "hidden", "row"], () => this.mark());
    new ResizeObserver(() => {
      if (!this.#measure()) return;
      this.draw();
      this.mark();
    }).observe(this.slider);
  }

  /** @returns {boolean} whether there is another room than before */
  #measure() {
    const before = this.room;
    const width = Math.floor(this.slider.getBoundingClientRect().width);
    const letter = Number.parseFloat(getComputedStyle(this.slider).fontSize);
    this.room = { width, letter };
    return width !== before.width || letter !== before.letter;
  }

  /** Whether only the chosen epoch's number may be said: others are to be guessed, or are ahead. */
  get #guessed() {
    return this.page.hidden || this.page.walked >= 0;
  }

  /** Where numbers are guessed, curves are shapes: their axes have no numbers. */
  draw() {
    const { page, present, room } = this;
    const { logarithmic, kept } = page;
    this.curves = [present, ...kept];
    const { width, letter } = room;
    const height = within(width * SHAPE, LEAST_HEIGHT * letter, MOST_HEIGHT * letter);
    const errors = { lines: this.#lines(this.curves, "errors"), height, logarithmic };
    const accuracies = {
      lines: this.#lines(this.curves, "accuracies"),
      height: ACCURACY_HEIGHT * letter,
      logarithmic: false,
      span: ALL,
    };
    const each = [errors, accuracies].slice(0, this.chart.plots.length);
    this.chart.draw(each, { width, letter, numbered: !this.#guessed });
    this.legend.draw(present);
    describe(this.scale, { "aria-pressed": `${logarithmic}` });
    const [like, compares] = [keptLike(page, present), comparesRates(page)];
    const { rates } = page.content;
    describe(this.keep, { "aria-pressed": `${like?.compared === false}` });
    describe(this.compare, { "aria-pressed": `${compares}` });
    allow(this.keep, like ? "" : refusalToKeep(page, present.epochs));
    allow(this.compare, compares ? "" : refusalToKeep(page, present.epochs, rates.length));
    this.hover(null);
  }

  /**
   * @param {Curve[]} curves
   * @param {"errors" | "accuracies"} what
   * @returns {Line[]}
   */
  #lines(curves, what) {
    return curves.map((curve) => ({
      numbers: curve[what],
      epochs: curve.epochs,
      diverged: curve.diverged,
      stroke: curve === this.present ? null : strokeOf(this.page.content, curve),
    }));
  }

  /** Mark the chosen epoch. */
  mark() {
    const { page, present } = this;
    const { epoch } = page;
    this.#mark("chosen", present, epoch);
    describe(this.slider, {
      "aria-label": [`${this.error} by epoch`, this.#ends()].filter(Boolean).join(": "),
      "aria-valuemax": page.lastEpoch,
      "aria-valuenow": epoch,
      "aria-valuetext": `epoch ${epoch}, ${this.error} ${this.#said("errors", present, epoch)}`,
    });
  }

  /** How the present curve begins and ends. */
  #ends() {
    const { errors, diverged } = this.present;
    const last = errors.length - 1;
    if (this.#guessed) return "";
    const from = `${shown(errors[0])} in epoch 0, ${shown(errors[last])} in epoch ${last}`;
    const end = diverged ? `diverged in epoch ${errors.length}` : "";
    return [last >= 0 ? from : "", end].filter(Boolean).join("; ");
  }

  /**
   * Say what the curve nearest to a pointer has in the epoch there, and in the list, what each has.
   *
   * @param {PointerEvent | null} event null ends that
   */
  hover(event) {
    const { chart, curves, page, present, slider } = this;
    const last = Math.max(...curves.map((curve) => curve.errors.length)) - 1;
    const epoch = event && last >= 0 ? this.#epochAt(event, last) : -1;
    const height = event ? event.clientY - slider.getBoundingClientRect().top : 0;
    const nearest = curves[epoch < 0 ? 0 : chart.plots[0].nearest(epoch, height)];
    const hovers = epoch >= 0 && (epoch !== page.epoch || nearest !== present);
    slider.classList.toggle("hovered-over", hovers);
    if (hovers) this.#mark("hovered", nearest, epoch);
    else for (const plot of chart.plots) plot.hovered.hide();
    this.legend.say(present, epoch, this.#guessed);
  }

  /**
   * @param {"chosen" | "hovered"} which
   * @param {Curve} curve
   * @param {number} epoch
   */
  #mark(which, curve, epoch) {
    const [errors, accuracies] = this.chart.plots;
    const name = which === "hovered" && this.curves.length > 1 ? curve.name : "";
    const text = `epoch ${epoch}: ${this.#said("errors", curve, epoch)}`;
    errors.mark(which, { epoch, numbers: curve.errors, name, text });
    accuracies?.mark(which, {
      epoch,
      numbers: curve.accuracies,
      name: "",
      text: this.#said("accuracies", curve, epoch),
    });
  }

  /**
   * A curve's number in an epoch as it is shown: hidden ones are not.
   *
   * @param {"errors" | "accuracies"} what
   * @param {Curve} curve
   * @param {number} epoch
   */
  #said(what, curve, epoch) {
    const { page } = this;
    const name = what === "errors" ? page.content.error : page.content.accuracy;
    const isAsked = curve === this.present && epoch === page.epoch;
    if (isAsked ? isHidden(page, name) : this.#guessed) return "?";
    const number = curve[what][epoch] ?? NaN;
    return what === "errors" ? shown(number) : percent(number);
  }

  #listen() {
    const { slider, page } = this;
    const choose = (/** @type {PointerEvent} */ event) =>
      page.choose(this.#epochAt(event, page.lastEpoch));
    slider.addEventListener("pointerdown", (event) => {
      // A finger may be about to scroll: it chooses when it moves sideways or is lifted.
      if (event.pointerType !== "touch") choose(event);
      slider.setPointerCapture(event.pointerId);
    });
    slider.addEventListener("pointermove", (event) => {
      if (slider.hasPointerCapture(event.pointerId)) choose(event);
      this.hover(event.pointerType === "touch" ? null : event);
    });
    slider.addEventListener("pointerup", choose);
    slider.addEventListener("pointerleave", () => this.hover(null));
    slider.addEventListener("keydown", (event) => {
      const epoch = this.#epochByKey(event.key);
      if (epoch === null || event.ctrlKey || event.altKey || event.metaKey) return;
      event.preventDefault();
      page.choose(epoch);
    });
  }

  /**
   * The epoch nearest to a pointer.
   *
   * @param {PointerEvent} event
   * @param {number} last the last one that there is
   */
  #epochAt(event, last) {
    const { left } = this.slider.getBoundingClientRect();
    const epoch = Math.round(this.chart.x.back(event.clientX - left));
    return within(epoch, 0, last);
  }

  /**
   * The epoch that a key leads to; null if it leads to none.
   *
   * @param {string} key
   */
  #epochByKey(key) {
    const { epoch, lastEpoch } = this.page;
    /** @type {Record<string, number>} */
    const epochs = {
      ArrowLeft: epoch - 1,
      ArrowDown: epoch - 1,
      ArrowRight: epoch + 1,
      ArrowUp: epoch + 1,
      PageDown: epoch - LEAP,
      PageUp: epoch + LEAP,
      Home: 0,
      End: lastEpoch,
    };
    return epochs[key] ?? null;
  }
}

/**
 * Let a button be pressed, or say why it cannot be.
 *
 * @param {HTMLButtonElement} button
 * @param {string} refusal empty if it can
 */
function allow(button, refusal) {
  button.disabled = refusal !== "";
  button.title = refusal;
}

/** @param {number} number */
const percent = (number) => (Number.isFinite(number) ? `${shown(100 * number, 4)} %` : "–");

/** @param {number} count */
const inWords = (count) =>
  ["no", "one", "two", "three", "four", "five", "six"][count] ?? `${count}`;
