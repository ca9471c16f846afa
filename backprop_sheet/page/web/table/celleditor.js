/** A field over a cell of the table: a given number is changed where it stands. */

import { piece } from "../elements.js";
import { enter } from "../entry.js";
import { rounded } from "../network/numbers.js";
import { takesWhole } from "../state/accepted.js";

/** @typedef {import("../state/state.js").Page} Page */
/** @typedef {{left: number, top: number, width: number, height: number}} Box */

const ALL_DIGITS = 17;

export class CellEditor {
  /**
   * @param {Page} page
   * @param {HTMLElement} place what boxes are measured in
   * @param {() => void} done called when the reader has finished by a key
   */
  constructor(page, place, done) {
    this.page = page;
    this.done = done;
    this.name = "";
    this.sample = 1;
    this.field = piece("input", {
      class: "given number",
      inputmode: "decimal",
      autocomplete: "off",
    });
    this.message = piece("p", { class: "error", role: "alert" });
    this.element = piece("div", { class: "editor" }, this.field, this.message);
    this.element.hidden = true;
    place.append(this.element);
    this.field.addEventListener("keydown", (event) => this.#press(event));
    this.field.addEventListener("blur", () => this.#leave());
    this.field.addEventListener("input", () => this.#say(""));
  }

  /**
   * @param {string} name the given quantity
   * @param {number} sample whose number it is, from 1
   * @param {Box} box where it stands
   */
  open(name, sample, box) {
    const { page, field, element } = this;
    this.name = name;
    this.sample = sample;
    for (const side of /** @type {const} */ (["left", "top", "width"])) {
      element.style[side] = `${box[side]}px`;
    }
    field.style.height = `${box.height}px`;
    field.setAttribute("aria-label", page.content.quantities[name].label);
    field.value = rounded(page.training.number(name, sample - 1), ALL_DIGITS);
    this.#say("");
    element.hidden = false;
    field.focus({ preventScroll: true });
    field.select();
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    if (event.key === "Enter") {
      if (this.#apply()) this.#close();
    } else if (event.key === "Escape") {
      this.#close();
    }
  }

  /** Apply what was typed, unless it is not accepted. */
  #leave() {
    if (this.element.hidden) return;
    this.#apply();
    this.element.hidden = true;
  }

  #close() {
    this.element.hidden = true;
    this.done();
  }

  /** @returns {boolean} whether the number is accepted */
  #apply() {
    const { page, name, sample, field } = this;
    const give = (/** @type {number} */ number) => page.set({ [name]: number }, sample);
    const mistake = enter(field.value, give, takesWhole(page.content, name));
    this.#say(mistake);
    return mistake === "";
  }

  /** @param {string} text what is wrong; empty if nothing is */
  #say(text) {
    this.message.textContent = text;
    this.field.setAttribute("aria-invalid", `${text !== ""}`);
  }
}
