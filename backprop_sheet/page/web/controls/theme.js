/** Dark and light colours. */

import { pushButton } from "../elements.js";

/** @typedef {import("../state/followed.js").Theme} Theme */

/**
 * Changes between dark and light: what the reader's system has is no choice of the page's own.
 *
 * @param {object} page
 * @param {Theme} page.theme
 * @param {(theme: Theme) => void} page.setTheme
 * @param {(changes: "look"[], draw: () => void) => void} page.follow
 */
export function themeButton(page) {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const systems = () => (system.matches ? "dark" : "light");
  const other = () => ((page.theme || systems()) === "dark" ? "light" : "dark");
  const theme = pushButton("◐", "colours", () =>
    page.setTheme(other() === systems() ? "" : other()),
  );
  const show = () => {
    theme.ariaLabel = `${other()} colours`;
    theme.title = theme.ariaLabel;
    document.documentElement.dataset.theme = page.theme;
  };
  system.addEventListener("change", show);
  page.follow(["look"], show);
  return theme;
}
