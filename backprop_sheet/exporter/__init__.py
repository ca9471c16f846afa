"""Network and frame → a workbook. Every number except the given ones is a live formula.

layout    the positions in a sheet           page      the settings that all sheets share
look      the named cell styles              sheet     lays out the sheet of one training
table     the long table, streamed           compare   the tab of several learning rates
chart     the charts of the error            package   saves the workbook
shapes    the drawing, as native shapes      labels    the numbers in the drawing
step      the tab of one epoch's chains      check     the tab that checks the gradients
cells     cells that are written without openpyxl
"""

from collections.abc import Sequence
from math import isfinite
from pathlib import Path

import pandas as pd

from backprop_sheet.errors import InputError
from backprop_sheet.exporter import compare
from backprop_sheet.exporter.check import TITLE as check_tab
from backprop_sheet.exporter.check import Check
from backprop_sheet.exporter.layout import Layout, arrange
from backprop_sheet.exporter.look import Look
from backprop_sheet.exporter.package import Additions, save
from backprop_sheet.exporter.sheet import lay_out
from backprop_sheet.exporter.step import TITLE as step_tab
from backprop_sheet.exporter.step import Step
from backprop_sheet.network import Network
from backprop_sheet.progress import Watch, unwatched
from backprop_sheet.tabulator import THRESHOLD, summarise

__all__ = ["MOST_RATES", "arrange", "title", "write_comparison", "write_workbook"]

MOST_CHECKED = 250
"""The most weights that get the tab Check, which has two forward passes for each."""
MOST_RATES = 255
"""The most curves that a chart in Excel can show."""


def write_workbook(
    network: Network,
    frame: pd.DataFrame,
    path: Path | str,
    *,
    look: Path | str | None = None,
    watch: Watch = unwatched,
    force: bool = False,
) -> Path:
    """Write the workbook of a training.

    Args:
        network: the network, with the numbers that the training started from.
        frame: the training, by `tabulate`.
        path: the file to write; an existing workbook is replaced once the new one is complete.
        look: a workbook whose named cell styles are used; by default the classic look.
        watch: shows the progress.
        force: whether to replace a workbook that somebody has edited, or that seems to be open.

    Returns:
        The path.

    Raises:
        InputError: the frame is not a training of this network, is empty or has numbers that are
            not finite, or the table has more rows or columns than a sheet.
        LookError: the look is not a workbook or lacks a style.
        WriteError: the file cannot be written, seems to be open, or somebody has edited it.
    """
    _check(network, frame)
    styles = Look(Path(look) if look else None)
    sheet = styles.workbook.create_sheet(title(network))
    layout = arrange(network, _epochs(network, frame))
    additions = {sheet.title: lay_out(sheet, styles, layout, frame, watch)}
    additions |= _add_step_and_check(styles, [sheet.title], layout)
    save(styles.workbook, Path(path), additions, force=force)
    return Path(path)


def write_comparison(
    trainings: Sequence[tuple[Network, pd.DataFrame]],
    path: Path | str,
    *,
    threshold: float = THRESHOLD,
    look: Path | str | None = None,
    watch: Watch = unwatched,
    force: bool = False,
) -> Path:
    """Write a workbook that compares trainings: a tab Compare, and a full sheet for each training.

    Args:
        trainings: networks that differ in their learning rate, each with its frame. All frames
            have the same length.
        path: the file to write, as for `write_workbook`.
        threshold: an error above 0; the tab shows in which epoch each training first falls below
            it.
        look: as for `write_workbook`.
        watch: as for `write_workbook`.
        force: as for `write_workbook`.

    Returns:
        The path.

    Raises:
        InputError: there is no training, a rate is given twice, there are more than `MOST_RATES`
            rates, the frames differ in length, or a frame is refused as by `write_workbook`.
        LookError: the look is not a workbook or lacks a style.
        WriteError: the file cannot be written, seems to be open, or somebody has edited it.
    """
    _check_comparable(trainings)
    styles = Look(Path(look) if look else None)
    overview = styles.workbook.create_sheet(compare.TITLE)
    tabs, additions = [], {}
    for number, (network, frame) in enumerate(trainings):
        tab = compare.Tab(title(network), arrange(network, _epochs(network, frame)), frame)
        sheet = styles.workbook.create_sheet(tab.title)
        rate = compare.rate_formula(number)
        additions[tab.title] = lay_out(sheet, styles, tab.layout, frame, watch, rate)
        tabs.append(tab)
    summary = summarise({n.eta: frame for n, frame in trainings}, threshold)
    additions[overview.title] = compare.lay_out(overview, tabs, summary, threshold, watch)
    additions |= _add_step_and_check(styles, [tab.title for tab in tabs], tabs[0].layout)
    save(styles.workbook, Path(path), additions, force=force)
    return Path(path)


def _add_step_and_check(styles: Look, tabs: list[str], layout: Layout) -> dict[str, Additions]:
    """Add the tabs Step and Check, which show the tables of the given tabs."""
    step = Step(styles.workbook.create_sheet(step_tab), tabs, layout)
    shown = step.lay_out()
    if len(layout.network.trained) > MOST_CHECKED:
        return {step_tab: shown}
    sheet = styles.workbook.create_sheet(check_tab)
    try:
        return {step_tab: shown, check_tab: Check(sheet, step, layout.network).lay_out()}
    except (ArithmeticError, ValueError):  # w ± ε leaves the range of numbers: nothing to compare
        styles.workbook.remove(sheet)
        return {step_tab: shown}


def title(network: Network) -> str:
    """The name of a network's tab: LR0.5."""
    return f"LR{network.eta}"


def _epochs(network: Network, frame: pd.DataFrame) -> int:
    return len(frame) // len(network.samples)


def _check(network: Network, frame: pd.DataFrame) -> None:
    whole = len(frame) % len(network.samples) == 0
    if list(frame.columns) != list(network.labels.values()) or frame.empty or not whole:
        raise InputError("the frame is not a training of this network: make it with tabulate()")
    if not _is_finite(frame):
        raise InputError("the frame has numbers that are not finite")


def _is_finite(frame: pd.DataFrame) -> bool:
    """Whether all numbers of a frame are finite; looking at the extremes takes no memory."""
    if any(column.kind not in "fiu" for column in frame.dtypes):
        return False
    numbers = frame.to_numpy()
    return isfinite(numbers.min()) and isfinite(numbers.max())


def _check_comparable(trainings: Sequence[tuple[Network, pd.DataFrame]]) -> None:
    rates, lengths = {n.eta for n, _ in trainings}, {len(frame) for _, frame in trainings}
    if not trainings:
        raise InputError("nothing to compare")
    if len(trainings) > MOST_RATES:
        raise InputError(f"{len(trainings)} learning rates: a chart can show at most {MOST_RATES}")
    if len(rates) < len(trainings):
        raise InputError("a learning rate is given twice")
    if len(lengths) > 1:
        raise InputError("the trainings differ in their number of epochs")
    for network, frame in trainings:
        _check(network, frame)
