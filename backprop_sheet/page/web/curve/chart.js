/** A chart of curves over the epochs, with a chosen epoch; knows nothing of what is chosen where. */

import { describe, svgPiece } from "../elements.js";
import { shown, within } from "../network/numbers.js";
import { outline, Scale, spanOf } from "./plot.js";

/**
 * What a chart draws.
 *
 * @typedef {object} Line
 * @property {Float64Array} numbers those of the epochs
 * @property {number} epochs the number of epochs that were asked for
 * @property {boolean} diverged whether it ends before
 * @property {{color: string, dash: number[]} | null} stroke null for the present training
 *
 * A mark at an epoch: the number of a curve in it, NaN if it has none, and what is said of it. The
 * name is cut if there is no room for all.
 *
 * @typedef {{epoch: number, numbers: Float64Array, name: string, text: string}} Marked
 */

/** Pixels that kept curves are wide, and the present one, where letters have the usual height. */
const STROKE_WIDTH = 2;
const PRESENT_WIDTH = 4;
const USUAL_LETTER = 13;
/** Around the axes, in heights of a letter: room for the numbers of ticks. */
const LEFT = 4.9;
const RIGHT = 1.25;
const ABOVE = 2;
const BELOW = 3.4;
/** What the number of a tick takes, a line of text, and the widest of usual letters. */
const TICK_WIDTH = 4.9;
const TICK_HEIGHT = 2.5;
const LINE_HEIGHT = 1.4;
/** How far a mark's text may be from its line, best first: where the curve does not cross it. */
const ASIDE = [0.6, 1.5, 3, 5, 7, 9, 12, 15];
const LETTER_WIDTH = 0.66;

/**
 * Give a path the stroke of a kept curve; one without is drawn as the present curve.
 *
 * @param {SVGElement} path
 * @param {Line["stroke"]} stroke
 * @param {number} [letter] the height of the letters around it, in pixels
 */
export function drawWith(path, stroke, letter = USUAL_LETTER) {
  const width = (STROKE_WIDTH * letter) / USUAL_LETTER;
  describe(path, {
    class: stroke ? "kept line" : "present line",
    "stroke-width": stroke ? width : (width * PRESENT_WIDTH) / STROKE_WIDTH,
    "stroke-dasharray": stroke?.dash.map((length) => length * width).join(" ") || "none",
  });
  path.style.setProperty("--stroke", `#${stroke?.color ?? ""}`);
}

/** The path of a line, drawn again only when something about it changes. */
class Path {
  constructor() {
    this.element = svgPiece("path");
    this.look = "";
    this.x = new Scale(0, 1, 0, 0);
    this.y = this.x;
    /** @type {Float64Array | null} */
    this.numbers = null;
  }

  /**
   * @param {Line} line
   * @param {Scale} x
   * @param {Scale} y
   * @param {number} letter
   */
  draw({ numbers, stroke }, x, y, letter) {
    const look = `${letter} ${stroke?.color} ${stroke?.dash}`;
    if (look !== this.look) drawWith(this.element, stroke, letter);
    this.look = look;
    if (numbers === this.numbers && x.is(this.x) && y.is(this.y)) return;
    Object.assign(this, { numbers, x, y });
    describe(this.element, { d: outline(numbers, x, y) });
  }
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
    this.inside = svgPiece("svg");
    /** @type {Line[]} */
    this.lines = [];
    /** @type {Path[]} */
    this.paths = [];
    this.x = new Scale(0, 1, 0, 0);
    this.y = this.x;
    this.letter = 0;
    this.most = 0;
    this.hovered = new Mark("hovered");
    this.chosen = new Mark("chosen");
    this.element = svgPiece("g", { class: "plot" }, this.frame, this.ticks, this.title);
    this.element.append(this.nothing, this.inside, this.chosen.element, this.hovered.element);
  }

  /**
   * @param {Line[]} lines the first is drawn first, under the others, as it is the widest
   * @param {Scale} x
   * @param {[number, number] | null} span what the axis goes over; null if there is nothing to draw
   * @param {{top: number, height: number, logarithmic: boolean}} place
   * @param {{letter: number, numbered: boolean}} look the height of letters, and whether the axis
   *   has ticks with numbers
   */
  draw(lines, x, span, { top, height, logarithmic }, { letter, numbered }) {
    const y = new Scale(...(span ?? [0, 1]), top + height, top, logarithmic && span !== null);
    const most = span && numbered ? Math.floor(height / (TICK_HEIGHT * letter)) : 0;
    if (!x.is(this.x) || !y.is(this.y) || letter !== this.letter || most !== this.most) {
      Object.assign(this, { x, y, letter, most });
      this.#drawAxes(top, height);
    }
    this.nothing.textContent = span ? "" : "no number above 0";
    this.lines = span ? lines : [];
    const { paths } = this;
    while (paths.length < this.lines.length) paths.push(new Path());
    paths.length = this.lines.length;
    for (const [k, path] of paths.entries()) path.draw(this.lines[k], x, y, letter);
    const [first, ...others] = paths.map((path) => path.element);
    const order = first ? [first, ...others.reverse()] : [];
    const before = this.inside.children;
    if (order.length !== before.length || order.some((path, k) => path !== before[k])) {
      this.inside.replaceChildren(...order);
    }
  }

  /**
   * @param {number} top
   * @param {number} height
   */
  #drawAxes(top, height) {
    const { x, y, letter, most } = this;
    const [left, width] = [x.from, x.to - x.from];
    const box = { x: left, y: top, width, height };
    describe(this.frame, box);
    describe(this.title, { x: left, y: top - 0.7 * letter });
    describe(this.nothing, { x: left + width / 2, y: top + height / 2 });
    // An inner drawing cuts off what leaves the axes.
    describe(this.inside, { ...box, viewBox: `${left} ${top} ${width} ${height}` });
    const ticks = most ? y.ticks(most) : [];
    this.ticks.replaceChildren(
      ...ticks.flatMap((number) => {
        const at = y.at(number);
        const place = { x: left - 0.6 * letter, y: at, class: "at-left" };
        return [
          svgPiece("line", { x1: left, x2: x.to, y1: at, y2: at }),
          svgPiece("text", place, this.written(number)),
        ];
      }),
    );
  }

  /**
   * The place of the line that is nearest to a height in an epoch; 0 if none has a number there.
   *
   * @param {number} epoch
   * @param {number} height in pixels
   */
  nearest(epoch, height) {
    const away = this.lines.map(({ numbers }) => {
      const there = Number.isFinite(numbers[epoch]) && this.y.has(numbers[epoch]);
      return there ? Math.abs(this.y.at(numbers[epoch]) - height) : Infinity;
    });
    return Math.max(0, away.indexOf(Math.min(...away)));
  }

  /**
   * Mark an epoch.
   *
   * @param {"chosen" | "hovered"} which
   * @param {Marked} what
   */
  mark(which, what) {
    this[which].put(this.x, this.y, this.letter, what);
  }
}

/** A line at an epoch, a dot on the curve and a text. */
class Mark {
  /** @param {string} name */
  constructor(name) {
    this.line = svgPiece("line");
    this.dot = svgPiece("circle");
    this.text = svgPiece("text");
    this.element = svgPiece("g", { class: name }, this.line, this.dot, this.text);
  }

  /**
   * @param {Scale} x
   * @param {Scale} y
   * @param {number} letter
   * @param {Marked} what
   */
  put(x, y, letter, { epoch, numbers, name, text }) {
    const across = x.at(epoch);
    const number = numbers[epoch];
    describe(this.line, { x1: across, x2: across, y1: y.from, y2: y.to });
    const there = y.has(number) && number <= y.high;
    this.dot.style.display = there ? "" : "none";
    const height = there ? y.at(number) : y.to;
    if (there) describe(this.dot, { cx: across, cy: height, r: 0.4 * letter });
    const above = height > y.to + 2 * letter;
    const said = fitted(name, text, Math.floor(x.to / (LETTER_WIDTH * letter)));
    const width = [...said].length * LETTER_WIDTH * letter;
    const left = across > (x.from + x.to) / 2;
    const bases = [0.35 * letter, LINE_HEIGHT * letter];
    if (above) bases.unshift(-0.8 * letter);
    const places = ASIDE.flatMap((aside) => {
      const start = left ? across - aside * letter - width : across + aside * letter;
      // Wherever there is less room than the text takes, it moves over the line, and not out.
      return bases.map((base) => [within(start, 0, x.to - width), height + base]);
    });
    /** Whether the curve is above or below all of the text. @param {number[]} place */
    const isClear = ([start, base]) => {
      const away = ASIDE.map((_, k) => x.back(start + (width * k) / (ASIDE.length - 1))).map(
        (at) => y.at(numbers[Math.round(at)]) - base + 0.35 * letter,
      );
      return away.every((down) => !(down < letter)) || away.every((down) => !(down > -letter));
    };
    const [start, base] = places.find(isClear) ?? places[above ? 0 : 1];
    describe(this.text, {
      x: left ? start + width : start,
      y: base,
      "text-anchor": left ? "end" : "start",
    });
    this.text.textContent = said;
    this.element.style.display = "";
  }

  hide() {
    this.element.style.display = "none";
    this.text.textContent = "";
  }
}

/**
 * A name and a text, together of so many letters at most.
 *
 * @param {string} name
 * @param {string} text
 * @param {number} most
 */
function fitted(name, text, most) {
  if (!name) return text;
  const room = Math.max(1, most - text.length - 2);
  const cut = name.length > room ? `${name.slice(0, room - 1)}…` : name;
  return `${cut}, ${text}`;
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
    this.x = new Scale(0, 1, 0, 0);
    this.bottom = 0;
  }

  /**
   * @param {{lines: Line[], height: number, logarithmic: boolean, span?: [number, number]}[]} each
   *   what each plot shows, and the height of its axis; a plot with a span has this one
   * @param {{width: number, letter: number, numbered: boolean}} look its width and the height of its
   *   letters in pixels, and whether its heights are numbered
   */
  draw(each, look) {
    const { width, letter } = look;
    const most = Math.max(...each[0].lines.map((line) => line.epochs));
    const left = LEFT * letter;
    const right = Math.max(width - RIGHT * letter, left + 1);
    const x = new Scale(0, Math.max(1, most - 1), left, right);
    let bottom = 0;
    for (const [place, { lines, height, logarithmic, span }] of each.entries()) {
      const top = bottom + ABOVE * letter;
      const over = span ?? spanOf(seen(lines), logarithmic);
      this.plots[place].draw(lines, x, over, { top, height, logarithmic }, look);
      bottom = top + height;
    }
    if (x.is(this.x) && bottom === this.bottom) return;
    Object.assign(this, { x, bottom });
    const height = bottom + BELOW * letter;
    describe(this.title, { x: (left + right) / 2, y: height - 0.5 * letter });
    describe(this.element, { width, height, viewBox: `0 0 ${width} ${height}` });
    this.#drawEpochs(letter);
  }

  /** @param {number} letter */
  #drawEpochs(letter) {
    const { x, bottom } = this;
    const most = Math.max(2, Math.floor((x.to - x.from) / (TICK_WIDTH * letter)));
    const ticks = x.ticks(most).filter(Number.isInteger);
    this.epochs.replaceChildren(
      ...ticks.flatMap((epoch) => {
        const at = x.at(epoch);
        const place = { x: at, y: bottom + LINE_HEIGHT * letter, class: "at-middle" };
        return [
          svgPiece("line", { x1: at, x2: at, y1: bottom, y2: bottom + 0.4 * letter }),
          svgPiece("text", place, shown(epoch)),
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
