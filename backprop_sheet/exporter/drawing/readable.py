"""Which drawing of a network a sheet has: of a large one, as much as can be read."""

from backprop_sheet.diagram import Diagram, Shortening, diagram_of
from backprop_sheet.exporter.drawing.shapes import unnamed
from backprop_sheet.exporter.layout import ROW_HEIGHT, Layout

FEWER = (5, 4)
"""How many circles of a column are drawn where `Shortening` leaves some out: in a sheet's drawing,
ten would have no room for their names."""


def readable_diagram(layout: Layout) -> Diagram:
    """The drawing of a network in its sheet.

    It is shortened where that of `draw` is: to as many circles of a column as have names or, where
    so many columns leave no room for names, as much as that of `draw`.
    """
    network, area = layout.network, layout.drawing
    size = layout.breadth(area), (area.bottom - area.top + 1) * ROW_HEIGHT
    usual = diagram_of(network, *size, most=Shortening())
    if not usual.omitted:
        return diagram_of(network, *size)
    shortened = (diagram_of(network, *size, most=Shortening(rows=rows)) for rows in FEWER)
    return min((usual, *shortened), key=lambda diagram: len(unnamed(diagram)))
