"""Students who fill in their sheets: right, with one mistake or several, half, and otherwise.

What each of them loses is reckoned by hand, from the points of the parts: 4 for the sums and
activations (8 columns), 2 for the errors (3), 4 for the gradients of each layer (4 columns each), 4
for the updates (8). Of 12 epochs the first is filled in, so a column has 11 cells to fill in.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import openpyxl
from mistakes import COLUMNS, EPOCHS, GIVEN, MISTAKES, RIGHT, Table

FORWARD, ERROR, GRADIENT, UPDATE = 4 / 8, 2 / 3, 4 / 4, 4 / 8
"""What a column is worth."""
TOTAL = 18
SINCE_2, SINCE_3, SINCE_5, SINCE_7, ONE_CELL = 10 / 11, 9 / 11, 7 / 11, 5 / 11, 1 / 11
"""The share of a column that is lost from an epoch on, or in one of its cells."""
BY_NAME = {mistake.name: mistake for mistake in MISTAKES}
ASKED = [name for name in COLUMNS if name not in GIVEN]
"""The columns that are left blank."""

LOST = {
    # a gradient
    "∂E/∂w1: i2 for i1": GRADIENT,
    "∂E/∂w1: the factor 1-a_h1 is missing": GRADIENT,
    "∂E/∂w1: first path missing": GRADIENT,
    "∂E/∂w2: a_h2 for a_h1": GRADIENT,
    "∂E/∂w3: + where − belongs, before a_h2": GRADIENT,
    "∂E/∂w3: the formula of ∂E/∂w1 stands here": GRADIENT,
    "∂E/∂w4: the term (a_o2-t2)*a_o2*(1-a_o2)*w8 is missing": GRADIENT,
    "∂E/∂w2: weights of the other neuron": GRADIENT,
    "∂E/∂w4: outer brackets missing": GRADIENT,
    "∂E/∂w5: a_h2 for a_h1": GRADIENT,
    "∂E/∂w6: t1-a_o1": GRADIENT,
    "∂E/∂w8: the factor 1-a_o2 is missing from epoch 5": GRADIENT * SINCE_5,
    "∂E/∂w7: row above from epoch 1": GRADIENT,
    "t-a in all gradients": 8 * GRADIENT,
    "∂E/∂w4: a number in epoch 5": GRADIENT * ONE_CELL,
    "∂E/∂w5: formula as text": GRADIENT * ONE_CELL,
    "∂E/∂w8: empty in the last row": GRADIENT * ONE_CELL,
    # an update
    "w2 and w3 crossed": 2 * UPDATE,
    "w5: ↑∂E/∂w7 for ↑∂E/∂w5": UPDATE,
    "w6: ↑∂E/∂w5 for ↑∂E/∂w6 from epoch 5": UPDATE * SINCE_5,
    "w1: + where − belongs, before η*↑∂E/∂w1": UPDATE,
    "all updates with +": 8 * UPDATE,
    "w7: η missing": UPDATE,
    "w4: 0.05 for η": UPDATE,
    "w4: weight of epoch 0": UPDATE * SINCE_2,
    "w2: gradient of epoch 0": UPDATE * SINCE_2,
    "w3: gradient of the same row": UPDATE,
    "w6: η slides onto a header": UPDATE * SINCE_2,
    "w6: a number in epoch 7": UPDATE * ONE_CELL,
    "w7: empty in epoch 9": UPDATE * ONE_CELL,
    "weights only repeated from epoch 7": 8 * UPDATE * SINCE_7,
    # forward
    "h1: w3 for w2": FORWARD,
    "h2: the factor i2 is missing": FORWARD,
    "h1: w1 of epoch 0": FORWARD,
    "a_h1: the sign of h1 is wrong": FORWARD,
    "a_h2: brackets missing from epoch 5": FORWARD * SINCE_5,
    "o1: h2 for a_h2": FORWARD,
    "o2: w6 for w8 from epoch 5": FORWARD * SINCE_5,
    "no sigmoid has its minus": 4 * FORWARD,
    "a_h2: empty in epoch 6": FORWARD * ONE_CELL,
    "h2: not available": FORWARD * ONE_CELL,
    # errors
    "E1: the factor ½ is missing at (t1-a_o1)^2": ERROR,
    "E2: t1 for t2": ERROR,
    "½ missing in both errors": 2 * ERROR,
    "E_tot: E2 only from epoch 5": ERROR * SINCE_5,
    "E_tot: running total": ERROR,
}
"""The points that a mistake costs, whatever follows from it."""


@dataclass(frozen=True)
class Work:
    """What a student does with the sheet.

    Attributes:
        said: what it is, in words.
        points: the points for it, reckoned by hand; None where it is for the teacher to see to.
        do: fills in the table.
        neighbour: whether the sheet is the next student's, handed in under one's own name.
    """

    said: str
    points: float | None
    do: Callable[[Table], None]
    neighbour: bool = False


def right(table: Table) -> None:
    """Every blank cell with its formula."""
    table.write({name: RIGHT[name] for name in ASKED}, 1)


def mistaken(*names: str) -> Callable[[Table], None]:
    """All right but for mistakes."""

    def do(table: Table) -> None:
        right(table)
        for name in names:
            BY_NAME[name].apply(table)

    return do


def until(epoch: int) -> Callable[[Table], None]:
    """Right above an epoch, and blank from there on."""

    def do(table: Table) -> None:
        right(table)
        for name in ASKED:
            table.fill(name, lambda _: None, epoch)

    return do


def only(names: list[str]) -> Callable[[Table], None]:
    """Some columns right, the others blank."""
    return lambda table: table.write({name: RIGHT[name] for name in names}, 1)


def at_another_rate(table: Table) -> None:
    """All right, but η was changed."""
    right(table)
    table.sheet[table.rate.replace("$", "")] = 2


def with_another_weight(table: Table) -> None:
    """All right, but w1 of the first row was changed."""
    right(table)
    table.set("w1", 0, 0.123456)


def nothing(table: Table) -> None:
    """The sheet as it was given out."""


SEVERAL = [
    ("∂E/∂w1: i2 for i1", "w7: η missing", "E1: the factor ½ is missing at (t1-a_o1)^2"),
    ("∂E/∂w5: a_h2 for a_h1", "∂E/∂w6: t1-a_o1", "h2: the factor i2 is missing"),
    ("all updates with +", "t-a in all gradients", "½ missing in both errors"),
]
WORKS = [
    *(Work(f"right, {number}", TOTAL, right) for number in range(3)),
    *(Work(name, TOTAL - lost, mistaken(name)) for name, lost in LOST.items()),
    *(Work("; ".join(s), TOTAL - sum(map(LOST.__getitem__, s)), mistaken(*s)) for s in SEVERAL),
    Work("half done", TOTAL * 5 / 11, until(6)),
    Work(
        "forward only", 8 * FORWARD, only(["h1", "a_h1", "h2", "a_h2", "o1", "a_o1", "o2", "a_o2"])
    ),
    Work("nothing filled in", 0, nothing),
    Work("at another rate", TOTAL - 8 * UPDATE / 2, at_another_rate),
    Work("another weight", TOTAL / 2, with_another_weight),
    Work("the neighbour's sheet", 0, right, neighbour=True),
]
PASTED = Work("all pasted as values", 0, right)
"""Its formulas are turned into numbers once they are worked out."""


def filled_in(sheet: Path, work: Work, target: Path) -> Path:
    """A student's sheet, filled in as a program saves it that works nothing out."""
    book = openpyxl.load_workbook(sheet)
    work.do(Table(book.worksheets[0]))
    book.save(target)
    return target


def pasted(path: Path, target: Path) -> Path:
    """A sheet that was worked out, with numbers in place of all formulas of its table."""
    book, values = openpyxl.load_workbook(path), openpyxl.load_workbook(path, data_only=True)
    sheet, numbers = book.worksheets[0], values.worksheets[0]
    table = Table(sheet)
    for name in COLUMNS:
        for epoch in range(EPOCHS):
            cell = table.cell(name, epoch)
            sheet[cell] = numbers[cell].value
    book.save(target)
    return target
