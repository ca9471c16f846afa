/** The field that opens where a given number stands. */

import { enter } from "../entry.js";
import { within, withMinus } from "../network/numbers.js";
import { takesWhole } from "../state/accepted.js";
import { labelOf } from "./marks.js";

/** @typedef {import("../state/state.js").Page} Page */

/** How far it is from the number, in pixels of the screen. */
const FIELD_GAP = 4;

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
    this.input.value = withMinus(page.start(name));
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
   * Above, below or beside the number and its gradient, where it covers least of what has a number.
   *
   * @param {Element} opener
   */
  #moveTo(opener) {
    const { place, page, form, name } = this;
    const gradient = CSS.escape(String(page.content.gradients[name]));
    const below = place.querySelector(`.label[data-name="${gradient}"]`);
    const at = opener.getBoundingClientRect();
    const bottom = Math.max(at.bottom, below?.getBoundingClientRect().bottom ?? 0);
    const { left, top } = place.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height, style } = form;
    const [x, y] = [at.left + at.width / 2 - width / 2, at.top + at.height / 2 - height / 2];
    const others = [...place.querySelectorAll(".mark:is(.label, .circle)")]
      .filter((mark) => mark !== opener)
      .map((mark) => mark.getBoundingClientRect());
    const spots = [
      [x, at.top - FIELD_GAP - height],
      [x, bottom + FIELD_GAP],
      [at.right + FIELD_GAP, y],
      [at.left - FIELD_GAP - width, y],
    ].map(([across, down]) => {
      const spot = new DOMRect(
        within(across, left, left + place.clientWidth - width),
        within(down, top, top + place.clientHeight - height),
        width,
        height,
      );
      const moved = Math.abs(spot.x - across) * Number(down === y) + Math.abs(spot.y - down);
      return { spot, cost: moved + others.filter((other) => overlap(spot, other)).length };
    });
    const { spot } = spots.reduce((best, one) => (one.cost < best.cost ? one : best));
    style.left = `${spot.left - left}px`;
    style.top = `${spot.top - top}px`;
  }

  /**
   * Give the number that was typed, if it is another one.
   *
   * @returns {boolean} whether it is accepted
   */
  apply() {
    if (this.form.hidden) return true;
    const { page, name, input } = this;
    const give = (/** @type {number} */ number) => {
      if (number !== page.start(name)) page.set({ [name]: number });
    };
    const mistake = enter(input.value, give, takesWhole(page.content, name));
    this.#complain(mistake);
    return mistake === "";
  }

  /** Stay at the number, which has moved. */
  follow() {
    if (this.opener) this.#moveTo(this.opener);
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

/**
 * @param {DOMRect} one
 * @param {DOMRect} other
 */
const overlap = (one, other) =>
  one.left < other.right &&
  other.left < one.right &&
  one.top < other.bottom &&
  other.top < one.bottom;
