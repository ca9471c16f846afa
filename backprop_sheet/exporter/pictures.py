"""The pictures of a sheet: the charts, and the drawing with its numbers."""

from collections.abc import Callable, Mapping
from copy import copy
from math import nan
from typing import NamedTuple

from openpyxl.chart import ScatterChart
from openpyxl.worksheet.worksheet import Worksheet

from backprop_sheet.diagram import WEIGHT_ROLE
from backprop_sheet.exporter import page, table
from backprop_sheet.exporter.blanks import Blanks
from backprop_sheet.exporter.blanks.charted import Charted
from backprop_sheet.exporter.boxes import write_box
from backprop_sheet.exporter.chart import Curve, accuracy_chart, error_chart
from backprop_sheet.exporter.drawing import labels, shapes
from backprop_sheet.exporter.drawing.legend import legend
from backprop_sheet.exporter.drawing.readable import readable_diagram
from backprop_sheet.exporter.formulas import Content
from backprop_sheet.exporter.layout import Layout
from backprop_sheet.exporter.look import Look
from backprop_sheet.fixed import Fixed
from backprop_sheet.network import ACCURACY
from backprop_sheet.ooxml.addresses import Area
from backprop_sheet.palette import Stroke

HIDDEN = "hidden sum"
"""The look of the places of a kernel."""
CHART_TASK = "Put your chart here: {error} over the epochs"


class Chart(NamedTuple):
    """A chart of a sheet.

    Attributes:
        name: the quantity that it shows.
        cells: this quantity's cells, one for each epoch or row.
        area: where the chart is.
        make: makes it.
    """

    name: str
    cells: Area
    area: Area
    make: Callable[[Curve, str], ScatterChart]

    def values(self, layout: Layout, shown: table.Values) -> list[Content]:
        """What the quantity's cells show, for each epoch."""
        samples = len(layout.network.samples)
        return shown.column(self.name)[samples - 1 :: samples]


def charts_of(layout: Layout, blanks: Blanks) -> list[Chart]:
    """The charts that a sheet has: of the error, unless that is left to do, and of the accuracy."""
    found = []
    if blanks.chart:
        found.append(Chart(layout.network.error, layout.error_column, layout.chart, error_chart))
    if layout.accuracy_chart:
        found.append(Chart(ACCURACY, layout.accuracy_column, layout.accuracy_chart, accuracy_chart))
    return found


def charted(layout: Layout, shown: table.Values, blanks: Blanks) -> Charted | None:
    """What its charts show instead of cells that follow from blank ones; None if none do."""
    charts = charts_of(layout, blanks) if blanks.columns else []
    if not charts:
        return None
    of = {chart.name: (chart.cells, chart.values(layout, shown)) for chart in charts}
    return Charted(layout, blanks, of)


def add_charts(
    sheet: Worksheet,
    look: Look,
    layout: Layout,
    shown: table.Values,
    blanks: Blanks,
    instead: Charted | None = None,
) -> None:
    """Add the chart of the error, or mark its place, and the chart of the accuracy.

    Args:
        sheet: the sheet.
        look: the styles to use.
        layout: the positions in the sheet.
        shown: what the table's cells show.
        blanks: what is left blank.
        instead: cells that the charts refer to instead of those of their quantities.
    """
    if not blanks.chart:
        text = CHART_TASK.format(error=layout.heading(layout.network.error))
        write_box(sheet, look, [text], layout.chart, ("table blank", "table blank"))
    for each in charts_of(layout, blanks):
        cells = instead.columns[each.name] if instead else each.cells
        values = instead.values[each.name] if instead else each.values(layout, shown)
        heading = layout.heading(each.name)
        curve = Curve(
            name=heading,
            epoch_cells=f"'{sheet.title}'!{layout.epoch_column.absolute}",
            cells=f"'{sheet.title}'!{cells.absolute}",
            values=[x if isinstance(x, float) else nan for x in values],
            stroke=Stroke(look.text_color("chart curve"), "solid"),
        )
        chart = each.make(curve, "" if layout.as_original else heading)
        chart.visible_cells_only = instead is None
        page.add_chart(sheet, chart, each.area, layout.width(each.area.right))


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
