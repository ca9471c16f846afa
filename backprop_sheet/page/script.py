"""Joins the page's modules and the network's own program to one script, and its styles to one."""

import re
from collections.abc import Iterator
from pathlib import Path

from backprop_sheet.network import Network
from backprop_sheet.page.shapes import Shapes
from backprop_sheet.program import AS_JAVASCRIPT, program

WEB = Path(__file__).parent / "web"
FIRST, OF_THE_NETWORK, ARITHMETIC, STYLE = "main", "network", "arithmetic", "page"
"""The module that starts the page, the one that is made for each network, and the first style."""
_IMPORT = re.compile(r'^import (\{[^;]*?\}) from "\./(\w+)\.js";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:class|const|function\*?) (\w+))", re.MULTILINE)

_COMMENT = re.compile(r"^\s*/\*\*.*?\*/\n", re.MULTILINE | re.DOTALL)
"""Types and meanings, for those who work on the modules: a third of their text."""


def script_of(network: Network, shapes: Shapes) -> str:
    """The page's script: each module after those that it imports, the one that starts it last.

    A module becomes a function that returns what the module exports; what it imports are constants
    in it. So modules share no names.
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
    names = ", ".join(_EXPORT.findall(_read(ARITHMETIC)))
    arithmetic = f'import {{ {names} }} from "./{ARITHMETIC}.js";\n'
    training = program(network, AS_JAVASCRIPT)
    return f"{arithmetic}export {training}\nexport const FUNCTIONS = [\n{functions}\n];\n"


def _joined(module: str, own: str, known: set[str]) -> Iterator[str]:
    """The texts of a module and of those that it imports, each once."""
    if module in known:
        return
    known.add(module)
    text = own if module == OF_THE_NETWORK else _read(module)
    for _, imported in _IMPORT.findall(text):
        yield from _joined(imported, own, known)
    exported = ", ".join(_EXPORT.findall(text))
    body = _EXPORT.sub("", _IMPORT.sub(r"const \1 = from_\2;\n", text))
    yield f"const from_{module} = (() => {{\n{body}return {{ {exported} }};\n}})();"


def _read(module: str) -> str:
    return _COMMENT.sub("", (WEB / f"{module}.js").read_text(encoding="utf-8"))
