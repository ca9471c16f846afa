"""Finds workbooks, checks all of them, and writes copies with the mistakes marked."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from difflib import get_close_matches
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from backprop_sheet.checker import TOLERANCE, check
from backprop_sheet.checker.asked import Asked
from backprop_sheet.checker.findings import Cells, Finding, Judgement, Table
from backprop_sheet.checker.report import is_report
from backprop_sheet.errors import InputError
from backprop_sheet.network import Network, load
from backprop_sheet.ooxml.annotator import annotate
from backprop_sheet.ooxml.book import OTHERS, SUFFIXES
from backprop_sheet.processes import in_processes

MOST_MARKED = 10_000
"""At most this many cells of a workbook are marked: each comment has a box that is drawn."""


class Found(NamedTuple):
    """A file to check.

    Attributes:
        path: the file, or what was named instead of one.
        below: its path below the folder that was named.
        problem: why there is nothing to check; empty if there is.
    """

    path: Path
    below: Path
    problem: str = ""


def workbooks(paths: Iterable[str | Path], apart: str | Path | None = None) -> list[Found]:
    """The named workbooks, and those in the named folders and below.

    Args:
        paths: files and folders; in a folder, every file that is named like a spreadsheet counts.
        apart: a folder to leave out, where marked copies are written.

    Returns:
        The files, among them paths that do not exist and folders without a workbook.

    Raises:
        InputError: there is nothing to check at all, or `apart` is a folder to check.
    """
    found: dict[Path, Found] = {}
    for path in map(Path, paths):
        files = sorted(_in_folder(path, Path(apart) if apart else None))
        inside = apart and path.is_dir() and path.resolve().is_relative_to(Path(apart).resolve())
        if inside and not files:
            raise InputError(f"{path} is itself to be judged: the copies need another folder")
        here = {file.resolve(): Found(file, file.relative_to(path)) for file in files}
        found |= here or {path.resolve(): Found(path, Path(path.name), _missing(path))}
    if all(file.problem for file in found.values()):
        raise InputError("; ".join(f"{file.path}: {file.problem}" for file in found.values()))
    return list(found.values())


def _missing(path: Path) -> str:
    """Why there is nothing to check at a path; empty if there is a file."""
    if path.is_dir():
        return "no workbook (.xlsx, .xlsm) in this folder"
    if path.exists():
        return ""
    try:
        beside = [other.name for other in path.parent.iterdir()]
    except OSError:  # there is no such folder, either
        beside = []
    near = get_close_matches(path.name, beside, 1, cutoff=0.75)
    return f"no file or folder of this name{f'; did you mean {near[0]}?' if near else ''}"


def _in_folder(folder: Path, apart: Path | None) -> Iterator[Path]:
    for file in folder.rglob("*"):
        # Programs keep files named ~$… or .… beside an open one.
        if file.suffix.lower() not in (*SUFFIXES, *OTHERS) or file.name.startswith(("~$", ".")):
            continue
        if is_report(file):
            continue
        if apart is None or not file.resolve().is_relative_to(apart.resolve()):
            yield file


def copies(found: Iterable[Found], folder: str | Path) -> list[Path]:
    """The path of each file's marked copy: the same below `folder` as below its own folder."""
    places: dict[Path, None] = {}
    for _, below, _ in found:
        place, number = Path(folder) / below, 2
        while place in places:  # files of one name from several folders
            place, number = place.with_stem(f"{below.stem}_{number}"), number + 1
        places[place] = None
    return list(places)


def check_all(
    paths: Sequence[Path],
    network: Network | None = None,
    tolerance: float = TOLERANCE,
    asked: Asked | None = None,
    jobs: int | None = None,
) -> Iterator[Judgement]:
    """Check many workbooks in their order, by several processes if there are many.

    What each cell came to, which takes the most memory, is left out, but for the given numbers.

    Args:
        paths: the files.
        network: what their tables should be of; the original's if left out.
        tolerance: relative difference up to which a number is right.
        asked: what an assignment asks for.
        jobs: how many processes there are at most; as many as processors if left out.
    """
    network = load() if network is None else network
    judge = partial(_judged, network=network, tolerance=tolerance, asked=asked)
    return in_processes(judge, paths, jobs)


def _judged(path: Path, **asked: Any) -> Judgement:
    """The judgement of a workbook, with the given numbers in place of what each cell came to."""
    judgement = check(path, **asked)
    for table in judgement.tables:
        table.cells = Cells(given=table.cells.given)
    return judgement


class Words(NamedTuple):
    """What a marked copy says of a mistake.

    Attributes:
        of_first: in its first cell, given the table and the mistake.
        of_others: in its other cells, which refer to the first.
    """

    of_first: Callable[[Table, Finding], str]
    of_others: Callable[[Finding], str]


def together(earlier: Iterable[Judgement], judged: Iterable[Judgement]) -> list[Judgement]:
    """The judgements of several runs, in their order: the last of a file in place of the first."""
    by_file = {one.path.resolve(): one for one in earlier}
    by_file |= {one.path.resolve(): one for one in judged}
    return list(by_file.values())


def mark(
    judgement: Judgement, target: Path, *, words: Words | None = None, force: bool = False
) -> None:
    """Write a copy of a checked workbook with every wrong cell coloured and commented.

    Args:
        judgement: the judgement of a workbook with findings.
        target: the copy; the workbook itself is only read.
        words: what is said of a mistake; the cause and what belongs there if left out.
        force: whether to replace an earlier copy that somebody has edited.

    Raises:
        InputError: the copy cannot be made, or would replace the workbook.
        WriteError: it cannot be written, or somebody has edited the file that is there.
    """
    words = words or Words(_comment, lambda finding: finding.text)
    notes: dict[str, dict[str, str]] = {}
    left = MOST_MARKED
    for table in judgement.tables:
        for finding in table.findings:
            sheet = notes.setdefault(table.sheet, {})
            for cell in islice(finding.cells, max(0, left)):
                first = cell == finding.cell
                text = (
                    words.of_first(table, finding)
                    if first
                    else f"{words.of_others(finding)}; see {finding.cell}"
                )
                left -= 1
                sheet[cell] = f"{sheet[cell]}\n\n{text}" if cell in sheet else text
    firsts = {(table.sheet, f.cell) for table in judgement.tables if (f := table.first)}
    annotate(judgement.path, target, notes, firsts, force=force)


def _comment(table: Table, finding: Finding) -> str:
    if not finding.is_mistake:
        return f"{finding.names}: {finding.text}."
    lines = [f"{finding.names}: {finding.text}.", f"Belongs here: {finding.expected}"]
    if finding.right is not None:
        lines.append(f"The right number is {finding.right:.10g}.")
    if table.error_off is not None:
        lines.append(f"{table.effect}.")
    return "\n".join(lines)
