/** @typedef {import("./state.js").Page} Page */

/**
 * @param {Page} page
 * @param {HTMLElement} place
 */
export function showQuestion(page, place) {
  page.follow(["numbers"], () => place.replaceChildren());
}
