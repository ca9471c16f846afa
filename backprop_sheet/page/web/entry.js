/** What readers type into fields for numbers. */

import { typed } from "./network/numbers.js";

/**
 * Give the number that was typed.
 *
 * @param {string} text
 * @param {(number: number) => void} give throws RangeError if it does not accept the number
 * @param {boolean} [whole] whether it is a whole number
 * @returns {string} why it is not accepted; empty if it is
 */
export function enter(text, give, whole = false) {
  try {
    give(typed(text, whole));
    return "";
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return error.message.replace("= NaN:", () => `= ${text.trim() || "nothing"}:`);
  }
}

/**
 * Have a field take numbers. A wrong one changes nothing, and neither does leaving by Escape: the
 * field then has the present number again.
 *
 * @param {HTMLInputElement} input
 * @param {object} number
 * @param {() => number} number.present
 * @param {(number: number) => void} number.give throws RangeError if it does not accept the number
 * @param {() => boolean} [number.whole] whether it takes whole numbers
 * @param {HTMLElement} complaint where to say what is wrong
 * @returns {() => void} shows the present number
 */
export function takeNumbers(input, { present, give, whole = () => false }, complaint) {
  const complain = (/** @type {string} */ mistake) => {
    complaint.textContent = mistake;
    input.setAttribute("aria-invalid", String(mistake !== ""));
  };
  const show = () => {
    const text = String(present());
    if (input.value !== text) input.value = text;
    complain("");
  };
  input.addEventListener("change", () => {
    const mistake = enter(input.value, give, whole());
    show();
    complain(mistake);
  });
  input.addEventListener("input", () => complain(""));
  complaint.addEventListener("click", () => complain(""));
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") show();
  });
  return show;
}
