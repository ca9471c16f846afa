"""Writes a network file: the text that gives a network when it is read.

The text has everything in it: the samples, and the numbers that the file of a network may leave to
chance. It comes in pieces, so that a page can put other numbers in their places.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields
from itertools import groupby
from math import prod
from typing import NamedTuple

from backprop_sheet.network import checked
from backprop_sheet.network.choices import (
    OPTIMIZERS,
    SCHEDULES,
    SOFTMAX,
    WARMUP_SETTINGS,
    WEIGHT_DECAY_SETTINGS,
)
from backprop_sheet.network.declaration import rate_name
from backprop_sheet.network.design import Design
from backprop_sheet.network.file.content import NO_ERROR
from backprop_sheet.network.file.sizes import MOST_IN_LAYER
from backprop_sheet.network.file.stack import NONE
from backprop_sheet.network.layers import Dense, Layer, Numbering
from backprop_sheet.network.layers.base import PICTURE, Shape
from backprop_sheet.network.network import Network
from backprop_sheet.network.quantities import RATE, SEED
from backprop_sheet.network.written import Written

WIDTH = 100
"""The longest line that a list stands in whole."""
INDENT = "  "
SIZES = ("neurons", "channels", "symbols")
"""What a layer says even if it is 1."""
WORDS = {"": NONE, "neuron": True}
"""What a file has for a layer's activation or bias, where that is another word."""


class Ref(NamedTuple):
    """A number's place in the text.

    Attributes:
        name: the quantity that has the number in the first row, or in the first epoch; empty for
            the number of epochs, which is no quantity.
        row: the row of an epoch that has it, from 0, if it is that of a sample; otherwise None.
    """

    name: str
    row: int | None = None


EPOCHS = Ref("")
"""The place of the number of epochs."""
Piece = str | Ref
Value = str | Ref | Sequence["Value"]
"""What a key has: a text as it stands in the file, a number's place, or a list."""
Table = dict[str, Value]
"""Keys and values; a key whose value is empty is left out."""


def network_text(network: Network) -> str:
    """The text of the network file that gives a network.

    The file needs no other: it has all samples, weights and biases in it.

    Raises:
        InputError: it is not a network.
    """
    return _filled(checked(network), pieces(network))


def pieces(network: Network) -> tuple[Piece, ...]:
    """The same text with the place of each number that the network starts from.

    Put in other numbers and join the pieces: the file then gives the network with these numbers.
    """
    found: list[Piece] = []
    for heading, table in _blocks(network.design):
        kept = {key: value for key, value in table.items() if value}
        if kept:
            found += [f"\n{heading}\n" if heading else "", *_lines(network, kept)]
    return tuple(_joined(found))


# --- what a file says -------------------------------------------------------------------------


def _blocks(design: Design) -> Iterator[tuple[str, Table]]:
    """The tables of a file, each with the line above it; the first one has none."""
    yield "", _head(design)
    if design.written:
        yield from _of_formulas(design, design.written)
    elif not _is_short(design):
        for layer, prefix, _ in design.placed:
            yield "[[layer]]", _layer(layer, prefix)
    yield "[optimizer]", _optimizer(design)
    yield "[schedule]", _schedule(design)


def _head(design: Design) -> Table:
    """The keys above all tables, in the order of the documentation."""
    weights, biases = _weights_and_biases(design)
    return {
        **({"error": _plain(design.written.error)} if design.written else _layers(design)),
        "biases": biases,
        "train_bias": _choice(design, "train_bias"),
        **({} if design.written else _samples(design)),
        "update": _choice(design, "update"),
        "batch_size": _choice(design, "batch_size"),
        "gradient": _choice(design, "gradient"),
        "weights": weights,
        "seed": Ref(SEED) if design.random else "",
        "eta": Ref(RATE),
        "rates": [Ref(rate_name(k)) for k in range(1, len(design.layers))] if design.rates else "",
        "input_gradients": _choice(design, "input_gradients"),
        "epochs": EPOCHS,
        **{penalty: Ref(penalty) for penalty in design.penalties},
        "classes": _classes(design),
        "columns": _choice(design, "columns"),
    }


def _layers(design: Design) -> Table:
    """The layers in short, or what stands above their tables; and the error."""
    unsaid = design.error == NO_ERROR and design.activations[-1] != SOFTMAX
    error = "" if unsaid else _plain(design.error)
    if not _is_short(design):
        return {"input": _plain(design.input), "error": error}
    alike = len(set(design.activations)) == 1
    first = design.activations[0]
    return {
        "layers": _plain(design.layers),
        "activation": _plain(first) if alike and first != Dense.activation else "",
        "activations": "" if alike else _plain(design.activations),
        "error": error,
        "bias": _choice(design, "bias"),
    }


def _is_short(design: Design) -> bool:
    """Whether the key `layers` can say which layers there are."""
    if not all(design.activations) or max(design.layers) > MOST_IN_LAYER:
        return False
    short = Design(design.layers, design.activations, design.error, design.bias)
    return (short.input, short.stack) == (design.input, design.stack)


def _layer(layer: Layer, prefix: str) -> Table:
    """The table of a layer: first what its kind has, then what all kinds have."""
    of_all = {one.name for one in fields(Layer)}
    cells = iter(layer.settings(prefix))  # its fractions are given numbers of the network
    table: Table = {"kind": _plain(layer.kind)}
    for one in sorted(fields(layer), key=lambda one: one.name in of_all):
        value = getattr(layer, one.name)
        if one.type is float:
            table[one.name] = Ref(next(cells))
        elif value != one.default or one.name in SIZES:
            table[one.name] = _plain(WORDS.get(value, value))
    return table


def _of_formulas(design: Design, written: Written) -> Iterator[tuple[str, Table]]:
    rows = range(design.samples)
    places = {name: [Ref(name, row) for row in rows] for name in written.samples}
    yield "[samples]", {n: refs if len(refs) > 1 else refs[0] for n, refs in places.items()}
    yield "[given]", {name: Ref(name) for name in written.given}
    yield "[trained]", {name: Ref(name) for name in written.trained}
    yield "[formulas]", {name: _plain(formula) for name, formula in written.formulas}


def _samples(design: Design) -> Table:
    """Inputs and targets: a row for each sample, or one alone without outer brackets."""
    found: Table = {}
    for key, sign, shape in (("inputs", "i", design.input), ("targets", "t", design.layers[-1:])):
        names = [f"{sign}{number}" for number in range(1, prod(shape) + 1)]
        rows = [_shaped(_of_sample(design, names, k), shape) for k in range(design.samples)]
        alone = len(rows) == 1 and len(shape) < PICTURE
        found[key] = rows[0] if alone else rows
    return found


def _of_sample(design: Design, names: Sequence[str], sample: int) -> list[Value]:
    """The places of a sample's numbers; samples may stand side by side in a row."""
    row, place = divmod(sample, design.abreast)
    return [Ref(design.named(name, place + 1), row) for name in names]


def _shaped(values: list[Value], shape: Shape) -> list[Value]:
    """The numbers of a picture in its channels and rows; other numbers as they are."""
    for size in reversed(shape[1:]) if len(shape) == PICTURE else ():
        values = [values[start : start + size] for start in range(0, len(values), size)]
    return values


def _weights_and_biases(design: Design) -> tuple[list[Value], list[Value]]:
    numbering = Numbering()
    weights: list[Value] = []
    if not design.written:
        weights += [Ref(numbering.weight()) for _ in range(design.weights)]
    return weights, [Ref(numbering.bias()) for _ in range(design.biases)]


def _classes(design: Design) -> Value:
    """Always said where targets could show it: a file with other targets keeps its columns."""
    if design.written or (design.samples == 1 and not design.classes):
        return ""
    if design.classes and design.layers[-1] == 1:
        return [_number(number) for number in design.classes]
    return _plain(bool(design.classes))


def _optimizer(design: Design) -> Table:
    settings = [*OPTIMIZERS[design.optimizer].settings]
    settings += WEIGHT_DECAY_SETTINGS if design.weight_decay else []
    settings += [design.clipping] if design.clipping else []
    if not settings and not _choice(design, "optimizer"):
        return {}
    return {
        "name": _plain(design.optimizer),
        **{name: Ref(name) for name in settings},
        "epsilon_inside": "true" if design.root == "inside" else "",
    }


def _schedule(design: Design) -> Table:
    if not design.scheduled:
        return {}
    settings = [*SCHEDULES[design.schedule].settings]
    settings += WARMUP_SETTINGS if design.warmup else []
    return {"name": _plain(design.schedule), **{name: Ref(name) for name in settings}}


def _choice(design: Design, key: str) -> str:
    """A choice as a file has it; empty if it is what a file without the key has."""
    value = getattr(design, key)
    return "" if value == getattr(Design, key) else _plain(value)


def _plain(value: object) -> str:
    """Words, whole numbers, true, false and lists of them: TOML writes these as JSON does."""
    return json.dumps(value, ensure_ascii=False)


# --- how it is laid out -----------------------------------------------------------------------


def _lines(network: Network, table: Table) -> Iterator[Piece]:
    width = max(map(len, table))
    for key, value in table.items():
        start = f"{key:<{width}} = "
        yield start
        yield from _laid_out(network, value, WIDTH - len(start))
        yield "\n"


def _laid_out(network: Network, value: Value, room: int, indent: str = "") -> list[Piece]:
    """A value in one line; a list that is too long for it in several."""
    line = list(_in_one_line(value))
    if isinstance(value, str | Ref) or len(_filled(network, line)) <= room:
        return line
    inner = indent + INDENT
    room = WIDTH - len(f"{inner},")
    if isinstance(value[0], str | Ref):
        rows = list(_in_rows(network, value, room))
    else:
        rows = [_laid_out(network, one, room, inner) for one in value]
    found: list[Piece] = ["[\n"]
    for row in rows:
        found += [inner, *row, ",\n"]
    return [*found, indent, "]"]


def _in_rows(network: Network, values: Sequence[Value], room: int) -> Iterator[list[Piece]]:
    """Numbers in rows that are filled to their ends."""
    row: list[Piece] = []
    for value in values:
        more = [", " if row else "", *_in_one_line(value)]
        if row and len(_filled(network, [*row, *more])) > room:
            yield row
            row, more = [], more[1:]
        row += more
    yield row


def _in_one_line(value: Value) -> Iterator[Piece]:
    if isinstance(value, str | Ref):
        yield value
        return
    yield "["
    for number, one in enumerate(value):
        yield ", " if number else ""
        yield from _in_one_line(one)
    yield "]"


def _joined(found: Iterable[Piece]) -> Iterator[Piece]:
    """The same pieces with neighbouring texts in one."""
    for is_text, group in groupby(found, lambda piece: isinstance(piece, str)):
        neighbours = list(group)
        yield from ["".join(map(str, neighbours))] if is_text else neighbours


def _filled(network: Network, found: Iterable[Piece]) -> str:
    """Pieces with the network's own numbers in their places."""
    return "".join(
        piece if isinstance(piece, str) else _number(_number_at(network, piece)) for piece in found
    )


def _number_at(network: Network, place: Ref) -> float:
    if place == EPOCHS:
        return network.epochs
    numbers = network.numbers if place.row is None else network.samples[place.row]
    return numbers[place.name]


def _number(number: float) -> str:
    """The shortest text that reads back as the same number; a whole one without a point."""
    return repr(float(number)).removesuffix(".0")
