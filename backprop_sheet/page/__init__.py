"""Network → a page that trains it and shows every number, in one file that needs nothing else.

content    what the page knows of its network, as data
diagrams/  its drawing, likewise; `__init__.py` there lists its modules
shapes     formulas that differ in names only, stated once
data       what data is, and how exact
script     the page's modules as one script
web/       the page itself: HTML, CSS and JavaScript modules
"""

import base64
import hashlib
import json
import re
from html import escape
from pathlib import Path

from backprop_sheet import arguments
from backprop_sheet.errors import InputError
from backprop_sheet.files import replacing
from backprop_sheet.network import Network, checked
from backprop_sheet.page.content import check_epochs, content_of
from backprop_sheet.page.script import WEB, script_of, style_of
from backprop_sheet.page.shapes import Shapes

__all__ = ["check_epochs", "page", "write_page"]

SUFFIXES = (".html", ".htm")


def page(network: Network, fallback: str = "") -> str:
    """The page of a network: a whole HTML document that loads nothing.

    Args:
        network: the network; the page opens with its numbers and trains for its epochs.
        fallback: what a reader sees where scripts are blocked, as HTML.

    Raises:
        InputError: `network` is not one, or the page has no room for all of its epochs.
    """
    shapes = Shapes()
    content = json.dumps(content_of(checked(network), shapes), separators=(",", ":"))
    script, style = script_of(network, shapes), style_of()
    parts = {
        "{{title}}": escape(f"{network.name}: a network learns, number by number"),
        "{{policy}}": _policy(script, style),
        "/* style */": style,
        "{{fallback}}": fallback,
        '"{{content}}"': content.replace("<", r"\u003c"),  # so that no name ends the element
        "/* script */": script,
    }
    text = (WEB / "page.html").read_text(encoding="utf-8")
    marks = re.compile("|".join(map(re.escape, parts)))
    return marks.sub(lambda mark: parts[mark[0]], text)  # all at once: a part may look like a mark


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
    target = arguments.path("path", path)
    if target.suffix.lower() not in SUFFIXES:
        raise InputError(f"{target}: a page takes {' or '.join(SUFFIXES)}")
    text = page(network)
    with replacing(target) as draft:
        draft.write_text(text, encoding="utf-8", newline="\n")
    return target


def _policy(script: str, style: str) -> str:
    """What the page may do: run its own script and use its own style, and connect to nothing."""
    own = {"script-src": script, "style-src": style}
    rules = ["default-src 'none'", "img-src data:", "base-uri 'none'", "form-action 'none'"]
    for what, text in own.items():
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        rules.append(f"{what} 'sha256-{digest}'")
    return "; ".join(rules)
