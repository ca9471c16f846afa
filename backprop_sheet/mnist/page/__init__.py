"""Trained network → a page in which it reads what you draw, in one file that needs nothing else.

content  what the page knows of its network, as data
web/     the page itself: HTML, CSS and JavaScript modules
"""

from pathlib import Path

from backprop_sheet.mnist.page.content import content_of
from backprop_sheet.mnist.saved import Model
from backprop_sheet.page.document import Document, html_path, write
from backprop_sheet.page.script import script_of, style_of

__all__ = ["page", "write_page"]

WEB = Path(__file__).parent.resolve() / "web"
TITLE = "A network reads digits, number by number"
FALLBACK = "<p>Open this file in a browser, where scripts may run.</p>"


def page(model: Model) -> str:
    """The page of a trained network: a whole HTML document that loads nothing.

    The weights are in it as float32, as PyTorch keeps them; the page computes in float64.
    """
    style = style_of(sorted(WEB.rglob("*.css")))
    script = script_of(WEB / "main.js")
    return Document(WEB / "page.html", TITLE, script, style, content_of(model), FALLBACK).text()


def write_page(model: Model, path: Path | str) -> Path:
    """Write the page of a trained network to a file, whole or not at all.

    Args:
        model: the network, with what its file tells of its training.
        path: the file to write, which ends in .html.

    Returns:
        The path.

    Raises:
        InputError: the path is of another kind.
        WriteError: the file cannot be written.
    """
    target = html_path(path)
    return write(page(model), target)
