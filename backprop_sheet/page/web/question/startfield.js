/** The field in which the given number of the asked quantity is changed. */

import { made } from "../elements.js";
import { takeNumbers } from "../entry.js";
import { takesWhole } from "../state/accepted.js";

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
  const number = {
    present: () => page.start(page.asked),
    give: (/** @type {number} */ given) => page.set({ [page.asked]: given }),
    whole: () => takesWhole(page.content, page.asked),
  };
  const show = takeNumbers(field, number, error);
  let present = "";
  page.follow(["asked", "row", "numbers"], () => {
    const { asked, content } = page;
    place.hidden = !(asked in page.given) || content.quantities[asked].kind === "counter";
    if (place.hidden) return;
    // while a training plays, what is being typed stays
    const now = `${asked} ${page.sample} ${page.start(asked)}`;
    if (now !== present) show();
    present = now;
    const text = moves(page, asked) ? "Starts from " : "It is given: ";
    if (role.data !== text) role.data = text;
    const note = ` ${notesOn(page).join("; ")}`;
    if (words.textContent !== note) words.textContent = note;
  });
}

/**
 * Whose number the field has, and which numbers it takes, where that is to be said.
 *
 * @param {Page} page
 */
function notesOn({ asked, content, sample, samples }) {
  const ofSample = content.sampled.includes(asked) && samples.length > 1;
  const accepted = content.ranges[asked]?.words;
  return [...(ofSample ? [`in sample ${sample}`] : []), ...(accepted ? [accepted] : [])];
}

/**
 * Whether training ever gives a quantity another number.
 *
 * @param {Page} page
 * @param {string} name
 */
const moves = ({ content, training }, name) =>
  (content.quantities[name].rules ?? []).some((rule) => rule && !training.repeats(name, rule));
