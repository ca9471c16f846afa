"""Joins the page's modules and the network's own program to one script, and its styles to one."""

import re
from collections.abc import Iterator
from pathlib import Path

from backprop_sheet.network import Network
from backprop_sheet.page.shapes import Shapes
from backprop_sheet.program import AS_JAVASCRIPT, program

WEB = Path(__file__).parent / "web"
FIRST, OF_THE_NETWORK, STYLE = "main", "network", "page"
"""The module that starts the page, the one that is made for each network, and the first style."""
_IMPORT = re.compile(r'^import\s[^;]*?from "\./(\w+)\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=class|const|function|let)", re.MULTILINE)


def script_of(network: Network, shapes: Shapes) -> str:
    """The page's script: each module after those that it imports, then what starts the page.

    Modules have no names in common, so their statements may stand one after the other.
    """
    texts = "\n".join(_joined(FIRST, _made_for(network, shapes), set()))
    return f'"use strict";\n(() => {{\n{texts}\n}})();\n'


def style_of() -> str:
    """The page's style: what all of it shares, then that of each part."""
    first = WEB / f"{STYLE}.css"
    others = (path for path in sorted(WEB.glob("*.css")) if path != first)
    return "".join(path.read_text(encoding="utf-8") for path in (first, *others))


def _made_for(network: Network, shapes: Shapes) -> str:
    """The module of a network: its training, and the functions of its formulas."""
    functions = ",\n".join(shape.javascript for shape in shapes.all)
    arithmetic = 'import { Broken, exp, floor, log } from "./arithmetic.js";\n'
    training = program(network, AS_JAVASCRIPT)
    return f"{arithmetic}export {training}\nexport const FUNCTIONS = [\n{functions}\n];\n"


def _joined(module: str, own: str, known: set[str]) -> Iterator[str]:
    """The texts of a module and of those that it imports, each once, without their imports."""
    if module in known:
        return
    known.add(module)
    text = own if module == OF_THE_NETWORK else _read(module)
    for imported in _IMPORT.findall(text):
        yield from _joined(imported, own, known)
    yield _EXPORT.sub("", _IMPORT.sub("", text))


def _read(module: str) -> str:
    return (WEB / f"{module}.js").read_text(encoding="utf-8")
