"""The settings of a table, besides the learning rate: numbers beside a label that names them."""

from collections.abc import Mapping
from typing import NamedTuple

from backprop_sheet.checker.grid import Grid
from backprop_sheet.checker.header import squeezed
from backprop_sheet.network import RATE, Kind, Network
from backprop_sheet.ooxml.addresses import Place, address


class SettingCell(NamedTuple):
    """The cell of a setting, and the number in it."""

    place: Place
    value: float


def cells_of_settings(network: Network, grid: Grid) -> dict[str, SettingCell]:
    """The cells above a table that hold its settings, as far as labels on their left say so.

    The program writes settings so, and invites everyone to change them.
    """
    words = {
        squeezed(word): name
        for name in network.named(Kind.SETTING)
        if name != RATE
        for word in (name, network.text(name))
    }
    found: dict[str, SettingCell] = {}
    for (row, column), cell in grid.around.cells.items():
        name = words.get(squeezed(cell.value)) if isinstance(cell.value, str) else None
        beside = grid.cell((row, column + 1)).value
        if name and row < grid.top and isinstance(beside, float):
            found[name] = SettingCell((row, column + 1), beside)
    return found


def changed_settings(network: Network, cells: Mapping[str, SettingCell]) -> list[str]:
    """What is to be said of settings that have other numbers than the network's."""
    return [
        f"{network.text(name)} is {cell.value:g} ({address(*cell.place)}) here, and "
        f"{network.numbers[name]:g} in the network"
        for name, cell in cells.items()
        if cell.value != network.numbers[name]
    ]
