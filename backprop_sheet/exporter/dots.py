"""A chart of means over names: a dot for each, with its spread as a bar through it."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, isnan

from openpyxl.chart import LineChart
from openpyxl.chart.axis import ChartLines, NumericAxis
from openpyxl.chart.data_source import (
    AxDataSource,
    NumDataSource,
    NumRef,
    StrData,
    StrRef,
    StrVal,
)
from openpyxl.chart.error_bar import ErrorBars
from openpyxl.chart.marker import Marker
from openpyxl.chart.series import Series, SeriesLabel
from openpyxl.chart.shapes import GraphicalProperties
from openpyxl.drawing.line import LineProperties

from backprop_sheet.exporter.chart import FRAME, HAIRLINE, cached, line_look, set_look, titled
from backprop_sheet.palette import Stroke

UNITS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2)
"""Possible distances between two lines of the axis."""
LINES = 6
"""The most lines that the axis has, unless they are already as far apart as possible."""


@dataclass(frozen=True)
class Dots:
    """Dots with their names. References include the name of the sheet.

    Attributes:
        title: what stands above the chart.
        quantity: what the dots show, for the axis.
        name_cells, names: a reference to the names, and the names.
        cells, values: a reference to the shares that are shown, and the shares; NaN where a cell
            has no number.
        spread_cells, spreads: likewise the length of the bar above each dot, and below it.
        color: their colour as RRGGBB.
    """

    title: str
    quantity: str
    name_cells: str
    names: Sequence[str]
    cells: str
    values: Sequence[float]
    spread_cells: str
    spreads: Sequence[float]
    color: str


def dot_chart(dots: Dots) -> LineChart:
    """A chart of shares of a whole, in per cent, on an axis that holds all dots and bars."""
    chart = LineChart()
    chart.style = None
    chart.title = titled(dots.title, 1400)
    set_look(chart)
    chart.x_axis.tickLblPos = "low"
    chart.y_axis.majorGridlines = ChartLines(spPr=GraphicalProperties(ln=line_look(FRAME)))
    chart.y_axis.title = titled(dots.quantity, 900)
    chart.y_axis.crosses = "min"
    _fit(chart.y_axis, dots)
    chart.series = [_series(dots)]
    return chart


def _fit(axis: NumericAxis, dots: Dots) -> None:
    """Have the axis hold all dots with their bars, between two of its lines."""
    spreads = [0.0 if isnan(spread) else spread for spread in dots.spreads]
    shown = [(v - s, v + s) for v, s in zip(dots.values, spreads, strict=True) if not isnan(v)]
    low = max(0.0, min((ends[0] for ends in shown), default=0.0))
    high = min(1.0, max((ends[1] for ends in shown), default=1.0))
    unit = next((unit for unit in UNITS if high - low <= unit * (LINES - 1)), UNITS[-1])
    first, last = int(low / unit), max(ceil(high / unit), int(low / unit) + 1)
    axis.scaling.min, axis.scaling.max = round(first * unit, 3), round(last * unit, 3)
    axis.majorUnit = unit
    axis.number_format = "0%" if unit >= UNITS[3] else "0.0%"


def _series(dots: Dots) -> Series:
    names = [StrVal(idx=k, v=name) for k, name in enumerate(dots.names)]
    strings = StrRef(f=dots.name_cells, strCache=StrData(ptCount=len(names), pt=names))
    series = Series(
        idx=0,
        order=0,
        tx=SeriesLabel(v=dots.quantity),
        cat=AxDataSource(strRef=strings),
        val=NumDataSource(numRef=NumRef(f=dots.cells, numCache=cached(dots.values))),
    )
    look = GraphicalProperties(solidFill=dots.color)
    series.marker = Marker(symbol="circle", size=8, spPr=look)
    series.graphicalProperties = GraphicalProperties(ln=LineProperties(noFill=True))
    series.smooth = False
    series.errBars = _error_bars(dots)
    return series


def _error_bars(dots: Dots) -> ErrorBars:
    bars = ErrorBars(
        errBarType="both",
        errValType="cust",
        noEndCap=False,
        plus=_spread(dots),
        minus=_spread(dots),
        spPr=GraphicalProperties(ln=line_look(Stroke(dots.color, "solid"), 2 * HAIRLINE)),
    )
    # The order of the schema; openpyxl writes minus before plus.
    bars.__elements__ = ("errDir", "errBarType", "errValType", "noEndCap", "plus", "minus", "spPr")
    return bars


def _spread(dots: Dots) -> NumDataSource:
    return NumDataSource(numRef=NumRef(f=dots.spread_cells, numCache=cached(dots.spreads)))
