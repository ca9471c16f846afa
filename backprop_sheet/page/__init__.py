"""Network → a page that trains it and shows every number, in one file that needs nothing else.

content    what the page knows of its network, as data
diagrams/  its drawing, likewise; `__init__.py` there lists its modules
shapes     formulas that differ in names only, stated once
data       what data is, and how exact
own        the page's script, with the program that is made for its network, and its style
script     modules as one script, styles as one
document   script, style and data as one HTML document
web/       the page itself: HTML, CSS and JavaScript modules
"""

from pathlib import Path

from backprop_sheet.network import Network, checked
from backprop_sheet.page import own
from backprop_sheet.page.content import check_epochs, content_of
from backprop_sheet.page.document import SUFFIXES, Document, html_path, write
from backprop_sheet.page.script import WEB
from backprop_sheet.page.shapes import Shapes

__all__ = ["SUFFIXES", "check_epochs", "page", "write_page"]


def page(network: Network, fallback: str = "") -> str:
    """The page of a network: a whole HTML document that loads nothing.

    Args:
        network: the network; the page opens with its numbers and trains for its epochs.
        fallback: what a reader sees where scripts are blocked, as HTML.

    Raises:
        InputError: `network` is not one, or the page has no room for all of its epochs.
    """
    shapes = Shapes()
    content = content_of(checked(network), shapes)  # fills the shapes
    title = f"{network.name}: a network learns, number by number"
    script = own.script(network, shapes)
    return Document(WEB / "page.html", title, script, own.style(), content, fallback).text()


def write_page(network: Network, path: Path | str) -> Path:
    """Write the page of a network to a file, whole or not at all.

    Args:
        network: the network.
        path: the file to write, which ends in .html.

    Returns:
        The path.

    Raises:
        InputError: an argument is not of its kind, or the page has no room for all epochs.
        WriteError: the file cannot be written.
    """
    target = html_path(path)
    return write(page(network), target)
