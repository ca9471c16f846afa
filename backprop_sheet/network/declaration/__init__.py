"""Declares every formula of a network.

base      what every forward pass has
forward   the forward pass of layers, in loops over their neurons and weights
written   the forward pass of formulas of one's own
backward  the gradients
updates   what an optimizer makes of them
measures  predictions, accuracy and the like
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

from backprop_sheet.chain import Graph, gradient_name
from backprop_sheet.errors import InputError
from backprop_sheet.fixed import Fixed
from backprop_sheet.formula import Name
from backprop_sheet.network import symbols
from backprop_sheet.network.choices import GATHERINGS
from backprop_sheet.network.declaration.backward import (
    gradients_of,
    in_order,
    new_name,
    see_new_weights,
)
from backprop_sheet.network.declaration.base import Forward, taken
from backprop_sheet.network.declaration.forward import Layered
from backprop_sheet.network.declaration.measures import measures
from backprop_sheet.network.declaration.updates import (
    clipped,
    clipped_name,
    gathered,
    gathered_name,
    layers_of_weights,
    rate_name,
    settings_of,
    states,
    update_of,
)
from backprop_sheet.network.declaration.written import OfFormulas
from backprop_sheet.network.design import Design
from backprop_sheet.network.groups import Group
from backprop_sheet.network.quantities import TOTAL, Derived, Given, Kind, Moment, Quantity
from backprop_sheet.network.symbols import Symbol

__all__ = ["Declared", "declare", "new_name", "rate_name", "settings_of"]


class Declared(NamedTuple):
    """A network's declaration.

    Attributes:
        quantities: all quantities by name, in the order of evaluation.
        groups: the inputs, then each layer.
        symbols: how each quantity is written, by name.
        graph: the local partials of the forward pass.
    """

    quantities: dict[str, Quantity]
    groups: tuple[Group, ...]
    symbols: dict[str, Symbol]
    graph: Graph


def declare(design: Design) -> Declared:
    """Declare the quantities of a network, and what views need to know about them.

    Raises:
        InputError: a file calls a quantity as the sheet calls another.
    """
    written = design.written
    forward: Forward = OfFormulas(design, written) if written else Layered(design)
    trained = [name for name in forward.quantities if name in forward.trained]
    seen = see_new_weights(forward) if design.update == "sequential" else set[str]()
    slopes = {name: q.slopes for name, q in forward.derived.items() if q.slopes}
    graph = Graph(Fixed(slopes)).leading_to(TOTAL)
    backward = gradients_of(forward, graph)
    between = (gathered, clipped, states)
    backward |= {q.name: q for declared in between for q in declared(design, trained)}
    layer_of = layers_of_weights(design)
    for name in trained:
        kind = forward.quantities[name].kind
        update = update_of(design, name, kind, layer_of.get(name, 0))
        if name in seen:
            new = new_name(name)
            backward[new] = Derived(new, Kind.NEW, update)
            update = Name(new)
        forward.quantities[name] = Given(name, kind, update, Moment.STEP)
    for name in forward.quantities.keys() & backward.keys():
        raise InputError(taken(name))
    quantities = forward.quantities | (in_order(backward) if seen else backward)
    quantities |= {q.name: q for q in measures(design, forward.judged)}
    symbols_ = _symbols(design, quantities, forward.quantities)
    return Declared(quantities, forward.groups, symbols_, graph)


def _symbols(
    design: Design, quantities: Mapping[str, Quantity], forward: Mapping[str, Quantity]
) -> dict[str, Symbol]:
    """How each quantity is written."""
    found = {name: symbols.plain(name) for name in quantities}
    kinds = {quantity.kind for quantity in quantities.values()}
    if design.layers == symbols.ORIGINAL_LAYERS and Kind.BIAS not in kinds:
        found[TOTAL] = replace(found[TOTAL], heading=symbols.ORIGINAL_HEADING)
    latex = GATHERINGS[design.gradient].latex
    for name in forward:
        if new_name(name) in found:
            found[new_name(name)] = symbols.new(found[name])
        gradient = gradient_name(name)
        if gradient in found:
            found[gradient] = symbols.partial(found[TOTAL], found[name])
        if (whole := gathered_name(design, gradient)) in found:
            found[whole] = symbols.gathered(found[gradient], design.gradient, latex)
        if (clipped := clipped_name(gradient)) in found:
            of = found[whole if whole in found else gradient]
            found[clipped] = symbols.gathered(of, "clipped", r"\mathrm{{clip}}({})")
    return found
