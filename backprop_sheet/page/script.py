"""Joins modules to one script, and styles to one: a page is a single file.

It knows no network: the companion's page is joined here, too.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

PACKAGE = Path(__file__).parent.parent.resolve()
WEB = PACKAGE / "page" / "web"
SHARED_STYLE = WEB / "shared.css"
"""The style that all pages share."""
_IMPORT = re.compile(r'^import (\{[^;]*?\}) from "(\.[^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:class|const|function\*?) (\w+))", re.MULTILINE)

_COMMENT = re.compile(r"^\s*/\*\*.*?\*/\n", re.MULTILINE | re.DOTALL)
"""Types and meanings, for those who work on the modules: a third of their text."""
_REMARK = re.compile(r"\s*/\*.*?\*/", re.DOTALL)
"""The same in styles."""


def script_of(first: Path, made: Mapping[Path, str] | None = None) -> str:
    """One script of a module and all that it imports: each module after those that it imports.

    A module becomes a function that returns what the module exports; what it imports are constants
    in it. So modules share no names.

    Args:
        first: the module that starts the page; it comes last.
        made: the texts of modules that are no files, by the paths that others import them from.
    """
    texts = "\n".join(_joined(first, made or {}, set()))
    return f'"use strict";\n(() => {{\n{texts}\n}})();\n'


def style_of(paths: Iterable[Path]) -> str:
    """One style, without comments: what all pages share, then those of some files."""
    texts = (path.read_text(encoding="utf-8") for path in (SHARED_STYLE, *paths))
    return "".join(_REMARK.sub("", text) for text in texts)


def exported(path: Path) -> list[str]:
    """The names that a module exports."""
    return _EXPORT.findall(_read(path))


def _joined(path: Path, made: Mapping[Path, str], known: set[Path]) -> Iterator[str]:
    """The texts of a module and of those that it imports, each once."""
    if path in known:
        return
    known.add(path)
    text = made[path] if path in made else _read(path)
    for _, imported in _IMPORT.findall(text):
        yield from _joined(_found(imported, path), made, known)
    names = ", ".join(_EXPORT.findall(text))
    body = _IMPORT.sub(lambda match: f"const {match[1]} = {_name(_found(match[2], path))};\n", text)
    body = _EXPORT.sub("", body)
    yield f"const {_name(path)} = (() => {{\n{body}return {{ {names} }};\n}})();"


def _found(imported: str, path: Path) -> Path:
    """The module that another one imports."""
    return (path.parent / imported).resolve()


def _name(path: Path) -> str:
    """What a module is called in the script: from_table_cells, from_mnist_page_web_main."""
    base = WEB if path.is_relative_to(WEB) else PACKAGE
    return "_".join(["from", *path.relative_to(base).with_suffix("").parts])


def _read(path: Path) -> str:
    return _COMMENT.sub("", path.read_text(encoding="utf-8"))
