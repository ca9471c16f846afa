"""The pictures of a sheet: the charts, and the drawing with its numbers."""

from collections.abc import Mapping
from copy import copy
from math import nan
from typing import NamedTuple

from openpyxl.worksheet.worksheet import Worksheet

from backprop_sheet.diagram import WEIGHT_ROLE
from backprop_sheet.exporter import page, table
from backprop_sheet.exporter.blanks import Blanks
from backprop_sheet.exporter.boxes import write_box
from backprop_sheet.exporter.chart import Curve, accuracy_chart, error_chart
from backprop_sheet.exporter.drawing import labels, shapes
from backprop_sheet.exporter.drawing.legend import legend
from backprop_sheet.exporter.drawing.readable import readable_diagram
from backprop_sheet.exporter.layout import Layout
from backprop_sheet.exporter.look import Look
from backprop_sheet.fixed import Fixed
from backprop_sheet.network import ACCURACY
from backprop_sheet.palette import Stroke

HIDDEN = "hidden sum"
"""The look of the places of a kernel."""
CHART_TASK = "Put your chart here: {error} over the epochs"


def add_charts(
    sheet: Worksheet, look: Look, layout: Layout, shown: table.Values, blanks: Blanks
) -> None:
    """Add the chart of the error, or mark its place, and the chart of the accuracy."""
    of_epochs = slice(len(layout.network.samples) - 1, None, len(layout.network.samples))
    places = [(layout.network.error, layout.error_column, layout.chart, error_chart)]
    if layout.accuracy_chart:
        accuracy = (ACCURACY, layout.accuracy_column, layout.accuracy_chart, accuracy_chart)
        places.append(accuracy)
    for name, cells, area, chart in places:
        heading = layout.heading(name)
        if name == layout.network.error and not blanks.chart:
            text = CHART_TASK.format(error=heading)
            write_box(sheet, look, [text], area, ("table blank", "table blank"))
            continue
        curve = Curve(
            name=heading,
            epoch_cells=f"'{sheet.title}'!{layout.epoch_column.absolute}",
            cells=f"'{sheet.title}'!{cells.absolute}",
            values=[x if isinstance(x, float) else nan for x in shown.column(name)[of_epochs]],
            stroke=Stroke(look.text_color("chart curve"), "solid"),
        )
        axis = "" if layout.as_original else heading
        page.add_chart(sheet, chart(curve, axis), area, layout.width(area.right))


class Drawing(NamedTuple):
    """What is to be added to a sheet for its drawing.

    Attributes:
        numbers: the values of formulas, by address.
        shapes: the XML of the shapes.
        legend: what is to be said of it.
    """

    numbers: Mapping[str, float | str] = Fixed()
    shapes: str = ""
    legend: str = ""


def add_drawing(sheet: Worksheet, look: Look, layout: Layout, untold: set[str]) -> Drawing:
    """Write the labels of the drawing into cells."""
    area = layout.drawing
    diagram = readable_diagram(layout)
    values: dict[str, float | str] = {}
    texts = labels.labels(layout, diagram, untold)
    for label in texts:
        cell = sheet[label.cell]
        cell.value, cell.style = label.content, _style(layout, label.style)
        alignment = copy(cell.alignment)
        alignment.horizontal, alignment.indent = "left", label.indent
        cell.alignment = alignment
        if label.value:
            values[label.cell] = label.value
    roles = {node.role for node in diagram.nodes.values()} | {"line", "outline"}
    colors = {
        role: (look.fill_color(style), look.text_color(style))
        for role in roles
        for style in [_style(layout, f"drawing {HIDDEN if role == WEIGHT_ROLE else role}")]
    }
    description = f"The network {'-'.join(map(str, layout.network.layers))}: " + ", ".join(
        label.value or label.content for label in texts
    )
    charts = 2 if layout.accuracy_chart else 1
    anchor = shapes.drawing(
        diagram, labels.arrow_pieces(layout, diagram, texts), area, colors, description, charts
    )
    return Drawing(values, anchor, legend(layout, diagram, texts))


def _style(layout: Layout, style: str) -> str:
    """The style of a part of a drawing: the original's have styles of their own."""
    return style if layout.as_original else style.replace("drawing", "network", 1)
