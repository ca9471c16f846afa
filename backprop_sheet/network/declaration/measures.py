"""What people ask of a training besides its gradients: predictions, accuracy, the summed error.

No other formula uses these quantities.
"""

from collections.abc import Iterator, Sequence

from backprop_sheet.formula import Name, Number, Op, Tree, negative, parse, total
from backprop_sheet.network.design import Design
from backprop_sheet.network.quantities import (
    ACCURACY,
    CLASS,
    PREDICTION,
    RIGHT,
    RIGHT_SO_FAR,
    SUM_TOTAL,
    TOTAL,
    Carried,
    Derived,
    Kind,
    Moment,
)


def measures(
    design: Design, judged: Sequence[tuple[Sequence[str], Sequence[str]]]
) -> Iterator[Derived]:
    """Declare the measures of a design.

    Args:
        design: the choices that make the network.
        judged: of each sample of a row, its targets and the outputs that are compared with them.
    """
    if design.classes:
        for sample, (targets, outputs) in enumerate(judged, start=1):
            yield from _of_sample(design, sample, targets, outputs)
        if design.samples > 1:
            yield _adding_up(RIGHT_SO_FAR, design.of_each_sample([RIGHT]))
            share = parse(f"{RIGHT_SO_FAR}/{design.samples}")
            yield Derived(ACCURACY, Kind.MEASURE, share)
    if "sum" in design.columns:
        yield _adding_up(SUM_TOTAL, [TOTAL])


def _of_sample(
    design: Design, sample: int, targets: Sequence[str], outputs: Sequence[str]
) -> Iterator[Derived]:
    """The class of a sample, the class that the outputs predict, and whether the two are equal."""
    own, prediction = targets[0], design.named(PREDICTION, sample)
    if len(outputs) == 1:
        predicted = _nearer(outputs[0], *design.classes)
    else:
        own, predicted = design.named(CLASS, sample), _largest(outputs)
        yield Derived(own, Kind.MEASURE, _largest(targets))
    yield Derived(prediction, Kind.MEASURE, predicted)
    apart = parse(f"where(abs({own} - {prediction}), 0, 1)")
    yield Derived(design.named(RIGHT, sample), Kind.MEASURE, apart)


def _adding_up(name: str, of: Sequence[str]) -> Carried:
    """The sum of quantities over an epoch: each row adds its own to the number of the row above."""
    formula = total(map(Name, [name, *of]))
    return Carried(name, Kind.MEASURE, formula, restarts_each=Moment.EPOCH)


def _nearer(output: str, low: float, high: float) -> Tree:
    """The class that an output is nearer to; the lower one if it is as near to both."""
    middle, signal = (low + high) / 2, Name(output)
    above = Op("-", (signal, _number(middle))) if middle else signal
    return Op("where", (above, _number(high), _number(low)))


def _largest(names: Sequence[str], first: int = 1) -> Tree:
    """The number of the largest of some quantities, counted from `first`; the first of equal ones.

    The largest of one half is compared with that of the other, then the halves of the better half:
    a formula that grows little faster than the number of quantities, and is not deeply nested.
    """
    if len(names) == 1:
        return Number(first)
    middle = len(names) // 2
    left, right = names[:middle], names[middle:]
    later_wins = Op("-", (_maximum(right), _maximum(left)))
    return Op("where", (later_wins, _largest(right, first + middle), _largest(left, first)))


def _maximum(names: Sequence[str]) -> Tree:
    if len(names) == 1:
        return Name(names[0])
    middle = len(names) // 2
    return Op("max", (_maximum(names[:middle]), _maximum(names[middle:])))


def _number(value: float) -> Tree:
    """A number as a formula writes it: without a decimal point if it is whole."""
    size = Number(int(abs(value)) if value.is_integer() else abs(value))
    return negative(size) if value < 0 else size
