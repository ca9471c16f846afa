"""The units of a network's layers, for each of the samples that stand side by side in a row."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from backprop_sheet.formula import Name, Op, renamed
from backprop_sheet.network.choices import SOFTMAX
from backprop_sheet.network.design import Design
from backprop_sheet.network.groups import Group, Link, Unit
from backprop_sheet.network.layers import Numbering, Signals
from backprop_sheet.network.layers.base import PICTURE, Part, Shape, of_sample, places
from backprop_sheet.network.quantities import Carried

_DRAW = re.compile(r"rnd(\d+)")


class Stacked(NamedTuple):
    """The layers of a network in a row.

    Attributes:
        groups: the groups of units after the inputs, each with its activation.
        outputs: the signals of the last layer, of each sample.
        draws: how many random numbers there are.
        remembered: what layers remember from step to step, to predict by.
    """

    groups: dict[Group, str]
    outputs: tuple[tuple[str, ...], ...]
    draws: int
    remembered: tuple[Carried, ...]


def stacked(design: Design, inputs: Sequence[str], *, predicting: bool = False) -> Stacked:
    """The layers of a network, as it learns or as it predicts.

    Args:
        design: the choices that make up the network.
        inputs: the inputs of one sample.
        predicting: whether the network predicts. There are then only the groups from the first
            layer on that predicts otherwise than it learns; their quantities have other names.
    """
    signals = Signals(design.input, tuple(inputs), design.abreast)
    numbering, found, remembered = Numbering(), list[tuple[str, Part]](), list[Carried]()
    passed = [signals]
    same, wanted = {*inputs}, not predicting  # the same until a layer predicts otherwise
    for layer, prefix, role in design.placed:
        here = layer.predicting() if predicting else layer
        remembered += layer.remembered(signals, prefix)
        parts = here.parts(signals, prefix, numbering)
        hands_on = Signals(
            layer.shape(signals.shape), here.hands_on(signals, parts), design.abreast
        )
        if layer.residual:
            parts.append(_residual(prefix, hands_on, passed[-layer.residual]))
            hands_on = hands_on._replace(names=here.signals(parts[-1:]))
        wanted = wanted or here != layer
        if wanted:
            found += [(role, part) for part in parts]
        else:
            same |= {name for part in parts for unit in part.units for name in unit.quantities}
        signals = hands_on
        passed.append(signals)
    draws = next(numbering.draws) - 1
    shared = {quantity.name for quantity in remembered} | design.cells.keys()
    shared |= {name for _, part in found for name in _common(part)}

    def name_in(sample: int) -> Callable[[str], str]:
        def named(name: str) -> str:
            if name in shared:
                return name
            if draw := _DRAW.fullmatch(name):
                return f"rnd{int(draw[1]) + draws * (sample - 1)}"
            if predicting and name not in same:
                name = predicted(name)
            return of_sample(name, sample) if design.abreast > 1 else name

        return named

    each = [name_in(sample) for sample in range(1, design.abreast + 1)]
    groups = {_group(role, part, each): part.activation for role, part in found}
    outputs = tuple(tuple(map(named, signals.names)) for named in each)
    return Stacked(groups, outputs, draws * design.abreast, tuple(remembered))


def _residual(prefix: str, own: Signals, earlier: Signals) -> Part:
    """The sums of a layer's signals and those of earlier ones."""
    units = tuple(
        Unit((f"{prefix}{place}_sum",), formula=Op("+", (Name(before), Name(signal))))
        for (place, _), signal, before in zip(
            places(own.shape), own.names, earlier.names, strict=True
        )
    )
    return Part(units, own.shape)


def inputs_of(design: Design, names: Sequence[str]) -> Group:
    """The group of the inputs, of all samples of a row."""
    units = tuple(Unit((name,)) for name in names)
    return Group("input", _several(design.input, design.abreast), units)


def predicted(name: str) -> str:
    """The name of a quantity where the network predicts."""
    return f"{name}_hat"


def _common(part: Part) -> Iterator[str]:
    """The names in a part that all samples of a row have in common."""
    for unit in part.units:
        yield from filter(None, unit.incoming)
        if part.once:
            yield from unit.quantities


def _group(role: str, part: Part, each: Sequence[Callable[[str], str]]) -> Group:
    """The units of a part for each sample; several pictures and rows stand one after the other."""
    units, shape, kernels, places = part.units, part.shape, part.kernels, part.places
    if not part.once:
        units = tuple(_renamed(unit, named) for named in each for unit in units)
        shape = _several(shape, len(each))
        if kernels and len(shape) == PICTURE:  # all samples share the kernels of the first
            kernels += ((),) * (shape[0] - part.shape[0])
        firsts = range(0, len(each) * part.shape[0], part.shape[0])
        places = tuple((first + row, *rest) for first in firsts for row, *rest in places)
    joint = part.activation == SOFTMAX
    samples = 1 if part.once else len(each)
    return Group(role, shape, units, joint, kernels, places, part.meaning, samples)


def _several(shape: Shape, samples: int) -> Shape:
    if samples == 1:
        return shape
    if len(shape) == PICTURE:
        return (samples * shape[0], *shape[1:])
    return (samples, *shape) if len(shape) == 1 else (samples * shape[0], shape[1])


def _renamed(unit: Unit, named: Callable[[str], str]) -> Unit:
    links = tuple(Link(link.weight, named(link.signal)) for link in unit.links)
    formula = unit.formula and renamed(unit.formula, lambda name: Name(named(name.id)))
    return Unit(tuple(map(named, unit.quantities)), links, unit.bias, formula)
