"""The files of a comparison, each written whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from backprop_sheet.errors import counted
from backprop_sheet.files import check_target
from backprop_sheet.mnist.comparing import tables
from backprop_sheet.mnist.comparing.figure import comparison_picture
from backprop_sheet.mnist.comparing.table import Comparison
from backprop_sheet.mnist.comparing.work import FOLDER, RESULT, Result
from backprop_sheet.mnist.comparing.workbook import write_workbook
from backprop_sheet.mnist.settings import Settings
from backprop_sheet.ooxml.seal import check_workbook
from backprop_sheet.plotter.picture import save_figure

WORKBOOK, PICTURE = "comparison.xlsx", "comparison.png"


def check_files(folder: Path, *, force: bool = False) -> None:
    """Check, before anything is trained, that all files can be written.

    Raises:
        WriteError: a file cannot be written, or somebody has edited the workbook.
    """
    check_workbook(folder / WORKBOOK, force=force)
    for name in (tables.COMPARISON, tables.TRAININGS, PICTURE, f"{FOLDER}/{RESULT}"):
        check_target(folder / name, force=force)


def write_files(
    comparison: Comparison,
    results: Mapping[Settings, Result],
    folder: Path,
    *,
    force: bool = False,
) -> list[tuple[Path, str]]:
    """Write tables, workbook and picture.

    Args:
        comparison: the comparison.
        results: what came of each training.
        folder: the folder to write to.
        force: whether to replace a workbook that somebody has edited.

    Returns:
        The files written, each with a description.

    Raises:
        WriteError: a file cannot be written, or somebody has edited the workbook.
    """
    histories = {f"{FOLDER}/{one.folder}": one.history for one in results.values()}
    tables.write(comparison, folder)
    write_workbook(comparison, folder / WORKBOOK, force=force)
    save_figure(comparison_picture(comparison, histories), folder / PICTURE)
    return [
        (folder / tables.COMPARISON, "a row for each setting"),
        (folder / tables.TRAININGS, "a row for each training"),
        (folder / WORKBOOK, "both, the means as formulas, with charts"),
        (folder / PICTURE, "the accuracies, and how they were reached"),
        (folder / FOLDER, f"the epochs of {counted(len(comparison.trainings), 'training')}"),
    ]
