"""Many workbooks: which there are, all of them judged, copies with the mistakes marked."""

import os
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import islice
from multiprocessing import active_children
from pathlib import Path
from typing import NamedTuple

from backprop_sheet.checker import TOLERANCE, check
from backprop_sheet.checker.findings import Finding, Judgement, Table
from backprop_sheet.errors import InputError, WriteError, shown
from backprop_sheet.interrupt import at_once
from backprop_sheet.network import Network
from backprop_sheet.ooxml.annotator import annotate
from backprop_sheet.ooxml.book import OTHERS, SUFFIXES

WORTHWHILE = 8
"""Files from which on more than one process is started."""
MOST_PROCESSES = 8
MOST_MARKED = 10_000
"""Cells of a workbook that are marked, from the first wrong ones on: each has a box drawn."""


class Found(NamedTuple):
    """A file to judge, and its place below the folder that was named."""

    path: Path
    below: Path


def workbooks(paths: Iterable[str | Path], apart: str | Path | None = None) -> list[Found]:
    """The workbooks that are named, and those in the folders that are named and below.

    Args:
        paths: files and folders; of a folder, all that look like a spreadsheet.
        apart: a folder that is left out, where marked copies are written to.

    Raises:
        InputError: something named is not there, or a folder has no workbook.
    """
    found: dict[Path, Found] = {}
    for path in map(Path, paths):
        if path.is_dir():
            files = sorted(_in_folder(path, Path(apart) if apart else None))
            if not files and apart and path.resolve().is_relative_to(Path(apart).resolve()):
                raise InputError(f"{path} is itself to be judged: the copies need another folder")
            if not files:
                raise InputError(f"no workbook (.xlsx, .xlsm) in {path}")
            found |= {file.resolve(): Found(file, file.relative_to(path)) for file in files}
        elif path.exists():
            found[path.resolve()] = Found(path, Path(path.name))
        else:
            raise InputError(f"no file or folder {shown(str(path))}")
    return list(found.values())


def _in_folder(folder: Path, apart: Path | None) -> Iterator[Path]:
    for file in folder.rglob("*"):
        # ~$ and . begin the names of what programs keep beside an open file.
        if file.suffix.lower() not in (*SUFFIXES, *OTHERS) or file.name.startswith(("~$", ".")):
            continue
        if apart is None or not file.resolve().is_relative_to(apart.resolve()):
            yield file


def copies(found: Iterable[Found], folder: str | Path) -> list[Path]:
    """Where the marked copy of each file goes, below a folder as below the one it was found in."""
    places: dict[Path, None] = {}
    for _, below in found:
        place, number = Path(folder) / below, 2
        while place in places:  # files of one name from several folders
            place, number = place.with_stem(f"{below.stem}_{number}"), number + 1
        places[place] = None
    return list(places)


def check_copies(found: Iterable[Found], places: Iterable[Path]) -> None:
    """Refuse, before anything is judged, a copy that would replace a file that is judged.

    Raises:
        WriteError: there is one.
    """
    judged = {file.path.resolve() for file in found}
    for place in places:
        if place.resolve() in judged:
            raise WriteError(f"{place} is itself judged: its copy needs another folder")


def check_all(
    paths: Sequence[Path], network: Network | None = None, tolerance: float = TOLERANCE
) -> Iterator[Judgement]:
    """Judge many workbooks, in their order, on all processors when there are many.

    Args:
        paths: the files.
        network: what their tables should be of; the original's if left out.
        tolerance: relative difference up to which a number is right.
    """
    one = partial(check, network=network, tolerance=tolerance)
    processes = min(os.cpu_count() or 1, MOST_PROCESSES)
    if len(paths) < WORTHWHILE or processes == 1:
        for path in paths:
            yield _interruptibly(partial(one, path))
        return
    others = set(active_children())
    with ProcessPoolExecutor(processes, initializer=_leave_interrupts) as pool:
        try:
            with _undisturbed():
                judgements = [pool.submit(one, path) for path in paths]
            for judgement in judgements:
                yield _interruptibly(judgement.result)
        except BaseException:
            for child in set(active_children()) - others:  # a large workbook takes minutes
                child.terminate()
            raise
        finally:
            pool.shutdown(cancel_futures=True)


def _interruptibly(judge: Callable[[], Judgement]) -> Judgement:
    """Judge a workbook, or wait for the process that does, until Ctrl-C is pressed."""
    with at_once():
        return judge()


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Put a Ctrl-C off while processes are started, which it would meet before they are ready."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _leave_interrupts() -> None:
    """Ctrl-C is for the process that asks, which then ends the others."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def mark(judgement: Judgement, target: Path, *, force: bool = False) -> None:
    """Write a copy of a judged workbook with each wrong cell coloured and commented.

    Args:
        judgement: of a workbook with findings.
        target: the copy; the workbook itself is never touched.
        force: whether a copy may be replaced that a person has changed.

    Raises:
        InputError: the copy cannot be made, or would replace the workbook.
        WriteError: it cannot be written, or a person has changed what is there.
    """
    notes: dict[str, dict[str, str]] = {}
    room = MOST_MARKED
    for table in judgement.tables:
        for finding in table.findings:
            sheet = notes.setdefault(table.sheet, {})
            for cell in islice(finding.cells, max(0, room)):
                text = _comment(table, finding) if cell == finding.cell else _shortly(finding)
                room -= 1
                sheet[cell] = f"{sheet[cell]}\n\n{text}" if cell in sheet else text
    firsts = {(table.sheet, f.cell) for table in judgement.tables if (f := table.first)}
    annotate(judgement.path, target, notes, firsts, force=force)


def _comment(table: Table, finding: Finding) -> str:
    lines = [f"{finding.names}: {finding.text}.", f"Belongs here: {finding.expected}"]
    if finding.right is not None:
        lines.append(f"The right number is {finding.right:.10g}.")
    if table.error_off is not None:
        lines.append(f"{table.effect}.")
    return "\n".join(lines)


def _shortly(finding: Finding) -> str:
    return f"{finding.text}; see {finding.cell}"
