/** A chart of curves over the epochs, with a chosen epoch; knows nothing of what is chosen where. */

import { describe, svgPiece } from "../elements.js";
import { shown } from "../network/numbers.js";
import { outline, Scale, spanOf } from "./plot.js";

/**
 * What a chart draws.
 *
 * @typedef {object} Line
 * @property {Float64Array} numbers those of the epochs
 * @property {number} epochs the number of epochs that were asked for
 * @property {boolean} diverged whether it ends before
 * @property {{color: string, dash: number[]} | null} stroke null for the present training
 */

export const STROKE_WIDTH = 2;
/** Pixels around the axes: room for the numbers of ticks. */
const LEFT = 64;
const RIGHT = 16;
const ABOVE = 26;
const BELOW = 44;
/** Pixels that the number of a tick takes, and those of the height of its line. */
const TICK_WIDTH = 64;
const TICK_HEIGHT = 36;
const LINE_HEIGHT = 18;

/**
 * Give a path the stroke of a kept curve; one without is drawn as the present curve.
 *
 * @param {SVGElement} path
 * @param {Line["stroke"]} stroke
 */
export function drawWith(path, stroke) {
  const dash = stroke?.dash.map((length) => length * STROKE_WIDTH).join(" ") || "none";
  describe(path, {
    class: stroke ? "kept line" : "present line",
    "stroke-width": STROKE_WIDTH,
    "stroke-dasharray": dash,
  });
  path.style.setProperty("--stroke", `#${stroke?.color ?? ""}`);
}

/** One pair of axes with its curves, and marks at epochs. */
export class Plot {
  /**
   * @param {string} title what stands above its axis
   * @param {(number: number) => string} written how a tick is written
   */
  constructor(title, written) {
    this.written = written;
    this.frame = svgPiece("rect", { class: "frame" });
    this.ticks = svgPiece("g", { class: "ticks" });
    this.title = svgPiece("text", { class: "title" }, title);
    this.nothing = svgPiece("text", { class: "nothing" });
    this.lines = svgPiece("svg");
    this.hovered = new Mark("hovered");
    this.chosen = new Mark("chosen");
    this.element = svgPiece("g", { class: "plot" }, this.frame, this.ticks, this.title);
    this.element.append(this.nothing, this.lines, this.chosen.element, this.hovered.element);
  }

  /**
   * @param {Line[]} lines the first is drawn last, over the others
   * @param {Scale} x
   * @param {[number, number] | null} span what the axis goes over; null if there is nothing to draw
   * @param {{top: number, height: number, logarithmic: boolean}} place
   */
  draw(lines, x, span, { top, height, logarithmic }) {
    const width = x.at(x.high) - LEFT;
    const box = { x: LEFT, y: top, width, height };
    const y = new Scale(...(span ?? [0, 1]), top + height, top, logarithmic && span !== null);
    this.y = y;
    describe(this.frame, box);
    describe(this.title, { x: LEFT, y: top - 9 });
    describe(this.nothing, { x: LEFT + width / 2, y: top + height / 2 });
    this.nothing.textContent = span ? "" : "no number above 0";
    // An inner drawing cuts off what leaves the axes.
    describe(this.lines, { ...box, viewBox: `${LEFT} ${top} ${width} ${height}` });
    this.#drawTicks(x, y, span ? Math.floor(height / TICK_HEIGHT) : 0);
    const paths = lines.map((line) => {
      const path = svgPiece("path", { d: span ? outline(line.numbers, x, y) : "" });
      drawWith(path, line.stroke);
      return path;
    });
    this.lines.replaceChildren(...paths.reverse());
  }

  /**
   * @param {Scale} x
   * @param {Scale} y
   * @param {number} most
   */
  #drawTicks(x, y, most) {
    const right = x.at(x.high);
    const ticks = most ? y.ticks(most) : [];
    this.ticks.replaceChildren(
      ...ticks.flatMap((number) => [
        svgPiece("line", { x1: LEFT, x2: right, y1: y.at(number), y2: y.at(number) }),
        svgPiece(
          "text",
          { x: LEFT - 8, y: y.at(number) + 4, class: "at-left" },
          this.written(number),
        ),
      ]),
    );
  }

  /**
   * Mark an epoch.
   *
   * @param {"chosen" | "hovered"} which
   * @param {Scale} x
   * @param {number} epoch
   * @param {number} number that of the curve in it; NaN if it has none
   * @param {string} text
   */
  mark(which, x, epoch, number, text) {
    if (this.y) this[which].put(x, this.y, { epoch, number, text });
  }
}

/** A line at an epoch, a dot on the curve and a text. */
class Mark {
  /** @param {string} name */
  constructor(name) {
    this.line = svgPiece("line");
    this.dot = svgPiece("circle", { r: 5 });
    this.text = svgPiece("text");
    this.element = svgPiece("g", { class: name }, this.line, this.dot, this.text);
  }

  /**
   * @param {Scale} x
   * @param {Scale} y
   * @param {{epoch: number, number: number, text: string}} what
   */
  put(x, y, { epoch, number, text }) {
    const across = x.at(epoch);
    describe(this.line, { x1: across, x2: across, y1: y.at(y.low), y2: y.at(y.high) });
    const there = y.has(number) && number <= y.high;
    this.dot.style.display = there ? "" : "none";
    const left = across > (x.at(x.low) + x.at(x.high)) / 2;
    const height = there ? y.at(number) : y.at(y.high);
    if (there) describe(this.dot, { cx: across, cy: height });
    const above = height > y.at(y.high) + LINE_HEIGHT + 8;
    describe(this.text, {
      x: across + (left ? -8 : 8),
      y: above ? height - 10 : height + LINE_HEIGHT,
      "text-anchor": left ? "end" : "start",
    });
    this.text.textContent = text;
    this.element.style.display = "";
  }

  hide() {
    this.element.style.display = "none";
  }
}

/** Plots one below the other over one axis of epochs. */
export class Chart {
  /** @param {Plot[]} plots */
  constructor(plots) {
    this.plots = plots;
    this.epochs = svgPiece("g", { class: "ticks" });
    this.title = svgPiece("text", { class: "title at-middle" }, "epoch");
    const parts = plots.map((plot) => plot.element);
    this.element = svgPiece("svg", { "aria-hidden": "true" }, this.epochs, this.title, ...parts);
    this.x = new Scale(0, 1, LEFT, LEFT + 1);
  }

  /**
   * @param {{lines: Line[], height: number, logarithmic: boolean, span?: [number, number]}[]} each
   *   what each plot shows, and the height of its axis; a plot with a span has this one
   * @param {number} width
   */
  draw(each, width) {
    const most = Math.max(...each[0].lines.map((line) => line.epochs));
    const right = Math.max(width - RIGHT, LEFT + 1);
    this.x = new Scale(0, Math.max(1, most - 1), LEFT, right);
    let top = 0;
    for (const [place, { lines, height, logarithmic, span }] of each.entries()) {
      top += ABOVE;
      const over = span ?? spanOf(seen(lines), logarithmic);
      this.plots[place].draw(lines, this.x, over, { top, height, logarithmic });
      top += height;
    }
    describe(this.title, { x: (LEFT + right) / 2, y: top + BELOW - 6 });
    describe(this.element, { width, height: top + BELOW, viewBox: `0 0 ${width} ${top + BELOW}` });
    this.#drawEpochs(top, Math.max(2, Math.floor((right - LEFT) / TICK_WIDTH)));
  }

  /**
   * @param {number} bottom
   * @param {number} most
   */
  #drawEpochs(bottom, most) {
    const ticks = this.x.ticks(most).filter(Number.isInteger);
    this.epochs.replaceChildren(
      ...ticks.flatMap((epoch) => {
        const x = this.x.at(epoch);
        return [
          svgPiece("line", { x1: x, x2: x, y1: bottom, y2: bottom + 5 }),
          svgPiece("text", { x, y: bottom + 19, class: "at-middle" }, shown(epoch)),
        ];
      }),
    );
  }
}

/**
 * The numbers that axes go over: those of curves that diverge may leave them, if there are others.
 *
 * @param {Line[]} lines
 */
function seen(lines) {
  const whole = lines.filter((line) => !line.diverged);
  return (whole.length > 0 ? whole : lines).map((line) => line.numbers);
}
