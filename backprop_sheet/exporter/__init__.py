"""Network and frame → a workbook in which every cell is a formula with its value.

layout    what goes where                    labels    the numbers in the drawing
look      named cell styles of a template    shapes    the drawing as native shapes
sheet     one sheet, laid out                table     the long table, streamed
chart     the error over the epochs          package   saves it all, byte for byte the same
"""

from pathlib import Path

import pandas as pd

from backprop_sheet.errors import InputError
from backprop_sheet.exporter.layout import arrange
from backprop_sheet.exporter.look import Look
from backprop_sheet.exporter.package import save
from backprop_sheet.exporter.sheet import fill
from backprop_sheet.network import Network
from backprop_sheet.progress import Watch, unwatched

__all__ = ["arrange", "title", "write_workbook"]


def write_workbook(
    network: Network,
    frame: pd.DataFrame,
    path: Path | str,
    *,
    look: Path | str | None = None,
    watch: Watch = unwatched,
) -> Path:
    """Write the sheet of a network's training.

    Args:
        network: the network, with the numbers it started from.
        frame: its training, as `tabulate` gives it.
        path: where to; a file that is there is replaced once the new one is whole.
        look: a workbook whose named cell styles are used; the classic look when left out.
        watch: looks on as the rows are written.

    Returns:
        The path.

    Raises:
        InputError: the frame is not this network's or is empty, or the table has more rows or
            columns than a sheet.
        LookError: the look is no workbook or lacks a style.
        WriteError: the file cannot be written.
    """
    if list(frame.columns) != list(network.labels.values()) or frame.empty:
        raise InputError("the frame is not a training of this network: make it with tabulate()")
    layout = arrange(network, len(frame))
    styles = Look(Path(look) if look else None)
    sheet = styles.workbook.create_sheet(title(network))
    save(styles.workbook, Path(path), {sheet.title: fill(sheet, styles, layout, frame, watch)})
    return Path(path)


def title(network: Network) -> str:
    """The name of a network's tab: LR0.5."""
    return f"LR{network.eta}"
