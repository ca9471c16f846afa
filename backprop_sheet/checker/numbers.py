"""The given numbers of somebody's workbook, right or wrong: what its training starts from."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from backprop_sheet import arguments
from backprop_sheet.checker import TOLERANCE, Tables
from backprop_sheet.checker.asked import Asked
from backprop_sheet.checker.effort import Reading
from backprop_sheet.checker.findings import Table
from backprop_sheet.checker.judge import Workbook
from backprop_sheet.errors import InputError
from backprop_sheet.network import Kind, Network, checked, load
from backprop_sheet.ooxml.addresses import address
from backprop_sheet.ooxml.archive import Unreadable
from backprop_sheet.ooxml.book import opened

MOST_SAID = 4
"""Numbers that a table does not have which are named one by one."""


class NumbersFound(NamedTuple):
    """Given numbers, and where they were found.

    Attributes:
        numbers: the numbers by name, the learning rate among them if the table has one.
        table: the table that they are from.
        absent: how those that it does not have are written.
    """

    numbers: dict[str, float]
    table: Table
    absent: tuple[str, ...]

    def remark(self, *, rate: bool = True) -> str:
        """Where they stand, the learning rate if it is taken, and what is not among them."""
        cells, table = self.table.cells, self.table
        row, columns = cells.rows[0], cells.columns.values()
        where = f"{table.sheet}!{address(row, min(columns))}:{address(row, max(columns))}"
        taken = rate and table.eta is not None
        eta = f", η = {table.eta:g} ({table.eta_from})" if taken else ""
        some = ", ".join(self.absent[:MOST_SAID]) + " …" * (len(self.absent) > MOST_SAID)
        rest = f"; {some} as in the network" if some else ""
        return f"{where}{eta}{rest}"


def numbers_from(path: str | Path, network: Network | None = None) -> dict[str, float]:
    """The given numbers in somebody's workbook, for `Network.with_numbers`.

    They are the first row's of the first table that has any, and its learning rate and other
    settings, whether its formulas are right or not. Where a network has several samples, inputs
    and targets are left out, as these stand in the network's file.

    Args:
        path: an .xlsx or .xlsm file; it is only read.
        network: what the table is of; the original if left out.

    Returns:
        The numbers by name: ``{"eta": 0.5, "w1": 0.15, …}``.

    Raises:
        InputError: an argument is not of its kind, the file cannot be read, or it has no such
            table.
    """
    network = load() if network is None else checked(network)
    return found_in(arguments.path("path", path), network).numbers


def found_in(path: Path, network: Network) -> NumbersFound:
    """The given numbers in a workbook, and where they were found.

    Raises:
        InputError: the file cannot be read, or has no table of this network with numbers.
    """
    columns = [n for n in network.settable if network.given[n].kind is not Kind.SETTING]
    for table in _tables(path, network):
        given = table.cells.given
        if not given.keys() & columns:
            continue
        absent = tuple(network.text(name) for name in network.settable if name not in given)
        return NumbersFound({n: given[n] for n in network.settable if n in given}, table, absent)
    raise InputError(
        f"{path}: no table of this network ({network.name}) with given numbers; --network says "
        "which network"
    )


def _tables(path: Path, network: Network) -> Iterator[Table]:
    """The tables of a workbook, as far as they are read to begin with the first of each sheet.

    Raises:
        InputError: the file cannot be read.
    """
    try:
        reading = Reading()
        with opened(path, reading.count) as book:
            workbook = Workbook(network, TOLERANCE, Asked())
            tables = Tables(book, workbook, reading)
            for sheet in book.sheets:
                yield from tables.of(sheet, ahead=True)
    except Unreadable as error:
        raise InputError(f"{path}: {error}") from None
