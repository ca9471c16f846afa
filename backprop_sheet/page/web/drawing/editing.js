/** The field that opens where a given number stands. */

import { typed } from "../network/numbers.js";
import { labelOf } from "./marks.js";

/** @typedef {import("../state/state.js").Page} Page */

/** How far it is from the number, and how bad a pixel outside the drawing is, in covered numbers. */
const FIELD_GAP = 4;
const OUTSIDE = 1;

export class NumberField {
  /**
   * @param {Page} page
   * @param {HTMLElement} place what it is put into, and positioned in
   */
  constructor(page, place) {
    this.page = page;
    this.place = place;
    this.name = "";
    /** @type {SVGElement | HTMLElement | null} */
    this.opener = null;
    this.form = document.createElement("form");
    this.form.className = "number-field";
    this.form.noValidate = true;
    this.form.hidden = true;
    this.label = document.createElement("label");
    this.label.htmlFor = "number-field";
    this.input = document.createElement("input");
    this.input.id = "number-field";
    this.input.className = "given number";
    this.input.inputMode = "text";
    this.input.autocomplete = "off";
    this.input.setAttribute("aria-describedby", "number-field-message");
    this.message = document.createElement("p");
    this.message.className = "error";
    this.message.id = "number-field-message";
    this.message.setAttribute("role", "alert");
    this.form.append(this.label, this.input, this.message);
    place.append(this.form);
    this.#listen();
  }

  #listen() {
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.apply()) this.close(true);
    });
    this.form.addEventListener("keydown", (event) => {
      event.stopPropagation(); // the keys of the page are letters here
      if (event.key === "Escape") this.close(true);
    });
    this.form.addEventListener("focusout", () => {
      if (this.apply()) this.close(false);
    });
    document.addEventListener("pointerdown", ({ target }) => {
      const inside = target instanceof Node && this.form.contains(target);
      if (!inside && document.activeElement !== this.input) this.close(false);
    });
  }

  /**
   * Open it for a given number.
   *
   * @param {string} name
   * @param {SVGElement | HTMLElement} opener where the number stands
   * @param {boolean} focus whether to type at once; on a phone that would bring up its keyboard
   */
  open(name, opener, focus) {
    const { page } = this;
    this.name = name;
    this.opener = opener;
    this.label.textContent = `${labelOf(page, name)}${this.#when()} =`;
    this.input.value = String(page.start(name)).replace("-", "−");
    this.#complain("");
    this.form.hidden = false;
    this.#moveTo(opener);
    if (!focus) return;
    this.input.focus({ preventScroll: true });
    this.input.select();
  }

  /** What is added to the name: inputs have the same number in all epochs, weights do not. */
  #when() {
    const { content, samples, sample, row } = this.page;
    if (!content.sampled.includes(this.name)) return row > 0 ? " at the start" : "";
    return samples.length > 1 ? ` in sample ${sample}` : "";
  }

  /**
   * Below or above the number and its gradient, where it covers less of what else has a number.
   *
   * @param {Element} opener
   */
  #moveTo(opener) {
    const { place, page, form, name } = this;
    const gradient = place.querySelector(
      `.label[data-name="${CSS.escape(String(page.content.gradients[name]))}"]`,
    );
    const at = opener.getBoundingClientRect();
    const own = [at, gradient?.getBoundingClientRect() ?? at];
    const frame = place.getBoundingClientRect();
    const { offsetWidth, offsetHeight, style } = form;
    const within = (/** @type {number} */ start, /** @type {number} */ most) =>
      Math.max(0, Math.min(start, most));
    const middle = at.left + at.width / 2 - frame.left + place.scrollLeft;
    const left = within(middle - offsetWidth / 2, place.scrollWidth - offsetWidth);
    const below = Math.max(...own.map(({ bottom }) => bottom)) - frame.top + FIELD_GAP;
    const above = Math.min(...own.map(({ top }) => top)) - frame.top - FIELD_GAP - offsetHeight;
    const most = Math.max(0, place.clientHeight - offsetHeight);
    const others = [...place.querySelectorAll(".mark:is(.label, .circle)")]
      .filter((mark) => mark !== opener)
      .map((mark) => mark.getBoundingClientRect());
    const covered = (/** @type {number} */ top) => {
      const outside = Math.abs(within(top, most) - top);
      const [x, y] = [left - place.scrollLeft + frame.left, top + frame.top];
      const under = others.filter(
        (other) =>
          other.left < x + offsetWidth &&
          x < other.right &&
          other.top < y + offsetHeight &&
          y < other.bottom,
      );
      return outside * OUTSIDE + under.length;
    };
    const top = covered(above) < covered(below) ? above : below;
    style.left = `${left}px`;
    style.top = `${within(top, most)}px`;
  }

  /**
   * Give the number that was typed, if it is another one.
   *
   * @returns {boolean} whether it is accepted
   */
  apply() {
    if (this.form.hidden) return true;
    const number = typed(this.input.value);
    if (number === this.page.start(this.name)) return true;
    try {
      this.page.set({ [this.name]: number });
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.#complain(error.message);
      return false;
    }
    return true;
  }

  /** @param {string} message */
  #complain(message) {
    this.message.textContent = message;
    this.input.setAttribute("aria-invalid", String(message !== ""));
  }

  /** @param {boolean} goBack whether the focus goes back to where the number stands */
  close(goBack) {
    if (this.form.hidden) return;
    const { opener } = this;
    this.form.hidden = true;
    this.opener = null;
    if (goBack) opener?.focus({ preventScroll: true });
  }
}
