"""For the teacher: all marks as a workbook and as a page.

summary   what all marks come to, as plain data
book      the tabs of the workbook
page      the page of HTML
"""

from collections.abc import Sequence
from pathlib import Path

from backprop_sheet.exercise.assignment import Assignment
from backprop_sheet.exercise.likeness import Fact
from backprop_sheet.exercise.marks import Mark, Submission
from backprop_sheet.exercise.overview.summary import summed_up
from backprop_sheet.files import replacing

WORKBOOK, PAGE = "overview.xlsx", "overview.html"
"""The names of the files."""


def write(
    marks: Sequence[Mark],
    nobodys: Sequence[Submission],
    facts: Sequence[Fact],
    assignment: Assignment,
    folder: Path,
    *,
    force: bool = False,
) -> list[Path]:
    """Write the overview into a folder.

    Args:
        marks: the marks, one for each student who handed in something.
        nobodys: files whose owner cannot be told.
        facts: what submissions have in common, by `likeness.facts`.
        assignment: the exercise as it was set.
        folder: the folder.
        force: whether to replace an overview that somebody has edited, or that seems to be open.

    Returns:
        The files.

    Raises:
        WriteError: a file cannot be written, seems to be open, or somebody has edited it.
    """
    from backprop_sheet.exercise.overview.book import tabs_of
    from backprop_sheet.exercise.overview.page import page_of
    from backprop_sheet.exporter.tables import write_tables

    summary = summed_up(marks, nobodys, facts, assignment)
    write_tables(tabs_of(summary), folder / WORKBOOK, force=force)
    with replacing(folder / PAGE) as draft:
        draft.write_text(page_of(summary), encoding="utf-8", newline="\n")
    return [folder / WORKBOOK, folder / PAGE]
