"""What an assignment asks for, besides a table that is right by itself; and tables without it.

Knows numbers, and no formulas: whether these are right does not depend on it.
"""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import isclose

from backprop_sheet import arguments
from backprop_sheet.checker.findings import (
    ASKED,
    EPOCHS,
    INCOMPLETE,
    NOTHING,
    RIGHT,
    WRONG,
    Finding,
    Table,
)
from backprop_sheet.checker.grid import EMPTY, Grid, Line, Lines
from backprop_sheet.checker.settings import SettingCell
from backprop_sheet.checker.words import Words
from backprop_sheet.errors import InputError, shown
from backprop_sheet.fixed import Fixed
from backprop_sheet.network import RATE, Kind, Network
from backprop_sheet.ooxml.addresses import LAST_ROW, address

MOST_SAID = 4
"""Other numbers that are a finding each; more of them are one finding."""


@dataclass(frozen=True)
class Asked:
    """What an assignment asks for; what it leaves open is anybody's choice.

    Attributes:
        eta: the learning rate.
        numbers: given numbers, by name: ``{"w5": 0.4}``.
        epochs: how many epochs there should be at least.
        samples: the inputs and targets of each sample, of networks with several.
    """

    eta: float | None = None
    numbers: Mapping[str, float] = field(default_factory=dict)
    epochs: int | None = None
    samples: Sequence[Mapping[str, float]] = ()

    def __post_init__(self) -> None:
        """Refuse what is no number.

        Raises:
            InputError: an argument is not of its kind.
        """
        if self.eta is not None and arguments.number("eta", self.eta) <= 0:
            raise InputError(f"eta = {self.eta} is not above 0")
        if self.epochs is not None and arguments.whole("epochs", self.epochs) < 1:
            raise InputError(f"epochs = {self.epochs} is not above 0")
        object.__setattr__(self, "numbers", _numbers("numbers", self.numbers))
        if not isinstance(self.samples, Sequence):
            raise InputError(f"samples: got {shown(self.samples)}, takes a list")
        samples = tuple(_numbers("samples", sample) for sample in self.samples)
        object.__setattr__(self, "samples", samples)

    @classmethod
    def of(cls, network: Network, eta: float | None = None, epochs: int | None = None) -> "Asked":
        """All given numbers of a network, but for its learning rate."""
        numbers = {name: network.numbers[name] for name in network.settable if name != RATE}
        samples = network.samples if len(network.samples) > 1 else ()
        return cls(eta, numbers, epochs, samples)

    def judged_by(self, network: Network) -> Network:
        """The network with the numbers that are asked for: a setting need not be in the workbook.

        Raises:
            InputError: a number that is asked for is none that the network is given.
        """
        known = network.named(Kind.INPUT, Kind.TARGET)
        for name in (name for sample in self.samples for name in sample):
            if name not in known:
                raise InputError(f"{shown(name)} is neither an input nor a target")
        return network.with_numbers(**self.numbers) if self.numbers else network


def _numbers(what: str, numbers: Mapping[str, float]) -> Fixed[str, float]:
    if not isinstance(numbers, Mapping):
        raise InputError(f"{what}: got {shown(numbers)}, takes numbers by name")
    return Fixed({name: arguments.number(name, number) for name, number in numbers.items()})


class Held:
    """A table held against what is asked for."""

    def __init__(
        self,
        asked: Asked,
        network: Network,
        grid: Grid,
        settings: Mapping[str, SettingCell],
        tolerance: float,
    ) -> None:
        """Begin with the settings, and the learning rate, of a table."""
        self._asked, self._network, self._grid = asked, network, grid
        self._words = Words(network.symbols, grid.header.own)
        self._tolerance = tolerance
        self._rows = array("l")
        self._others: list[Finding] = []
        for name, cell in settings.items():
            self._compare(name, cell.value, asked.numbers.get(name), address(*cell.place))

    def take(self, line: Line) -> None:
        """Compare the given numbers of the next row."""
        asked, row = self._asked, len(self._rows)
        wanted = dict(asked.samples[row]) if row < len(asked.samples) else {}
        wanted |= asked.numbers if row == 0 else {}
        self._rows.append(line.number)
        columns = self._grid.header.columns
        for name in columns.keys() & wanted.keys() if wanted else ():
            cell = line.cells.get(columns[name], EMPTY)
            if isinstance(cell.value, float):
                self._compare(name, cell.value, wanted[name], address(line.number, columns[name]))

    def findings(self, lines: Lines, computed: int) -> list[Finding]:
        """What is not as it is asked for, of a table in which so many rows are computed."""
        return [*self._rate(lines), *self._numbers(), *self._epochs(lines, computed)]

    def _compare(self, name: str, found: float, wanted: float | None, cell: str) -> None:
        if wanted is None or isclose(found, wanted, rel_tol=self._tolerance, abs_tol=NOTHING):
            return
        self._others.append(other_number(self._words.label(name), found, wanted, cell))

    def _rate(self, lines: Lines) -> Iterator[Finding]:
        rate, wanted = self._grid.rate, self._asked.eta
        if rate is None or wanted is None or isclose(rate.value, wanted, rel_tol=self._tolerance):
            return
        column = rate.column or self._first_weight()
        cell = rate.cell or (min(self._grid.first + (not rate.column), lines.last), column)
        yield other_number(self._words.label(RATE), rate.value, wanted, address(*cell))

    def _first_weight(self) -> int:
        """The column of the first weight: its second row shows the learning rate."""
        columns = self._grid.header.columns
        weights = (columns[name] for name in self._network.trained if name in columns)
        return next(weights, min(columns.values()))

    def _numbers(self) -> Iterator[Finding]:
        """Other numbers, in the network's order."""
        order = {label: n for n, label in enumerate(map(self._words.label, self._network.given))}
        found = sorted(self._others, key=lambda finding: order[finding.names])
        if len(found) <= MOST_SAID:
            yield from found
            return
        some = ", ".join(f"{f.names} is {f.found} and not {f.expected}" for f in found[:MOST_SAID])
        first = found[0]
        yield Finding(
            cell=first.cell,
            epoch=0,
            columns=list(dict.fromkeys(finding.names for finding in found)),
            cells=[finding.cell for finding in found],
            kind=ASKED,
            text=f"other numbers than are asked for: {some} …",
            found=first.found,
            expected=first.expected,
            value=first.value,
            right=first.right,
        )

    def _epochs(self, lines: Lines, computed: int) -> Iterator[Finding]:
        found, wanted = computed // len(self._network.samples), self._asked.epochs
        if wanted is None or found >= wanted:
            return
        row = self._rows[computed] if computed < len(self._rows) else lines.last + 1
        cell = address(min(row, LAST_ROW), min(self._grid.header.names))
        are = "is" if wanted == 1 else "are"
        yield Finding(
            cell=cell,
            epoch=found,
            columns=["epochs"],
            cells=[cell],
            kind=EPOCHS,
            text=f"{found} where {wanted} {are} asked for",
            found=str(found),
            expected=str(wanted),
            value=None,
            right=None,
        )


def other_number(
    label: str, found: float, wanted: float, cell: str, verb: str = "is asked for"
) -> Finding:
    """Another number than is asked for, or than the `verb` says."""
    found, wanted = found + 0.0, wanted + 0.0  # a -0.0 becomes 0.0
    return Finding(
        cell=cell,
        epoch=0,
        columns=[label],
        cells=[cell],
        kind=ASKED,
        text=f"{found:.10g} where {wanted:.10g} {verb}",
        found=f"{found:.10g}",
        expected=f"{wanted:.10g}",
        value=found,
        right=wanted,
    )


def settle(tables: Sequence[Table], missing: Sequence[Sequence[Finding]]) -> None:
    """Say of a workbook's tables what they lack; of tables beside the one asked for, as a remark.

    A table of another learning rate, or of other given numbers, is wrong: right as it may be by
    itself, it is not the one that was asked for. One with too few epochs is incomplete.

    Args:
        tables: the tables.
        missing: what each lacks of what is asked for.
    """
    ranks = [_rank(findings) for findings in missing]
    best = min(ranks, default=0)
    asked = next((table for table, rank in zip(tables, ranks, strict=True) if rank == best), None)
    for table, findings, rank in zip(tables, missing, ranks, strict=True):
        if rank > best and asked is not None:
            said = "; ".join(f"{finding.names}: {finding.text}" for finding in findings)
            where = f"{asked.sheet}!{asked.area}"
            table.remarks.append(f"the table asked for is {where}, and not this one: {said}")
            continue
        numbers = [finding for finding in findings if finding.kind == ASKED]
        epochs = [finding for finding in findings if finding.kind == EPOCHS]
        table.findings = [*numbers, *table.findings, *epochs]
        if numbers:
            table.verdict = WRONG
        elif epochs and table.verdict == RIGHT:
            table.verdict = INCOMPLETE


def _rank(missing: Sequence[Finding]) -> int:
    """How far a table is from the one asked for: 0 if it is that one."""
    kinds = {finding.kind for finding in missing}
    return 2 * (ASKED in kinds) + (EPOCHS in kinds)
