/** The network, drawn with the numbers of the chosen row; any of them can be asked or changed. */

import { NumberField } from "./editing.js";
import { Figure, writeHeading } from "./figure.js";
import { fittingLayout, scaleFor } from "./fitting.js";
import { Lighting } from "./lit.js";
import { isEditable } from "./marks.js";
import { moveFocus } from "./moving.js";
import { allowPainting } from "./painting.js";

/** @typedef {import("../network/content.js").Layout} Layout */
/** @typedef {import("../state/state.js").Page} Page */

/** Numbers in places of pictures whose letters have fewer of the screen's pixels are left out. */
const LEAST_LETTER = 7.9;
const HOW_TO_ASK = "Click anything. Yellow numbers can be changed.";
const HOW_TO_PAINT = "Draw into the picture with mouse or finger.";

/**
 * @param {Page} page
 * @param {HTMLElement} place
 */
export function showDrawing(page, place) {
  const { legend, layouts } = page.content.drawing;
  const heading = document.createElement("h2");
  const paints = layouts.some(({ grids }) => grids.some(({ paint }) => paint));
  const hint = paragraphOf("quiet", paints ? `${HOW_TO_ASK} ${HOW_TO_PAINT}` : HOW_TO_ASK);
  const how = paragraphOf("how", "Enter changes the number.");
  how.id = "how-to-change";
  how.hidden = true;
  const frame = document.createElement("div");
  frame.className = "drawing tinted";
  const words = paragraphOf("quiet legend", "");
  const onward = paragraphOf("quiet onward", "Scroll sideways to see all →");
  place.replaceChildren(heading, hint, onward, frame, words, how);
  const view = new DrawingView(page, frame, onward, (layout) => {
    words.textContent = [...legend, ...layout.words].join(" ");
  });
  page.follow(["numbers", "row"], () => writeHeading(page, heading));
  page.follow(["numbers", "row", "hidden", "walk"], () => view.lighting.figure.draw());
  page.follow(["numbers", "row", "asked", "walk", "hidden"], () => view.lighting.draw());
}

/**
 * @param {string} look
 * @param {string} text
 */
function paragraphOf(look, text) {
  const element = document.createElement("p");
  element.className = look;
  element.textContent = text;
  return element;
}

/** The drawing for the room that there is, and what readers do in it. */
class DrawingView {
  /**
   * @param {Page} page
   * @param {HTMLElement} frame
   * @param {HTMLElement} onward what says that there is more than can be seen
   * @param {(layout: Layout) => void} explain writes what a layout shows
   */
  constructor(page, frame, onward, explain) {
    this.explain = explain;
    this.onward = onward;
    this.page = page;
    this.frame = frame;
    const { drawing } = page.content;
    for (const [name, color] of Object.entries(drawing.arrows)) {
      frame.style.setProperty(`--arrow-${name}`, `#${color}`);
    }
    for (const [name, color] of Object.entries(page.content.tints)) {
      frame.style.setProperty(`--grid-${name}`, `#${color}`);
    }
    this.field = new NumberField(page, /** @type {HTMLElement} */ (frame.parentElement));
    /** @type {Map<Layout, Lighting>} */
    this.built = new Map();
    /** @type {import("./fitting.js").Columns} */
    this.columns = "";
    this.layout = this.#fitting();
    this.lighting = this.#take(this.layout);
    this.#listen();
    new ResizeObserver(() => this.#fit()).observe(frame);
  }

  /** The layout for the room that there is; the page gets the columns for it. */
  #fitting() {
    const { layout, columns } = fittingLayout(this.page.content.drawing.layouts, this.frame);
    const main = this.frame.closest("main");
    main?.classList.toggle("wide", columns === "wide");
    main?.classList.toggle("broad", columns === "broad");
    this.columns = columns;
    return layout;
  }

  #fit() {
    const layout = this.#fitting();
    if (layout === this.layout) {
      this.#size();
      this.field.follow();
      return;
    }
    this.layout = layout;
    this.field.close(false);
    this.lighting.figure.svg.remove();
    this.lighting = this.#take(layout);
    this.lighting.figure.draw();
    this.lighting.draw();
  }

  /**
   * @param {Layout} layout
   * @returns {Lighting} what lights its figure
   */
  #take(layout) {
    const lighting = this.built.get(layout) ?? this.#build(layout);
    this.built.set(layout, lighting);
    this.frame.prepend(lighting.figure.svg);
    this.explain(layout);
    this.#size();
    return lighting;
  }

  /** @param {Layout} layout */
  #build(layout) {
    const figure = new Figure(this.page, layout);
    for (const grid of figure.grids.filter(({ paint }) => paint)) {
      allowPainting(this.page, grid.element, grid);
    }
    return new Lighting(figure);
  }

  /** As large as there is room, and never so small that its numbers cannot be read. */
  #size() {
    const { box, grids } = this.layout;
    const svg = /** @type {SVGElement} */ (this.frame.firstElementChild);
    const taken = scaleFor(this.layout, this.columns, this.frame.clientWidth);
    svg.style.width = `${taken * box[2]}px`;
    const letters = grids.map(({ letter }) => letter);
    svg.classList.toggle("tiny", Math.min(...letters) * taken < LEAST_LETTER);
    this.onward.hidden = this.frame.scrollWidth <= this.frame.clientWidth;
    this.#fade();
  }

  /** The edges beyond which there is more fade. */
  #fade() {
    const { scrollLeft, scrollWidth, clientWidth, classList } = this.frame;
    classList.toggle("more-left", scrollLeft > 1);
    classList.toggle("more-right", scrollLeft + clientWidth < scrollWidth - 1);
  }

  #listen() {
    const { frame } = this;
    frame.addEventListener("scroll", () => {
      this.field.close(false);
      this.#fade();
    });
    let pointer = "mouse";
    frame.addEventListener("pointerdown", ({ pointerType }) => {
      pointer = pointerType;
    });
    frame.addEventListener("click", ({ target }) => {
      const element = markOf(target);
      const name = element?.dataset.name;
      if (!element || !name) return;
      this.page.ask(name);
      if (!element.closest(".paint")) this.#offer(name, element, pointer === "mouse");
    });
    frame.addEventListener("dblclick", ({ target }) => {
      const element = markOf(target);
      if (element?.dataset.name) this.#offer(element.dataset.name, element, true);
    });
    frame.addEventListener("keydown", (event) => this.#key(event));
  }

  /**
   * Open the field for a number, if that is given.
   *
   * @param {string} name
   * @param {SVGElement} element
   * @param {boolean} focus
   */
  #offer(name, element, focus) {
    if (isEditable(this.page, name)) this.field.open(name, element, focus);
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const element = markOf(event.target);
    const name = element?.dataset.name;
    if (!element || !name || event.ctrlKey || event.metaKey || event.altKey) return;
    const { key } = event;
    if (key === "Enter" || key === "F2") {
      this.page.ask(name);
      this.#offer(name, element, true);
    } else if (key === " ") {
      this.page.ask(name);
      if (element.closest(".paint")) this.page.set({ [name]: this.page.start(name) > 0 ? 0 : 1 });
    } else if (!moveFocus(element, key)) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }
}

/**
 * The mark that was clicked or has the focus.
 *
 * @param {EventTarget | null} target
 */
function markOf(target) {
  const found = target instanceof Element ? target.closest("[data-name]") : null;
  return found instanceof SVGElement ? found : null;
}
