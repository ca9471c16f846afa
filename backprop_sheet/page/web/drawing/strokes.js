/** Strokes on an element, with mouse, finger or pen. */

/**
 * Follow the strokes that a reader draws on an element.
 *
 * @param {GlobalEventHandlers & Pick<Element, "setPointerCapture" | "hasPointerCapture">} element
 * @param {object} hand
 * @param {(event: PointerEvent) => void} hand.begin called where a stroke begins
 * @param {(event: PointerEvent) => void} hand.goOn called for each move of it
 */
export function followStrokes(element, { begin, goOn }) {
  element.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary || event.button !== 0) return;
    element.setPointerCapture(event.pointerId);
    begin(event);
  });
  element.addEventListener("pointermove", (event) => {
    if (element.hasPointerCapture(event.pointerId)) goOn(event);
  });
  // Chromium heeds the style touch-action of a whole drawing only, and this may be a part of one.
  element.addEventListener(
    "touchmove",
    (event) => {
      if (event.touches.length === 1) event.preventDefault();
    },
    { passive: false },
  );
}
