"""Charts: the original's of the error, of the accuracy, of several curves; and bars."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, isnan

from openpyxl.chart import BarChart, LineChart, ScatterChart
from openpyxl.chart.axis import ChartLines
from openpyxl.chart.data_source import (
    AxDataSource,
    NumData,
    NumDataSource,
    NumRef,
    NumVal,
    StrData,
    StrRef,
    StrVal,
)
from openpyxl.chart.legend import Legend, LegendEntry
from openpyxl.chart.marker import Marker
from openpyxl.chart.series import Series, SeriesLabel, XYSeries
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.chart.text import RichText, Text
from openpyxl.chart.title import Title
from openpyxl.drawing.colors import ColorChoice
from openpyxl.drawing.fill import PatternFillProperties
from openpyxl.drawing.line import LineProperties
from openpyxl.drawing.text import (
    CharacterProperties,
    Paragraph,
    ParagraphProperties,
    RegularTextRun,
    RichTextProperties,
)

from backprop_sheet.palette import Stroke, places_named

GREY, GRID, WHITE = "595959", "D9D9D9", "FFFFFF"
FRAME = Stroke(GRID, "solid")
HAIRLINE = 9525
"""The width of a line of 0.75 points, in EMU."""
MOST_MARKERS = 200
"""The most points that have markers."""
MOST_CACHED = 1000
"""The most points that the chart keeps a copy of, for viewers that do not read the cells."""
MOST_LABELS, FEW_LABELS = 15, 6
"""The most labels on the axis of epochs: in wide charts, and in those of a sheet's first screen."""


@dataclass(frozen=True)
class Curve:
    """One curve of a chart. References include the name of the sheet.

    Attributes:
        name: the name in the legend.
        epoch_cells: a reference to the numbers of the epochs.
        cells: a reference to the errors, or to what else the curve shows.
        values: the values in these cells; NaN where a cell has no number.
        stroke: colour and dash.
        name_cell: a reference to the cell that has the name; empty if there is none.
        first_epoch: the number of the first epoch, the same for all curves of a chart.
    """

    name: str
    epoch_cells: str
    cells: str
    values: Sequence[float]
    stroke: Stroke
    name_cell: str = ""
    first_epoch: int = 0


def error_chart(curve: Curve, axis: str = "") -> ScatterChart:
    """The original's chart LOSS, whose upright axis has no title; with one, the chart ERROR.

    LOSS is wide. ERROR may be narrow: its labels are few and level.
    """
    return _single_chart("ERROR" if axis else "LOSS", curve, axis)


def accuracy_chart(curve: Curve, axis: str = "") -> ScatterChart:
    """A chart of the accuracy in the look of that of the error, from 0 to 1."""
    chart = _single_chart("ACCURACY", curve, axis)
    chart.y_axis.scaling.max, chart.y_axis.majorUnit = 1, 0.2
    chart.y_axis.number_format = "0%"
    return chart


def _single_chart(title: str, curve: Curve, axis: str) -> ScatterChart:
    """A chart of one curve with markers on a hatched background."""
    chart = _chart(title, [curve], axis, FEW_LABELS if axis else MOST_LABELS)
    if axis:  # programs slant labels that are close to each other
        for labelled in (chart.x_axis, chart.y_axis):
            labelled.txPr.bodyPr = RichTextProperties(rot=0)
    hatching = PatternFillProperties(
        prst="ltDnDiag", fgClr=ColorChoice(srgbClr=GRID), bgClr=ColorChoice(srgbClr=WHITE)
    )
    chart.plot_area.graphicalProperties = GraphicalProperties(pattFill=hatching)
    if len(curve.values) <= MOST_MARKERS:
        line = line_look(Stroke(curve.stroke.color, "solid"), 2 * HAIRLINE)
        look = GraphicalProperties(solidFill=WHITE, ln=line)
        chart.series[0].marker = Marker(symbol="diamond", size=6, spPr=look)
    return chart


def comparison_chart(
    title: str, curves: Sequence[Curve], axis: str = "", *, logarithmic: bool
) -> ScatterChart:
    """A chart of several curves with a legend, its error axis linear or logarithmic."""
    chart = _chart(title, curves, axis)
    chart.legend = _legend(len(curves))
    if logarithmic:
        chart.y_axis.scaling.logBase, chart.y_axis.scaling.min = 10, None
        chart.y_axis.number_format = "0E+00"
        chart.x_axis.tickLblPos = "low"
        chart.y_axis.crosses, chart.x_axis.crosses = "min", "min"
    for series, curve in zip(chart.series, curves, strict=True):
        series.graphicalProperties = GraphicalProperties(ln=line_look(curve.stroke, 2 * HAIRLINE))
    return chart


def _legend(curves: int) -> Legend:
    """A legend on the right: below, LibreOffice gives it half of the height.

    Of many curves it names some, evenly from the first to the last: their colours are a scale.
    """
    legend = Legend()
    legend.position = "r"
    legend.txPr = text_look(900)
    left_out = sorted({*range(curves)}.difference(places_named(curves)))
    legend.legendEntry = [LegendEntry(idx=place, delete=True) for place in left_out]
    return legend


def _chart(
    title: str, curves: Sequence[Curve], axis_title: str, most_labels: int = MOST_LABELS
) -> ScatterChart:
    chart = ScatterChart()
    chart.style = None
    chart.scatterStyle = "lineMarker"
    chart.title = titled(title, 1400)
    set_look(chart)
    for axis in (chart.x_axis, chart.y_axis):
        axis.majorGridlines = ChartLines(spPr=GraphicalProperties(ln=line_look(FRAME)))
        axis.scaling.min = 0
    first, longest = curves[0].first_epoch, max(len(curve.values) for curve in curves)
    step = label_interval(longest, most_labels)
    chart.x_axis.title = titled("epoch", 900)
    if axis_title:
        chart.y_axis.title = titled(axis_title, 900)
    chart.x_axis.majorUnit = step
    chart.x_axis.scaling.min = first
    chart.x_axis.scaling.max = first + max(step, step * ceil((longest - 1) / step))
    chart.series = [_series(number, curve) for number, curve in enumerate(curves)]
    return chart


@dataclass(frozen=True)
class Bars:
    """Bars of a chart. References include the name of the sheet.

    Attributes:
        name: what they show.
        label_cells: a reference to the numbers below the bars.
        labels: these numbers.
        cells: a reference to the heights.
        values: the heights.
        color: their colour as RRGGBB.
    """

    name: str
    label_cells: str
    labels: Sequence[int]
    cells: str
    values: Sequence[float]
    color: str


def share_chart(bars: Bars) -> BarChart:
    """A chart of shares of a whole, as bars from 0 to 100 %, without a title."""
    chart = BarChart()
    chart.style = None
    chart.gapWidth = 40
    set_look(chart)
    chart.y_axis.majorGridlines = ChartLines(spPr=GraphicalProperties(ln=line_look(FRAME)))
    chart.y_axis.scaling.min, chart.y_axis.scaling.max = 0, 1
    chart.y_axis.majorUnit, chart.y_axis.number_format = 0.25, "0%"
    labels = NumRef(f=bars.label_cells, numCache=cached(bars.labels))
    heights = NumRef(f=bars.cells, numCache=cached(bars.values))
    series = Series(
        idx=0,
        order=0,
        tx=SeriesLabel(v=bars.name),
        cat=AxDataSource(numRef=labels),
        val=NumDataSource(numRef=heights),
    )
    series.graphicalProperties = GraphicalProperties(solidFill=bars.color)
    chart.series = [series]
    return chart


def set_look(chart: ScatterChart | BarChart | LineChart) -> None:
    """What all charts have in common."""
    chart.legend = None
    chart.roundedCorners = False
    chart.graphical_properties = GraphicalProperties(solidFill=WHITE, ln=line_look(FRAME))
    for axis in (chart.x_axis, chart.y_axis):
        axis.delete = False  # openpyxl's default hides the axes
        axis.majorTickMark = "none"
        axis.graphicalProperties = GraphicalProperties(ln=line_look(FRAME))
        axis.txPr = text_look(900)
        axis.number_format = "General"


def label_interval(epochs: int, most: int = MOST_LABELS) -> int:
    """The number of epochs from one label of the axis to the next: 1, 2, 5, 10, 20 and so on."""
    power = 1
    while True:
        for step in (power, 2 * power, 5 * power):
            if epochs <= step * most:
                return step
        power *= 10


def _series(number: int, curve: Curve) -> XYSeries:
    name = SeriesLabel(v=curve.name)
    if curve.name_cell:
        points = [StrVal(idx=0, v=curve.name)]
        name = SeriesLabel(strRef=StrRef(f=curve.name_cell, strCache=StrData(ptCount=1, pt=points)))
    epochs = range(curve.first_epoch, curve.first_epoch + len(curve.values))
    series = XYSeries(
        idx=number,
        order=number,
        tx=name,
        xVal=AxDataSource(numRef=NumRef(f=curve.epoch_cells, numCache=cached(epochs))),
        yVal=NumDataSource(numRef=NumRef(f=curve.cells, numCache=cached(curve.values))),
    )
    series.smooth = False
    series.graphicalProperties = GraphicalProperties(ln=line_look(curve.stroke))
    series.marker = Marker("none")
    return series


def cached(values: Sequence[float]) -> NumData:
    """A copy of the values; if there are very many, of some evenly spaced ones."""
    kept = range(0, len(values), ceil(len(values) / MOST_CACHED))
    points = [NumVal(idx=k, v=repr(values[k])) for k in kept if not isnan(values[k])]
    return NumData(formatCode="General", ptCount=len(values), pt=points)


def line_look(stroke: Stroke, width: int = HAIRLINE) -> LineProperties:
    return LineProperties(solidFill=stroke.color, w=width, prstDash=stroke.dash)


def text_look(size: int) -> RichText:
    font = CharacterProperties(sz=size, b=False, solidFill=GREY)
    line = Paragraph(pPr=ParagraphProperties(defRPr=font), endParaRPr=CharacterProperties())
    return RichText(p=[line])


def titled(text: str, size: int) -> Title:
    font = CharacterProperties(sz=size, b=False, solidFill=GREY)
    line = Paragraph(pPr=ParagraphProperties(defRPr=font), r=[RegularTextRun(rPr=font, t=text)])
    return Title(tx=Text(rich=RichText(p=[line])), overlay=False)
