"""Charts of the error over the epochs: the original's, and several curves in one."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from openpyxl.chart import ScatterChart
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
from openpyxl.chart.legend import Legend
from openpyxl.chart.marker import Marker
from openpyxl.chart.series import SeriesLabel, XYSeries
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
)

from backprop_sheet.palette import Stroke

GREY, GRID, WHITE = "595959", "D9D9D9", "FFFFFF"
HAIRLINE = 9525
"""A line of 0.75 points, in EMU."""
MARKED = 200
"""Points up to which each has a marker of its own."""
CACHED = 1000
"""Points of which the chart keeps a copy, for viewers that do not read the cells."""
LABELS = 15
"""Epochs that the axis names, at most."""


@dataclass(frozen=True)
class Curve:
    """One line of a chart.

    Attributes:
        name: what it is called, or the reference of the cell that says so.
        epochs: the reference of the epochs' numbers, with the sheet's name.
        cells: that of the errors.
        errors: their values.
        stroke: colour and dash.
        called: the name, where `name` is a reference.
        first: the number of the first epoch, the same for all lines of a chart.
    """

    name: str
    epochs: str
    cells: str
    errors: Sequence[float]
    stroke: Stroke
    called: str = ""
    first: int = 0


def error_chart(curve: Curve) -> ScatterChart:
    """The original's chart LOSS: one curve with markers on a hatched ground."""
    chart = _chart("LOSS", [curve])
    hatching = PatternFillProperties(
        prst="ltDnDiag", fgClr=ColorChoice(srgbClr=GRID), bgClr=ColorChoice(srgbClr=WHITE)
    )
    chart.plot_area.graphicalProperties = GraphicalProperties(pattFill=hatching)
    if len(curve.errors) <= MARKED:
        line = _line(Stroke(curve.stroke.color, "solid"), 2 * HAIRLINE)
        look = GraphicalProperties(solidFill=WHITE, ln=line)
        chart.series[0].marker = Marker(symbol="diamond", size=6, spPr=look)
    return chart


def comparison_chart(title: str, curves: Sequence[Curve], *, logarithmic: bool) -> ScatterChart:
    """Several curves with a legend, the error on a linear or on a logarithmic axis."""
    chart = _chart(title, curves)
    chart.legend = Legend()
    chart.legend.position = "b"
    chart.legend.txPr = _text(900)
    if logarithmic:
        chart.y_axis.scaling.logBase, chart.y_axis.scaling.min = 10, None
        chart.y_axis.number_format = "0E+00"
        chart.x_axis.tickLblPos = "low"
        chart.y_axis.crosses, chart.x_axis.crosses = "min", "min"
    for series, curve in zip(chart.series, curves, strict=True):
        series.graphicalProperties = GraphicalProperties(ln=_line(curve.stroke, 2 * HAIRLINE))
    return chart


def _chart(title: str, curves: Sequence[Curve]) -> ScatterChart:
    chart = ScatterChart()
    chart.style = None
    chart.scatterStyle = "lineMarker"
    chart.title = _title(title, 1400)
    chart.legend = None
    chart.roundedCorners = False
    frame = Stroke(GRID, "solid")
    chart.graphical_properties = GraphicalProperties(solidFill=WHITE, ln=_line(frame))
    for axis in (chart.x_axis, chart.y_axis):
        axis.delete = False  # openpyxl's default hides the axes
        axis.majorTickMark = "none"
        axis.majorGridlines = ChartLines(spPr=GraphicalProperties(ln=_line(frame)))
        axis.graphicalProperties = GraphicalProperties(ln=_line(frame))
        axis.txPr = _text(900)
        axis.number_format = "General"
        axis.scaling.min = 0
    first, longest = curves[0].first, max(len(curve.errors) for curve in curves)
    step = label_step(longest)
    chart.x_axis.title = _title("epoch", 900)
    chart.x_axis.majorUnit = step
    chart.x_axis.scaling.min = first
    chart.x_axis.scaling.max = first + max(step, step * ceil((longest - 1) / step))
    chart.series = [_series(number, curve) for number, curve in enumerate(curves)]
    return chart


def label_step(epochs: int) -> int:
    """How many epochs lie between two that the axis names: 1, 2, 5, 10, 20, 50 and so on."""
    power = 1
    while True:
        for step in (power, 2 * power, 5 * power):
            if epochs <= step * LABELS:
                return step
        power *= 10


def _series(number: int, curve: Curve) -> XYSeries:
    name = SeriesLabel(v=curve.name)
    if curve.called:
        points = [StrVal(idx=0, v=curve.called)]
        name = SeriesLabel(strRef=StrRef(f=curve.name, strCache=StrData(ptCount=1, pt=points)))
    epochs = range(curve.first, curve.first + len(curve.errors))
    series = XYSeries(
        idx=number,
        order=number,
        tx=name,
        xVal=AxDataSource(numRef=NumRef(f=curve.epochs, numCache=_cache(epochs))),
        yVal=NumDataSource(numRef=NumRef(f=curve.cells, numCache=_cache(curve.errors))),
    )
    series.smooth = False
    series.graphicalProperties = GraphicalProperties(ln=_line(curve.stroke))
    series.marker = Marker("none")
    return series


def _cache(values: Sequence[float]) -> NumData:
    """A copy of the values; of very many, evenly spread ones."""
    kept = range(0, len(values), ceil(len(values) / CACHED))
    points = [NumVal(idx=k, v=repr(values[k])) for k in kept]
    return NumData(formatCode="General", ptCount=len(values), pt=points)


def _line(stroke: Stroke, width: int = HAIRLINE) -> LineProperties:
    return LineProperties(solidFill=stroke.color, w=width, prstDash=stroke.dash)


def _text(size: int) -> RichText:
    font = CharacterProperties(sz=size, b=False, solidFill=GREY)
    line = Paragraph(pPr=ParagraphProperties(defRPr=font), endParaRPr=CharacterProperties())
    return RichText(p=[line])


def _title(text: str, size: int) -> Title:
    font = CharacterProperties(sz=size, b=False, solidFill=GREY)
    line = Paragraph(pPr=ParagraphProperties(defRPr=font), r=[RegularTextRun(rPr=font, t=text)])
    return Title(tx=Text(rich=RichText(p=[line])), overlay=False)
