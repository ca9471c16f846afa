/** A field for a number: a wrong entry changes nothing, and the field says why. */

import { piece } from "../elements.js";
import { typed } from "../network/numbers.js";

/** The number of fields, from which they get names. */
let fields = 0;

/**
 * A field with its label, and the function that shows the present number in it.
 *
 * @param {string | Node} label what stands before it
 * @param {string} words what it is called
 * @param {() => number} present
 * @param {(number: number) => void} give throws RangeError if it does not accept the number
 * @returns {{whole: HTMLElement, input: HTMLInputElement, show: () => void}}
 */
export function numberField(label, words, present, give) {
  fields += 1;
  const complaint = piece("span", { class: "error", id: `complaint${fields}`, role: "alert" });
  const input = piece("input", {
    class: "given number",
    title: words,
    "aria-label": words, // of a symbol such as β1 browsers make names of their own
    inputmode: "decimal",
    autocomplete: "off",
    "aria-describedby": complaint.id,
  });
  const show = () => {
    const text = String(present());
    if (input.value !== text) input.value = text;
    complain("");
  };
  const complain = (/** @type {string} */ mistake) => {
    complaint.textContent = mistake;
    input.setAttribute("aria-invalid", String(mistake !== ""));
  };
  input.addEventListener("change", () => {
    const entry = input.value.trim();
    try {
      give(typed(entry));
      show();
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      show();
      complain(error.message.replace("NaN", () => entry || "nothing"));
    }
  });
  input.addEventListener("input", () => complain(""));
  complaint.addEventListener("click", () => complain(""));
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") show();
  });
  const named = piece("label", {}, label, input);
  const whole = piece("span", { class: "field" }, named, complaint);
  return { whole, input, show };
}
