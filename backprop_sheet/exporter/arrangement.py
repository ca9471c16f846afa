"""Where everything in a network's sheet goes: the original's layout, or the one of all others."""

from collections.abc import Mapping, Sequence
from itertools import accumulate
from math import ceil

from backprop_sheet import derivation
from backprop_sheet.derivation import Box
from backprop_sheet.errors import InputError
from backprop_sheet.exporter.layout import (
    BAND,
    CHARACTER_WIDTH,
    COLUMN_WIDTH,
    ERROR_WIDTH,
    Layout,
)
from backprop_sheet.network import ACCURACY, EPOCH, SAMPLE, Kind, Network
from backprop_sheet.network.symbols import ORIGINAL_LAYERS
from backprop_sheet.ooxml.addresses import LAST_COLUMN, LAST_ROW, Area, letters

ORIGINAL_LINES = [11, 5, 4, 2, 4, 4]
"""Lines in each of the original's boxes; the fifth shows only three of its four."""
SETTING = 6
"""The column of η's value in the original, F. More settings are to its right, each with its name on
the left."""
ORIGINAL_BOXES = (
    Area(1, 2, 5, 13),
    Area(7, 2, 13, 7),
    Area(7, 9, 13, 13),
    Area(1, 15, 13, 17),
    Area(3, 22, 9, 25),
    Area(1, 27, 13, 31),
)
ORIGINAL_TOP = 33
"""The last row above the learning rate, where the chart ends."""
ORIGINAL_PICTURES = 15
"""The column of the drawing and the chart: O."""
PICTURE_COLUMNS, DRAWING_ROWS, CHART_ROWS = 9, 14, 19
"""The size of the original's pictures."""

SCREEN = 20 * COLUMN_WIDTH
"""The width of the first screen in pixels: what a program shows on 1366 x 768 at 100 %."""
PICTURES = {1: (0.55, 0.45), 2: (0.54, 0.23, 0.23)}
"""The shares of the drawing and of each chart in the width of the band, by the number of charts."""
ROOMY_WIDTH, SEED_WIDTH = 76, 92
"""The widths of columns in pixels: of -9999.999 and -1.23E-100, and of seeds with ten digits, each
with some space between it and its neighbour."""
HEADING_CHARACTER, HEADING_ROOM = 8, 14
"""The width of a character in a heading, and the room beside it, in pixels."""


def arrange(network: Network, epochs: int) -> Layout:
    """Lay out the sheet of a network and a number of epochs.

    Raises:
        InputError: the table has more rows or columns than a sheet can have.
    """
    layout = _as_original(network, epochs) or _on_a_screen(network, epochs)
    if layout.last_row > LAST_ROW:
        most = (LAST_ROW - layout.header_row) // len(network.samples)
        raise InputError(f"epochs = {epochs}: a sheet has room for at most {most:,}")
    if max(layout.columns.values()) > LAST_COLUMN:
        most = LAST_COLUMN - min(layout.columns.values()) + 1
        raise InputError(f"{len(layout.columns)} columns: a sheet has at most {most:,}")
    return layout


# --- the original ------------------------------------------------------------------------------


def _as_original(network: Network, epochs: int) -> Layout | None:
    """The original's layout, if the network is of its kind."""
    if network.layers != ORIGINAL_LAYERS or network.named(Kind.BIAS):
        return None
    boxes = derivation.boxes(network)
    if not _fit_original(boxes) or ACCURACY in network.columns:
        return None
    right = ORIGINAL_PICTURES + PICTURE_COLUMNS - 1
    middle = ORIGINAL_TOP - CHART_ROWS
    columns = {name: place for place, name in enumerate(network.columns, start=1)}
    return Layout(
        network=network,
        columns=columns,
        settings={
            name: f"${letters(SETTING + 3 * place)}${ORIGINAL_TOP + 1}"
            for place, name in enumerate(network.named(Kind.SETTING))
        },
        boxes=tuple(zip(boxes, ORIGINAL_BOXES, strict=True)),
        drawing=Area(ORIGINAL_PICTURES, middle - DRAWING_ROWS + 1, right, middle),
        chart=Area(ORIGINAL_PICTURES, middle + 1, right, ORIGINAL_TOP),
        accuracy_chart=None,
        header_row=ORIGINAL_TOP + 2,
        epochs=epochs,
        widths=_widths(network, columns, roomy=False),
    )


def _fit_original(boxes: Sequence[Box]) -> bool:
    """Whether the boxes fit into the original's areas."""
    return len(boxes) == len(ORIGINAL_BOXES) and all(
        len(box.lines) <= lines and _columns(box) <= area.right - area.left + 1
        for box, lines, area in zip(boxes, ORIGINAL_LINES, ORIGINAL_BOXES, strict=True)
    )


def _columns(box: Box) -> int:
    """The number of columns that the longest line of a box needs."""
    return ceil(max(map(len, box.lines)) * CHARACTER_WIDTH / COLUMN_WIDTH)


# --- all others --------------------------------------------------------------------------------


def _on_a_screen(network: Network, epochs: int) -> Layout:
    """The layout of other networks: the table below a band with settings, drawing and charts."""
    counters = [name for name in (EPOCH, SAMPLE) if name in network.columns]
    first = 1 if counters else 2  # the epoch stands before a table that does not count it
    columns = {name: place for place, name in enumerate(network.columns, start=first)}
    places = {
        name: (BAND[-1 - place % len(BAND)], 2 + 2 * (place // len(BAND)))  # η next to the table
        for place, name in enumerate(network.named(Kind.SETTING))
    }
    widths = _widths(network, columns, roomy=True)
    for name, (_, column) in places.items():
        needed = HEADING_CHARACTER * len(f"{network.text(name)}=")
        widths[column - 1] = max(widths.get(column - 1, COLUMN_WIDTH), needed)
    left = max(column for _, column in places.values()) + 1
    drawing, *charts = _pictures(left, widths, 2 if ACCURACY in network.columns else 1)
    return Layout(
        network=network,
        columns=columns,
        settings={name: f"${letters(column)}${row}" for name, (row, column) in places.items()},
        boxes=(),
        drawing=drawing,
        chart=charts[0],
        accuracy_chart=charts[1] if len(charts) > 1 else None,
        header_row=BAND.stop,
        epochs=epochs,
        widths=widths,
        frozen=max(1, len(counters)),
    )


def _pictures(left: int, widths: Mapping[int, int], charts: int) -> list[Area]:
    """The areas of the drawing and of charts, which end with the first screen."""
    ends = [0, *accumulate(widths.get(column, COLUMN_WIDTH) for column in range(1, SCREEN))]
    begin, areas = ends[left - 1], []
    for share in accumulate(PICTURES[charts]):
        end = begin + share * (SCREEN - begin) + 1
        right = max([left, *(column for column, x in enumerate(ends) if x <= end)])
        areas.append(Area(left, BAND[0], right, BAND[-1]))
        left = right + 1
    return areas


def _widths(network: Network, columns: Mapping[str, int], *, roomy: bool) -> dict[int, int]:
    """The widths of columns: those of errors and of long headings are wider.

    The original's are as in its picture. In others, headings have room for a wide ∂, and numbers
    do not touch each other.
    """
    widths, usual = {}, ROOMY_WIDTH if roomy else COLUMN_WIDTH
    for name, place in columns.items():
        heading = network.symbols[name].heading
        wide = HEADING_CHARACTER * len(heading)
        if roomy:
            wide += HEADING_CHARACTER * heading.count("∂") + HEADING_ROOM
        kinds = {Kind.ERROR: ERROR_WIDTH, Kind.SEED: SEED_WIDTH, Kind.DRAW: SEED_WIDTH}
        widths[place] = kinds.get(network.quantities[name].kind) or max(usual, wide)
    return widths
