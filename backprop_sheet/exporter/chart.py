"""The chart of the error over the epochs, as the original has it."""

from collections.abc import Sequence
from math import ceil

from openpyxl.chart import ScatterChart
from openpyxl.chart.axis import ChartLines
from openpyxl.chart.data_source import AxDataSource, NumData, NumDataSource, NumRef, NumVal
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

GREY, GRID, WHITE = "595959", "D9D9D9", "FFFFFF"
HAIRLINE = 9525
"""A line of 0.75 points, in EMU."""
MARKED = 200
"""Points up to which each has a marker of its own."""
CACHED = 1000
"""Points of which the chart keeps a copy, for viewers that do not read the cells."""
LABELS = 15
"""Epochs that the axis names, at most."""


def error_chart(epochs: str, cells: str, errors: Sequence[float], color: str) -> ScatterChart:
    """The chart LOSS.

    Args:
        epochs: the reference of the epochs' numbers, with the sheet's name.
        cells: that of the errors.
        errors: their values.
        color: of line and markers, RRGGBB.
    """
    chart = ScatterChart()
    chart.style = None
    chart.scatterStyle = "lineMarker"
    chart.title = _title("LOSS", 1400)
    chart.legend = None
    chart.roundedCorners = False
    chart.graphical_properties = GraphicalProperties(solidFill=WHITE, ln=_line(GRID))
    hatching = PatternFillProperties(
        prst="ltDnDiag", fgClr=ColorChoice(srgbClr=GRID), bgClr=ColorChoice(srgbClr=WHITE)
    )
    chart.plot_area.graphicalProperties = GraphicalProperties(pattFill=hatching)
    for axis in (chart.x_axis, chart.y_axis):
        axis.delete = False  # openpyxl's default hides the axes
        axis.majorTickMark = "none"
        axis.majorGridlines = ChartLines(spPr=GraphicalProperties(ln=_line(GRID)))
        axis.graphicalProperties = GraphicalProperties(ln=_line(GRID))
        axis.txPr = RichText(p=[Paragraph(pPr=_character(900), endParaRPr=CharacterProperties())])
        axis.number_format = "General"
        axis.scaling.min = 0
    step = label_step(len(errors))
    chart.x_axis.title = _title("epoch", 900)
    chart.x_axis.majorUnit = step
    chart.x_axis.scaling.max = max(step, step * ceil((len(errors) - 1) / step))
    chart.series.append(_series(epochs, cells, errors, color))
    return chart


def label_step(epochs: int) -> int:
    """How many epochs lie between two that the axis names: 1, 2, 5, 10, 20, 50 and so on."""
    power = 1
    while True:
        for step in (power, 2 * power, 5 * power):
            if epochs <= step * LABELS:
                return step
        power *= 10


def _series(epochs: str, cells: str, errors: Sequence[float], color: str) -> XYSeries:
    series = XYSeries(
        idx=0,
        order=0,
        tx=SeriesLabel(v="E_tot"),
        xVal=AxDataSource(numRef=NumRef(f=epochs, numCache=_cache(range(len(errors))))),
        yVal=NumDataSource(numRef=NumRef(f=cells, numCache=_cache(errors))),
    )
    series.smooth = False
    series.graphicalProperties = GraphicalProperties(ln=_line(color))
    look = GraphicalProperties(solidFill=WHITE, ln=_line(color, 2 * HAIRLINE))
    marked = len(errors) <= MARKED
    series.marker = Marker(symbol="diamond", size=6, spPr=look) if marked else Marker("none")
    return series


def _cache(values: Sequence[float]) -> NumData:
    """A copy of the values; of very many, evenly spread ones."""
    kept = range(0, len(values), ceil(len(values) / CACHED))
    points = [NumVal(idx=k, v=repr(values[k])) for k in kept]
    return NumData(formatCode="General", ptCount=len(values), pt=points)


def _line(color: str, width: int = HAIRLINE) -> LineProperties:
    return LineProperties(solidFill=color, w=width)


def _character(size: int) -> ParagraphProperties:
    return ParagraphProperties(defRPr=CharacterProperties(sz=size, b=False, solidFill=GREY))


def _title(text: str, size: int) -> Title:
    font = CharacterProperties(sz=size, b=False, solidFill=GREY)
    line = Paragraph(pPr=ParagraphProperties(defRPr=font), r=[RegularTextRun(rPr=font, t=text)])
    return Title(tx=Text(rich=RichText(p=[line])), overlay=False)
