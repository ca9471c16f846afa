/** A field in which a quantity is asked by its name. */

import { made } from "../elements.js";
import { mathElement } from "../network/formulas.js";

/** @typedef {import("../state/state.js").Page} Page */

/**
 * @param {Page} page
 * @param {HTMLElement} place
 */
export function showAskField(page, place) {
  const names = made("datalist", "");
  names.id = "names";
  const field = made("input", "ask");
  field.setAttribute("list", names.id);
  field.placeholder = "Ask: w1, ∂E/∂w1 …";
  field.autocomplete = "off";
  field.spellcheck = false;
  field.setAttribute("aria-label", "Ask a quantity by its name");
  const error = made("span", "error");
  error.setAttribute("role", "alert");
  place.append(made("span", "field", field, error), names);
  const { quantities, settings } = page.content;
  const labels = Object.keys(quantities).map((name) => [name, quantities[name].label]);
  // who sees η types it
  const signs = settings.map((name) => [name, mathElement(quantities[name].mathml).textContent]);
  const fill = () => names.append(...labels.map(([, label]) => new Option(label, label)));
  field.addEventListener("focus", fill, { once: true });
  field.addEventListener("input", () => {
    error.textContent = "";
  });
  field.addEventListener("change", () => {
    const wanted = plainly(field.value);
    if (!wanted) return;
    const isCalled = (/** @type {(string | null)[]} */ names) =>
      names.some((name) => name && plainly(name) === wanted);
    const found = labels.find(isCalled) ?? signs.find(isCalled);
    error.textContent = found ? "" : `Nothing here is called ${field.value}.`;
    if (!found) return;
    field.value = "";
    const wasTyped = document.activeElement === field;
    page.ask(String(found[0]));
    // keys such as n walk the pass from here, and the next Tab leads into the answer
    const answer = place.closest("section")?.querySelector("h2");
    if (wasTyped) answer?.focus();
  });
}

/**
 * A name in small letters; dE/dw1 and ∂E_Total/∂w1 are ∂E/∂w1.
 *
 * @param {string} text
 */
const plainly = (text) =>
  text
    .trim()
    .toLowerCase()
    .replace(/^[d∂]e(_tot(al)?)?\/[d∂]/, "∂e/∂");
