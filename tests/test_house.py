"""The architecture: who imports whom, what comes in when, and what is installed."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

import backprop_sheet

ROOT = Path(__file__).parent.parent
PACKAGE = Path(backprop_sheet.__file__).parent
FLOORS = [
    {"errors", "extras", "fixed", "interrupt", "progress", "spread"},
    {"arguments", "files", "formula", "palette", "processes"},
    {"document", "ooxml", "templates"},
    {"chain"},
    {"network"},
    {"program", "derivation", "diagram", "rates"},
    {"engine", "verifier", "definitions"},
    {"tabulator", "explainer"},
    {"exporter", "plotter", "checker"},
    {"reporter"},
    {"exercise", "page"},
    {"mnist", "notebook"},
    {"cli"},
]
"""Each module may import from lower floors only; the face, __init__, from none."""
UPWARDS = {("network", "notebook")}
"""A network shows itself by views of it: an import upwards, done only when a notebook asks."""
HOMES = {
    "pandas": "tabulator",
    "openpyxl": "exporter",
    "orjson": "exporter",
    "matplotlib": "plotter",
    "torch": "mnist",
    "mlxtend": "mnist",
    "PIL": "mnist",
    "tqdm": "cli",
    "click": "cli",
}
"""Where each library is imported when it is used, and nowhere else."""


def modules():
    for path in sorted(PACKAGE.rglob("*.py")):
        room = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        if room not in {"__init__", "__main__"}:
            yield room, path


def imports(path):
    """The modules that a file imports when it runs (not those for types alone)."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.module == "backprop_sheet":
                yield from (f"backprop_sheet.{name.name}" for name in node.names)
            else:
                yield node.module


def late_imports(path):
    """The modules that a file imports by name while it runs, in a function."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    for node in (inner for function in functions for inner in ast.walk(function)):
        if isinstance(node, ast.Call) and "import_module" in ast.unparse(node.func):
            yield from (a.value for a in node.args if isinstance(a, ast.Constant))


def test_every_room_stands_on_a_floor():
    assert {room for room, _ in modules()} == set().union(*FLOORS)


def test_imports_run_downwards_only():
    floor = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
    for room, path in modules():
        for name in imports(path):
            if name.startswith("backprop_sheet.") and not name.endswith("__version__"):
                other = name.split(".")[1]
                assert other == room or floor[other] < floor[room], f"{path.name} imports {name}"


def parts_of(package):
    """The modules and folders right inside a package, each with the others that it imports."""
    begin, arrows = f"backprop_sheet.{package.name}.", {}
    for path in package.rglob("*.py"):
        part = path.relative_to(package).parts[0].removesuffix(".py")
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found = [node for node in tree.body if isinstance(node, ast.ImportFrom)]
        names = {f"{node.module}.{name.name}" for node in found for name in node.names}
        inside = {
            name.removeprefix(begin).split(".")[0] for name in names if name.startswith(begin)
        }
        if part != "__init__":  # the face of the package may import all of them
            arrows.setdefault(part, set()).update(inside - {part})
    return arrows


@pytest.mark.parametrize("name", sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py")))
def test_imports_within_a_package_run_one_way(name):
    arrows = parts_of(PACKAGE / name)
    while free := [part for part, others in arrows.items() if not others & arrows.keys()]:
        arrows = {part: others for part, others in arrows.items() if part not in free}
    assert not arrows, "some of these import each other"


def test_modules_that_are_imported_by_name_are_known():
    found = {
        (room, name.split(".")[1])
        for room, path in modules()
        for name in late_imports(path)
        if name.startswith("backprop_sheet.") and name.split(".")[1] != room
    }
    assert found == UPWARDS


def test_each_library_has_one_home():
    # The exporter, the plotter and the verifier take a frame, and name its type; the tabulator
    # makes it.
    # The checker and ooxml read what others wrote. The companion draws its own plots and report.
    also = {
        "pandas": {"exporter", "plotter", "reporter", "verifier"},
        "openpyxl": {"checker", "mnist", "ooxml"},
        "matplotlib": {"mnist"},
        "PIL": {"plotter"},  # as matplotlib needs it, too
    }
    for room, path in modules():
        for name in imports(path):
            library = name.split(".")[0]
            if library in HOMES:
                assert room in {HOMES[library]} | also.get(library, set()), f"{path}: {name}"


def test_the_face_offers_what_it_says_and_imports_it_late():
    program = (
        "import sys, backprop_sheet\n"
        "assert not {'pandas', 'openpyxl', 'matplotlib'} & set(sys.modules)\n"
        "for name in backprop_sheet.__all__: getattr(backprop_sheet, name)"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
    assert set(backprop_sheet.__all__) == set(backprop_sheet._HOMES)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        backprop_sheet.nothing  # noqa: B018


def test_public_names_are_documented():
    for name in backprop_sheet.__all__:
        assert getattr(backprop_sheet, name).__doc__, name


@pytest.mark.slow
def test_the_wheel_carries_its_templates_and_works_elsewhere(tmp_path):
    """Built from this checkout, installed into an empty folder, run in another."""
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", "--no-deps", "-w", tmp_path, ROOT], check=True, timeout=300)
    (wheel,) = tmp_path.glob("*.whl")
    home, work = tmp_path / "home", tmp_path / "work"
    work.mkdir()
    subprocess.run([*pip, "install", "--no-deps", "--target", home, wheel], check=True, timeout=300)
    environment = {**os.environ, "PYTHONPATH": str(home)}
    program = "import backprop_sheet as b; print(b.__file__, b.templates.folder())"
    done = subprocess.run(
        [sys.executable, "-c", "import backprop_sheet.templates;" + program],
        cwd=work, env=environment, check=True, capture_output=True, encoding="utf-8",
    )  # fmt: skip
    assert all(Path(path).is_relative_to(home) for path in done.stdout.split())
    subprocess.run(
        [sys.executable, "-m", "backprop_sheet", "run", "--lr", "0.5"],
        cwd=work, env=environment, check=True,
    )  # fmt: skip
    assert {path.name for path in (work / "outputs").iterdir()} == {
        "backprop_lr0.5.xlsx",
        "error_lr0.5.png",
    }
    assert (home / "backprop_sheet" / "py.typed").exists()
    program = "from backprop_sheet.extras import install; print(install('torch'))"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=work, env=environment, check=True, capture_output=True, encoding="utf-8",
    )  # fmt: skip
    assert done.stdout == f'pip install "{wheel}[torch]"\n'
