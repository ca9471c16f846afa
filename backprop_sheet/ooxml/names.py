"""What the names in formulas stand for: defined names, and the columns of tables.

A formula is written out with plain references, so that whoever reads it need not know names:
``w1-eta*E6`` becomes ``w1-0.5*E6``, and ``Table1[[#This Row],[h1]]`` becomes ``I6``.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from backprop_sheet.ooxml.addresses import Area, address, letters
from backprop_sheet.ooxml.parsing import Unreadable

LONGEST = 1000
"""The most characters of what a name stands for, with the names in it written out."""
DEEPEST = 8
"""Names that stand for names."""
MOST_ADDED = 20_000_000
"""The most characters that names add to the formulas of a sheet."""
_NAME = re.compile(
    r"""
      (?P<text>"(?:[^"]|"")*")
    | (?<![\w.$!\]'])
      (?:(?:'(?:[^']|'')+'|[^\W\d][\w.]*)!)?
      (?P<name>[^\W\d][\w.]*)
      (?P<columns>\[(?:'.|\[(?:'.|[^\[\]'])*\]|[^\[\]'])*\])?
      (?![\w.(!:'])
    """,
    re.VERBOSE,
)
"""A text, which holds no names, or a name with its sheet and the columns of a table."""
_ITEM = re.compile(r"\[((?:'.|[^\[\]'])*)\]")
_CELL = r"\$?[A-Za-z]{1,3}\$?\d+"
_ALONE = re.compile(rf"(?:(?:'(?:[^']|'')+'|[\w.]+)!)?{_CELL}(?::{_CELL})?|[\d.]+")
"""What needs no brackets: a number, a reference."""


@dataclass(frozen=True)
class Table:
    """A table of a sheet, in Excel's sense.

    Attributes:
        sheet: the title of its sheet.
        columns: the names of its columns in lower case, with the column of each.
        top: its first row, which holds the headers if it has any.
        first: the first row of its data.
        last: the last row of its data.
    """

    sheet: str
    columns: Mapping[str, int]
    top: int
    first: int
    last: int

    @classmethod
    def of(cls, sheet: str, attributes: Mapping[str, str], columns: Iterable[str]) -> "Table":
        """A table from the attributes of its element, and the names of its columns.

        Raises:
            InputError, ValueError: they do not describe a table.
        """
        area = Area.of(attributes.get("ref", ""))
        headers = int(attributes.get("headerRowCount", "1"))
        totals = int(attributes.get("totalsRowCount", "0"))
        places = {_plain(name): area.left + k for k, name in enumerate(columns)}
        return cls(sheet, places, area.top, area.top + headers, area.bottom - totals)

    def reference(self, specified: str, row: int) -> str | None:
        """The plain reference for what stands in brackets behind the table's name.

        Args:
            specified: for instance ``[#This Row],[h1]``, ``@h1`` or ``h1``.
            row: the row of the formula.

        Returns:
            The reference; None if the table has no such columns.
        """
        own = specified.startswith("@")
        specified = specified.removeprefix("@")
        items = [_plain(item) for item in _ITEM.findall(specified) or [specified]]
        special = {item for item in items if item.startswith("#")}
        names = [item for item in items if item and not item.startswith("#")]
        columns = [self.columns[name] for name in names if name in self.columns]
        if len(columns) < len(names) or not special <= {"#this row", "#data", "#all", "#headers"}:
            return None
        columns = columns or list(self.columns.values())
        rows = [self.first, self.last]
        if own or "#this row" in special:
            rows = [row, row]
        elif special & {"#all", "#headers"}:
            rows = [self.top, self.last if "#all" in special else self.top]
        first, last = (rows[0], min(columns)), (rows[1], max(columns))
        if rows == [row, row]:
            return address(*first) if first == last else f"{address(*first)}:{address(*last)}"
        return f"{_fixed(*first)}:{_fixed(*last)}"


class Names:
    """The names that formulas of a sheet may use."""

    def __init__(self, title: str, defined: Mapping[str, str], tables: Mapping[str, Table]) -> None:
        """The names of a sheet.

        Args:
            title: the title of the sheet.
            defined: what each defined name stands for, by the name in lower case.
            tables: the workbook's tables, by their names in lower case.
        """
        self._title, self._defined, self._tables = title, defined, tables
        self._meanings: dict[str, str | None] = {}
        self._left = MOST_ADDED
        own = (name for name in defined if not name.startswith("_xlnm."))
        self._used = bool(tables) or any(own)  # most workbooks have none

    def plain(self, formula: str, row: int) -> str:
        """A formula in a row with plain references in place of its names.

        Raises:
            Unreadable: names add too much to the formulas.
        """
        if not self._used:
            return formula
        found = self._written_out(formula, row, DEEPEST)
        self._left -= max(0, len(found) - len(formula))
        if self._left < 0:
            raise Unreadable(f"its names stand for more than {MOST_ADDED:,} characters of formulas")
        return found

    def _written_out(self, formula: str, row: int, depth: int) -> str:
        def meaning(match: re.Match[str]) -> str:
            name, columns = (match["name"] or "").casefold(), match["columns"]
            found = self._columns(name, columns, row) if columns else self._meaning(name, depth)
            return match[0] if found is None else found

        return _NAME.sub(meaning, formula)

    def _columns(self, name: str, specified: str, row: int) -> str | None:
        """The cells of a table's columns; None if there are none."""
        table = self._tables.get(name)
        found = table and table.reference(specified[1:-1], row)
        if not table or not found or table.sheet == self._title:
            return found or None
        return f"{_quoted(table.sheet)}!{found}"

    def _meaning(self, name: str, depth: int) -> str | None:
        """What a defined name stands for, itself without names; None if it is not defined."""
        if name not in self._meanings:
            text = self._defined.get(name, "").removeprefix("=")
            self._meanings[name] = None  # also while it is looked up, as it may lead to itself
            if text and depth and len(text) <= LONGEST:
                text = self._written_out(text, 0, depth - 1)
                alone = _ALONE.fullmatch(text)
                if len(text) <= LONGEST:
                    self._meanings[name] = text if alone else f"({text})"
        return self._meanings[name]


def _plain(name: str) -> str:
    """The name of a column in lower case, without what Excel escapes in it."""
    name = re.sub(r"_x([0-9A-Fa-f]{4})_", lambda code: chr(int(code[1], 16)), name)
    return re.sub(r"'(.)", r"\1", name).strip().casefold()


def _fixed(row: int, column: int) -> str:
    return f"${letters(column)}${row}"


def _quoted(title: str) -> str:
    return "'" + title.replace("'", "''") + "'"
