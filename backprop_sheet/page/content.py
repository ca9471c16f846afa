"""What the page knows of its network, as data: all that its modules show follows from this.

`web/network/content.js` says what the parts mean.
"""

from math import isfinite
from typing import Any

from backprop_sheet import templates
from backprop_sheet.chain import gradient_name
from backprop_sheet.diagram import roles_of
from backprop_sheet.errors import InputError, counted
from backprop_sheet.exporter.arrangement import arrange
from backprop_sheet.exporter.formulas import tree_in_cell
from backprop_sheet.formula import MATHML, Tree
from backprop_sheet.network import ACCURACY, TOTAL, Derived, Kind, Network, RowKind, load
from backprop_sheet.network.choices import Range
from backprop_sheet.network.file import ROUNDING, pieces
from backprop_sheet.network.symbols import short_in_mathml
from backprop_sheet.ooxml.addresses import LAST_ROW, letters
from backprop_sheet.page.data import Data
from backprop_sheet.page.diagrams import drawing_of
from backprop_sheet.page.shapes import Shapes
from backprop_sheet.palette import ABOVE, BELOW, DASHES, NODES, strokes
from backprop_sheet.rates import rates_for

ERRORS = (Kind.ERROR, Kind.PENALTY, Kind.TOTAL, Kind.MEAN_TOTAL)
"""The kinds of quantities that have the colour of the error's node."""
MOST_NUMBERS = 50_000_000
"""The most numbers that a page's table has: they take 400 MB."""


def content_of(network: Network, shapes: Shapes) -> Data:
    """The content of a network's page.

    Args:
        network: the network.
        shapes: gets the shapes of its formulas.

    Raises:
        InputError: a page has no room for all of the network's epochs.
    """
    check_epochs(network)
    formulas = _Formulas(network, shapes)
    samples = len(network.samples)
    kinds = list(dict.fromkeys(map(network.rules.kind, range(2 * samples))))
    gradients = _gradients(network)
    rates = rates_for(network)
    return {
        "name": network.name,
        "template": _template(network),
        "size": _size(network),
        **_numbers(network),
        "most": most_epochs(network),
        "sampled": list(network.samples[0]),
        "sample": network.shown_sample,
        "ranges": {name: _range(accepted) for name, accepted in network.ranges.items()},
        "kinds": [kinds.index(network.rules.kind(row)) for row in range(2 * samples)],
        "columns": list(network.columns),
        "quantities": {name: formulas.quantity(name, kinds) for name in network.quantities},
        "settings": network.named(Kind.SETTING),
        "forward": list(network.forward),
        "backward": list(network.backward),
        "trained": list(network.trained),
        "gradients": gradients,
        "paths": {
            name: network.graph.path(name, TOTAL)
            for name, gradient in gradients.items()
            if gradient in network.quantities
        },
        "slopes": formulas.slopes(),
        "error": network.error,
        "accuracy": ACCURACY if ACCURACY in network.columns else "",
        "rates": rates,
        "strokes": [{"color": s.color, "dash": DASHES[s.dash]} for s in strokes(len(rates))],
        "roles": _roles(network),
        "tints": {"above": ABOVE, "below": BELOW},
        "drawing": drawing_of(network),
        "sheet": _sheet(network),
        "shares": _shares(network),
        "file": pieces(network),
        "shapes": [[shape.mathml, shape.excel] for shape in shapes.all],
    }


def _size(network: Network) -> str:
    """How large a network is, as people say it: the neurons of its layers, or its formulas."""
    written = network.design.written
    if written:
        return counted(len(written.formulas), "formula")
    return "-".join(map(str, network.layers))


def check_epochs(network: Network) -> None:
    """Refuse a network with more epochs than a page has room for.

    Raises:
        InputError: it has.
    """
    most = most_epochs(network)
    if network.epochs > most:
        raise InputError(f"epochs = {network.epochs}: a page has room for at most {most:,}")


def most_epochs(network: Network) -> int:
    """The most epochs that a page has room for."""
    return MOST_NUMBERS // (len(network.columns) * len(network.samples))


class _Formulas:
    """Writes formulas as the numbers of their shapes and what goes into these."""

    def __init__(self, network: Network, shapes: Shapes) -> None:
        self._network, self._shapes = network, shapes

    def quantity(self, name: str, kinds: list[RowKind]) -> Data:
        """What the page knows of a quantity."""
        network = self._network
        quantity, symbol = network.quantities[name], network.symbols[name]
        found: Data = {"kind": quantity.kind, "label": symbol.label, "mathml": symbol.mathml}
        if quantity.kind is Kind.SETTING:
            return {**found, "label": symbol.text}  # it heads no column: η, and not eta
        if isinstance(quantity, Derived) and quantity.short:
            found["short"] = short_in_mathml(quantity.short)
        rules = [network.rules.at(name, kind) for kind in kinds]
        found["rules"] = _briefly([self._formula(rule.whole if rule else None) for rule in rules])
        cells = _briefly([self._formula(tree_in_cell(network, name, kind)) for kind in kinds])
        if cells != found["rules"]:
            found["cells"] = cells
        return found

    def slopes(self) -> Data:
        """The local partials ∂upper/∂lower, by upper and lower."""
        return {
            upper: {lower: self._formula(tree) for lower, tree in operands.items()}
            for upper, operands in self._network.graph.slopes.items()
        }

    def _formula(self, tree: Tree | None) -> list[Any] | None:
        if tree is None:
            return None
        shape, names = self._shapes.of(tree, self._is_composed)
        return [shape, *([name.id, name.up] if name.up else name.id for name in names)]

    def _is_composed(self, name: str) -> bool:
        mathml = self._network.symbols[name].mathml
        return MATHML.fraction in mathml or MATHML.power in mathml


def _briefly(found: list[Any]) -> list[Any]:
    """A list with one element if all are equal."""
    return found[:1] if all(one == found[0] for one in found) else found


def _gradients(network: Network) -> dict[str, str | int]:
    """The name of each quantity's gradient or, where that is always 1 or 0, the number."""
    names = [*network.with_gradients, *network.trained, *network.forward]
    found: dict[str, str | int] = {name: int(name in network.reaching) for name in names}
    named = {name: gradient_name(name) for name in names}
    return found | {name: own for name, own in named.items() if own in network.quantities}


def _numbers(network: Network) -> Data:
    """The numbers that a network starts from."""
    return {
        "epochs": network.epochs,
        "given": dict(network.numbers),
        "samples": [list(sample.values()) for sample in network.samples],
    }


def _template(network: Network) -> Data | None:
    """Which of these are others in the template that the network is called like.

    None if there is no such template, or if the two differ in more than numbers.
    """
    if network.name not in templates.known():
        return None
    template = load(network.name)
    if template.design != network.design:
        return None
    own = _numbers(network)
    return {key: value for key, value in _numbers(template).items() if value != own[key]}


def _range(accepted: Range) -> Data:
    """What a number accepts, without the bounds that it does not have."""
    bounds = {key: getattr(accepted, key) for key in ("low", "high", "above", "below")}
    found: Data = {"words": accepted.words}
    found |= {key: bound for key, bound in bounds.items() if isfinite(bound)}
    found |= {"whole": True} if accepted.whole else {}
    return found | ({"only": accepted.only} if accepted.only else {})


def _roles(network: Network) -> Data:
    """The colours of the drawing's nodes and, by these, the quantities that have them."""
    named: dict[str, list[str]] = {role: [] for role in NODES}
    for group in network.groups:
        for unit in group.units:
            for name, role in zip(unit.quantities, roles_of(group), strict=True):
                named[role].append(name)
    for kind in ERRORS:
        named[Kind.TOTAL] += network.named(kind)
    return {NODES[role]: names for role, names in named.items()}


def _sheet(network: Network) -> Data | None:
    """Where quantities stand in the network's sheet; None if that has no room for them."""
    try:
        layout = arrange(network, 1)
    except InputError:
        return None
    return {
        "columns": {name: letters(column) for name, column in layout.columns.items()},
        "settings": layout.settings,
        "first": layout.first_row,
        "last": LAST_ROW,
    }


def _shares(network: Network) -> Data:
    """The targets that have to add up to 1, together, and how far from it they may."""
    targets = [name for name in network.samples[0] if name in network.named(Kind.TARGET)]
    return {"targets": network.design.shares(targets), "rounding": ROUNDING}
