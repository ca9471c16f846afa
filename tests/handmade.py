"""Workbooks as people type them: a plan says what is where and how it is written.

A plan begins as the plainest sheet of a network. `right_sheets` changes how it is written and
`wrong_sheets` what is written in it; the functions here fill its cells and save them.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import openpyxl
import xlsxwriter
from openpyxl.comments import Comment
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.table import Table
from spreadsheets import convert_all

from backprop_sheet import tabulate
from backprop_sheet.formula import EXCEL, Name, Number, Tree, evaluate_at, inline, renamed, spell
from backprop_sheet.network import RATE, Kind, Network

Content = float | str | None
"""What is typed into a cell; a formula begins with ``=``."""
Address = tuple[int, int]
"""The row and column of a cell, counted from 1."""
Spelling = Callable[[Tree, Callable[[Name], str]], str]
"""Writes a tree as a formula, given how to write a reference."""


class Typed(NamedTuple):
    """A cell: what is typed into it, and the value that a spreadsheet program shows."""

    content: Content
    value: float | str | None


class Column(NamedTuple):
    """A column beside those of the network.

    Attributes:
        header: its header.
        tree: its formula; None for a counter of the rows.
    """

    header: str
    tree: Tree | None


@dataclass(frozen=True, slots=True)
class Anchored(Name):
    """A reference to a row, counted from 0, that does not move when the formula is filled down."""

    row: int = 0


@dataclass(frozen=True, slots=True)
class Sliding(Name):
    """A reference to η, right in a row counted from 0, that moves when it is filled down."""

    row: int = 0


def plainly(tree: Tree, cell: Callable[[Name], str]) -> str:
    """A formula as this project writes it."""
    return spell(tree, EXCEL, cell)


def relative(letter: str, row: int) -> str:
    """A reference without any anchor."""
    return f"{letter}{row}"


@dataclass
class Plan:
    """What a sheet holds and how it is written.

    Attributes:
        network: its network; the right numbers are those of its training.
        epochs: how many epochs it has.
        order: the columns from left to right, by name; None is an empty one.
        beside: the columns that are not the network's, by the name that formulas may use.
        labels: the header of each column of the network.
        top, left: the row of the header and the first column.
        title: the title of the sheet.
        rate: how formulas write η, as a function of the row that they look at.
        fills: columns that hold something else in rows from 0 on, by name.
        spelling: how a column's formulas are written, by name.
        reference: how a reference is written.
        once: columns of which only the first row is filled, and looked at by all others.
        partials: the formulas that are written into others as they have no column.
        around: what else is typed into the sheet.
        elsewhere: what is typed into the second sheet.
        defined: defined names and what they stand for.
        numbers_in: the rows that hold numbers only, with what becomes of a number.
        rewrite: another tree for each of the network's formulas.
        table: the name of an Excel table, by whose columns formulas refer to their own row.
    """

    network: Network
    epochs: int = 8
    order: list[str | None] = field(default_factory=list)
    beside: dict[str, Column] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    top: int = 5
    left: int = 1
    title: str = "Sheet1"
    rate: Callable[[int], str] = field(default=lambda _: "$B$2")
    fills: dict[str, Callable[[int], Typed | None]] = field(default_factory=dict)
    spelling: dict[str, Spelling] = field(default_factory=dict)
    reference: Callable[[str, int], str] = relative
    once: frozenset[str] = frozenset()
    partials: dict[str, Tree] = field(default_factory=dict)
    around: dict[Address, Typed] = field(default_factory=dict)
    elsewhere: dict[Address, Typed] = field(default_factory=dict)
    defined: dict[str, str] = field(default_factory=dict)
    numbers_in: Mapping[int, Callable[[float], float]] = field(default_factory=dict)
    rewrite: Callable[[Tree], Tree] = field(default=lambda tree: tree)
    table: str = ""

    def __post_init__(self) -> None:
        self.order = self.order or list(self.network.columns)
        self.labels = self.labels or dict(self.network.labels)
        self.partials = self.partials or dict(self.network.partials)
        eta = self.network.numbers[RATE]
        self.around |= {(2, 1): Typed("learning rate", None), (2, 2): Typed(eta, eta)}

    @property
    def rows(self) -> int:
        """How many rows the table has."""
        return self.epochs * len(self.network.samples)

    @cached_property
    def numbers(self) -> list[dict[str, float]]:
        """The right numbers of each row by name, with those of what has no column."""
        found = []
        frame = tabulate(self.network, epochs=self.epochs)
        for row in frame.to_numpy().tolist():
            values = {**self.network.numbers, **dict(zip(self.network.columns, row, strict=True))}
            for name, tree in self.network.partials.items():
                values[name] = evaluate_at(tree, [values])
            found.append(values)
        return found

    def letter(self, name: str) -> str:
        """The letters of a column."""
        return get_column_letter(self.left + self.order.index(name))

    def address(self, name: str, row: int) -> str:
        """The address of a cell of the table, its row counted from 0."""
        return f"{self.letter(name)}{self.top + 1 + row}"

    def header(self, name: str) -> str:
        """The header of a column."""
        return self.beside[name].header if name in self.beside else self.labels[name]

    @property
    def area(self) -> str:
        """Where the table is, header included."""
        last = get_column_letter(self.left + len(self.order) - 1)
        return f"{get_column_letter(self.left)}{self.top}:{last}{self.top + self.rows}"

    def tree(self, name: str, row: int) -> Tree | None:
        """The right formula of a column in a row; None where a number is given."""
        if name in self.beside:
            return self.beside[name].tree
        if name in self.network.partials:
            tree = self.network.partials[name]
        else:
            rule = self.network.rules.at(name, self.network.rules.kind(row))
            if rule is None or isinstance(rule.tree, Number):
                return None
            tree = rule.whole
        return self.rewrite(self._with_settings(self._written_out(tree)))

    def _written_out(self, tree: Tree) -> Tree:
        """A formula with what has no column written out, in rows above too."""

        def meant(name: Name) -> Tree:
            if name.id not in self.partials:
                return name
            inner = inline(self.partials[name.id], self.partials)
            return renamed(inner, lambda n: Name(n.id, n.up + name.up))

        return renamed(tree, meant)

    def _with_settings(self, tree: Tree) -> Tree:
        """A formula with the numbers of the settings, all but η."""
        kinds = self.network.quantities
        return renamed(
            tree,
            lambda name: (
                Number(self.network.numbers[name.id])
                if name.id in kinds and kinds[name.id].kind is Kind.SETTING and name.id != RATE
                else name
            ),
        )

    def formula(self, name: str, row: int, tree: Tree) -> str:
        """A formula as it is typed into a cell."""

        def cell(leaf: Name) -> str:
            if isinstance(leaf, Anchored):
                return f"{self.letter(leaf.id)}${self.top + 1 + leaf.row}"
            if isinstance(leaf, Sliding):
                return f"B{2 + row - leaf.row}"
            if leaf.id == RATE:
                return self.rate(self.top + 1 + row)
            if leaf.id in self.once:
                return f"${self.letter(leaf.id)}${self.top + 1}"
            if self.table and not leaf.up:
                header = re.sub(r"([\[\]#'])", r"'\1", self.header(leaf.id))
                return f"{self.table}[[#This Row],[{header}]]"
            return self.reference(self.letter(leaf.id), self.top + 1 + row - leaf.up)

        return f"={self.spelling.get(name, plainly)(tree, cell)}"

    def typed(self, name: str, row: int) -> Typed:
        """What is typed into a cell of the table."""
        if name in self.fills and (found := self.fills[name](row)):
            return found
        if name in self.once and row:
            return Typed(None, None)
        value, tree = self._value(name, row), self.tree(name, row)
        if row in self.numbers_in:
            number = self.numbers_in[row](value)
            return Typed(number, number)
        if tree is None:
            return Typed(value, value)
        return Typed(self.formula(name, row, tree), value)

    def _value(self, name: str, row: int) -> float:
        if name not in self.beside:
            return self.numbers[row][name]
        tree = self.beside[name].tree
        return evaluate_at(tree, self.numbers[row::-1]) if tree is not None else row

    def cells(self) -> dict[Address, Typed]:
        """Every cell of the sheet."""
        found = dict(self.around)
        for column, name in enumerate(self.order, start=self.left):
            if name is None:
                continue
            found[self.top, column] = Typed(self.header(name), None)
            for row in range(self.rows):
                if (cell := self.typed(name, row)).content is not None:
                    found[self.top + 1 + row, column] = cell
        return found

    def sheets(self) -> dict[str, dict[Address, Typed]]:
        """Every cell by the title of its sheet."""
        return {self.title: self.cells()} | ({"Settings": self.elsewhere} if self.elsewhere else {})


# --- saving it -------------------------------------------------------------------------------


def by_openpyxl(plan: Plan, path: Path, remark: str = "") -> Path:
    """Save a plan by openpyxl, which stores no values; a remark becomes a comment."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, cells in plan.sheets().items():
        sheet = book.create_sheet(title)
        for place, cell in cells.items():
            sheet.cell(*place, cell.content)
    for name, text in plan.defined.items():
        book.defined_names[name] = DefinedName(name, attr_text=text)
    if plan.table:
        book[plan.title].add_table(Table(displayName=plan.table, ref=plan.area))
    if remark:
        book.worksheets[0].cell(plan.top, plan.left).comment = Comment(remark, "teacher")
    book.save(path)
    return path


def with_comment(plan: Plan, path: Path) -> Path:
    """Save a plan by openpyxl with a comment in it."""
    return by_openpyxl(plan, path, "well done")


def by_xlsxwriter(plan: Plan, path: Path, *, values: bool = True) -> Path:
    """Save a plan by XlsxWriter, which stores 0 for every formula unless it is told the value."""
    book = xlsxwriter.Workbook(path)
    for title, cells in plan.sheets().items():
        sheet = book.add_worksheet(title)
        if plan.table and title == plan.title:
            columns = [{"header": plan.header(name)} for name in plan.order if name]
            sheet.add_table(plan.area, {"name": plan.table, "columns": columns})
        for (row, column), (content, value) in cells.items():
            if isinstance(content, str) and content.startswith("="):
                told = {"value": value} if values else {}
                sheet.write_formula(row - 1, column - 1, content, **told)
            else:
                sheet.write(row - 1, column - 1, content)
    for name, text in plan.defined.items():
        book.define_name(name, f"={text}")
    book.close()
    return path


def by_xlsxwriter_without_values(plan: Plan, path: Path) -> Path:
    """Save a plan by XlsxWriter as most people call it: with the value 0 in every formula."""
    return by_xlsxwriter(plan, path, values=False)


def through_libreoffice(paths: Iterable[Path], folder: Path) -> list[Path]:
    """Workbooks as LibreOffice saves them."""
    return convert_all(list(paths), "xlsx", folder)
