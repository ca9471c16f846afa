/** The order in which Tab goes through a drawing: layer by layer, from top to bottom in each. */

/** @typedef {import("../network/content.js").Layout} Layout */

/**
 * Sort what stands in a drawing; of one turned to go from top to bottom, each row from the left.
 *
 * @template {{at: number[], of?: number[]}} Standing `of` is the middle of what a dot stands at: it
 *   comes right after that, and is drawn over it
 * @param {Layout} layout
 * @param {Standing[]} standing
 * @returns {Standing[]}
 */
export function inOrder({ circles, grids }, standing) {
  const bodies = [
    ...circles.map(([, , x, y]) => [x, y]),
    ...grids.map(({ places: [[, x, y]] }) => [x, y]),
  ];
  const upright = spread(bodies, 1) > spread(bodies, 0) && grids.length === 0;
  const [along, aside] = upright ? [1, 0] : [0, 1];
  const layers = [...new Set(bodies.map((at) => at[along]))];
  const layerOf = (/** @type {number[]} */ at) =>
    layers.reduce((sum, layer) => sum + Number(layer < at[along]) + Number(layer <= at[along]), 0);
  const keyed = standing.map((one) => {
    const at = one.of ?? one.at;
    return { one, at, layer: layerOf(at) };
  });
  keyed.sort((a, b) => a.layer - b.layer || a.at[aside] - b.at[aside]);
  return keyed.map(({ one }) => one);
}

/**
 * @param {number[][]} points
 * @param {number} axis
 */
function spread(points, axis) {
  const found = points.map((point) => point[axis]);
  return Math.max(...found) - Math.min(...found);
}
