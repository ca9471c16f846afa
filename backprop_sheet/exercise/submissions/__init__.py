"""Finds what was handed in, in files, folders and archives, and whose each file is.

unzipping  archives of submissions, unpacked within limits
whose      whose a file is by its name
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from backprop_sheet.checker.batch import check_all
from backprop_sheet.checker.findings import Judgement
from backprop_sheet.checker.report import is_report
from backprop_sheet.errors import InputError, plain
from backprop_sheet.exercise.assignment import Assignment
from backprop_sheet.exercise.assignment_file import NAME as ASSIGNMENT
from backprop_sheet.exercise.given import are_given_to
from backprop_sheet.exercise.lists.names import moodles_folder
from backprop_sheet.exercise.marks import BY_NUMBERS, Submission
from backprop_sheet.exercise.submissions.unzipping import LARGEST_ALL, MOST_ENTRIES, Allowance
from backprop_sheet.exercise.submissions.unzipping import unpacked as unzipped
from backprop_sheet.exercise.submissions.whose import Told, Trust, Whose
from backprop_sheet.interrupt import interruptible
from backprop_sheet.ooxml.archive import Unreadable
from backprop_sheet.ooxml.book import OTHERS, SUFFIXES

DEEPEST = 2
"""Archives in archives that are opened: a student's zip in the zip of all submissions."""
ARCHIVE = ".zip"
SPREADSHEETS = (*SUFFIXES, *OTHERS)
_IGNORED = {"__macosx", "thumbs.db", "desktop.ini", ASSIGNMENT}
"""What systems leave beside people's files."""


class _Handed(NamedTuple):
    """A file that was handed in.

    Attributes:
        path: the file, or the archive of one that was not unpacked.
        shown: what it is called for people.
        parts: the names of its folders and its own, from the outermost that may tell whose it is.
        problem: why it cannot be looked into; empty if it can.
    """

    path: Path
    shown: str
    parts: tuple[str, ...]
    problem: str = ""

    @property
    def is_sheet(self) -> bool:
        return not self.problem and self.path.suffix.lower() in SPREADSHEETS


@contextmanager
def unpacked(
    paths: Iterable[Path | str], assignment: Assignment, apart: Path | None = None
) -> Iterator[list[Submission]]:
    """What was handed in, unpacked into a folder that is gone when the block ends.

    Whose a file is follows from its name or its folder's, and else from the numbers in it; if
    neither tells, it has no owner and the reason why. Besides workbooks, other files are listed if
    their student handed in no workbook.

    Args:
        paths: files, folders, and archives such as Moodle and Canvas make.
        assignment: the assignment, with its students.
        apart: a folder to leave out, where what comes of it is written.

    Raises:
        InputError: a path does not exist or cannot be read, or nothing at all was handed in.
    """
    with TemporaryDirectory(prefix="backprop-sheet-", ignore_cleanup_errors=True) as folder:
        found = list(_Finder(Path(folder), apart).of(map(Path, paths)))
        if not found:
            raise InputError("nothing was handed in: there is no file in what was named")
        yield _submissions(found, assignment)


class _Finder:
    """Finds files in folders and archives, each once."""

    def __init__(self, folder: Path, apart: Path | None) -> None:
        self._folder, self._apart = folder, apart and _real(apart)
        self._allowance = Allowance(MOST_ENTRIES, LARGEST_ALL)
        self._archives = 0
        self._seen: set[Path] = set()

    def of(self, paths: Iterable[Path]) -> Iterator[_Handed]:
        """The files of some paths.

        Raises:
            InputError: one does not exist, or is an archive that cannot be read.
        """
        for path in paths:
            if not path.exists():
                raise InputError(f"{path}: no file or folder of this name")
            outer = tuple(filter(_is_moodles, path.absolute().parts[:-1]))
            if not path.is_dir():
                handed = list(self._file(path, path.name, (*outer, path.name), 0))
                if path.suffix.lower() == ARCHIVE and [one.shown for one in handed] == [path.name]:
                    raise InputError(f"{path}: {handed[0].problem}")
                yield from handed
                continue
            own = (path.name,) if _is_moodles(path.name) else ()
            yield from self._in_folder(path, (*outer, *own))

    def _in_folder(self, path: Path, outer: tuple[str, ...]) -> Iterator[_Handed]:
        for folder, folders, files in interruptible(os.walk(path, onerror=_refuse)):
            inside = Path(folder)
            folders[:] = sorted(name for name in folders if self._counts(inside / name))
            links = [name for name in folders if (inside / name).is_symlink()]
            for name in sorted([*files, *links]):
                file = inside / name
                below = file.relative_to(path)
                parts = (*outer, *below.parts)
                if not self._counts(file):
                    continue
                if file.is_symlink():  # it may lead to anything
                    yield _Handed(file, plain(str(below)), parts, "a link, which is not followed")
                else:
                    yield from self._file(file, str(below), parts, 0)

    def _counts(self, path: Path) -> bool:
        if _is_junk(path.name):
            return False
        return self._apart is None or not _real(path).is_relative_to(self._apart)

    def _file(
        self, path: Path, shown: str, parts: tuple[str, ...], depth: int
    ) -> Iterator[_Handed]:
        """A file, or those of an archive."""
        if (real := _real(path)) in self._seen:
            return
        self._seen.add(real)
        shown = plain(shown)
        if not path.is_file():
            yield _Handed(path, shown, parts, "no ordinary file")
        elif path.suffix.lower() == ARCHIVE:
            yield from self._in_archive(path, shown, parts, depth + 1)
        elif not is_report(path):
            yield _Handed(path, shown, parts)

    def _in_archive(
        self, path: Path, shown: str, parts: tuple[str, ...], depth: int
    ) -> Iterator[_Handed]:
        if depth > DEEPEST:
            yield _Handed(path, shown, parts, "an archive in an archive in an archive")
            return
        self._archives += 1
        folder = self._folder / f"{self._archives:05}"
        folder.mkdir()
        # The archive of all submissions may be named after a student by chance.
        outer = parts if depth > 1 or len(parts) > 1 else ()
        names: dict[str, int] = {}
        try:
            for entry in unzipped(path, folder, self._allowance, inside=depth > 1):
                inner = tuple(part for part in entry.name.split("/") if part not in ("", "."))
                if not inner or any(map(_is_junk, inner)):
                    continue
                names[entry.name] = names.get(entry.name, 0) + 1
                again = f" ({names[entry.name]})" if names[entry.name] > 1 else ""
                called = f"{shown}: {entry.name}{again}"
                if entry.path:
                    yield from self._file(entry.path, called, (*outer, *inner), depth)
                else:
                    yield _Handed(path, called, (*outer, *inner), f"not unpacked: {entry.problem}")
        except Unreadable as error:
            yield _Handed(path, shown, parts, f"an archive that cannot be read: {error}")
        except OSError as error:
            raise InputError(f"{path} cannot be unpacked: {error.strerror or error}") from None


def _real(path: Path) -> Path:
    """Where a path leads to; without an error where links go in a circle."""
    return Path(os.path.realpath(path))


def _refuse(error: OSError) -> None:
    raise InputError(f"{error.filename} cannot be read: {error.strerror}") from None


def _is_junk(name: str) -> bool:
    hidden = name.startswith((".", "~$")) and name != ".."
    return hidden or name.lower() in _IGNORED


def _is_moodles(name: str) -> bool:
    return bool(moodles_folder([name]))


# --- whose they are ------------------------------------------------------------------------------


def _submissions(found: Sequence[_Handed], assignment: Assignment) -> list[Submission]:
    """The files with their owners, in the order in which they were found."""
    whose = Whose(assignment.students)
    told = [whose.by_name(file.parts) for file in found]
    unsure = [
        number
        for number, file in enumerate(found)
        if file.is_sheet and told[number].trust is not Trust.SURE
    ]
    judgements = check_all([found[number].path for number in unsure], assignment.network)
    for number, judgement in zip(unsure, judgements, strict=True):
        told[number] = _by_numbers(judgement, told[number], found[number], whose, assignment)
    told = list(_without_doubles(found, told))
    with_sheets = {
        one.owner.identifier
        for file, one in zip(found, told, strict=True)
        if one.owner and file.is_sheet
    }
    return [
        Submission(
            file.path,
            file.shown,
            moodles_folder(file.parts).rstrip("_"),
            one.owner,
            _why(file, one),
            file.problem,
        )
        for file, one in zip(found, told, strict=True)
        if file.is_sheet
        or file.problem
        or one.owner is None
        or one.owner.identifier not in with_sheets
    ]


def _without_doubles(found: Sequence[_Handed], told: Sequence[Told]) -> Iterator[Told]:
    """What tells the owners: numbers alone tell nothing of who has a file that is told by name."""
    named = {
        one.owner.identifier
        for file, one in zip(found, told, strict=True)
        if file.is_sheet and one.owner and one.why != BY_NUMBERS
    }
    for one in told:
        if one.why == BY_NUMBERS and one.owner and one.owner.identifier in named:
            owner = one.owner.identifier
            why = f"its numbers are those of {owner!r}, of whom a file is told by its name"
            yield Told((), why)
        else:
            yield one


def _why(file: _Handed, told: Told) -> str:
    if file.problem:
        return f"{file.problem}; {told.why}"
    return told.why if file.is_sheet else f"{told.why}; not a workbook"


def _by_numbers(
    judgement: Judgement, told: Told, file: _Handed, whose: Whose, assignment: Assignment
) -> Told:
    """Whose a workbook is by its name and its given numbers, where its name is not sure."""
    if judgement.problem:
        return told._replace(why=f"{told.why}, and its numbers cannot be read: {judgement.problem}")
    theirs = {
        student.identifier: student
        for table in judgement.tables
        for student in assignment.students
        if are_given_to(student, table.cells.given)
    }
    likely = told.owner
    if likely and (likely.identifier in theirs or not theirs):
        return told
    among = {student.identifier for student in told.students}
    owners = [one for key, one in theirs.items() if likely or not told.students or key in among]
    have = f"those of {' and '.join(map(repr, theirs))}" if theirs else "nobody's"
    if len(owners) != 1 or not whose.may_mean(owners[0], told, file.parts):
        return Told(told.students, f"{told.why}, and its numbers are {have}")
    why = BY_NUMBERS
    if likely:
        why = f"{BY_NUMBERS}, though {told.why} it would be {likely.identifier!r}"
    elif told.students:
        why = f"{told.why}; {BY_NUMBERS}"
    return Told((owners[0],), why, Trust.LIKELY)
