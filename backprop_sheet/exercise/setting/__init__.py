"""Sets an exercise: draws each student's numbers, and writes sheets, keys, tasks and the file.

DIR/assignment.toml     all that marking needs
DIR/sheets/ID.xlsx      a student's sheet, with blank cells
DIR/key/ID.xlsx         the same, filled in
DIR/tasks/ID.md, .html  a page that states the task

numbers   a student's numbers, drawn from the exercise's seed and the student's identifier
known     who of a roster is a student already
distinct  whether they tell columns and the usual wrong formulas apart
task      the page that states a student's task
picture   the network's drawing on that page
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from backprop_sheet.errors import InputError, WriteError, counted, shown
from backprop_sheet.exercise import assignment_file
from backprop_sheet.exercise.assignment import DERIVATION, DRAWING, Assignment, Student
from backprop_sheet.exercise.assignment_file import NAME
from backprop_sheet.exercise.lists.roster import Person
from backprop_sheet.exercise.parts import CHART
from backprop_sheet.exercise.setting import task
from backprop_sheet.exercise.setting.known import recognised
from backprop_sheet.exercise.setting.numbers import drawn
from backprop_sheet.exercise.words import listed
from backprop_sheet.files import check_target, replacing
from backprop_sheet.fixed import Fixed
from backprop_sheet.network import Network
from backprop_sheet.ooxml.seal import check_workbook
from backprop_sheet.processes import in_processes
from backprop_sheet.progress import Watch, unwatched

MOST_NAMED = 6
"""Columns that are named where nothing of them can be left blank."""
SHEETS, KEY, TASKS = "sheets", "key", "tasks"
"""The folders of an exercise."""


@dataclass(frozen=True)
class Files:
    """The files of a student."""

    sheet: Path
    key: Path
    task: Path
    page: Path

    @classmethod
    def below(cls, folder: Path, name: str) -> "Files":
        """The files in an exercise's folder, by the name that they have in common."""
        return cls(
            folder / SHEETS / f"{name}.xlsx",
            folder / KEY / f"{name}.xlsx",
            folder / TASKS / f"{name}.md",
            folder / TASKS / f"{name}.html",
        )


# --- who gets which numbers ----------------------------------------------------------------------


def with_students(
    assignment: Assignment,
    people: Sequence[Person],
    rates: Sequence[float] = (),
    watch: Watch = unwatched,
    jobs: int | None = None,
) -> Assignment:
    """The exercise with a student for each person of a roster, each with numbers of its own.

    Args:
        assignment: the exercise; students whom it has already stay, after those of the roster.
        people: the roster.
        rates: the learning rates of which each student gets one; the network's if left out.
        watch: shows the progress.
        jobs: how many processes share the work; as many as there are processors if left out.

    Raises:
        InputError: there is nobody, or somebody twice; who is whom cannot be told; a training does
            not converge; two students have the same weights; or one would get other numbers.
    """
    if not people:
        raise InputError("the roster has no students")
    people = recognised(people, assignment.students)
    identifiers = [person.identifier for person in people]
    draw = partial(_drawn, assignment.network, assignment.seed, tuple(rates))
    numbers = watch(in_processes(draw, identifiers, jobs), len(people), "drawing numbers")
    students = [
        Student(person.identifier, person.name, Fixed(own), person.also)
        for person, own in zip(people, numbers, strict=True)
    ]
    _check_unchanged(students, assignment.students)
    known = set(identifiers)
    students += [student for student in assignment.students if student.identifier not in known]
    _check_different(students, assignment.network)
    return replace(assignment, students=tuple(students))


def _drawn(
    network: Network, seed: int, rates: Sequence[float], identifier: str
) -> dict[str, float]:
    return drawn(network, seed, identifier, rates)


def _check_unchanged(students: Iterable[Student], earlier: Iterable[Student]) -> None:
    """Refuse other numbers for students who have some already."""
    before = {student.identifier: student.numbers for student in earlier}
    for student in students:
        if before.get(student.identifier, student.numbers) != student.numbers:
            raise InputError(
                f"{shown(student.identifier)} would get other numbers than before: give the same "
                "learning rates, choose another folder, or use --force to set the exercise anew"
            )


def _check_different(students: Iterable[Student], network: Network) -> None:
    """Refuse students with one identifier, and students with the same weights."""
    by_name: dict[str, Student] = {}
    by_weights: dict[object, Student] = {}
    for student in students:
        one = by_name.setdefault(student.identifier.casefold(), student)
        if one is not student:
            raise InputError(
                f"{shown(one.identifier)} and {shown(student.identifier)} are the same name to "
                "some systems: each student needs an identifier of its own"
            )
        weights = tuple(student.numbers.get(name) for name in network.trained)
        one = by_weights.setdefault(weights, student)
        if one is not student:
            raise InputError(
                f"{shown(one.identifier)} and {shown(student.identifier)} would get the same "
                "weights: with another seed they get different ones"
            )


def continued(
    assignment: Assignment,
    folder: Path,
    points: Mapping[str, float] = Fixed(),
    chosen: Collection[str] = (),
) -> Assignment:
    """An exercise that is set again, with what its file says by now.

    Students of an earlier roster stay, and so do points and rules that were changed in the file,
    and what was not chosen anew.

    Args:
        assignment: the exercise, without students.
        folder: the exercise's folder.
        points: points that replace those of the file, by their parts' names.
        chosen: which of `KEPT` were chosen anew.

    Raises:
        InputError: the folder has the file of another exercise, or one that cannot be read.
    """
    path = folder / NAME
    if not path.exists():
        return assignment
    earlier = assignment_file.read(path)
    for what in ("network", "seed", "blank", "shown", *(one for one in KEPT if one in chosen)):
        if getattr(earlier, what) != getattr(assignment, what):
            raise InputError(
                f"{path} is of an exercise with another {_WORDS.get(what, what)}: choose another "
                "folder, or use --force to set the exercise anew"
            )
    kept = {what: getattr(earlier, what) for what in KEPT}
    return replace(
        assignment,
        points=Fixed({**earlier.points, **points}),
        marking=earlier.marking,
        students=earlier.students,
        **kept,
    )


KEPT = ("self_check", "given", "title")
"""What stays as the file has it, unless it is chosen anew; another choice is refused then."""
_WORDS = {
    "self_check": "choice of --self-check",
    "given": "choice of --give",
    "network": "network, learning rate or number of epochs",
    "blank": "choice of blank columns",
    "shown": "number of epochs shown",
}


# --- files ---------------------------------------------------------------------------------------


def set_exercise(
    assignment: Assignment,
    folder: Path,
    watch: Watch = unwatched,
    jobs: int | None = None,
    *,
    force: bool = False,
) -> Path:
    """Write everything of an exercise.

    Args:
        assignment: the exercise with its students.
        folder: where to write it.
        watch: shows the progress.
        jobs: how many processes share the work; as many as there are processors if left out.
        force: whether to replace sheets that somebody has edited.

    Returns:
        The assignment's file.

    Raises:
        InputError: nothing is left to fill in.
        WriteError: a file cannot be written, or a sheet was edited; no file is written then.
    """
    check_something_is_blank(assignment)
    check_files(folder, assignment.file_names.values(), force=force)
    path = folder / NAME
    write = partial(_write, assignment, folder, force)
    for _ in watch(
        in_processes(write, assignment.students, jobs), len(assignment.students), "writing"
    ):
        pass
    assignment_file.save(assignment, path)
    return path


def check_something_is_blank(assignment: Assignment) -> None:
    """Refuse an exercise in which nothing is left to fill in.

    Raises:
        InputError: it is one.
    """
    network = assignment.network
    if not assignment.columns and CHART not in assignment.blank:
        raise InputError("nothing is left blank")
    if not assignment.columns or any(map(assignment.rows_of, assignment.columns)):
        return
    if not any(map(replace(assignment, shown=0).rows_of, assignment.columns)):
        columns = listed(map(network.label, assignment.columns), MOST_NAMED)
        raise InputError(
            f"with {', '.join(assignment.blank)} no cell is blank: in {counted(network.epochs)} of "
            f"this network no formula belongs in the cells of {columns}"
        )
    raise InputError(
        f"with {counted(assignment.shown)} of {network.epochs} filled in, no cell is blank"
    )


def check_files(folder: Path, names: Iterable[str], *, force: bool = False) -> None:
    """Refuse files that could not be written, before anything is worked out.

    Args:
        folder: the exercise's folder.
        names: what the files of each student are called.
        force: whether to replace sheets that somebody has edited.

    Raises:
        WriteError: a file cannot be written, or a sheet was edited.
    """
    checks: list[tuple[Callable[..., None], Path]] = [(check_target, folder / NAME)]
    for each in (Files.below(folder, name) for name in names):
        checks += [(check_workbook, each.sheet), (check_workbook, each.key)]
        checks += [(check_target, each.task), (check_target, each.page)]
    problems = []
    for check, path in checks:
        try:
            check(path, force=force)
        except WriteError as error:
            problems.append(str(error))
    if problems:
        more = f"; {counted(len(problems) - 1, 'other file')} likewise" if problems[1:] else ""
        raise WriteError(problems[0] + more)


def _write(assignment: Assignment, folder: Path, force: bool, student: Student) -> None:
    """Write the files of a student."""
    from backprop_sheet.exporter import Blanks, arrange, write_exercise, write_workbook
    from backprop_sheet.tabulator import tabulate

    network = assignment.network_of(student)
    files = Files.below(folder, assignment.file_names[student.identifier])
    frame = tabulate(network)
    blanks = Blanks(
        columns=assignment.columns,
        from_row=network.rows(assignment.shown),
        derivation=DERIVATION in assignment.given,
        drawing=DRAWING in assignment.given,
        chart=CHART not in assignment.blank,
        self_check=assignment.self_check,
    )
    write_exercise(network, frame, files.sheet, blanks, force=force)
    write_workbook(network, frame, files.key, force=force)
    layout = arrange(network, network.epochs)
    text = task.Task(assignment, student, layout.first_row, files.sheet.name)
    for path, content in ((files.task, text.markdown()), (files.page, text.html())):
        with replacing(path) as draft:
            draft.write_text(content, encoding="utf-8", newline="\n")
