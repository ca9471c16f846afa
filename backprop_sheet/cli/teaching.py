"""The command that sets the exercise to a course: exercise."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import click

from backprop_sheet.cli.groups import option, takes
from backprop_sheet.cli.options import FORCE, JOBS, QUIET, Folder, NetworkChoice
from backprop_sheet.cli.reporting import (
    EXIT_CODES,
    blamed_on,
    list_files,
    note,
    say,
    watch,
)
from backprop_sheet.cli.values import Assignments, Line, Names, Positive, ToRead, Whole, known
from backprop_sheet.errors import InputError, WriteError, counted, shown
from backprop_sheet.interrupt import at_once

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from backprop_sheet.exercise.assignment import Assignment
    from backprop_sheet.network import Network

NOTHING = "none"
MANY = 5_000
"""Cells to fill in a sheet from which on it is said that they are many."""


@dataclass(frozen=True)
class Students:
    """Who the students are, and what differs between them."""

    rates: tuple[float, ...] = option(
        "--lr",
        type=Positive(),
        multiple=True,
        help="Learning rate η, above 0 (the original's: 1). May be repeated: each student gets "
        "one of them.",
    )
    seed: int = option(
        "--seed",
        type=Whole("n", 0, 7),
        default=1,
        show_default=True,
        help="What the students' numbers are drawn from, together with their identifiers.",
    )
    identifier: str | None = option(
        "--identifier",
        metavar="COLUMN",
        shell_complete=known("titles of the roster"),
        help="The column of the roster that identifies students. [default: found by its title]",
    )
    name_column: str | None = option(
        "--name",
        metavar="COLUMN",
        shell_complete=known("titles of the roster"),
        help="The column with their names. [default: found by its title]",
    )


@dataclass(frozen=True)
class Output(Folder):
    """Where files are written, and how."""

    force: bool = option("--force", **FORCE)
    jobs: int | None = option("--jobs", **JOBS)


@dataclass(frozen=True)
class Work:
    """What is left to do, and what helps."""

    epochs: int | None = option(
        "--epochs", type=Whole("n", 1, 68), help="Number of epochs (the original's: 68)."
    )
    blank: tuple[tuple[str, ...], ...] = option(
        "--blank",
        type=Names(),
        shell_complete=known("blanks"),
        multiple=True,
        help="What is left blank: forward, errors, gradients, updates, chart, all (every column), "
        "or columns by name; several with commas. [default: gradients]",
    )
    shown: int = option(
        "--shown",
        type=Whole("n", 0, 1),
        default=0,
        show_default=True,
        help="Number of epochs at the top that are filled in, with numbers to compare with.",
    )
    self_check: bool = option(
        "--self-check", is_flag=True, help="A cell turns green once its number is right."
    )
    given: tuple[str, ...] = option(
        "--give",
        type=Names(),
        shell_complete=known("given away"),
        default=("drawing",),
        help="What the sheet gives away: derivation, drawing, both with a comma, or none. "
        "[default: drawing]",
    )
    title: str = option(
        "--title",
        metavar="TEXT",
        type=Line(),
        default="Backpropagation by hand",
        show_default=True,
        help="What the exercise is called.",
    )
    points: Mapping[str, float] | None = option(
        "--points",
        type=Assignments(),
        help="Points of parts: forward=4,errors=2. [default: 4 for each part, 2 for the errors "
        "and for the chart]",
    )


@click.command(epilog=EXIT_CODES)
@click.argument("roster", metavar="ROSTER.csv", type=ToRead())
@takes("choice", NetworkChoice)
@takes("students", Students)
@takes("work", Work)
@takes("output", Output, folder={"default": "outputs/exercise"})
@QUIET
def exercise(
    roster: str, choice: NetworkChoice, students: Students, work: Work, output: Output
) -> int:
    """Set the exercise to a course: a sheet with numbers of its own for each student.

    The roster is a CSV file from Canvas or Moodle, or any with a column that identifies students.
    Cells are left blank for them to fill in. For each student a sheet, the same sheet filled in,
    and a page with the task are written, and one file with all that marking needs.

    \b
    Examples:
      backprop-sheet exercise roster.csv
      backprop-sheet exercise roster.csv --blank gradients,updates --self-check --lr 0.5 --lr 1
    """
    from pathlib import Path

    from backprop_sheet.exercise import setting
    from backprop_sheet.exercise.assignment_file import check_rows
    from backprop_sheet.exercise.file_names import names_of_files
    from backprop_sheet.exercise.lists import roster as rosters
    from backprop_sheet.exercise.parts import of_parts
    from backprop_sheet.exercise.setting.known import recognised

    network = choice.network()
    network = network if work.epochs is None else replace(network, epochs=work.epochs)
    with blamed_on("--epochs"):
        check_rows(network)
    if students.rates:
        network = network.with_numbers(eta=students.rates[0])
    assignment = _assignment(network, students, work)
    folder = Path(output.folder)
    with at_once():
        found = rosters.read(Path(roster), students.identifier, students.name_column)
    if not output.force:
        with blamed_on("--output"):
            own = of_parts(assignment.points, work.points or {})
            assignment = setting.continued(assignment, folder, own, _chosen())
    people = recognised(found.people, assignment.students)
    identifiers = {person.identifier: None for person in people}
    earlier = [s.identifier for s in assignment.students if s.identifier not in identifiers]
    names = names_of_files([*identifiers, *earlier])
    with blamed_on("--output", WriteError):
        setting.check_files(folder, names.values(), force=output.force)
    for line in found.said:
        say(line)
    pairs = zip(found.people, people, strict=True)
    if other := sum(one.identifier != two.identifier for one, two in pairs):
        say(f"known by another identifier from an earlier roster: {counted(other, 'student')}")
    if network.eta == 1 and set(assignment.columns) & set(network.trained):
        note("at η = 1 an update without η has the right number: another --lr shows that mistake")
    if (cells := _cells(assignment)) > MANY:
        note(
            f"{cells:,} cells to fill in each sheet are many: they are fewer with fewer --epochs, "
            "more --shown, or some of the columns in --blank"
        )
    rates = tuple(dict.fromkeys(students.rates))
    assignment = setting.with_students(assignment, people, rates, watch, output.jobs)
    with blamed_on("--output", WriteError):
        path = setting.set_exercise(assignment, folder, watch, output.jobs, force=output.force)
    _report(assignment, path, len(earlier))
    return 0


def _chosen() -> list[str]:
    """The options that were typed, of those that a folder's exercise keeps otherwise."""
    from click.core import ParameterSource

    from backprop_sheet.exercise.setting import KEPT

    source = click.get_current_context().get_parameter_source
    return [name for name in KEPT if source(name) is not ParameterSource.DEFAULT]


def _assignment(network: Network, students: Students, work: Work) -> Assignment:
    """The exercise without students.

    Raises:
        click.BadParameter: an option does not fit the network.
    """
    from backprop_sheet.exercise.assignment import GIVEN_AWAY, Assignment
    from backprop_sheet.exercise.parts import CHART, GRADIENTS, columns_left_blank, points_for
    from backprop_sheet.exercise.setting import check_something_is_blank

    blank = tuple(dict.fromkeys(word for words in work.blank for word in words)) or (GRADIENTS,)
    with at_once(), blamed_on("--blank"):
        columns = columns_left_blank(network, blank)
    with blamed_on("--give"):
        for word in work.given:
            if word not in GIVEN_AWAY and work.given != (NOTHING,):
                taken = f"{', '.join(GIVEN_AWAY)} or {NOTHING}"
                raise InputError(f"got {shown(word)}, takes {taken}")
    with blamed_on("--points"):
        points = points_for(network, columns, work.points or {}, chart=CHART in blank)
    assignment = Assignment(
        title=work.title,
        network=network,
        seed=students.seed,
        blank=blank,
        shown=work.shown,
        self_check=work.self_check,
        given=tuple(what for what in GIVEN_AWAY if what in work.given),
        points=points,
    )
    with blamed_on("--blank"):
        check_something_is_blank(replace(assignment, shown=0))
    with blamed_on("--shown"):
        check_something_is_blank(assignment)
    return assignment


def _cells(assignment: Assignment) -> int:
    """How many cells a student has to fill in."""
    return sum(len(assignment.rows_of(name)) for name in assignment.columns)


def _report(assignment: Assignment, path: Path, earlier: int) -> None:
    """Say what was written."""
    from backprop_sheet.exercise.setting import KEY, SHEETS, TASKS

    count = len(assignment.students)
    cells = _cells(assignment)
    more = f", {earlier} of them of an earlier roster" if earlier else ""
    say(
        f"{counted(count, 'student')}{more}; {counted(cells, 'cell')} to fill in each sheet, "
        f"{count * cells:,} in all"
    )
    list_files(
        [
            (path, "all that marking needs"),
            (path.parent / SHEETS, "the students' sheets"),
            (path.parent / KEY, "the same, filled in"),
            (path.parent / TASKS, "pages with the task, as .html and .md"),
        ]
    )
