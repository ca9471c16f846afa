"""What a network's page consists of: the shared modules with its own program, and their styles."""

from backprop_sheet.network import Network
from backprop_sheet.page.script import SHARED_STYLE, WEB, exported, script_of, style_of
from backprop_sheet.page.shapes import Shapes
from backprop_sheet.program import AS_JAVASCRIPT, program

FIRST, STYLE = WEB / "main.js", WEB / "page.css"
"""The module that starts the page, and the style of its layout."""
OF_THE_NETWORK, ARITHMETIC = WEB / "network" / "network.js", WEB / "network" / "arithmetic.js"
"""The module that is made for each network, and what it computes with."""


def script(network: Network, shapes: Shapes) -> str:
    """The script of a network's page."""
    return script_of(FIRST, {OF_THE_NETWORK: _made_for(network, shapes)})


def style() -> str:
    """The style of any network's page: its layout, then that of each part."""
    parts = (path for path in sorted(WEB.rglob("*.css")) if path not in {SHARED_STYLE, STYLE})
    return style_of((STYLE, *parts))


def _made_for(network: Network, shapes: Shapes) -> str:
    """The module of a network: its training, and the functions of its formulas."""
    functions = ",\n".join(shape.javascript for shape in shapes.all)
    names = ", ".join(exported(ARITHMETIC))
    arithmetic = f'import {{ {names} }} from "./{ARITHMETIC.name}";\n'
    training = program(network, AS_JAVASCRIPT)
    return f"{arithmetic}export {training}\nexport const FUNCTIONS = [\n{functions}\n];\n"
