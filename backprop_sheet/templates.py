"""The network files to start from: in `templates/` beside the package, or in an installed one."""

from os.path import isfile
from pathlib import Path

from backprop_sheet import arguments
from backprop_sheet.errors import InputError, shown
from backprop_sheet.files import replacing

_PACKAGE = Path(__file__).parent


def folder() -> Path:
    """The folder of the templates: in the package when installed from a wheel, else beside it."""
    inside = _PACKAGE / "templates"
    return inside if inside.is_dir() else _PACKAGE.parent / "templates"


def known() -> dict[str, str]:
    """The templates by name, each with its first line, which describes it."""
    found = {}
    for path in sorted(folder().glob("*.toml")):
        first, *_ = path.read_text(encoding="utf-8").splitlines()
        found[path.stem] = first.lstrip("# ")
    return found


def find(name: str | Path) -> Path:
    """The file of a network, by a template's name or by its path.

    Raises:
        InputError: there is none.
    """
    path = arguments.path("network", name)
    if path.suffix.lower() == ".toml" or len(path.parts) > 1:
        if not isfile(path):  # noqa: PTH113 - no error where that name is too long
            raise InputError(f"no file {shown(str(path))}")
        return path
    names = sorted(file.stem for file in folder().glob("*.toml"))
    if str(name) not in names:
        raise InputError(
            f"no template {shown(str(name))}; there are {', '.join(names)}, or a file named *.toml"
        )
    return folder() / f"{name}.toml"


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
