"""The network files to start from: in `templates/` beside the package, or in an installed one."""

from difflib import get_close_matches
from os.path import exists, isdir, isfile
from pathlib import Path

from backprop_sheet import arguments
from backprop_sheet.errors import InputError, shown
from backprop_sheet.files import WORKBOOKS, replacing

_PACKAGE = Path(__file__).parent
ABOUT = {
    **dict.fromkeys(WORKBOOKS, "; check judges workbooks"),
    ".csv": "; a file of samples is named by data in a network file",
}
"""What to say of files that are taken for network files, by their suffix."""


def folder() -> Path:
    """The folder of the templates: in the package when installed from a wheel, else beside it."""
    inside = _PACKAGE / "templates"
    return inside if inside.is_dir() else _PACKAGE.parent / "templates"


def known() -> dict[str, str]:
    """The templates by name, each with its first line, which describes it."""
    found = {}
    for path in sorted(folder().glob("*.toml"), key=lambda path: path.stem):
        first, *_ = path.read_text(encoding="utf-8").splitlines()
        found[path.stem] = first.lstrip("# ")
    return found


def find(name: str | Path) -> Path:
    """The file of a network, by a template's name or by its path.

    Raises:
        InputError: there is none.
    """
    path = arguments.path("network", name)
    names = sorted(file.stem for file in folder().glob("*.toml"))
    if str(name) in names:
        return folder() / f"{name}.toml"
    is_toml = path.suffix.lower() == ".toml"
    if is_toml and isfile(path):  # noqa: PTH113 - no error where that name is too long
        return path
    shown_ = shown(str(path))
    if isdir(path):  # noqa: PTH112
        raise InputError(f"{shown_} is a folder, and a network is a file")
    if is_toml:
        raise InputError(f"no file {shown_}{_near(path.name, _beside(path))}")
    if exists(path) or len(path.parts) > 1:  # noqa: PTH110
        about = ABOUT.get(path.suffix.lower(), "")
        raise InputError(f"{shown_} is not a network file: its name has to end in .toml{about}")
    near = _near(path.name, [*names, *_beside(path)])
    known = f"; there are {', '.join(names)}, or a file named *.toml"
    raise InputError(f"no template {shown(str(name))}{near or known}")


def _beside(path: Path) -> list[str]:
    """The names of the network files in a path's folder."""
    try:
        return sorted(file.name for file in path.parent.glob("*.toml"))
    except OSError:  # it may not be read
        return []


def _near(name: str, known: list[str]) -> str:
    near = get_close_matches(name, known, 1)
    return f"; did you mean {near[0]}?" if near else ""


def copy(name: str, target: Path) -> list[Path]:
    """Copy a template, and the file with its samples if it has one.

    Returns:
        The files written.

    Raises:
        InputError: there is no such template, or a file would be replaced.
        WriteError: a file cannot be written.
    """
    source = find(name)
    pairs = [(source, target)]
    samples = source.with_suffix(".csv")
    if samples.exists():
        pairs.append((samples, target.with_name(samples.name)))
    for _, path in pairs:
        if path.exists():
            raise InputError(f"{path} exists already: choose another name")
    for original, path in pairs:
        with replacing(path) as draft:
            draft.write_bytes(original.read_bytes())
    return [path for _, path in pairs]
