"""Backpropagation, number by number, in a spreadsheet.

    network = load().with_numbers(eta=0.5)      # the original exercise, at another rate
    for row in train(network): ...              # its epochs, one by one, without end
    frame = tabulate(network)                   # its table
    write_workbook(network, frame, "sheet.xlsx")
    figure = error_curve(frame, network.eta)
    write_page(network, "page.html")            # a page that trains it, for any browser
    judgement = check("homework.xlsx")          # somebody else's, and why it is wrong

Each name is imported when it is first used, so that what needs no pandas does not wait for it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "1.0.0"

if TYPE_CHECKING:
    from backprop_sheet.checker import check
    from backprop_sheet.checker.asked import Asked
    from backprop_sheet.checker.findings import Judgement
    from backprop_sheet.checker.numbers import numbers_from
    from backprop_sheet.derivation import boxes
    from backprop_sheet.engine import train
    from backprop_sheet.errors import (
        BackpropSheetError,
        Diverged,
        InputError,
        LookError,
        WriteError,
    )
    from backprop_sheet.explainer import explain, save_explanation
    from backprop_sheet.exporter import write_comparison, write_workbook
    from backprop_sheet.network import Network, build, load
    from backprop_sheet.network.file import network_text
    from backprop_sheet.page import write_page
    from backprop_sheet.plotter.curves import error_comparison, error_curve, save_comparison
    from backprop_sheet.plotter.drawing import network_drawing
    from backprop_sheet.plotter.picture import save_figure
    from backprop_sheet.tabulator import summarise, tabulate

_HOMES = {
    "Network": "network",
    "build": "network",
    "load": "network",
    "network_text": "network.file",
    "train": "engine",
    "tabulate": "tabulator",
    "summarise": "tabulator",
    "write_workbook": "exporter",
    "write_comparison": "exporter",
    "write_page": "page",
    "error_curve": "plotter.curves",
    "error_comparison": "plotter.curves",
    "save_comparison": "plotter.curves",
    "save_figure": "plotter.picture",
    "boxes": "derivation",
    "explain": "explainer",
    "save_explanation": "explainer",
    "network_drawing": "plotter.drawing",
    "check": "checker",
    "Asked": "checker.asked",
    "Judgement": "checker.findings",
    "numbers_from": "checker.numbers",
    "BackpropSheetError": "errors",
    "Diverged": "errors",
    "InputError": "errors",
    "LookError": "errors",
    "WriteError": "errors",
}
__all__ = [
    "Asked",
    "BackpropSheetError",
    "Diverged",
    "InputError",
    "Judgement",
    "LookError",
    "Network",
    "WriteError",
    "boxes",
    "build",
    "check",
    "error_comparison",
    "error_curve",
    "explain",
    "load",
    "network_drawing",
    "network_text",
    "numbers_from",
    "save_comparison",
    "save_explanation",
    "save_figure",
    "summarise",
    "tabulate",
    "train",
    "write_comparison",
    "write_page",
    "write_workbook",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
