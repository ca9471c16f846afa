"""Networks that are given by formulas of one's own instead of layers.

Here indices and sums are written out already: each name is one quantity. The formulas are parsed
against the grammar's list of what a formula may contain, so nothing of them is ever executed that
is not arithmetic.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from keyword import iskeyword
from math import isfinite

from backprop_sheet.errors import InputError, shown
from backprop_sheet.formula import (
    FUNCTIONS,
    ZERO,
    FormulaError,
    Number,
    Op,
    Tree,
    filled,
    names,
    nodes,
    parse,
)
from backprop_sheet.network.choices import ACTIVATIONS, Activation
from backprop_sheet.network.hints import did_you_mean
from backprop_sheet.network.quantities import (
    ACCURACY,
    CLASS,
    EPOCH,
    MEAN_TOTAL,
    PREDICTION,
    RATE,
    RATE_NOW,
    RIGHT,
    RIGHT_SO_FAR,
    SAMPLE,
    SUM_TOTAL,
    TOTAL,
)

CALLED: Mapping[str, Activation] = {
    name.replace(" ", "_"): row
    for name, row in ACTIVATIONS.items()
    if name not in FUNCTIONS and not row.rule
}
"""The activations by the names of the functions that formulas may call."""
NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
LONGEST_NAME = 30
SHEET = ("E", "E_tot", "Etot", TOTAL, MEAN_TOTAL, RATE, RATE_NOW, EPOCH, SAMPLE, "l1", "l2")
"""Names of the sheet's own. E stands for the total error in ∂E/∂w."""
ENGINE = ("self", "rows", "row", "samples", "failed", "check", "isfinite", "enumerate", "broken")
"""Names that the training's own code has."""
MEASURES = (CLASS, PREDICTION, RIGHT, RIGHT_SO_FAR, ACCURACY, SUM_TOTAL)
KEPT = frozenset([*SHEET, *ENGINE, *MEASURES, "sum", *FUNCTIONS, *CALLED])
LIKE_RATE = re.compile(r"eta_?\d*|lr_?\d*", re.IGNORECASE)
"""What people call a learning rate."""
LIKE_DERIVED = re.compile(r"d\w+_d\w+|(?:new|mean|sum|clipped)_\w+")
"""What a network calls derivatives, and what it makes of them."""
MOST_QUANTITIES = 2_000
MOST_SHOWN = 8
"""The most names of a circle that an error shows."""
MOST_OPERANDS, MOST_TOGETHER, DEEPEST = 250, 50_000, 300
"""The most names and numbers in a formula, and in all of them; the deepest tree."""


@dataclass(frozen=True)
class Written:
    """The names of a network's quantities, and their formulas.

    Attributes:
        samples: the numbers that each sample has.
        given: the numbers that stay.
        trained: the numbers that are trained.
        formulas: each quantity with its formula, in any order.
        error: a quantity, or a formula.
    """

    samples: tuple[str, ...]
    given: tuple[str, ...]
    trained: tuple[str, ...]
    formulas: tuple[tuple[str, str], ...]
    error: str

    def __post_init__(self) -> None:
        """Check names and formulas.

        Raises:
            InputError: a name cannot be used, a formula is none or has names that do not exist,
                formulas use each other in a circle, or a number that is trained changes nothing.
        """
        tables = {
            "samples": self.samples,
            "given": self.given,
            "trained": self.trained,
            "formulas": tuple(name for name, _ in self.formulas),
        }
        for table in ("trained", "formulas"):
            if not tables[table]:
                raise InputError(f"{table}: empty, takes one name at least")
        known = {name for names_ in tables.values() for name in names_}
        for name, tree in [*self.trees.items(), ("", self.error_tree)]:
            _check_operands(_key(name), tree, known)
        self._check_names(tables)
        together = sum(map(_size, self.trees.values()))
        if together > MOST_TOGETHER:
            raise InputError(
                f"formulas: {together:,} names and numbers in all; at most {MOST_TOGETHER:,} are "
                "allowed"
            )
        _ = self.levels  # refuses a circle
        self._check_trained()

    def __reduce__(self) -> tuple[Callable[..., "Written"], tuple[object, ...]]:
        """Pickle the texts; trees are too deep for pickle."""
        return Written, tuple(getattr(self, field.name) for field in fields(self))

    @cached_property
    def trees(self) -> Mapping[str, Tree]:
        """The formula of each quantity; functions such as sigmoid are called in them."""
        return {name: _parsed(_key(name), text) for name, text in self.formulas}

    @cached_property
    def error_tree(self) -> Tree:
        """The formula of the error."""
        return _parsed("error", self.error)

    @cached_property
    def targets(self) -> tuple[str, ...]:
        """The numbers of a sample that only the error uses, if it uses no trained number itself."""
        last = names(self.error_tree)
        used = {name for own in self.trees.keys() - last for name in names(self.trees[own])}
        ends = {*last, *(name for end in last for name in names(self.trees.get(end, ZERO)))}
        if ends.intersection(self.trained):
            return ()
        return tuple(name for name in self.samples if name in ends - used)

    @cached_property
    def reached(self) -> frozenset[str]:
        """What the error depends on; other quantities are only shown."""
        open_, reached = names(self.error_tree), set[str]()
        while open_:
            name = open_.pop()
            if name not in reached:
                reached.add(name)
                open_ += names(self.trees.get(name, ZERO))
        return frozenset(reached)

    @property
    def inputs(self) -> tuple[str, ...]:
        """The other numbers of a sample."""
        return tuple(name for name in self.samples if name not in self.targets)

    @cached_property
    def levels(self) -> tuple[tuple[str, ...], ...]:
        """The quantities by the longest way to them from given numbers, each as in the file.

        Raises:
            InputError: quantities use each other in a circle.
        """
        needs = {own: self._own(tree) for own, tree in self.trees.items()}
        try:
            order = tuple(TopologicalSorter(needs).static_order())
        except CycleError as error:
            circle = " uses ".join(error.args[1][-1:-MOST_SHOWN:-1])
            raise InputError(
                f"formulas: {error.args[1][0]}: circular: {circle}; a quantity may use only those "
                "that do not follow from it"
            ) from None
        depth: dict[str, int] = {}
        for own in order:
            depth[own] = 1 + max((depth[other] for other in needs[own]), default=-1)
        found: list[list[str]] = [[] for _ in range(max(depth.values()) + 1)]
        for own in self.trees:
            found[depth[own]].append(own)
        return tuple(map(tuple, found))

    def _own(self, tree: Tree) -> list[str]:
        """The quantities with formulas that a formula uses."""
        return [name for name in names(tree) if name in self.trees]

    def _check_names(self, tables: Mapping[str, tuple[str, ...]]) -> None:
        seen: dict[str, str] = {}
        for table, name in ((table, name) for table, all_ in tables.items() for name in all_):
            if not NAME.fullmatch(name) or len(name) > LONGEST_NAME:
                raise InputError(
                    f"{table}: got {shown(name)}, takes names of at most {LONGEST_NAME} letters "
                    "from a to z, digits and _, which begin with a letter"
                )
            if (name in KEPT and not self._is_error(name)) or iskeyword(name):
                raise InputError(f"{table}: {name}: {_kept_for(name)}; choose another name")
            if LIKE_RATE.fullmatch(name):
                raise InputError(
                    f"{table}: {name}: looks like a learning rate; choose another name"
                )
            if LIKE_DERIVED.fullmatch(name):
                raise InputError(f"{table}: {name}: looks like a derivative; choose another name")
            folded = name.casefold().replace("_", "")
            if folded in seen:
                other = seen[folded]
                alike = f"reads like {other} above a column, where capitals and _ do not count"
                how = "is there twice" if other == name else alike
                raise InputError(f"{table}: {name}: {how}; choose another name")
            seen[folded] = name
        if len(seen) > MOST_QUANTITIES:
            raise InputError(
                f"formulas: {len(seen):,} quantities; at most {MOST_QUANTITIES:,} are allowed"
            )

    def _is_error(self, name: str) -> bool:
        """Whether a name is that of the error, which alone may be called E."""
        return name == self.error == "E"

    def _check_trained(self) -> None:
        """Refuse a trained number that no quantity uses, or that the error does not follow from."""
        used = {n for own in self.trees if own in self.reached for n in names(self.trees[own])}
        for name in self.trained:
            if name not in self.reached:
                raise InputError(f"trained: {name}: the error does not depend on it")
            if name not in used:
                raise InputError(
                    f"trained: {name}: used by the error only; give the error a name in "
                    '[formulas], and write error = "that name"'
                )


def expanded(tree: Tree) -> Tree:
    """The formula with activations written out: sigmoid(h) is 1/(1 + exp(-h))."""
    if not isinstance(tree, Op):
        return tree
    parts = tuple([expanded(part) for part in tree.parts])
    if tree.sign in CALLED:
        return filled(parse(CALLED[tree.sign].formula), {"z": parts[0]})
    return Op(tree.sign, parts)


def _key(name: str) -> str:
    return f"formulas: {name}" if name else "error"


def _kept_for(name: str) -> str:
    if name in SHEET:
        return "the sheet has this name itself" + (
            '; the error may have it: error = "E"' if name == "E" else ""
        )
    if name in {*FUNCTIONS, *CALLED, "sum"}:
        return "a function"
    return "the program has this name itself"


def _parsed(key: str, text: str) -> Tree:
    """The tree of a formula.

    Raises:
        InputError: it is no formula, or too large for a cell.
    """
    try:
        tree = parse(text, frozenset(CALLED))
    except FormulaError as error:
        why = str(error).replace(f" in {text!r}", "").replace(f"{text!r} is not a formula: ", "")
        raise InputError(f"{key}: got {shown(text)}, takes a formula; {why}") from None
    if not all(_is_finite(node) for node in nodes(tree)):
        raise InputError(f"{key}: got {shown(text)}, takes finite numbers")
    if _size(tree) > MOST_OPERANDS or _depth(tree) > DEEPEST:
        raise InputError(
            f"{key}: got {shown(text)}, which has more than {MOST_OPERANDS} operands and does not "
            "fit in a cell; take it apart"
        )
    return tree


def _check_operands(key: str, tree: Tree, known: set[str]) -> None:
    """Refuse a name that does not exist."""
    for name in names(tree):
        if name not in known:
            raise InputError(
                f"{key}: got {name}, takes names of [samples], [given], [trained] and [formulas]"
                f"{did_you_mean(name, known)}"
            )


def _size(tree: Tree) -> int:
    """The names and numbers in a formula with its activations written out.

    The formula is not written out for that: nested activations could make it very long.
    """
    if not isinstance(tree, Op):
        return 1
    inner = sum(map(_size, tree.parts))
    if tree.sign not in CALLED:
        return inner
    leaves = [node for node in nodes(parse(CALLED[tree.sign].formula)) if not isinstance(node, Op)]
    return len(leaves) + (inner - 1) * sum(not isinstance(leaf, Number) for leaf in leaves)


def _depth(tree: Tree) -> int:
    """How many operations are inside one another."""
    deepest, open_ = 0, [(tree, 0)]
    while open_:
        node, depth = open_.pop()
        deepest = max(deepest, depth)
        open_ += [(part, depth + 1) for part in node.parts] if isinstance(node, Op) else []
    return deepest


def _is_finite(tree: Tree) -> bool:
    try:
        return not isinstance(tree, Number) or isfinite(tree.value)
    except OverflowError:  # a whole number that is larger than any float
        return False
