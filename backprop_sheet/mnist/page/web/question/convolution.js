/** How a convolution's value comes about, channel by channel. */

import { buttonPiece, made } from "../../../../page/web/elements.js";
import { shown } from "../../../../page/web/network/numbers.js";
import { convolvedAt } from "../network/terms.js";
import { largest } from "../stages/painting.js";
import { numberGrid } from "./grid.js";
import { equation, factor, max, mi, mo, namedSum, num, plus, row, sigma, sub } from "./maths.js";

/** @typedef {import("../network/content.js").Common} Common */
/** @typedef {import("../network/content.js").Convolution} Convolution */
/** @typedef {import("../network/field.js").Place} Place */
/** @typedef {import("../network/terms.js").Convolved} Convolved */
/** @typedef {import("../network/terms.js").Term} Term */
/** @typedef {import("../state/state.js").Page} Page */

/** So many maps are shown at first: those whose sums are largest, in the order of the maps. */
const FEW = 8;

/**
 * @param {Page} page
 * @param {Common & Convolution} stage
 * @param {Place} place
 * @param {{all: boolean}} opened whether all maps are shown
 */
export function convolution(page, stage, place, opened) {
  const taken = page.maps[place.level - 1];
  const found = convolvedAt(stage, taken, place);
  return [...formulas(stage, found), ...termList(found.terms, opened)];
}

/**
 * @param {Common & Convolution} stage
 * @param {Convolved} found
 */
function formulas(stage, { terms, bias, z, rectified, scale, shift, value }) {
  const { layers, normalised } = stage;
  const [a, s, t] = [mi("a"), mi("s"), mi("t")];
  const inner = stage.rectified ? max(`<mn>0</mn>`, mi("z")) : mi("z");
  const lines = [
    part(
      layers[0],
      equation(
        mi("z"),
        mi("b") + mo("+") + sigma(mi("m")) + sub(mi("S"), mi("m")),
        namedSum([[bias, mi("b")], ...terms.map(named)]),
        num(z),
      ),
    ),
  ];
  if (stage.rectified) {
    const left = normalised ? mi("r") : a;
    lines.push(
      part(after("ReLU", layers), equation(left, inner, max(`<mn>0</mn>`, num(z)), num(rectified))),
    );
  }
  if (normalised) {
    const before = stage.rectified ? mi("r") : mi("z");
    const numbers = factor(scale) + mo("·") + factor(rectified) + plus(shift);
    lines.push(
      part(
        after("BatchNorm", layers),
        equation(a, s + mo("·") + before + mo("+") + t, numbers, num(value)),
      ),
    );
  }
  return [made("ol", "lines", ...lines), sumsLine(stage, terms.length)];
}

/** @param {Term} term @returns {[number, string]} */
const named = ({ map, sum }) => [sum, sub(mi("S"), `<mn>${map + 1}</mn>`)];

/** @param {string} kind @param {string[]} layers the name of the layer of a kind */
const after = (kind, layers) => layers.find((name) => name.startsWith(kind)) ?? kind;

/** @param {string} name @param {Node} line */
const part = (name, line) => made("li", "", made("span", "layer", name), line);

/**
 * What S stands for.
 *
 * @param {Common} stage
 * @param {number} count
 */
function sumsLine({ size }, count) {
  const products = sigma(row(mi("i"))) + sub(mi("w"), mi("i")) + mo("·") + sub(mi("x"), mi("i"));
  const kernel = size === 1 ? "one product" : `${size * size} products`;
  const maps = count === 1 ? "the picture" : `each of the ${count} maps before`;
  return made(
    "div",
    "meaning quiet",
    equation(sub(mi("S"), mi("m")), products),
    ` ${kernel} for ${maps}: window x, kernel w, below in three decimals`,
  );
}

/**
 * The maps in the order of the sum; if there are many, at first those with the largest sums only.
 *
 * @param {Term[]} terms
 * @param {{all: boolean}} opened
 */
function termList(terms, opened) {
  const bySize = terms.toSorted((one, other) => Math.abs(other.sum) - Math.abs(one.sum));
  const first = new Set(opened.all ? terms : bySize.slice(0, FEW));
  const most = {
    window: largest(terms.flatMap(({ window }) => window)),
    kernel: largest(terms.flatMap(({ kernel }) => kernel)),
    products: largest(terms.flatMap(({ products }) => products)),
  };
  const cards = terms.map((term) => termCard(term, most, terms.length));
  const list = made("ul", "terms", ...cards.filter((_, place) => first.has(terms[place])));
  if (terms[0].kernel.length === 1) list.classList.add("small");
  if (first.size === cards.length) return [list];
  const more = buttonPiece(`and the other ${cards.length - FEW} maps`, () => {
    opened.all = true;
    more.remove();
    list.replaceChildren(...cards);
  });
  return [list, more];
}

/**
 * @param {Term} term
 * @param {{window: number, kernel: number, products: number}} most
 * @param {number} count
 */
function termCard({ map, window, kernel, products, sum }, most, count) {
  const name = count === 1 ? "picture" : `map ${map + 1}`;
  return made(
    "li",
    "term",
    made(
      "span",
      "of",
      `${name}: S`,
      made("sub", "", `${map + 1}`),
      " = ",
      made("strong", "", shown(sum, 4)),
    ),
    made(
      "span",
      "product",
      numberGrid("window x", window, most.window),
      "·",
      numberGrid("kernel w", kernel, most.kernel),
      "=",
      numberGrid("w·x", products, most.products),
    ),
  );
}
