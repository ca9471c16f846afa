"""The command that checks workbooks: check."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import click

from backprop_sheet.cli import colours
from backprop_sheet.cli.groups import option, takes
from backprop_sheet.cli.options import JOBS, QUIET, AskedFor, OneFile
from backprop_sheet.cli.reporting import (
    BAD_INPUT,
    announce,
    blamed_on,
    fail,
    is_quiet,
    say,
    watch,
)
from backprop_sheet.cli.values import FolderToWrite, Positive, ToRead, keep
from backprop_sheet.errors import InputError, WriteError
from backprop_sheet.interrupt import at_once

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from backprop_sheet.checker.batch import Found
    from backprop_sheet.checker.findings import Judgement

WRONG = 1
REPORT = ".json"
"""The suffix of an earlier report."""
DATA = ("json", "csv")
"""Reports for programs, which have no colours."""
CODES = (
    "Exit codes: 0 all right; 1 something is wrong or incomplete; 2 something is missing, or "
    "cannot be read or judged, the rest is judged all the same; 130 interrupted."
)


@dataclass(frozen=True)
class Form:
    """How a report is written."""

    format: str | None = option(
        "--format",
        type=click.Choice(["text", "json", "csv"]),
        help="Format; the suffix of -o FILE decides when left out, else text.",
    )
    whole: bool = option(
        "--all", is_flag=True, help="Write all mistakes, not just as many as a screen holds."
    )


@dataclass(frozen=True)
class Judging:
    """How workbooks are judged."""

    tolerance: float = option(
        "--tolerance",
        type=Positive(),
        default=1e-6,
        show_default=True,
        help="Relative difference up to which a number is right; rounding is allowed for as well.",
    )
    jobs: int | None = option("--jobs", **JOBS)


@click.command(epilog=CODES)
@click.argument("paths", metavar="FILE|DIR|REPORT.json...", nargs=-1, required=True, type=ToRead())
@takes(
    "choice",
    AskedFor,
    name={"help": "The network that the tables are of: a template or a TOML file (the original)."},
    lr={"help": "Learning rate η that was asked for: another one is wrong."},
    epochs={"help": "Number of epochs that were asked for: a table with fewer is incomplete."},
    numbers={
        "help": "A given number that was asked for, by its name: --set w5=0.4; another one is "
        "wrong. May be repeated."
    },
)
@takes("judging", Judging)
@takes("form", Form)
@takes(
    "target",
    OneFile,
    path={"help": "File to write, instead of printing: .txt, .json or .csv."},
)
@click.option(
    "--annotate",
    "folder",
    metavar="DIR",
    type=FolderToWrite(),
    help="Folder for copies of the wrong workbooks, each wrong cell coloured and commented.",
)
@QUIET
def check(
    paths: tuple[str, ...],
    choice: AskedFor,
    judging: Judging,
    form: Form,
    target: OneFile,
    folder: str | None,
) -> int:
    """Find the first wrong cell in anybody's workbook of the exercise, and say why.

    Every table in every workbook is judged, of a folder all workbooks in it and below. The files
    themselves are never touched. What an earlier report in JSON says goes into the new one, but
    for workbooks that are judged anew.

    \b
    Examples:
      backprop-sheet check homework.xlsx
      backprop-sheet check class --annotate marked -o class.csv
      backprop-sheet check class --lr 0.5 --set w5=0.4 --epochs 68
      backprop-sheet check monday.json tuesday.xlsx -o all.csv
    """
    from pathlib import Path

    from backprop_sheet.checker.batch import check_all, copies, together, workbooks
    from backprop_sheet.checker.earlier import read_report
    from backprop_sheet.checker.report import SUFFIXES, report, save_report, summary, unjudged
    from backprop_sheet.files import refuse_kept

    network = choice.network()
    asked = choice.asked(network)
    with at_once():
        reports = [Path(path) for path in paths if path.lower().endswith(REPORT)]
        earlier = [judgement for report in reports for judgement in read_report(report)]
        others = [path for path in paths if not path.lower().endswith(REPORT)]
        found = workbooks(others, folder) if others else []
    keep(*(file.path for file in found))
    target.check(SUFFIXES, form.format)
    marked = copies(found, folder) if folder is not None else []
    with blamed_on("--annotate", WriteError):
        for copy in marked:
            refuse_kept(copy)
    judged = _judgements(found, partial(check_all, network=network, asked=asked, **vars(judging)))
    judgements = together(earlier, judged)
    if target.path is None:
        text = report(judgements, form.format or "text", whole=form.whole)
        say(text, str if form.format in DATA else colours.report, nl=False)
    else:
        with blamed_on("--output"):
            say(save_report(judgements, target.path, form.format, whole=form.whole))
        say("\n".join([*unjudged(judgements), *summary(judgements)]), colours.report)
    if is_quiet():
        for judgement in judgements:
            if judgement.problem:
                fail(f"{judgement.path}: {judgement.problem}", BAD_INPUT)
    problems = _annotate(judged, marked, target.force)
    if problems or any(judgement.problem for judgement in judgements):
        return BAD_INPUT
    return WRONG if any(judgement.verdict != "right" for judgement in judgements) else 0


def _judgements(
    found: list[Found], check_all: Callable[[list[Path]], Iterator[Judgement]]
) -> list[Judgement]:
    """A judgement for each file, and for each path that leads to none."""
    from backprop_sheet.checker.findings import Judgement

    there = [file.path for file in found if not file.problem]
    judged = iter(list(watch(check_all(there), len(there), "checking")))
    return [
        Judgement(file.path, problem=file.problem) if file.problem else next(judged)
        for file in found
    ]


def _annotate(judgements: list[Judgement], marked: list[Path], force: bool) -> int:
    """Write the marked copies that were asked for; how many could not be written."""
    from backprop_sheet.checker.batch import mark

    problems = 0
    for judgement, copy in zip(judgements, marked, strict=False):  # no copies without --annotate
        if not any(table.findings for table in judgement.tables):
            continue
        try:
            with at_once():
                mark(judgement, copy, force=force)
            announce(f"marked: {copy}")
        except InputError as error:
            problems += 1
            fail(f"{judgement.path}: {error}", BAD_INPUT)
    return problems
