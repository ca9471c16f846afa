"""Network and frame → a workbook in which every number is a formula with its value.

layout    what goes where                    page      what every sheet has
look      named cell styles of a template    sheet     one training's sheet, laid out
table     the long table, streamed           compare   the tab of several learning rates
chart     the error over the epochs          package   saves it all, the same bytes each time
shapes    the drawing, as native shapes      labels    the numbers in the drawing
step      one epoch with its chains          check     the proof of the gradients
board     single cells that go past openpyxl
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
from backprop_sheet.exporter.sheet import fill
from backprop_sheet.exporter.step import TITLE as step_tab
from backprop_sheet.exporter.step import Step
from backprop_sheet.network import Network
from backprop_sheet.progress import Watch, unwatched
from backprop_sheet.tabulator import THRESHOLD, summarise

__all__ = ["MOST_RATES", "arrange", "title", "write_comparison", "write_workbook"]

MOST_CHECKED = 250
"""Weights up to which the tab Check is made: each takes two forward passes."""
MOST_RATES = 255
"""The curves that a chart has room for in Excel."""


def write_workbook(
    network: Network,
    frame: pd.DataFrame,
    path: Path | str,
    *,
    look: Path | str | None = None,
    watch: Watch = unwatched,
    force: bool = False,
) -> Path:
    """Write the sheet of a network's training.

    Args:
        network: the network, with the numbers it started from.
        frame: its training, as `tabulate` gives it.
        path: where to; a workbook that is there is replaced once the new one is whole.
        look: a workbook whose named cell styles are used; the classic look when left out.
        watch: looks on as the rows are written.
        force: whether a workbook may be replaced that a person has changed, or that seems open.

    Returns:
        The path.

    Raises:
        InputError: the frame is not this network's, is empty or holds something other than finite
            numbers, or the table has more rows or columns than a sheet.
        LookError: the look is no workbook or lacks a style.
        WriteError: the file cannot be written, or is one that a person has changed.
    """
    _check(network, frame)
    styles = Look(Path(look) if look else None)
    sheet = styles.workbook.create_sheet(title(network))
    layout = arrange(network, _epochs(network, frame))
    additions = {sheet.title: fill(sheet, styles, layout, frame, watch)}
    additions |= _explain(styles, [sheet.title], layout)
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
    """Write a workbook that compares trainings: a tab Compare, and a full sheet for each.

    Args:
        trainings: networks that differ in their learning rate, each with its frame; all frames
            of the same length.
        path: where to; a workbook that is there is replaced once the new one is whole.
        threshold: an error; the tab says in which epoch each training first falls under it.
        look: as for `write_workbook`.
        watch: as for `write_workbook`.
        force: as for `write_workbook`.

    Returns:
        The path.

    Raises:
        InputError: no training, frames of different length or not of their network, a rate
            twice, more rates than a chart has room for, or more rows than a sheet.
        LookError: the look is no workbook or lacks a style.
        WriteError: the file cannot be written, or is one that a person has changed.
    """
    _check_comparable(trainings)
    styles = Look(Path(look) if look else None)
    overview = styles.workbook.create_sheet(compare.TITLE)
    tabs, additions = [], {}
    for place, (network, frame) in enumerate(trainings):
        tab = compare.Tab(title(network), arrange(network, _epochs(network, frame)), frame)
        sheet = styles.workbook.create_sheet(tab.title)
        rate = compare.driver(place)
        additions[tab.title] = fill(sheet, styles, tab.layout, frame, watch, rate)
        tabs.append(tab)
    summary = summarise({n.eta: frame for n, frame in trainings}, threshold)
    additions[overview.title] = compare.fill(overview, tabs, summary, threshold, watch)
    additions |= _explain(styles, [tab.title for tab in tabs], tabs[0].layout)
    save(styles.workbook, Path(path), additions, force=force)
    return Path(path)


def _explain(styles: Look, tabs: list[str], layout: Layout) -> dict[str, Additions]:
    """The tabs Step and Check for the tables of these tabs."""
    step = Step(styles.workbook.create_sheet(step_tab), tabs, layout)
    shown = step.fill()
    if len(layout.network.trained) > MOST_CHECKED:
        return {step_tab: shown}
    check = Check(styles.workbook.create_sheet(check_tab), step, layout.network)
    return {step_tab: shown, check_tab: check.fill()}


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
        raise InputError("the frame holds something other than finite numbers")


def _is_finite(frame: pd.DataFrame) -> bool:
    """Whether a frame holds finite numbers only; the extremes tell, and take no memory."""
    if any(column.kind not in "fiu" for column in frame.dtypes):
        return False
    numbers = frame.to_numpy()
    return isfinite(numbers.min()) and isfinite(numbers.max())


def _check_comparable(trainings: Sequence[tuple[Network, pd.DataFrame]]) -> None:
    rates, lengths = {n.eta for n, _ in trainings}, {len(frame) for _, frame in trainings}
    if not trainings:
        raise InputError("nothing to compare")
    if len(trainings) > MOST_RATES:
        raise InputError(f"{len(trainings)} learning rates: a chart has room for {MOST_RATES}")
    if len(rates) < len(trainings):
        raise InputError("a learning rate is there twice; each has a tab of its own")
    if len(lengths) > 1:
        raise InputError("the trainings differ in their number of epochs")
    for network, frame in trainings:
        _check(network, frame)
