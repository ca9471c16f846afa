/** The module that is made for each network; `script.py` puts it into the page. */

/** Trains: fills the table row by row, and returns the number of complete rows. */
export function train(
  given: Record<string, number>,
  samples: number[][],
  epochs: number,
  table: Float64Array,
): number;

/** The function of each shape of formula, of the numbers that go into its places. */
export const FUNCTIONS: ((...numbers: number[]) => number)[];
