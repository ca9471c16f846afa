"""Network and frame → a workbook. Every number except the given ones is a live formula.

layout    the positions in a sheet           page      the settings that all sheets share
arrangement  finds these positions           printing  scales and pages
look      the named cell styles              sheet     lays out the sheet of one training
notes     what a sheet says in words         pictures  its charts and its drawing
boxes     boxes of the derivation            derivation_tab  these boxes on a tab of their own
formulas  what stands in the table's cells   table     the long table, streamed
compare   the tab of several learning rates
chart     the charts of the error            dots      charts of means and their spread
step      the tab of one epoch's chains      check     the tab that checks the gradients
drawing   the network, as native shapes      blanks    what an exercise leaves blank
cells     cells that are written without openpyxl
tables    tables of any kind, a tab for each
package   saves the workbook                 spelling  parts of a file as Excel writes them
lettering how wide texts are                 paragraphs  texts in lines, and rows for them
formats   how many digits numbers show
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from backprop_sheet import arguments
from backprop_sheet.errors import InputError
from backprop_sheet.exporter import compare, derivation_tab
from backprop_sheet.exporter.arrangement import arrange
from backprop_sheet.exporter.blanks import NOTHING, Blanks
from backprop_sheet.exporter.check import EPSILONS, Check
from backprop_sheet.exporter.check import TITLE as check_tab
from backprop_sheet.exporter.layout import Layout
from backprop_sheet.exporter.look import Look
from backprop_sheet.exporter.notes import DERIVATION
from backprop_sheet.exporter.package import Additions, save
from backprop_sheet.exporter.printing import on_one_paper
from backprop_sheet.exporter.sheet import Variant, lay_out
from backprop_sheet.exporter.step import TITLE as step_tab
from backprop_sheet.exporter.step import Step
from backprop_sheet.network import Network
from backprop_sheet.progress import Watch, unwatched
from backprop_sheet.tabulator import THRESHOLD, summarise
from backprop_sheet.verifier import checked_training

__all__ = [
    "MOST_RATES",
    "Blanks",
    "arrange",
    "title",
    "write_comparison",
    "write_exercise",
    "write_workbook",
]

MOST_CHECKED, MOST_CELLS = 250, 200_000
"""The most weights that get the tab Check, which has two forward passes for each, and the most
cells that these may have."""
PAIR = ("a network", "its frame")
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
        InputError: the frame is not this network's training from its first epoch on, or the table
            has more rows or columns than a sheet.
        LookError: the look is not a workbook or lacks a style.
        WriteError: the file cannot be written, seems to be open, or somebody has edited it.
    """
    frame = checked_training(network, frame)
    target, styles = arguments.path("path", path), _look(look)
    sheet = styles.workbook.create_sheet(title(network))
    layout = arrange(network, _epochs(network, frame))
    additions = {sheet.title: lay_out(sheet, styles, layout, frame, watch)}
    additions |= _add_step_and_check(styles, [sheet.title], layout, frame)
    _add_derivation(styles, layout, sheet.title)
    on_one_paper(styles.workbook)
    save(styles.workbook, target, additions, force=arguments.flag("force", force))
    return target


def write_exercise(
    network: Network,
    frame: pd.DataFrame,
    path: Path | str,
    blanks: Blanks,
    *,
    force: bool = False,
) -> Path:
    """Write the sheet of a training with cells left blank, without the tabs Step and Check.

    Args:
        network: as for `write_workbook`.
        frame: the whole training, by `tabulate`.
        path: as for `write_workbook`.
        blanks: what is left blank; at least a column, or the chart.
        force: as for `write_workbook`.

    Returns:
        The path.

    Raises:
        InputError, WriteError: as for `write_workbook`.
    """
    frame = checked_training(network, frame)
    target, styles = arguments.path("path", path), Look()
    sheet = styles.workbook.create_sheet(title(network))
    layout = arrange(network, _epochs(network, frame))
    additions = {
        sheet.title: lay_out(sheet, styles, layout, frame, unwatched, Variant(blanks=blanks))
    }
    _add_derivation(styles, layout, sheet.title, blanks)
    on_one_paper(styles.workbook)
    save(styles.workbook, target, additions, force=arguments.flag("force", force))
    return target


def write_comparison(
    trainings: Iterable[tuple[Network, pd.DataFrame]],
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
            rates, the networks differ in anything else, the frames differ in length, or a frame is
            refused as by `write_workbook`.
        LookError: the look is not a workbook or lacks a style.
        WriteError: the file cannot be written, seems to be open, or somebody has edited it.
    """
    trainings = _comparable(trainings)
    if arguments.number("threshold", threshold) <= 0:
        raise InputError(f"threshold = {threshold} is not above 0")
    target, styles = arguments.path("path", path), _look(look)
    overview = styles.workbook.create_sheet(compare.TITLE)
    tabs, additions = [], {}
    for number, (network, frame) in enumerate(trainings):
        tab = compare.Tab(title(network), arrange(network, _epochs(network, frame)), frame)
        sheet = styles.workbook.create_sheet(tab.title)
        rate = compare.rate_formula(number)
        additions[tab.title] = lay_out(sheet, styles, tab.layout, frame, watch, Variant(rate=rate))
        tabs.append(tab)
    summary = summarise({n.eta: frame for n, frame in trainings}, threshold)
    additions[overview.title] = compare.lay_out(overview, tabs, summary, threshold, watch)
    additions |= _add_step_and_check(
        styles, [tab.title for tab in tabs], tabs[0].layout, tabs[0].frame
    )
    _add_derivation(styles, tabs[0].layout, tabs[0].title)
    on_one_paper(styles.workbook)
    save(styles.workbook, target, additions, force=arguments.flag("force", force))
    return target


def _add_step_and_check(
    styles: Look, tabs: list[str], layout: Layout, frame: pd.DataFrame
) -> dict[str, Additions]:
    """Add the tabs Step and Check for the tables of some tabs; `frame` is the first table."""
    step = Step(styles.workbook.create_sheet(step_tab), tabs, layout)
    shown = step.lay_out()
    network = layout.network
    cells = 2 * len(network.trained) * len(network.forward)
    many = len(network.trained) > MOST_CHECKED or cells > MOST_CELLS
    checked = None
    if not many and not network.by_rule.issuperset(network.trained):
        checked = _add_check(styles, step, frame)
    step.write_hint(checked=checked is not None)
    return {step_tab: shown} | ({check_tab: checked} if checked else {})


def _add_check(styles: Look, step: Step, frame: pd.DataFrame) -> Additions | None:
    """Add the tab Check, with the ε of most agreement; None if there is nothing to compare."""
    network, workbook = step.lookup.layout.network, styles.workbook
    columns = {name: frame[network.label(name)].tolist() for name in step.lookup.layout.columns}

    def laid_out(epsilon: float) -> tuple[int, Additions]:
        check = Check(workbook.create_sheet(check_tab), step, network, columns, epsilon)
        additions = check.lay_out()
        return check.failures, additions

    failures: dict[float, int] = {}
    try:
        for epsilon in EPSILONS:
            failures[epsilon], additions = laid_out(epsilon)
            if not failures[epsilon]:
                return additions
            del workbook[check_tab]
        return laid_out(min(failures, key=failures.__getitem__))[1]
    except (ArithmeticError, ValueError):  # w ± ε leaves the range of numbers
        del workbook[check_tab]
        return None


def _add_derivation(styles: Look, layout: Layout, title: str, blanks: Blanks = NOTHING) -> None:
    """Add the tab Derivation, unless the derivation stands above the table."""
    if not layout.as_original:
        sheet = styles.workbook.create_sheet(DERIVATION)
        derivation_tab.lay_out(sheet, styles, layout.network, title, blanks)


def title(network: Network) -> str:
    """The name of a network's tab: LR0.5."""
    return f"LR{network.eta}"


def _epochs(network: Network, frame: pd.DataFrame) -> int:
    return len(frame) // len(network.samples)


def _look(look: Path | str | None) -> Look:
    return Look(None if look is None else arguments.path("look", look))


def _comparable(trainings: object) -> list[tuple[Network, pd.DataFrame]]:
    """Trainings that one workbook can compare."""
    pairs: list[Any] = [None]
    with suppress(TypeError):  # not iterable
        pairs = list(trainings)  # type: ignore[call-overload]
    if not pairs:
        raise InputError("nothing to compare")
    if not all(isinstance(pair, tuple | list) and len(pair) == len(PAIR) for pair in pairs):
        raise InputError(f"trainings: takes pairs of {' and '.join(PAIR)}")
    pairs = [(network, checked_training(network, frame)) for network, frame in pairs]
    networks = [network for network, _ in pairs]
    if len(pairs) > MOST_RATES:
        raise InputError(f"{len(pairs)} learning rates: a chart can show at most {MOST_RATES}")
    if len({network.eta for network in networks}) < len(pairs):
        raise InputError("a learning rate is given twice")
    if len({len(frame) for _, frame in pairs}) > 1:
        raise InputError("the trainings differ in their number of epochs")
    first = networks[0]
    same = [replace(n.with_numbers(eta=first.eta), epochs=first.epochs) for n in networks]
    if any(network != first for network in same):
        raise InputError("the networks differ in more than their learning rate")
    return pairs
