"""The command that checks workbooks: check."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from backprop_sheet.cli.options import FORCE, Name, Rate, target_option
from backprop_sheet.cli.reporting import BAD_INPUT, check_output, echo, naming, say, tell, watch
from backprop_sheet.errors import InputError, WriteError

if TYPE_CHECKING:
    from pathlib import Path

    from backprop_sheet.checker.findings import Judgement

WRONG = 1
CODES = (
    "Exit codes: 0 all right; 1 something wrong or incomplete; 2 something cannot be read or "
    "judged, the rest is judged all the same; 130 interrupted."
)


@click.command(epilog=CODES)
@click.argument("paths", metavar="FILE|DIR...", nargs=-1, required=True, type=Name())
@click.option(
    "--network",
    "name",
    metavar="NAME|FILE",
    type=Name(),
    help="The network that the tables are of: a template or a TOML file (the original's).",
)
@click.option(
    "--tolerance",
    type=Rate(),
    default=1e-6,
    show_default=True,
    help="Relative difference up to which a number is right; rounding is allowed for besides.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "csv"]),
    help="Format; the suffix of -o FILE decides when left out (.json, .csv), else text.",
)
@target_option("File to write, instead of printing.")
@click.option(
    "--annotate",
    "folder",
    metavar="DIR",
    type=Name(),
    help="Folder for copies of the wrong workbooks, each wrong cell coloured and commented.",
)
@FORCE
def check(
    paths: tuple[str, ...],
    name: str | None,
    tolerance: float,
    form: str | None,
    target: str | None,
    folder: str | None,
    force: bool,
) -> int:
    """Find the first wrong cell in anybody's workbook of the exercise, and say why.

    Every table in every workbook is judged, of a folder all workbooks in it and below. The files
    themselves are never touched.

    \b
    Examples:
      backprop-sheet check homework.xlsx
      backprop-sheet check class --annotate marked -o class.csv
    """
    from backprop_sheet.checker.batch import check_all, check_copies, copies, workbooks
    from backprop_sheet.checker.report import FORMATS, refuse_workbook, save_report, summary
    from backprop_sheet.network import load

    with naming("--network"):
        network = load(name) if name else None
    found = workbooks(paths, folder)
    if target is not None:
        with naming("--output"):
            refuse_workbook(target, [file.path for file in found])
        check_output(target, force)
    marked = copies(found, folder) if folder is not None else []
    with naming("--annotate", WriteError):
        check_copies(found, marked)
    judging = check_all([file.path for file in found], network, tolerance)
    judgements = list(watch(judging, len(found), "checking"))
    if target is None:
        echo(FORMATS[form or "text"](judgements), nl=False)
    else:
        with naming("--output"):
            echo(save_report(judgements, target, form))
        echo("\n".join(summary(judgements)))
    problems = _annotate(judgements, marked, force)
    if problems or any(judgement.problem for judgement in judgements):
        return BAD_INPUT
    return WRONG if any(judgement.verdict != "right" for judgement in judgements) else 0


def _annotate(judgements: list[Judgement], marked: list[Path], force: bool) -> int:
    """Write the marked copies, if they are asked for; how many could not be written."""
    from backprop_sheet.checker.batch import mark

    problems = 0
    for judgement, copy in zip(judgements, marked, strict=False):  # there may be none
        if not any(table.findings for table in judgement.tables):
            continue
        try:
            mark(judgement, copy, force=force)
            tell(f"marked: {copy}")
        except InputError as error:
            problems += 1
            say(f"{judgement.path}: {error}", BAD_INPUT)
    return problems
