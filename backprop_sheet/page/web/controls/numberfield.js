/** A field for a number: a wrong entry changes nothing, and the field says why. */

import { piece } from "../elements.js";
import { takeNumbers } from "../entry.js";

/** The number of fields, from which they get names. */
let fields = 0;

/**
 * A field with its label, and the function that shows the present number in it.
 *
 * @param {string | Node} label what stands before it
 * @param {string} words what it is called
 * @param {Parameters<typeof takeNumbers>[1]} number what it shows and gives
 * @returns {{whole: HTMLElement, show: () => void}}
 */
export function numberField(label, words, number) {
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
  const show = takeNumbers(input, number, complaint);
  const named = piece("label", {}, label, input);
  return { whole: piece("span", { class: "field" }, named, complaint), show };
}
