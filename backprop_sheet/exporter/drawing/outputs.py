"""What a drawing says of the outputs: their errors and their targets."""

from collections.abc import Container, Iterable, Iterator, Sequence
from itertools import accumulate, product
from math import ceil, inf

from backprop_sheet.diagram import Arrow, Diagram, Node, Rectangle
from backprop_sheet.exporter.drawing.placing import (
    INDENT,
    WIDTH,
    Label,
    box_of,
    fit,
    is_apart,
    next_column,
    number_label,
    text_label,
)
from backprop_sheet.exporter.layout import ROW_HEIGHT, Layout
from backprop_sheet.exporter.lettering import text_width
from backprop_sheet.formula import PLAIN, write
from backprop_sheet.network import TOTAL, Kind

MOST_TARGETS = 4
"""The most targets that the drawing shows."""
AWAY, CLOSE = (2, 2.5, 3, 4), 44
"""How many radiuses from the middle of an output its labels begin, best first; and how far above
or below its arrow they are at most, in pixels."""


def about_outputs(
    layout: Layout, diagram: Diagram, untold: Container[str], others: Sequence[Label]
) -> list[Label]:
    """Errors and targets, of either all or none.

    Where the formulas of errors have no room, their names stand beside the outputs, with targets.

    Args:
        layout: the positions in the sheet.
        diagram: the drawing.
        untold: errors whose formulas it does not tell, only their names.
        others: the other labels.
    """

    def first(choices: Iterable[list[Label]], *taken: Label) -> list[Label]:
        return next((c for c in choices if _has_room(layout, diagram, c, [*others, *taken])), [])

    def errors(without: Container[str]) -> list[Label]:
        return first(_errors(layout, diagram, without, beside=beside) for beside in (False, True))

    compared = layout.network.compared
    names = {name for one in compared for name in one.errors}
    told = errors(untold)
    if told and (layout.as_original or not all(name in untold for name in names)):
        return told + first(_targets(layout, diagram), *told)
    few = len(layout.network.named(Kind.TARGET)) <= MOST_TARGETS
    targets_of = [(one.output, one.targets * few) for one in compared]
    errors_of = [(one.output, one.errors) for one in compared]
    both = [(one.output, (*one.targets * few, *one.errors)) for one in compared]
    if beside := _beside(layout, diagram, both, others):
        return beside
    told = (
        _beside(layout, diagram, errors_of, others)
        or errors(names)
        or first(_in_one_place(layout, diagram))
    )
    beside = _beside(layout, diagram, targets_of, [*others, *told])
    return told + (beside or first(_targets(layout, diagram), *told))


def _has_room(
    layout: Layout, diagram: Diagram, found: Sequence[Label], others: Sequence[Label]
) -> bool:
    """Whether labels cover nothing of a drawing, and none of the others."""
    return fit(layout, diagram, found) and is_apart(layout, found, others)


def _beside(
    layout: Layout,
    diagram: Diagram,
    said: Iterable[tuple[str, Sequence[str]]],
    others: Sequence[Label],
) -> list[Label]:
    """What is said of each output, above or below the arrow from it; none if one has no room."""
    arrows = {arrow.source: arrow for arrow in diagram.arrows if arrow.target == TOTAL}
    found: list[Label] = []
    for output, names in said:
        if not names:
            continue
        if output not in arrows:
            return []  # it is left out, or a place of a picture
        fitting = (
            block
            for block in _blocks(layout, diagram, diagram.nodes[output], names)
            if _has_room(layout, diagram, block, [*others, *found])
            and _is_told_of(layout, diagram, arrows[output], block)
        )
        if not (block := next(fitting, [])):
            return []
        found += block
    return found


def _blocks(
    layout: Layout, diagram: Diagram, node: Node, names: Sequence[str]
) -> Iterator[list[Label]]:
    """The places of what is said of an output, best first: in rows, then side by side in one."""
    beside, above = _row_beside(node, diagram), node.y <= diagram.height / 2
    xs = [node.x + part * node.radius for part in AWAY]
    for closer, x in product((0, 1 if above else -1), xs):
        top = beside + closer - (len(names) - 1 if above else 0)
        yield [_named(layout, name, x, row) for row, name in enumerate(names, start=top)]
    for x in xs:
        lefts = accumulate(names[1:], lambda left, _: next_column(layout, left), initial=x)
        pairs = zip(reversed(names), lefts, strict=False)  # errors, which are shorter, first
        yield [_named(layout, name, left, beside) for name, left in pairs]


def _named(layout: Layout, name: str, x: float, row: int) -> Label:
    """A target with its number, or the name of an error."""
    if layout.network.quantities[name].kind is Kind.TARGET:
        return number_label(layout, name, x, row, "drawing target")
    return text_label(layout, (x, row), "drawing error", name)


def _is_told_of(layout: Layout, diagram: Diagram, own: Arrow, block: Sequence[Label]) -> bool:
    """Whether labels stand in the drawing, closer to their own arrow than to any other."""
    boxes = [box_of(layout, label) for label in block]
    away = {arrow: min(_distance(arrow, box) for box in boxes) for arrow in diagram.arrows}
    return (
        all(box[1] >= 0 and box[3] <= diagram.height for box in boxes)
        and away[own] == min(away.values()) < CLOSE
    )


def _distance(arrow: Arrow, box: Rectangle) -> float:
    """How far above or below a box an arrow is, in the middle of what they have in common."""
    (x0, y0), (x1, y1) = arrow.start, arrow.end
    left, right = max(x0, box[0]), min(x1, box[2])
    if left >= right:
        return inf
    y = y0 + ((left + right) / 2 - x0) / (x1 - x0) * (y1 - y0)
    return max(box[1] - y, y - box[3])


def _errors(
    layout: Layout, diagram: Diagram, untold: Container[str], *, beside: bool
) -> list[Label]:
    """The errors of the outputs beside them, with their formulas where these are told.

    That of an output which is level with the total error stands above the circle of that, unless
    all are to be beside their outputs.
    """
    network, error = layout.network, diagram.nodes[TOTAL]
    if any(one.output not in diagram.nodes for one in network.compared):
        return []  # some are left out
    found = []
    for name, output in ((name, one.output) for one in network.compared for name in one.errors):
        node = diagram.nodes[output]
        told = f"{name} = {write(network.derived[name].formula, PLAIN)}"
        text = name if name in untold else told
        x, row = node.x + 2 * node.radius, _row_beside(node, diagram)
        if abs(node.y - error.y) < node.radius and not beside:
            row = _row_above(error)
        found.append(text_label(layout, (x, row), "drawing error", text))
    return found


def _in_one_place(layout: Layout, diagram: Diagram) -> Iterator[list[Label]]:
    """The names of all errors in one text, above the total error, or below it."""
    total = diagram.nodes[TOTAL]
    text = ", ".join(name for one in layout.network.compared for name in one.errors)
    above, below = _row_above(total), ceil((total.y + total.radius) / ROW_HEIGHT)
    rows = (above, above - 1, below, below + 1)
    at_the_edge = diagram.width - text_width(text) - INDENT
    for row, x in product(rows, (total.x - total.radius, at_the_edge)):
        yield [text_label(layout, (x, row), "drawing error", text)]


def _targets(layout: Layout, diagram: Diagram) -> Iterator[list[Label]]:
    """The targets, if they are few, at each place where they might stand."""
    targets = layout.network.named(Kind.TARGET)
    if len(targets) <= MOST_TARGETS:
        for x, top in _places_of_targets(diagram, len(targets)):
            yield [
                number_label(layout, name, x, row, "drawing target")
                for row, name in enumerate(targets, start=top)
            ]


def _places_of_targets(diagram: Diagram, rows: int) -> Iterator[tuple[float, int]]:
    """Left edges and first rows for the targets: before the total error, above it, and below."""
    error, last = diagram.nodes[TOTAL], int(diagram.height // ROW_HEIGHT)
    left = error.x - error.radius
    before, middle = left - WIDTH - INDENT, round(diagram.height / ROW_HEIGHT / 2 - rows / 2)
    above = int((error.y - error.radius) // ROW_HEIGHT) - 1 - rows
    below = ceil((error.y + error.radius) / ROW_HEIGHT) + 1
    for x, top in ((before, middle), (before, above), (left, above), (left, below)):
        if 0 <= top <= last - rows:
            yield x, top


def _row_above(node: Node) -> int:
    """The row of a label above a circle."""
    return int((node.y - node.radius) // ROW_HEIGHT) - 1


def _row_beside(node: Node, diagram: Diagram) -> int:
    """The row for a label beside a node: above its middle, or below it in the lower half."""
    return ceil(node.y / ROW_HEIGHT) - (1 if node.y <= diagram.height / 2 else 0)
