"""Function calls that several formulas have in common, worked out once."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping

from backprop_sheet.formula.primitives import FUNCTIONS
from backprop_sheet.formula.trees import Name, Op, Tree, changed, names, nodes


def calls_once(
    formulas: Mapping[str, Tree], changing: Collection[str]
) -> Iterator[tuple[str, Tree]]:
    """The formulas in order, with the calls that they repeat as formulas of their own before them.

    What stands in a branch of a condition is not moved out of it: it may not be computable where
    the other branch holds.

    Args:
        formulas: formulas by name, in the order of evaluation.
        changing: the names whose numbers differ before and after their formula.
    """
    calls = {name: [*filter(_is_call, nodes(tree))] for name, tree in formulas.items()}
    uses = Counter(call for own in calls.values() for call in own)
    repeated = {call for call, times in uses.items() if times > 1}
    movable = {call for call in repeated if not any(n in changing for n in names(call))}
    known: dict[Tree, Tree] = {}

    def meant(node: Tree) -> Tree | None:
        return known.get(node) if _is_call(node) else None

    for name, formula in formulas.items():
        # Of a long sum each node is a long tree: only calls are looked up.
        found = filter(_is_call, _unconditional(formula))
        here = [node for node in found if node in movable and node not in known]
        for call in sorted(dict.fromkeys(here), key=_size):  # what stands inside another is first
            own = f"_{len(known)}"
            yield own, changed(call, meant)
            known[call] = Name(own)
        again = any(call in known for call in calls[name])
        yield name, changed(formula, meant) if again else formula


def _size(tree: Tree) -> int:
    return sum(1 for _ in nodes(tree))


def _is_call(node: Tree) -> bool:
    return isinstance(node, Op) and node.sign in FUNCTIONS


def _unconditional(tree: Tree) -> Iterator[Tree]:
    """The nodes of a tree that are always computed, each before those inside it."""
    open_ = [tree]
    while open_:
        node = open_.pop()
        yield node
        if isinstance(node, Op):
            parts = node.parts[:1] if node.sign == "where" else node.parts
            open_.extend(reversed(parts))
