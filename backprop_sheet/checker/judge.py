"""Judges one table: its rows become a grid, the grid wrong cells, and these its mistakes."""

import re
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from math import isnan

from backprop_sheet.checker.asked import Asked, Held
from backprop_sheet.checker.causes import Causes, Explanations
from backprop_sheet.checker.excel import is_number
from backprop_sheet.checker.findings import (
    INCOMPLETE,
    RIGHT,
    WRONG,
    Cells,
    Finding,
    State,
    Table,
)
from backprop_sheet.checker.formulas import Comparison, Formulas
from backprop_sheet.checker.grid import EMPTY, Around, Grid, Line, Lines
from backprop_sheet.checker.header import Header
from backprop_sheet.checker.known import known
from backprop_sheet.checker.mistakes import Mistakes
from backprop_sheet.checker.naming import Naming
from backprop_sheet.checker.rates import rate_of
from backprop_sheet.checker.rounding import (
    PRECISE,
    Digits,
    at_least_as_rounded,
    digits_of_column,
    usual_digits,
)
from backprop_sheet.checker.rules import Rules, constant, settings_of
from backprop_sheet.checker.settings import cells_of_settings, changed_settings
from backprop_sheet.checker.spots import Spots, Tally
from backprop_sheet.checker.suggesting import nearly_templates, templates_with
from backprop_sheet.checker.words import Words
from backprop_sheet.engine import train
from backprop_sheet.errors import BackpropSheetError, counted
from backprop_sheet.network import FOR_UPDATES, RATE, TOTAL, Kind, Network
from backprop_sheet.ooxml.addresses import address
from backprop_sheet.ooxml.archive import Unreadable
from backprop_sheet.ooxml.sheet import Cell, Row, size_of

STRANGE = 3
"""Columns of another network from which on a table is not judged, whichever network it is of."""
LOOK_AHEAD = 2000
"""Rows that are read before the first is judged: they show the digits and the learning rate."""
MOST_SAID = 4
"""Columns read in another way than they say that are named one by one."""
MOST_AHEAD = 12_000_000
"""Characters of these rows from which on no more of them are read before: they all are kept."""
FOLLOWING = {Kind.GRADIENT, *FOR_UPDATES}
"""Kinds of which the order follows from that of others."""


class OfAnotherNetwork(Unreadable):
    """A table is not of the network that it should be judged by."""


class Workbook:
    """What the tables of a workbook share.

    Attributes:
        known: what is known of the network that the tables should be of.
        network: that network, with all columns.
        tolerance: relative difference up to which a number is right.
        asked: what else is asked of them.
        header_as_given: whether they were given out with their headers.
        comparison: decides which formulas are the same.
        explanations: finds out why formulas are wrong.
    """

    def __init__(
        self, network: Network, tolerance: float, asked: Asked, *, header_as_given: bool = False
    ) -> None:
        """Begin a workbook of a network."""
        self.known, self.tolerance, self.asked = known(network), tolerance, asked
        self.network, self.header_as_given = self.known.network, header_as_given
        self.comparison, self.explanations = Comparison(), Explanations()


class Judge:
    """Takes the rows of one table as they are read, and judges them.

    Attributes:
        lines: which rows of the sheet are the table's.
        missing: what the table lacks of what is asked for; known at its end.
    """

    def __init__(
        self, workbook: Workbook, header: Header, top: int, around: Around, labelled: int | None
    ) -> None:
        """Begin a table.

        Args:
            workbook: what it shares with others.
            header: its columns.
            top: the row of its header.
            around: what else is on its sheet.
            labelled: a column that is headed learning rate, if there is one.
        """
        self._workbook, self._network = workbook, workbook.network
        self._grid = Grid(header, top, around, constant(workbook.network), labelled=labelled)
        self.lines = Lines(header, top)
        self._last: Line | None = None
        self._waiting: list[Line] = []
        self._kept = 0
        self._steps: _Steps | None = None
        self._changed: list[str] = []  # what is to be said of settings
        self.missing: list[Finding] = []

    @property
    def columns(self) -> Iterable[int]:
        """The columns of the table."""
        return self._grid.header.names

    @property
    def begun(self) -> bool:
        """Whether its first rows have been judged, as more of them would show nothing more."""
        return self._steps is not None

    def take(self, number: int, row: Row) -> bool:
        """Take a row; False if the table has ended above it."""
        if self.lines.ended(number):
            return False
        if not self.lines.take(number, row):
            return True
        line = self._line(number, row)
        if self._steps:
            self._steps.judge(line)
            return True
        self._waiting.append(line)
        self._kept += sum(map(size_of, row.values()))
        if len(self._waiting) >= LOOK_AHEAD or self._kept > MOST_AHEAD:
            self._begin()
        return True

    def _line(self, number: int, row: Row) -> Line:
        """The row, with the values that are not stored."""
        sheet = self._grid.around.sheet
        columns = {*self.columns, *self._grid.header.unread, self._grid.labelled}
        valued = {c: sheet.valued(cell, number, c) for c, cell in row.items() if c in columns}
        above = self._last or Line(0, {})
        self._last = Line(number, row | valued, above.number, above.cells)
        return self._last

    def _begin(self, *, ended: bool = False) -> "_Steps":
        """Find out the learning rate and the rounding, and judge the rows that have been kept.

        Args:
            ended: whether these are all.
        """
        step, settings = self._network.design.step, settings_of(self._network)
        header = self._settled(self._grid.header)
        once = _once(header, self._grid.constant, self._waiting)
        first = self._waiting[0].number if self._waiting else 0
        last = self.lines.last if ended else 0
        grid = replace(self._grid, header=header, first=first, last=last, once=once)
        cells = cells_of_settings(self._network, grid)
        settings |= {name: cell.value for name, cell in cells.items()}
        self._changed = changed_settings(self._network, cells)
        places = {cell.place: name for name, cell in cells.items()}
        grid = replace(grid, settings=places)
        rulebook = self._workbook.known.rules(grid.header.columns)
        asked = self._workbook.asked
        rate = rate_of(grid, rulebook.usual, self._waiting, step, settings, asked.eta)
        grid = _with_rounding(replace(grid, rate=rate, labelled=None), rulebook, self._waiting)
        held = Held(asked, self._network, grid, cells, self._workbook.tolerance)
        self._grid, self._steps = grid, _Steps(grid, rulebook, self._workbook, settings, held)
        for line in self._waiting:
            self._steps.judge(line)
        self._waiting.clear()
        return self._steps

    def _settled(self, header: Header) -> Header:
        """The header with what the first rows show.

        Raises:
            OfAnotherNetwork: it is.
        """
        naming = Naming(self._workbook.known, self._waiting)
        header = naming.settled(header, as_given=self._workbook.header_as_given)
        strange, title = header.strange, self._grid.around.sheet.title
        if len(strange) >= STRANGE or self._is_of_a_template(header):
            some = ", ".join(strange[:STRANGE]) + " …" * (len(strange) >= STRANGE)
            raise OfAnotherNetwork(
                f"{title} is of another network, with {some}: --network says which"
            )
        return header

    def _is_of_a_template(self, header: Header) -> bool:
        """Whether a header that is not given out has the columns of another network's template."""
        if self._workbook.header_as_given or not header.strange:
            return False
        return bool(templates_with({*header.names.values(), *header.strange}))

    def _hint(self) -> Iterator[str]:
        """Which template a table may be of that has some columns of another network."""
        header = self._grid.header
        if self._workbook.header_as_given or not header.strange:
            return
        if nearly := nearly_templates({*header.names.values(), *header.strange}):
            yield f"its columns are nearly those of {nearly}"

    def end(self) -> Table:
        """The table, judged."""
        steps = self._steps or self._begin(ended=True)
        network, grid, tally = self._network, self._grid, steps.spots.tally
        samples = len(network.samples)
        findings = steps.mistakes.findings(samples)
        self.missing = steps.held.findings(self.lines, tally.computed)
        unexplained = steps.causes.unexplained
        table = Table(
            sheet=grid.around.sheet.title,
            area=self.lines.area(),
            header_row=grid.top,
            epochs=-(-tally.rows // samples),
            eta=grid.rate and grid.rate.value,
            eta_from=grid.rate.where if grid.rate else "",
            verdict=_verdict(network, grid, tally, findings),
            findings=findings,
            remarks=[
                *_remarks(network, grid, tally, self.lines.gaps, unexplained),
                *self._changed,
            ],
            formulas=tally.formulas.total(),
            unexplained=unexplained,
            uncompared=tally.uncompared,
            cells=steps.cells(),
        )
        if tally.computed == 1 and not findings:
            only = "a single row" if tally.rows == 1 else "a single row is computed"
            table.remarks.append(f"{only}, so no update is judged")
        if findings:
            _weigh(table, network, grid, tally)
            table.remarks[:0] = self._hint()
        return table


class _Steps:
    """The steps that a row goes through."""

    def __init__(
        self,
        grid: Grid,
        rulebook: Rules,
        workbook: Workbook,
        settings: dict[str, float],
        held: Held,
    ) -> None:
        network = workbook.network
        formulas = Formulas(grid, rulebook, settings, workbook.comparison)
        self.spots = Spots(grid, rulebook, formulas, network, settings, workbook.tolerance)
        self.causes = Causes(grid, rulebook, formulas, settings, workbook.explanations)
        self.mistakes, self.held = Mistakes(grid, network), held
        self._settings = settings | ({RATE: grid.rate.value} if grid.rate else {})
        self._columns = grid.columns
        self._constant = {name for name, rule in rulebook.usual.items() if not rule.needs}
        self._rows = array("l")
        self._states = {name: bytearray() for name in self._columns}

    def judge(self, line: Line) -> None:
        """The wrong cells of a row, and why they are wrong."""
        wrong = set()
        self.held.take(line)
        for spot in self.spots.of(line):
            if cause := self.causes.of(spot):
                self.mistakes.add(spot, cause)
                wrong.add(spot.rule.name)
        self._rows.append(line.number)
        for name, column in self._columns.items():
            cell = line.cells.get(column, EMPTY)
            state = _state(cell, wrong=name in wrong, known=name not in self.spots.unknown)
            is_right = state is State.TYPED and name in self._constant
            self._states[name].append(State.RIGHT if is_right else state)

    def cells(self) -> Cells:
        """What each cell that was judged comes to."""
        given = self._settings | dict(self.spots.tally.start)
        return Cells(self._columns, self._rows, self._states, given)


def _state(cell: Cell, *, wrong: bool, known: bool) -> State:
    if cell.value is None and cell.formula is None:
        return State.EMPTY
    if wrong:
        return State.WRONG
    if not known:
        return State.UNKNOWN
    return State.TYPED if cell.formula is None or is_number(cell.formula) else State.RIGHT


def _once(header: Header, constant: frozenset[str], lines: Sequence[Line]) -> frozenset[str]:
    """The constant quantities that stand in the first row only.

    In the second their cells are empty, and formulas refer to those of the first.
    """
    if len(lines) < 2:  # noqa: PLR2004 - it takes a second row
        return frozenset()
    first, row, cells = lines[0].number, lines[1].number, lines[1].cells
    formulas = " ".join(str(cell.formula or "") for cell in cells.values()).replace("$", "")
    referred = set(re.findall(r"[A-Z]+\d+", formulas.upper()))
    return frozenset(
        name
        for name in constant & header.columns.keys()
        if cells.get(column := header.columns[name], EMPTY).value is None
        and (address(row, column) not in referred or address(first, column) in referred)
    )


def _with_rounding(grid: Grid, rulebook: Rules, lines: Sequence[Line]) -> Grid:
    """The grid with how its columns are rounded."""
    digits: dict[str, Digits | None] = {}
    pasted = set()
    for name, rule in rulebook.usual.items():
        column = grid.columns[name]
        if not rule.kept:
            cells = [line.cells[column] for line in lines if column in line.cells]
            digits[name], typed = digits_of_column(cells)
            pasted |= {name} if typed and rule.needs else set()  # a constant is no formula
    if usual := usual_digits([digits[name] for name in pasted]):
        digits |= {name: at_least_as_rounded(digits[name], usual) for name in pasted}
    return replace(grid, digits=digits, pasted=frozenset(pasted))


def _verdict(network: Network, grid: Grid, tally: Tally, findings: list[Finding]) -> str:
    if any(finding.kind != "empty" for finding in findings) and tally.computed:
        return WRONG
    updates = grid.rate is not None and tally.computed > 1  # an update takes two rows
    left = tally.uncompared or tally.unknown or _unjudged(network, grid)
    return INCOMPLETE if findings or left or not updates else RIGHT


def _unjudged(network: Network, grid: Grid) -> list[str]:
    """The given numbers without a column, for want of which other columns are not judged."""
    columns = grid.header.columns
    settings = network.named(Kind.SETTING)
    return [name for name in network.given if name not in columns and name not in settings]


def _remarks(
    network: Network, grid: Grid, tally: Tally, gaps: list[int], unexplained: int
) -> Iterator[str]:
    """What else is worth knowing of a table."""
    words = Words(network.symbols)
    yield from _header_remarks(network, grid.header, grid.top)
    present = set(grid.header.names.values())
    wanted = (name for name in network.columns if not network.is_optional(name))
    if absent := [name for name in wanted if name not in present]:
        unjudged = _unjudged(network, grid)
        so = ": what follows from it is not judged" if unjudged else ""
        yield f"no column for {words.labels(absent)}{so}"
    mixed = [n for n in network.columns if n in grid.pasted and tally.formulas[n]]
    if mixed:
        yield f"numbers and formulas in {words.labels(mixed)}: each row should have a formula"
    pasted = [n for n in network.columns if n in grid.pasted and not tally.formulas[n]]
    if pasted and tally.formulas:
        yield f"no formula in {words.labels(pasted)}: pasted numbers"
    begun = tally.rows - tally.computed
    decimals = max((d.decimals for n in grid.pasted if (d := grid.digits[n])), default=PRECISE)
    rows = ", ".join(map(str, gaps[:3]))
    against = grid.rate and grid.rate.against
    rate = f"{grid.rate.value:g} ({grid.rate.where})" if grid.rate else ""
    notes = {
        "nothing is computed": not tally.computed,
        "no formula: all numbers are pasted": tally.computed and not tally.formulas,
        f"{_are(begun, 'row')} begun and not computed": tally.computed and begun,
        f"pasted values of {decimals} decimals: smaller mistakes do not show": (
            decimals < PRECISE - 3
        ),
        f"rows are left out before row {rows}; the table is read on over them": gaps,
        f"a label says the learning rate is {against}": against,
        f"the learning rate is {rate}, which is not above 0": (grid.rate and grid.rate.value <= 0),
        f"{_are(tally.typed, 'number')} typed where a formula belongs, and right": tally.typed,
        f"{_are(tally.literal, 'formula')} right but for a number typed in place of a cell": (
            tally.literal
        ),
        f"{_are(tally.unknown, 'number')} typed, and nothing shows whether they are right, as what "
        "they follow from has no number": (
            tally.unknown and grid.rate and not _unjudged(network, grid)
        ),
        "no learning rate found, so the updates are not judged": not grid.rate and tally.rows > 1,
        f"{_are(tally.unread, 'formula')} more than arithmetic, and judged by the numbers alone": (
            tally.unread
        ),
        f"{_are(tally.uncompared, 'formula')} not compared with the right one, as there are too "
        "many different ones": tally.uncompared,
        f"the cause of {counted(unexplained, 'wrong cell')} was not looked for to the end, as "
        "there are too many different formulas, or they are too long": unexplained,
    }
    yield from (note for note, holds in notes.items() if holds)


def _header_remarks(network: Network, header: Header, top: int) -> Iterator[str]:
    """What a header says in other words than the network's, and how it is read."""
    label = network.label
    for column, text, name in header.read_as[:MOST_SAID]:
        said = f"says {text!r}" if text else "has no name"
        yield f"{address(top, column)} {said}, read as {label(name)}"
    if more := header.read_as[MOST_SAID:]:
        yield f"{counted(len(more), 'other column')} read by their numbers likewise"
    own = [
        f"{label(its)} is {label(name)}"
        for name, its in header.own.items()
        if network.quantities[name].kind not in FOLLOWING
    ]
    if own:
        said = ", ".join(own[:MOST_SAID]) + f" and {len(own) - MOST_SAID} more" * (
            len(own) > MOST_SAID
        )
        yield f"the names stand in another order throughout, and are read so: here {said}"


def _are(number: int, what: str) -> str:
    """``1 row is`` or ``2 rows are``."""
    return f"{counted(number, what)} {'is' if number == 1 else 'are'}"


def _weigh(table: Table, network: Network, grid: Grid, tally: Tally) -> None:
    """By how much the mistakes change E_Total: against a right training from the same start."""
    given = {name: tally.start[name] for name in network.given if name in tally.start}
    if grid.rate is None or TOTAL not in grid.columns or len(given) < len(network.given) - 1:
        return
    numbers: Mapping[str, float] = {RATE: grid.rate.value, **given}
    try:
        network = network.with_numbers(**numbers)
        place = network.columns.index(TOTAL)
        rows = islice(train(network), len(tally.errors))
        off = [abs(error - row[place]) for error, row in zip(tally.errors, rows, strict=False)]
    except BackpropSheetError:
        return
    known = [(x, -epoch) for epoch, x in enumerate(off) if not isnan(x)]
    lost = next((row for row, x in enumerate(off) if isnan(x)), None)
    if lost is not None:
        table.error_lost = lost // len(network.samples)
    elif known:
        table.error_off, epoch = max(known)
        table.error_epoch = -epoch
