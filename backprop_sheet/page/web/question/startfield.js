/** The field in which the given number of the asked quantity is changed. */

import { made } from "../elements.js";
import { typed } from "../network/numbers.js";

/** @typedef {import("../state/state.js").Page} Page */

/**
 * @param {Page} page
 * @param {HTMLElement} place
 */
export function showStart(page, place) {
  const field = made("input", "given number");
  field.inputMode = "decimal";
  field.autocomplete = "off";
  const role = document.createTextNode("");
  const label = made("label", "", role, field);
  const words = made("span", "quiet");
  const error = made("p", "error");
  error.setAttribute("role", "alert");
  place.append(label, words, error);
  const show = () => {
    error.textContent = "";
    const text = String(page.start(page.asked));
    if (field.value !== text) field.value = text;
  };
  field.addEventListener("change", () => {
    try {
      page.set({ [page.asked]: typed(field.value) });
      show();
    } catch (refusal) {
      error.textContent = /** @type {Error} */ (refusal).message;
    }
  });
  page.follow(["asked", "row", "numbers"], () => {
    const { asked, content } = page;
    place.hidden = !(asked in page.given) || content.quantities[asked].kind === "counter";
    if (place.hidden) return;
    show();
    const text = moves(page, asked) ? "Starts from " : "It is given: ";
    if (role.data !== text) role.data = text;
    const ofSample = content.sampled.includes(asked) && page.samples.length > 1;
    const accepted = content.ranges[asked]?.words;
    const notes = [
      ...(ofSample ? [`in sample ${page.sample}`] : []),
      ...(accepted ? [accepted] : []),
    ];
    const note = ` ${notes.join("; ")}`;
    if (words.textContent !== note) words.textContent = note;
  });
}

/**
 * Whether training ever gives a quantity another number.
 *
 * @param {Page} page
 * @param {string} name
 */
const moves = ({ content, training }, name) =>
  (content.quantities[name].rules ?? []).some((rule) => rule && !training.repeats(name, rule));
