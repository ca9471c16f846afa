"""The backward pass: the gradients of the weights, in the order in which they are reached."""

from collections.abc import Mapping
from dataclasses import replace
from graphlib import TopologicalSorter

from backprop_sheet.chain import Graph, gradient_name
from backprop_sheet.fixed import Fixed
from backprop_sheet.formula import ZERO, Name, Tree, filled, leaves, names
from backprop_sheet.network.declaration.base import Forward
from backprop_sheet.network.quantities import TOTAL, Derived, Given, Kind, Quantity


def see_new_weights(forward: Forward) -> set[str]:
    """Have each layer's gradients see the new weights of the layers behind it.

    The slope of a quantity for a signal then contains weights after their update, so it is not a
    derivative any more.

    Returns:
        The weights that are seen so.
    """
    seen: set[str] = set()
    for name, quantity in forward.derived.items():
        signals = [lower for lower in quantity.slopes if lower not in forward.trained]
        used = {n for lower in signals for n in names(quantity.slopes[lower])} & forward.trained
        if used:
            meanings: dict[str, Tree] = {weight: Name(new_name(weight)) for weight in used}
            slopes = {lower: filled(quantity.slopes[lower], meanings) for lower in signals}
            forward.quantities[name] = replace(
                quantity,
                slopes=Fixed({**quantity.slopes, **slopes}),
                by_rule=quantity.by_rule.union(signals),
            )
            seen |= used
    return seen


def in_order(quantities: Mapping[str, Quantity]) -> dict[str, Quantity]:
    """Derived quantities, each after those that it is computed from, and otherwise as given."""
    needed = {
        name: [n.id for n in leaves(q.formula) if n.id in quantities and n.id != name and not n.up]
        for name, q in quantities.items()
        if isinstance(q, Derived)
    }
    place = {name: number for number, name in enumerate(quantities)}
    sorter, found = TopologicalSorter(needed), dict[str, Quantity]()
    sorter.prepare()
    while sorter.is_active():
        ready = sorted(sorter.get_ready(), key=place.__getitem__)
        found |= {name: quantities[name] for name in ready}
        sorter.done(*ready)
    return found


def gradients_of(forward: Forward, graph: Graph) -> dict[str, Quantity]:
    found: dict[str, Quantity] = {}
    for name, tree in graph.backward(TOTAL).items():
        given = isinstance(forward.quantities[name], Given)
        kind = Kind.GRADIENT if given else Kind.PARTIAL
        found[gradient_name(name)] = Derived(gradient_name(name), kind, tree)
    for name in forward.differentiated:  # a weight that only padding meets changes nothing
        gradient = gradient_name(name)
        found.setdefault(gradient, Derived(gradient, Kind.GRADIENT, ZERO))
    return found


def new_name(weight: str) -> str:
    """The name of a weight after its update. It is a key that nothing parses."""
    return f"new_{weight}"
