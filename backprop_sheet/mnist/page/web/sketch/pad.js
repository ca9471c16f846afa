/** The pad that is drawn on, with mouse, finger or keys. */

import { followStrokes } from "../../../../page/web/drawing/strokes.js";
import { made, piece } from "../../../../page/web/elements.js";
import { within } from "../../../../page/web/network/numbers.js";
import { SIZE } from "../network/forward.js";
import { paintInk } from "../stages/painting.js";
import { RADIUS } from "./brush.js";

/** @typedef {import("./brush.js").Point} Point */
/** @typedef {import("./sketch.js").Sketch} Sketch */

/** The canvas's own pixels in one of the picture. */
const FINE = 16;
/** Where keys move the pen to, in pixels of the picture. */
/** @type {Record<string, Point>} */
const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const HOW = "Arrow keys move the pen, the space bar puts it down and lifts it, Delete clears.";

export class Pad {
  /** Whether keys have put the pen down. */
  #down = false;
  /** @type {Point} */
  #pen = [SIZE / 2, SIZE / 2];

  /**
   * @param {Sketch} sketch
   * @param {() => void} changed called when something was drawn
   */
  constructor(sketch, changed) {
    this.sketch = sketch;
    this.changed = changed;
    const side = SIZE * FINE;
    this.canvas = piece("canvas", { width: side, height: side, class: "ink" });
    this.context = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    this.ground = piece("canvas", { width: SIZE, height: SIZE });
    this.mark = made("span", "pen");
    this.element = piece(
      "div",
      { class: "pad", tabindex: 0, role: "application", "aria-label": `Paper to draw on. ${HOW}` },
      this.canvas,
      this.mark,
    );
    this.element.addEventListener("keydown", (event) => this.#press(event));
    followStrokes(this.element, {
      begin: (event) => this.#draw("begin", [this.#pointOf(event)]),
      goOn: (event) => this.#draw("goOn", coalesced(event).map(this.#pointOf)),
    });
    this.#move(0, 0);
  }

  /** @param {"begin" | "goOn"} how @param {Point[]} points */
  #draw(how, points) {
    for (const point of points) this.sketch[how](point);
    this.changed();
  }

  /** @type {(event: PointerEvent) => Point} */
  #pointOf = ({ clientX, clientY }) => {
    const { left, top, width, height } = this.canvas.getBoundingClientRect();
    return [((clientX - left) / width) * SIZE, ((clientY - top) / height) * SIZE];
  };

  /** @param {KeyboardEvent} event */
  #press(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key in MOVES) {
      this.#move(...MOVES[event.key]);
      if (this.#down) this.#draw("goOn", [this.#pen]);
    } else if (event.key === " ") {
      this.#down = !this.#down;
      this.mark.classList.toggle("down", this.#down);
      if (this.#down) this.#draw("begin", [this.#pen]);
    } else if (event.key === "Delete") {
      this.sketch.startFrom(null);
      this.changed();
    } else {
      return;
    }
    event.preventDefault();
  }

  /** @param {number} right @param {number} down */
  #move(right, down) {
    this.#pen = [within(this.#pen[0] + right, 0, SIZE), within(this.#pen[1] + down, 0, SIZE)];
    this.mark.style.left = `${(100 * this.#pen[0]) / SIZE}%`;
    this.mark.style.top = `${(100 * this.#pen[1]) / SIZE}%`;
  }

  /** Show what is drawn, where it was drawn. */
  show() {
    const { context, canvas, sketch } = this;
    context.clearRect(0, 0, canvas.width, canvas.height);
    if (sketch.ground) {
      paintInk(this.ground, sketch.ground);
      context.imageSmoothingEnabled = false;
      context.drawImage(this.ground, 0, 0, canvas.width, canvas.height);
    }
    context.lineWidth = 2 * RADIUS * FINE;
    context.lineCap = "round";
    context.lineJoin = "round";
    for (const [first, ...others] of sketch.strokes) {
      context.beginPath();
      context.moveTo(first[0] * FINE, first[1] * FINE);
      for (const [x, y] of others.length ? others : [first]) context.lineTo(x * FINE, y * FINE);
      context.stroke();
    }
  }
}

/** @param {PointerEvent} event @returns {PointerEvent[]} all moves since the last one */
function coalesced(event) {
  const events = event.getCoalescedEvents?.() ?? [];
  return events.length ? events : [event];
}
