/** The error of each epoch as a curve, beside others that are kept; a click chooses an epoch. */

import { buttonPiece, describe, piece } from "../elements.js";
import { shown } from "../network/numbers.js";
import { Chart, Plot } from "./chart.js";
import { compareRates, comparesRates, keepCurve, Legend, presentCurve } from "./kept.js";

/** @typedef {import("./chart.js").Line} Line */
/** @typedef {import("../state/state.js").Curve} Curve */
/** @typedef {import("../state/state.js").Page} Page */

/** The height of the error's axis by the width of the chart, at least and at most; the accuracy's. */
const SHAPE = 0.42;
const LEAST_HEIGHT = 180;
const MOST_HEIGHT = 340;
const ACCURACY_HEIGHT = 72;
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
    const keep = buttonPiece("Keep this curve", () => {
      keepCurve(page, this.present);
      page.changed("curves");
    });
    const buttons = piece("div", { class: "buttons" }, this.scale, keep, this.compare);
    const title = piece("h2", {}, `${this.error} by epoch: click to choose an epoch`);
    place.append(title, buttons, this.slider, this.legend.element);
    this.#listen();
    page.follow(["numbers"], () => {
      this.present = presentCurve(page);
    });
    page.follow(["numbers", "curves", "look"], () => this.draw());
    page.follow(["row", "hidden"], () => this.mark());
    new ResizeObserver(() => this.draw()).observe(this.slider);
  }

  draw() {
    const { page, present } = this;
    const { logarithmic, kept } = page;
    const curves = [present, ...kept];
    const { width } = this.slider.getBoundingClientRect();
    const height = Math.max(LEAST_HEIGHT, Math.min(MOST_HEIGHT, width * SHAPE));
    const errors = { lines: this.#lines(curves, "errors"), height, logarithmic };
    const accuracies = {
      lines: this.#lines(curves, "accuracies"),
      height: ACCURACY_HEIGHT,
      logarithmic: false,
      span: ALL,
    };
    this.chart.draw([errors, accuracies].slice(0, this.chart.plots.length), Math.floor(width));
    this.legend.draw(present);
    describe(this.scale, { "aria-pressed": `${logarithmic}` });
    describe(this.compare, { "aria-pressed": `${comparesRates(page)}` });
    this.hover(-1);
    this.mark();
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
      stroke: curve === this.present ? null : this.page.content.strokes[curve.stroke],
    }));
  }

  /** Mark the chosen epoch. */
  mark() {
    const { page, present } = this;
    const { errors, diverged } = present;
    const { epoch } = page;
    this.#mark("chosen", epoch);
    const [first, last] = [0, errors.length - 1].map((at) => this.#said("errors", at));
    const from = errors.length ? `${first} in epoch 0, ${last} in epoch ${errors.length - 1}` : "";
    const end = diverged ? `diverged in epoch ${errors.length}` : "";
    describe(this.slider, {
      "aria-label": `${this.error} by epoch: ${[from, end].filter(Boolean).join("; ")}`,
      "aria-valuemax": page.lastEpoch,
      "aria-valuenow": epoch,
      "aria-valuetext": `epoch ${epoch}, ${this.error} ${this.#said("errors", epoch)}`,
    });
  }

  /**
   * Say what an epoch has; -1 ends that.
   *
   * @param {number} epoch
   */
  hover(epoch) {
    if (epoch < 0 || epoch === this.page.epoch) {
      for (const plot of this.chart.plots) plot.hovered.hide();
    } else {
      this.#mark("hovered", epoch);
    }
  }

  /**
   * @param {"chosen" | "hovered"} which
   * @param {number} epoch
   */
  #mark(which, epoch) {
    const [errors, accuracies] = this.chart.plots;
    const { x } = this.chart;
    const text = `epoch ${epoch}: ${this.#said("errors", epoch)}`;
    errors.mark(which, x, epoch, this.present.errors[epoch], text);
    accuracies?.mark(
      which,
      x,
      epoch,
      this.present.accuracies[epoch],
      this.#said("accuracies", epoch),
    );
  }

  /**
   * The present curve's number in an epoch as it is shown: hidden ones are not.
   *
   * @param {"errors" | "accuracies"} what
   * @param {number} epoch
   */
  #said(what, epoch) {
    const { page } = this;
    const name = what === "errors" ? page.content.error : page.content.accuracy;
    if (epoch === page.epoch ? page.isHidden(name) : page.hidden) return "?";
    const number = this.present[what][epoch] ?? NaN;
    return what === "errors" ? shown(number) : percent(number);
  }

  #listen() {
    const { slider, page } = this;
    const choose = (/** @type {PointerEvent} */ event) => page.choose(this.#epochAt(event));
    slider.addEventListener("pointerdown", (event) => {
      // A finger may be about to scroll: it chooses when it moves sideways or is lifted.
      if (event.pointerType !== "touch") choose(event);
      slider.setPointerCapture(event.pointerId);
    });
    slider.addEventListener("pointermove", (event) => {
      if (slider.hasPointerCapture(event.pointerId)) choose(event);
      this.hover(event.pointerType === "touch" ? -1 : this.#epochAt(event));
    });
    slider.addEventListener("pointerup", choose);
    slider.addEventListener("pointerleave", () => this.hover(-1));
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
   */
  #epochAt(event) {
    const { left } = this.slider.getBoundingClientRect();
    const epoch = Math.round(this.chart.x.back(event.clientX - left));
    return Math.max(0, Math.min(epoch, this.page.lastEpoch));
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

/** @param {number} number */
const percent = (number) => (Number.isFinite(number) ? `${shown(100 * number, 4)} %` : "–");

/** @param {number} count */
const inWords = (count) =>
  ["no", "one", "two", "three", "four", "five", "six"][count] ?? `${count}`;
