/** The asked quantity's cell in the sheet. */

import { buttonPiece, made } from "../elements.js";
import { cellFormula, cellOf } from "../network/formulas.js";

/** @typedef {import("../state/state.js").Page} Page */
/** @typedef {import("./panel.js").Panel} Panel */

/** @param {string} address */
export const plainAddress = (address) => address.replaceAll("$", "");

/**
 * The asked quantity's cell in the sheet.
 *
 * @param {Panel} panel
 */
export function cell({ page, row }) {
  const address = cellOf(page, page.asked, row);
  if (!page.content.sheet) return [];
  if (!address)
    return [made("p", "quiet", "It has no column in the sheet: other cells contain it.")];
  const formula = cellFormula(page, page.asked, row);
  const title = made("h3", "", `Cell ${plainAddress(address)}`);
  if (!formula) return [made("div", "aside", title, made("p", "", "A typed number."))];
  const code = made("code", "", formula);
  const copy = buttonPiece("Copy", () => {
    const select = () => {
      getSelection()?.selectAllChildren(code);
      copy.textContent = "Selected";
    };
    const copied = () => {
      copy.textContent = "Copied";
    };
    if (navigator.clipboard) navigator.clipboard.writeText(formula).then(copied, select);
    else select();
  });
  copy.setAttribute("aria-label", "Copy the cell's formula");
  return [title, made("div", "cell", code, copy)];
}
