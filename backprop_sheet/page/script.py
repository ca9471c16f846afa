"""Joins the page's modules and the network's own program to one script, and its styles to one."""

import re
from collections.abc import Iterator
from pathlib import Path

from backprop_sheet.network import Network
from backprop_sheet.page.shapes import Shapes
from backprop_sheet.program import AS_JAVASCRIPT, program

WEB = Path(__file__).parent.resolve() / "web"
FIRST, STYLE = WEB / "main.js", WEB / "page.css"
"""The module that starts the page, and the style that all parts share."""
OF_THE_NETWORK, ARITHMETIC = WEB / "network" / "network.js", WEB / "network" / "arithmetic.js"
"""The module that is made for each network, and what it computes with."""
_IMPORT = re.compile(r'^import (\{[^;]*?\}) from "(\.[^"]+)";\n', re.MULTILINE)
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
    parts = (path for path in sorted(WEB.rglob("*.css")) if path != STYLE)
    return "".join(path.read_text(encoding="utf-8") for path in (STYLE, *parts))


def _made_for(network: Network, shapes: Shapes) -> str:
    """The module of a network: its training, and the functions of its formulas."""
    functions = ",\n".join(shape.javascript for shape in shapes.all)
    names = ", ".join(_EXPORT.findall(_read(ARITHMETIC)))
    arithmetic = f'import {{ {names} }} from "./{ARITHMETIC.name}";\n'
    training = program(network, AS_JAVASCRIPT)
    return f"{arithmetic}export {training}\nexport const FUNCTIONS = [\n{functions}\n];\n"


def _joined(path: Path, own: str, known: set[Path]) -> Iterator[str]:
    """The texts of a module and of those that it imports, each once."""
    if path in known:
        return
    known.add(path)
    text = own if path == OF_THE_NETWORK else _read(path)
    for _, imported in _IMPORT.findall(text):
        yield from _joined(_found(imported, path), own, known)
    exported = ", ".join(_EXPORT.findall(text))
    body = _IMPORT.sub(lambda match: f"const {match[1]} = {_name(_found(match[2], path))};\n", text)
    body = _EXPORT.sub("", body)
    yield f"const {_name(path)} = (() => {{\n{body}return {{ {exported} }};\n}})();"


def _found(imported: str, path: Path) -> Path:
    """The module that another one imports."""
    return (path.parent / imported).resolve()


def _name(path: Path) -> str:
    """What a module is called in the script: from_table_cells."""
    return "_".join(["from", *path.relative_to(WEB).with_suffix("").parts])


def _read(path: Path) -> str:
    return _COMMENT.sub("", path.read_text(encoding="utf-8"))
