"""Writes what goes back: the list of marks, each student's feedback, and the zip for Moodle.

Moodle finds the student of a file by its folder in the zip, NAME_NUMBER_assignsubmission_file, as
that of the submissions that it hands out is called; files whose names begin with a dot or a tilde
are passed over. Source: mod/assign/feedback/file/importziplib.php of Moodle.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from backprop_sheet.checker.report import as_data, where
from backprop_sheet.errors import InputError, WriteError, plain
from backprop_sheet.exercise.assignment import Assignment, Student
from backprop_sheet.exercise.feedback import (
    MARKED,
    copy_name,
    has_copy,
    in_order,
    text,
    write_copy,
)
from backprop_sheet.exercise.marks import Mark
from backprop_sheet.exercise.words import points
from backprop_sheet.files import replacing
from backprop_sheet.ooxml.book import SUFFIXES
from backprop_sheet.ooxml.seal import is_untouched

TEXTS = ".texts"
"""What the file with the digests of the texts is called, in the folder of feedback."""
MARKS, FEEDBACK, ARCHIVE = "marks.csv", "feedback", "feedback.zip"
"""What the files in the folder of marks are called."""
TEXT = "feedback.txt"
"""What a student's text is called in the zip."""
NOTHING = "Nothing was handed in."


# --- marks.csv -----------------------------------------------------------------------------------


def write_marks(marks: Sequence[Mark], assignment: Assignment, folder: Path) -> Path:
    """Write marks.csv: a line for each student of the assignment, in its order.

    Raises:
        WriteError: it cannot be written.
    """
    path = folder / MARKS
    with replacing(path) as draft:
        # Spreadsheet programs recognise UTF-8 in a CSV by its byte order mark.
        content = marks_csv(marks, assignment)
        draft.write_text(content, encoding="utf-8-sig", errors="backslashreplace", newline="\n")
    return path


def marks_csv(marks: Sequence[Mark], assignment: Assignment) -> str:
    """The list of marks as CSV; no cell of it is a formula."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    by_student = {mark.student.identifier: mark for mark in marks}
    keys = [part.key for part in assignment.parts]
    writer.writerow(["identifier", "name", "file", "points", "of", *keys, "first cause", "notes"])
    for student in assignment.students:
        mark = by_student.get(student.identifier)
        row = [student.identifier, student.name, *_of_mark(mark, assignment)]
        writer.writerow([as_data(plain(cell)) for cell in row])
    return file.getvalue()


def _of_mark(mark: Mark | None, assignment: Assignment) -> Iterator[str]:
    """The cells of a student behind the name."""
    judged = mark is not None and mark.points is not None
    yield mark.submission.shown if mark else ""
    yield points(mark.points) if mark and mark.points is not None else ""
    yield points(assignment.total)
    earned = {part.part.key: part.earned for part in mark.parts} if mark and judged else {}
    yield from (points(earned[p.key]) if p.key in earned else "" for p in assignment.parts)
    yield first_cause(mark) if mark else ""
    yield " ".join(mark.notes) if mark else NOTHING


def first_cause(mark: Mark) -> str:
    """The first mistake in words, for the teacher; empty if there is none in what was done."""
    findings = in_order(mark.table) if mark.table and mark.is_begun else []
    return next((f"{f.names}: {f.text} ({where(f)})" for f in findings), "")


# --- feedback ------------------------------------------------------------------------------------


class Returned(NamedTuple):
    """What is given back to a student.

    Attributes:
        text: the file with the text.
        copy: the marked copy; None if there is none.
        problems: what could not be written, and why.
    """

    text: Path
    copy: Path | None
    problems: tuple[str, ...] = ()


def write_feedback(
    mark: Mark, assignment: Assignment, folder: Path, *, force: bool = False
) -> Returned:
    """Write a student's text and marked copy to the folder's folder of feedback.

    Args:
        mark: the student's mark.
        assignment: the assignment.
        folder: the folder of marks.
        force: whether to replace what somebody has edited.

    Raises:
        WriteError: the text cannot be written.
    """
    place = folder / FEEDBACK
    written = place / f"{assignment.file_names[mark.student.identifier]}.txt"
    copy = place / copy_name(mark, assignment)
    problems = [*_write_text(_bytes(mark, assignment), written, force=force)]
    if not has_copy(mark):
        if is_untouched(copy):  # of an earlier file, which had mistakes
            with suppress(OSError):
                copy.unlink()
    else:
        try:
            write_copy(mark, assignment, copy, force=force)
        except InputError as error:
            problems.append(f"{mark.submission.shown}: {error}")
    return Returned(written, copy if copy.exists() else None, tuple(problems))


def _write_text(content: bytes, path: Path, *, force: bool) -> Iterator[str]:
    """Write a text, unless somebody has edited the one that is there: then it is said."""
    digests, there = _digests(path.parent), _digest_of(path)
    wanted = sha256(content).hexdigest()
    if there not in ("", wanted, digests.get(path.name)) and not force:
        yield (
            f"{path} was edited after this program wrote it, or is not its own, so it was kept. "
            "Use --force to replace it"
        )
        return
    with replacing(path) as draft:
        draft.write_bytes(content)
    digests[path.name] = wanted
    with replacing(path.parent / TEXTS) as draft:
        lines = (f"{digest}  {name}\n" for name, digest in sorted(digests.items()))
        draft.write_text("".join(lines), encoding="utf-8", newline="\n")


def _digests(place: Path) -> dict[str, str]:
    """The digests of the texts that the program wrote, by their names."""
    try:
        lines = (place / TEXTS).read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError):
        return {}
    parts = (line.partition("  ") for line in lines)
    return {name: digest for digest, _, name in parts if name}


def _digest_of(path: Path) -> str:
    """The digest of a text as it lies there; empty if there is none."""
    try:
        return sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def written_for(student: Student, assignment: Assignment, folder: Path) -> list[Path]:
    """The files that may be written for a student."""
    name, place = assignment.file_names[student.identifier], folder / FEEDBACK
    copies = (place / f"{name}{MARKED}{suffix}" for suffix in SUFFIXES)
    return [place / TEXTS, place / f"{name}.txt", *copies]


def _bytes(mark: Mark, assignment: Assignment) -> bytes:
    return text(mark, assignment).encode("utf-8", errors="backslashreplace")


# --- the zip -------------------------------------------------------------------------------------


def write_archive(returned: Iterable[tuple[Mark, Returned]], folder: Path) -> Path | None:
    """Write the zip with each student's feedback in the folder that the submission came in.

    Args:
        returned: the marks, each with the files that were written.
        folder: the folder of marks.

    Returns:
        The zip; None if no submission came in a zip with folders.

    Raises:
        WriteError: it cannot be written.
    """
    placed = [(mark, files) for mark, files in returned if _place(mark)]
    if not placed:
        return None
    path = folder / ARCHIVE
    with replacing(path) as draft, zipfile.ZipFile(draft, "w") as archive:
        for mark, files in placed:
            place = _place(mark)
            _add(archive, f"{place}/{TEXT}", _read(files.text))  # somebody may have edited it
            if files.copy:
                _add(archive, f"{place}/{files.copy.name}", _read(files.copy))
    return path


def _place(mark: Mark) -> str:
    """The folder of a submission in the zip; empty if it has none that a zip may hold."""
    parts = mark.submission.place.replace("\\", "/").strip("/").split("/")
    return "/".join(parts) if not {"", ".", ".."}.intersection(parts) else ""


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    """Add a file as it is: neither the day nor the machine shows in the archive."""
    entry = zipfile.ZipInfo(name)
    entry.create_system, entry.external_attr = 3, 0o644 << 16
    archive.writestr(entry, content)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise WriteError(f"{path} cannot be read again: {error.strerror or error}") from None
