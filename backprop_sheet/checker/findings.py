"""The results of a check, as plain data: a file has tables, a table findings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import Any

KINDS = {
    "name": "a quantity stands where another belongs",
    "update": "a weight is moved by the gradient of another",
    "row": "a reference to the wrong row",
    "anchor": "a reference that slides, because its row is not anchored",
    "rate": "not the learning rate",
    "sign": "a wrong sign",
    "factor": "a factor missing or too many",
    "term": "a term missing or too many",
    "constant": "a wrong constant, such as ½, or a missing square",
    "bracket": "brackets missing or in the wrong place",
    "column": "the formula of another column",
    "formula": "a different formula, in more than one place",
    "number": "a number where a formula belongs",
    "text": "text where a number belongs",
    "empty": "an empty cell",
    "error": "an error value",
    "given": "an input or target that changes from row to row",
    "stopped": "rows in which the weights stop moving",
    "stale": "a stored value that is not what the formula gives",
    "asked": "another learning rate or given number than is asked for",
    "epochs": "fewer epochs than are asked for",
}
"""The kinds of cause, in one word each."""
ASKED, EPOCHS = "asked", "epochs"
"""The kinds that are no mistake in a table, which may be right by itself."""

NOTHING = 1e-14
"""A change of the error that is rounding."""
RIGHT, WRONG, INCOMPLETE, UNJUDGED = "right", "wrong", "incomplete", "not judged"


@dataclass
class Finding:
    """One mistake: its first cell, and what is wrong.

    Attributes:
        cell: the first wrong cell.
        epoch: its epoch, counted from 0.
        columns: the labels of the columns with this mistake: ``∂E/∂w7``.
        cells: all wrong cells, in the order of the rows.
        kind: one of `KINDS`.
        text: the cause in plain words.
        found: what the first cell holds.
        expected: the formula that belongs there.
        value: the first cell's number; None if it has none.
        right: the number that belongs there; None if it is not known.
        by_chance: whether the first cell's number is right, and only its formula is wrong.
    """

    cell: str
    epoch: int
    columns: list[str]
    cells: list[str]
    kind: str
    text: str
    found: str
    expected: str
    value: float | None
    right: float | None
    by_chance: bool = False

    @property
    def names(self) -> str:
        """The labels of the columns: ``∂E/∂w3, ∂E/∂w4``."""
        return ", ".join(self.columns)

    @property
    def is_mistake(self) -> bool:
        """Whether the cell is wrong by itself, whatever an assignment asks for."""
        return self.kind not in (ASKED, EPOCHS)

    @property
    def off(self) -> float | None:
        """The relative error of the first cell's number; None if it is not known."""
        if self.value is None or not self.right:
            return None
        return abs(self.value / self.right - 1)


class State(IntEnum):
    """What a cell of a table comes to."""

    EMPTY = 0
    RIGHT = 1
    TYPED = 2  # a right number without a formula, or with one that is only the number
    WRONG = 3
    UNKNOWN = 4  # nothing shows whether it is right: what it follows from has no number


@dataclass(frozen=True)
class Cells:
    """The cells of a table, each judged by its own row.

    Attributes:
        columns: the column in the sheet of each quantity, by the quantity's name.
        rows: the row in the sheet of each row of the table.
        states: for each quantity, the `State` of its cell in each row, a byte each.
        given: the numbers of the first row and of the settings, by name.
    """

    columns: Mapping[str, int] = field(default_factory=dict)
    rows: Sequence[int] = ()
    states: Mapping[str, bytes | bytearray] = field(default_factory=dict)
    given: Mapping[str, float] = field(default_factory=dict)


@dataclass
class Table:
    """One table of a workbook, judged.

    Attributes:
        sheet: the title of its sheet.
        area: where it is, header included: ``A32:AE100``.
        header_row: the row of its header.
        epochs: how many rows it has.
        eta: its learning rate; None if it has none.
        eta_from: where the learning rate was found.
        verdict: ``right``, ``wrong`` or ``incomplete``.
        findings: the mistakes, the first wrong cell first.
        remarks: what else is worth knowing.
        error_off: the largest error of E_Total.
        error_epoch: the epoch of that error.
        error_lost: the first epoch in which E_Total has no number; None if it has one in all.
        formulas: how many of its cells hold a formula; 0 if all numbers are pasted.
        unexplained: wrong cells whose cause was not looked for to the end.
        uncompared: right numbers whose formulas were not compared with the right one, as there
            were too many different ones.
        cells: what each cell comes to; not in reports.
    """

    sheet: str
    area: str
    header_row: int
    epochs: int
    eta: float | None
    eta_from: str
    verdict: str
    findings: list[Finding] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    error_off: float | None = None
    error_epoch: int = 0
    error_lost: int | None = None
    formulas: int = 0
    unexplained: int = 0
    uncompared: int = 0
    cells: Cells = field(default_factory=Cells, repr=False, compare=False)

    @property
    def effect(self) -> str:
        """The effect of all mistakes on E_Total in words; empty if it is not known."""
        if self.error_lost is not None:
            return f"E_Total has no number from epoch {self.error_lost} on"
        if self.error_off is None:
            return ""
        if self.error_off < NOTHING:
            return "E_Total is not changed"
        return f"E_Total is off by {self.error_off:.2g} at most (epoch {self.error_epoch})"

    @property
    def mistakes(self) -> list[Finding]:
        """The findings but for what an assignment asks for."""
        return [finding for finding in self.findings if finding.is_mistake]

    @property
    def first(self) -> Finding | None:
        """The first mistake, if there is one."""
        return self.findings[0] if self.findings else None


@dataclass
class Judgement:
    """A file, judged.

    Attributes:
        path: the file.
        tables: its tables, in the order of the sheets.
        problem: why it could not be judged; empty if it could.
        remarks: what else is worth knowing.
    """

    path: Path
    tables: list[Table] = field(default_factory=list)
    problem: str = ""
    remarks: list[str] = field(default_factory=list)

    @property
    def verdict(self) -> str:
        """``right``, ``wrong``, ``incomplete`` or ``not judged``."""
        if self.problem:
            return UNJUDGED
        verdicts = {table.verdict for table in self.tables}
        return next(v for v in (WRONG, INCOMPLETE, RIGHT) if v in verdicts)

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        from backprop_sheet.checker.html import as_html

        return as_html(self)

    def _repr_pretty_(self, printer: Any, _: bool) -> None:
        """What IPython shows in a terminal."""
        from backprop_sheet.checker.report import as_text

        printer.text(as_text([self]).rstrip("\n"))
