"""The parts of the work that an exercise asks for, and which columns each has."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from backprop_sheet.chain import gradient_name
from backprop_sheet.errors import InputError, shown
from backprop_sheet.network import FOR_UPDATES, TOTAL, Kind, Network
from backprop_sheet.network.hints import did_you_mean
from backprop_sheet.network.symbols import ORIGINAL_HEADING

FORWARD, ERRORS, GRADIENTS, UPDATES, CHART = "forward", "errors", "gradients", "updates", "chart"
ALL = "all"
BLANKS = (FORWARD, ERRORS, GRADIENTS, UPDATES, CHART, ALL)
"""What may be left blank, besides columns by their names. All is every column, not the chart."""
OF_FORWARD = (Kind.SUM, Kind.ACTIVATION, Kind.OWN)
OF_ERRORS = (Kind.ERROR, Kind.PENALTY, Kind.TOTAL, Kind.MEAN_TOTAL, Kind.MEASURE)
OF_UPDATES = (Kind.RATE, *FOR_UPDATES, Kind.NEW)


class Part(NamedTuple):
    """A part of the work, with points of its own.

    Attributes:
        key: its name in the assignment's file: ``forward``, ``gradients_2``.
        title: its name for people: "gradients of the output layer".
        columns: the names of its columns, in the sheet's order; the chart has none.
    """

    key: str
    title: str
    columns: tuple[str, ...]


def parts_of(network: Network) -> list[Part]:
    """The parts of a network's sheet, in the order in which they are worked out.

    The gradients of each layer are a part, the output layer first, numbered from the inputs. What
    is given (inputs, targets, random numbers) belongs to none.
    """
    columns = network.columns
    trained = set(network.trained)
    parts = [
        Part(FORWARD, "weighted sums and activations", _of(network, OF_FORWARD)),
        Part(ERRORS, "errors", _of(network, OF_ERRORS)),
        *_gradients(network),
        Part(
            UPDATES,
            "updates of the weights",
            tuple(n for n in columns if n in trained or network.quantities[n].kind in OF_UPDATES),
        ),
    ]
    return [part for part in parts if part.columns] + [Part(CHART, "chart of the error", ())]


def _of(network: Network, kinds: Sequence[Kind]) -> tuple[str, ...]:
    return tuple(name for name in network.columns if network.quantities[name].kind in kinds)


def _gradients(network: Network) -> list[Part]:
    """A part for each layer that has gradients, from the last to the first."""
    layer: dict[str, int] = {}
    for number, group in enumerate(network.groups):
        own = [*group.weights, *(name for unit in group.units for name in unit.incoming)]
        own += [quantity for unit in group.units for quantity in unit.quantities]
        layer |= {gradient_name(name): number for name in own if gradient_name(name) not in layer}
    kinds = (Kind.GRADIENT, Kind.PARTIAL)
    last = len(network.groups) - 1
    found: dict[int, list[str]] = {}
    for name in _of(network, kinds):
        found.setdefault(layer.get(name, last), []).append(name)
    return [
        Part(f"{GRADIENTS}_{number}", _of_layer(number, last), tuple(found[number]))
        for number in sorted(found, reverse=True)
    ]


def _of_layer(number: int, last: int) -> str:
    if number == last:
        return "gradients of the output layer"
    if number == 0:
        return "gradients of the inputs"
    hidden_layers = last - 1
    return "gradients of the hidden layer" if hidden_layers == 1 else f"gradients of layer {number}"


def columns_left_blank(network: Network, words: Iterable[str]) -> tuple[str, ...]:
    """The names of the columns that are left blank, in the sheet's order.

    Args:
        network: the network.
        words: any of `BLANKS`, keys of parts (``gradients_1``), or names of columns as the sheet
            or the program writes them: ``∂E/∂w5``, ``dE_dw5``.

    Raises:
        InputError: a word is none of these, or nothing is left blank.
    """
    parts = parts_of(network)
    known = {name: name for part in parts for name in part.columns}
    known |= {network.label(name): name for name in known}
    known |= {network.symbols[name].heading: name for name in known.values()}
    if TOTAL in known.values():
        known[ORIGINAL_HEADING] = TOTAL
    wanted: set[str] = set()
    for word in words:
        of_word = _columns_of(word, parts)
        if not of_word and word not in known and word != CHART:
            names = [*BLANKS, *(part.key for part in parts), *known]
            raise InputError(
                f"nothing to leave blank is called {shown(word)}: takes {', '.join(BLANKS)} and "
                f"names of columns{did_you_mean(word, names)}"
            )
        wanted |= set(of_word) if of_word else {known[word]} if word in known else set()
    return tuple(name for name in network.columns if name in wanted)


def _columns_of(word: str, parts: Iterable[Part]) -> list[str]:
    """The columns that a word for a part means; none if it is no such word."""
    return [
        name
        for part in parts
        for name in part.columns
        if word in (ALL, part.key) or (word == GRADIENTS and part.key.startswith(f"{GRADIENTS}_"))
    ]


def points_for(
    network: Network, blank: Iterable[str], given: Mapping[str, float], *, chart: bool = False
) -> dict[str, float]:
    """The points of each part of which something is blank: those given, and the usual ones.

    Args:
        network: the network.
        blank: the names of the columns that are left blank.
        given: points by a part's key; ``gradients`` stands for each part of that kind.
        chart: whether the chart is left to make.

    Raises:
        InputError: no such part has anything blank.
    """
    usual = usual_points(network, blank, chart=chart)
    return dict(usual) | of_parts(usual, given)


def of_parts(points: Iterable[str], given: Mapping[str, float]) -> dict[str, float]:
    """The points that are given, by the key of each part.

    Raises:
        InputError: no such part has anything blank.
    """
    points, found = list(points), dict[str, float]()
    for key, number in given.items():
        meant = [part for part in points if key == part or part.startswith(f"{key}_")]
        if not meant:
            raise InputError(
                f"no part with blank cells is called {shown(key)}: takes {', '.join(points)}"
                f"{did_you_mean(key, points)}"
            )
        found |= dict.fromkeys(meant, number)
    return found


def usual_points(
    network: Network, blank: Iterable[str], *, chart: bool = False
) -> Mapping[str, float]:
    """Points for each part of which something is blank: 4, errors and the chart 2."""
    wanted = set(blank)
    return {
        part.key: 2.0 if part.key in (ERRORS, CHART) else 4.0
        for part in parts_of(network)
        if wanted.intersection(part.columns) or (chart and part.key == CHART)
    }
