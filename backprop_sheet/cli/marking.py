"""The command that marks what students handed in: mark."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from backprop_sheet.cli.groups import option, takes
from backprop_sheet.cli.options import FORCE, JOBS, QUIET, Folder
from backprop_sheet.cli.reporting import (
    BAD_INPUT,
    blamed_on,
    fail,
    list_files,
    note,
    say,
    watch,
)
from backprop_sheet.cli.values import Name, ToRead, keep, known
from backprop_sheet.errors import WriteError, counted
from backprop_sheet.interrupt import at_once

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from backprop_sheet.exercise.assignment import Assignment, Student
    from backprop_sheet.exercise.likeness import Fact
    from backprop_sheet.exercise.marks import Mark, Submission

LEFT = 1
MOST_SAID = 20
"""Files and students that are named one by one; the overview has them all."""
CODES = (
    "Exit codes: 0 all that was handed in is marked; 1 whose a file is cannot be told, or a file "
    "cannot be judged, the rest is marked all the same; 2 an input is wrong, or a file cannot be "
    "written and is left as it was; 130 interrupted."
)


@dataclass(frozen=True)
class Gradebooks:
    """The files of learning platforms that are filled in."""

    canvas: str | None = option(
        "--canvas",
        metavar="FILE",
        type=ToRead(),
        help="A gradebook as Canvas exports it (CSV); a copy with the points is written.",
    )
    moodle: str | None = option(
        "--moodle",
        metavar="FILE",
        type=ToRead(),
        help="A grading worksheet as Moodle exports it (CSV); a copy with points and feedback is "
        "written.",
    )
    column: str | None = option(
        "--column",
        type=Name(),
        shell_complete=known("titles of Canvas's file"),
        help="Canvas's column for the points; found by the assignment's title if left out.",
    )
    moodle_column: str | None = option(
        "--moodle-column",
        type=Name(),
        shell_complete=known("titles of Moodle's file"),
        help="Moodle's column for the points; found by its usual titles if left out.",
    )

    def files(self) -> list[tuple[str, Path, str | None]]:
        """The files, each with its kind and the column for the points."""
        named = (
            ("canvas", self.canvas, self.column),
            ("moodle", self.moodle, self.moodle_column),
        )
        return [(kind, Path(file), column) for kind, file, column in named if file is not None]


@click.command(epilog=CODES)
@click.argument("paths", metavar="FILE|DIR...", nargs=-1, required=True, type=ToRead())
@click.option(
    "--assignment",
    "file",
    metavar="FILE",
    required=True,
    type=ToRead(),
    help="The assignment: assignment.toml of the folder that `exercise` wrote.",
)
@takes("gradebooks", Gradebooks)
@click.option("--jobs", **JOBS)
@takes("target", Folder, folder={"default": "outputs/marks"})
@click.option("--force", **FORCE)
@QUIET
def mark(
    paths: tuple[str, ...],
    file: str,
    gradebooks: Gradebooks,
    jobs: int | None,
    target: Folder,
    force: bool,
) -> int:
    """Mark what students handed in, and write their feedback.

    What was handed in may be workbooks, folders, and the zip that Moodle or Canvas makes of all
    submissions. Each cell is judged by its own row, so a mistake costs its own part only. The
    files themselves are never touched.

    \b
    Examples:
      backprop-sheet mark submissions.zip --assignment exercise/assignment.toml
      backprop-sheet mark class --assignment exercise/assignment.toml --canvas grades.csv
    """
    from backprop_sheet.exercise.assignment_file import read
    from backprop_sheet.exercise.marking import by_student, mark_all
    from backprop_sheet.exercise.submissions import unpacked

    with at_once(), blamed_on("--assignment"):
        assignment = read(Path(file))
    folder = Path(target.folder)
    _check_targets(folder, gradebooks, force=force)
    _check_gradebooks(gradebooks, assignment)
    with ExitStack() as stack:
        with at_once():
            handed = unpacked(map(Path, paths), assignment, _apart(folder, paths))
            submissions = stack.enter_context(handed)
        keep(*(submission.path for submission in submissions))
        _check_targets(folder, gradebooks, force=force)  # once more, as all that is read is known
        handed_in = by_student(submissions)
        owners = [files[0].owner for files in handed_in if files[0].owner]
        _check_feedback(folder, assignment, owners)
        found = mark_all(submissions, assignment, jobs)
        places = {student.identifier: n for n, student in enumerate(assignment.students)}
        marks = sorted(
            watch(found, len(handed_in), "marking"), key=lambda one: places[one.student.identifier]
        )
        nobodys = [submission for submission in submissions if submission.owner is None]
        return _report(_Marked(assignment, marks, nobodys), gradebooks, folder, force=force)


@dataclass(frozen=True)
class _Marked:
    """What marking came to."""

    assignment: Assignment
    marks: Sequence[Mark]
    nobodys: Sequence[Submission]


# --- before anything is marked -------------------------------------------------------------------


def _check_gradebooks(gradebooks: Gradebooks, assignment: Assignment) -> None:
    """Refuse a gradebook that could not be filled in."""
    from backprop_sheet.exercise.lists.gradebook import fill

    for kind, file, column in gradebooks.files():
        with at_once(), blamed_on(f"--{kind}"):
            fill(file, kind, {}, assignment, column)


def _check_targets(folder: Path, gradebooks: Gradebooks, *, force: bool) -> None:
    """Refuse files that could not be written.

    Raises:
        click.BadParameter: there is one.
    """
    from backprop_sheet.exercise.feedback.returning import ARCHIVE, MARKS
    from backprop_sheet.exercise.overview import PAGE, WORKBOOK
    from backprop_sheet.files import check_target
    from backprop_sheet.ooxml.seal import check_workbook

    texts = [MARKS, ARCHIVE, PAGE, *(file.name for _, file, _ in gradebooks.files())]
    if len(set(map(str.casefold, texts))) < len(texts):
        raise click.BadParameter("two of the files to write have the same name: rename one")
    with blamed_on("--output", WriteError):
        for name in texts:
            check_target(folder / name, force=force)
        check_workbook(folder / WORKBOOK, force=force)


def _apart(folder: Path, paths: Iterable[str]) -> Path | None:
    """The folder of marks if it lies in a folder of submissions, of which it is no part then.

    Raises:
        click.BadParameter: it is that folder itself.
    """
    folders = [path.resolve() for path in map(Path, paths) if path.is_dir()]
    if folder.resolve() in folders:
        hint = f"{folder} is itself what was handed in: the marks need another folder"
        raise click.BadParameter(hint, param_hint="'--output'")
    return folder if any(folder.resolve().is_relative_to(one) for one in folders) else None


def _check_feedback(folder: Path, assignment: Assignment, owners: Iterable[Student]) -> None:
    """Refuse to write feedback over files that are read.

    Raises:
        click.BadParameter: there is such a file.
    """
    from backprop_sheet.exercise.feedback.returning import written_for
    from backprop_sheet.files import refuse_kept

    with blamed_on("--output", WriteError):
        for owner in owners:
            for path in written_for(owner, assignment, folder):
                refuse_kept(path)


# --- afterwards ----------------------------------------------------------------------------------


def _report(marked: _Marked, gradebooks: Gradebooks, folder: Path, *, force: bool) -> int:
    """Write everything, and print what the marking came to; gives the exit code."""
    from backprop_sheet.exercise import likeness

    with at_once():
        facts = likeness.facts(marked.marks, marked.assignment)
    with blamed_on("--output"):
        written, problems = _write(marked, gradebooks, facts, folder, force=force)
    for line in _lines(marked, facts):
        say(line)
    list_files(written)
    for problem in problems:
        fail(problem, BAD_INPUT)
    if problems:
        return BAD_INPUT
    return LEFT if marked.nobodys or any(m.points is None for m in marked.marks) else 0


def _write(
    marked: _Marked,
    gradebooks: Gradebooks,
    facts: Sequence[Fact],
    folder: Path,
    *,
    force: bool,
) -> tuple[list[tuple[Path, str]], list[str]]:
    """Write everything; gives the files, each with what it holds, and what could not be done."""
    from backprop_sheet.exercise import overview
    from backprop_sheet.exercise.feedback.returning import (
        FEEDBACK,
        write_archive,
        write_feedback,
        write_marks,
    )
    from backprop_sheet.files import replacing

    marks, assignment = marked.marks, marked.assignment
    filled = list(_filled(gradebooks, marked))
    written = [(write_marks(marks, assignment, folder), "the points, a line for each student")]
    returned = [
        (one, write_feedback(one, assignment, folder, force=force))
        for one in watch(marks, len(marks), "writing feedback")
    ]
    if returned:
        copies = sum(files.copy is not None for _, files in returned)
        said = f"feedback for {counted(len(returned), 'student')}, with {_copies(copies)}"
        written.append((folder / FEEDBACK, said))
    if archive := write_archive(returned, folder):
        written.append((archive, "the same, to upload to Moodle"))
    for name, gradebook in filled:
        with replacing(folder / name) as draft:
            draft.write_bytes(gradebook)
        written.append((folder / name, "the gradebook, filled in"))
    with at_once():
        paths = overview.write(marks, marked.nobodys, facts, assignment, folder, force=force)
    written += [(path, "the overview, for you alone") for path in paths]
    return written, [problem for _, files in returned for problem in files.problems]


def _copies(number: int) -> str:
    return f"{number:,} marked {'copy' if number == 1 else 'copies'}"


def _filled(gradebooks: Gradebooks, marked: _Marked) -> Iterator[tuple[str, bytes]]:
    """The gradebooks filled in, by their own names."""
    from backprop_sheet.exercise.feedback import text
    from backprop_sheet.exercise.lists.gradebook import fill

    by_student = {one.student.identifier: one for one in marked.marks}
    for kind, file, column in gradebooks.files():
        content, said = fill(file, kind, by_student, marked.assignment, column, text)
        for line in said:
            note(f"{file.name}: {line}")
        yield file.name, content


def _lines(marked: _Marked, facts: Sequence[Fact]) -> Iterator[str]:
    """A line for each student, and what is for the teacher to see to."""
    from backprop_sheet.exercise.words import points

    total = points(marked.assignment.total)
    for one in marked.marks:
        earned = "–" if one.points is None else points(one.points)
        yield f"{earned:>6} of {total}  {one.student.called}: {_why(one)}"
    for submission in marked.nobodys[:MOST_SAID]:
        yield f"not told whose: {submission.shown}: {submission.why}"
    if more := marked.nobodys[MOST_SAID:]:
        yield f"not told whose: {counted(len(more), 'more file')}: see the overview"
    known = {one.student.identifier for one in marked.marks}
    missing = [s for s in marked.assignment.students if s.identifier not in known]
    yield from (f"nothing handed in: {student.called}" for student in missing[:MOST_SAID])
    if others := len(missing[MOST_SAID:]):
        yield f"nothing handed in: {counted(others, 'more student')}: see the overview"
    there = [one.points for one in marked.marks if one.points is not None]
    mean = f", {points(sum(there) / len(there))} of {total} points on average" if there else ""
    yield f"{counted(len(there), 'student')} marked{mean}"
    if facts:
        yield f"{counted(len(facts), 'fact')} of likeness: see the overview"


def _why(one: Mark) -> str:
    """The first mistake, the rules that cost points; or that all is right."""
    from backprop_sheet.exercise.feedback.returning import first_cause

    said = [first_cause(one), *one.notes]
    return " ".join(f"{text.rstrip('.')}." for text in said if text) or "all right."
