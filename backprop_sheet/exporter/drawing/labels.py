"""The numbers in the drawing. They are cells behind its shapes, not shapes.

A formula in a cell follows the table in every program; a number in a shape can be linked to a cell
only in Excel. An arrow that runs through a label is broken around it.
"""

from collections.abc import Container, Iterable
from math import ceil

from backprop_sheet.diagram import Arrow, Diagram, Point, Rectangle, ends_of_covered, label_points
from backprop_sheet.exporter.drawing.outputs import about_outputs
from backprop_sheet.exporter.drawing.placing import Label, is_apart, number_label, width_of
from backprop_sheet.exporter.drawing.shapes import Line
from backprop_sheet.exporter.layout import ROW_HEIGHT, Layout

WEIGHT = "drawing weight"
"""The style of the weights' labels."""


def labels(layout: Layout, diagram: Diagram, untold: Container[str] = ()) -> list[Label]:
    """The labels of a drawing. Of weights, of errors and of targets there are all or none.

    Args:
        layout: the positions in the sheet.
        diagram: the drawing.
        untold: errors whose formulas it does not tell, only their names.
    """
    found = _weights(layout, diagram)
    if not is_apart(layout, found, []):
        found = []
    return found + about_outputs(layout, diagram, untold, found)


def arrow_pieces(layout: Layout, diagram: Diagram, found: Iterable[Label]) -> list[Line]:
    """The arrows as lines; an arrow that runs through a label, one of those found, becomes two."""
    lines: list[Line] = []
    labelled = any(label.style == WEIGHT for label in found)
    points = _points(layout, diagram) if labelled else {}
    for arrow in diagram.arrows:
        if arrow not in points or arrow.level:
            lines.append((arrow.start, arrow.end, True))
            continue
        (x0, y0), (x1, y1) = arrow.start, arrow.end
        parts = ends_of_covered(arrow, _box_of_weight(layout, arrow, points[arrow]))
        before, after = ((x0 + part * (x1 - x0), y0 + part * (y1 - y0)) for part in parts)
        lines += [(arrow.start, before, False), (after, arrow.end, True)]
    return lines


def _points(layout: Layout, diagram: Diagram) -> dict[Arrow, Point]:
    """The points where the labels of weights are centred; none unless each has room."""

    def box(arrow: Arrow, point: Point) -> Rectangle | None:
        found = _box_of_weight(layout, arrow, point)
        begin, end = sorted((arrow.start[1], arrow.end[1]))
        # A sloping arrow is broken in the row, so it has to reach beyond it on both sides.
        return found if arrow.level or begin < found[1] < found[3] < end else None

    found = label_points(diagram, box)
    weights = {arrow.weight for arrow in diagram.arrows if arrow.weight}
    return found if {arrow.weight for arrow in found} == weights else {}


def _box_of_weight(layout: Layout, arrow: Arrow, point: Point) -> Rectangle:
    """What the label of an arrow takes up that is centred at a point: a part of a row."""
    width, top = width_of(layout, arrow.weight), _row(arrow, point) * ROW_HEIGHT
    left = point[0] - width / 2
    return left, top, left + width, top + ROW_HEIGHT


def _weights(layout: Layout, diagram: Diagram) -> list[Label]:
    """The weights beside their arrows."""
    found = []
    for arrow, point in _points(layout, diagram).items():
        x = point[0] - width_of(layout, arrow.weight) / 2
        found.append(number_label(layout, arrow.weight, x, _row(arrow, point), WEIGHT))
    return found


def _row(arrow: Arrow, point: Point) -> int:
    """The row of an arrow's label, counted from 0: above the arrow if that is level."""
    _, y = point
    return ceil(y / ROW_HEIGHT) - 1 if arrow.level else int(y // ROW_HEIGHT)
