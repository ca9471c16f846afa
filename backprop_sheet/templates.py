"""Finds the files to start from: in `templates/` beside the package, or inside an installed one."""

from pathlib import Path

from backprop_sheet.errors import InputError

_PACKAGE = Path(__file__).parent


def folder() -> Path:
    """The folder of the templates: in the package when installed from a wheel, else beside it."""
    inside = _PACKAGE / "templates"
    return inside if inside.is_dir() else _PACKAGE.parent / "templates"


def find(name: str) -> Path:
    """The network file of a template by its name.

    Raises:
        InputError: there is none of that name.
    """
    known = sorted(path.stem for path in folder().glob("*.toml"))
    if name not in known:
        raise InputError(f"no template {name!r}; there are: {', '.join(known)}")
    return folder() / f"{name}.toml"
