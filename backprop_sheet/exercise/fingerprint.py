"""What of a submission is compared with others: small, plain data, made while it is marked.

Nothing that a program changes by saving a file goes into it: names of files and sheets, formats,
stored values of formulas, blanks, brackets without effect.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import file_digest, sha256
from itertools import islice
from pathlib import Path

from backprop_sheet.checker.effort import Reading
from backprop_sheet.checker.excel import REFERENCE, NotArithmetic, read
from backprop_sheet.checker.findings import Table
from backprop_sheet.checker.references import pattern
from backprop_sheet.errors import InputError
from backprop_sheet.exercise.assignment import Assignment
from backprop_sheet.fixed import Fixed
from backprop_sheet.formula import EXCEL, Name, leaves, spell
from backprop_sheet.ooxml import archive as office
from backprop_sheet.ooxml import book
from backprop_sheet.ooxml.addresses import column_of
from backprop_sheet.ooxml.seal import is_untouched
from backprop_sheet.ooxml.sheet import Row

MOST_ROWS = 2000
"""Rows of the sheet that are read."""
ENOUGH = 5
"""Rows with blank cells that are read: those below repeat their formulas, or are findings."""
MOST_TYPED, MOST_TEXTS = 60, 60
"""Typed numbers and texts that are kept."""
LONGEST = 400
"""Characters of a formula, a text or a property that are kept; of a longer one, its digest."""
OUTSIDE = "▢"
"""Stands for any cell outside the table: its address may change when rows are put in."""
OTHERWISE = "…"
"""Stands for a formula that is no arithmetic, with its text behind it."""
_CELL = re.compile(r"(?<![\w!.'])[A-Z]{1,3}\d{1,7}(?![\w(!.])")
DIGITS = 12
"""Significant digits of a number that every program keeps."""
PROPERTIES = {
    "creator": "author",
    "lastModifiedBy": "last editor",
    "created": "created",
    "modified": "modified",
    "Company": "company",
    "Manager": "manager",
    "Application": "program",
}
"""Properties of a document that are compared, by the names of their elements."""


@dataclass(frozen=True)
class Fingerprint:
    """What of a submission is compared with others.

    Attributes:
        file: a digest of the file's bytes.
        untouched: whether the program wrote it and nobody has saved it since.
        content: a digest of what the first rows of the table hold, and of the texts above them;
            empty if there is no table.
        forms: by the name of a column that was left blank, its formula as most of its rows have
            it, with the names of quantities: ``w1*i1+w2*i2``.
        typed: by name and row of the table, numbers where formulas belong.
        texts: the texts outside the table.
        properties: the document's, by the names of `PROPERTIES`.
    """

    file: str
    untouched: bool = False
    content: str = ""
    forms: Mapping[str, str] = field(default_factory=Fixed)
    typed: Mapping[tuple[str, int], float] = field(default_factory=Fixed)
    texts: frozenset[str] = frozenset()
    properties: Mapping[str, str] = field(default_factory=Fixed)


def fingerprint(path: Path, table: Table | None, assignment: Assignment) -> Fingerprint:
    """What of a submission is compared with others.

    Safe for any file: what cannot be read is left out.

    Args:
        path: the file.
        table: its table that is marked, by `checker.check`; None if it has none.
        assignment: says which cells were left blank.
    """
    try:
        with path.open("rb") as file:
            digest = file_digest(file, "sha256").hexdigest()
    except OSError:
        return Fingerprint("")
    properties = Fixed(_properties(path))
    if table is None:
        return Fingerprint(digest, is_untouched(path), properties=properties)
    reader = _Reader(table, assignment)
    try:
        with book.opened(path, Reading().count) as opened:
            sheet = next((s for s in opened.sheets if s.title == table.sheet), None)
            for number, row in islice(sheet.rows if sheet else (), MOST_ROWS):
                if number > reader.last:
                    break
                reader.take(number, row)
    except InputError:
        return Fingerprint(digest, is_untouched(path), properties=properties)
    return Fingerprint(
        file=digest,
        untouched=is_untouched(path),
        content=reader.content(),
        forms=Fixed(reader.forms()),
        typed=Fixed(reader.typed),
        texts=frozenset(sorted(reader.texts)[:MOST_TEXTS]),
        properties=properties,
    )


def _properties(path: Path) -> dict[str, str]:
    """The document's properties that are compared."""
    found: dict[str, str] = {}
    try:
        with office.opened(path) as archive:
            for kind in ("core-properties", "extended-properties"):
                part = archive.linked("", kind)
                for tag, _, text in archive.elements(part) if part else ():
                    if tag in PROPERTIES and (said := " ".join(text.split())):
                        found.setdefault(PROPERTIES[tag], _short(said))
    except InputError:
        return found
    return found


class _Reader:
    """Takes the rows of the sheet that the table is on.

    Attributes:
        last: the last row to take.
        typed, texts: as in a fingerprint.
    """

    def __init__(self, table: Table, assignment: Assignment) -> None:
        cells = table.cells
        self._names = {column: name for name, column in cells.columns.items()}
        self._header, self._rows = table.header_row, {row: k for k, row in enumerate(cells.rows)}
        self._blank = {name: set(assignment.rows_of(name)) for name in assignment.columns}
        first = min((row for rows in self._blank.values() for row in rows), default=0)
        rows = tuple(cells.rows[: first + ENOUGH])
        self.last = max(rows, default=0)
        self._layout = tuple(sorted(self._names.items())), rows
        self._patterns: dict[str, Counter[str]] = {name: Counter() for name in self._blank}
        self._firsts: dict[tuple[str, str], tuple[str, int]] = {}
        self._digest = sha256()
        self.typed: dict[tuple[str, int], float] = {}
        self.texts: set[str] = set()

    def take(self, number: int, row: Row) -> None:
        """Take a row."""
        index = self._rows.get(number)
        for column, cell in sorted(row.items()):
            name = self._names.get(column)
            if index is not None and name is not None:
                if cell.formula is None:
                    self._take_constant(name, index, cell.value)
                else:
                    self._take_formula(name, index, cell.formula, number)
            elif isinstance(cell.value, str) and cell.formula is None and number != self._header:
                text = _short(" ".join(cell.value.split()))
                self.texts.add(text)
                self._count("text", text)

    def _take_constant(self, name: str, index: int, value: float | str | None) -> None:
        self._count(name, index, _rounded(value))
        blank = index in self._blank.get(name, ())
        if blank and isinstance(value, float) and len(self.typed) < MOST_TYPED:
            self.typed[name, index] = value

    def _take_formula(self, name: str, index: int, formula: str, row: int) -> None:
        filled = pattern(formula, row).replace(" ", "").replace("$", "").upper()
        self._count(name, index, filled)
        if index in self._blank.get(name, ()):
            self._patterns[name][filled] += 1
            self._firsts.setdefault((name, filled), (formula, row))

    def _count(self, *what: object) -> None:
        self._digest.update(repr(what).encode())

    def content(self) -> str:
        """The digest of all that was taken."""
        return self._digest.hexdigest()

    def forms(self) -> Iterator[tuple[str, str]]:
        """The names of blank columns with formulas, and the formula that most rows have."""
        for name, counted in self._patterns.items():
            if counted:
                filled, _ = counted.most_common(1)[0]
                yield name, _short(_form(*self._firsts[name, filled], *self._layout))


def _rounded(value: float | str | None) -> str:
    return f"{value:.{DIGITS}g}" if isinstance(value, float) else str(value)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else sha256(text.encode(errors="replace")).hexdigest()


@lru_cache(20_000)
def _form(
    formula: str, row: int, columns: tuple[tuple[int, str], ...], rows: tuple[int, ...]
) -> str:
    """A formula with the names of quantities, brackets only where they have an effect."""
    names, places = dict(columns), {number: k for k, number in enumerate(rows)}

    def named(name: Name) -> str:
        match = REFERENCE.fullmatch(name.id)
        quantity = match and not match[1] and names.get(column_of(match[3]))
        place = match and places.get(int(match[5]))
        if not quantity or place is None:
            return OUTSIDE
        return "↑" * (places[row] - place) + quantity

    try:
        tree = read(formula)
        return spell(tree, EXCEL, named) if leaves(tree) else formula.upper()
    except NotArithmetic:
        text = formula.replace(" ", "").replace("$", "").upper()
        return OTHERWISE + _CELL.sub(lambda cell: named(Name(cell[0])), text)
