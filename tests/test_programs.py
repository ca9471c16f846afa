"""Each kind of workbook, opened and recalculated by the programs that people have.

Every cell that we wrote has to be there, with the same text, the same number (|Δ| ≤ 1e-15 +
1e-12·|x|) or nothing in place of an empty text. What a program cannot do is said here by name:

- ExcelJS, SheetJS, Luckyexcel, calamine and pandas do not calculate: they read stored values.
- pandas gives one type to a column; pandas and calamine read "#N/A" as missing.
- HyperFormula knows numbers with a small "e" only (`programs.mjs`), and no INDIRECT, by which the
  sheet of digits looks up a cell.
- Gnumeric turns a number into a text with 20 digits, of which the last are noise
  (0.60647773200000000001); others write out what has an exponent here. Texts may differ by that
  and by the last digit that is shown; none has a −0.
- ExcelJS, SheetJS, Luckyexcel, HyperFormula, IronCalc, formualizer, calamine and pandas know no
  charts. openpyxl, Gnumeric and LibreOffice have to find each.
- Only LibreOffice has to keep the circles and arrows of a network's drawing. Gnumeric shows one of
  them, openpyxl drops all when it saves.
"""

import posixpath
import re
import zipfile
from importlib.util import find_spec
from xml.etree import ElementTree as ET

import numpy as np
import openpyxl
import programs
import pytest
from click.testing import CliRunner
from exercise.course import ONE, assignment, filled_in, mark_of
from exercise.sheets import written
from openpyxl.reader.drawings import find_images

from backprop_sheet import load, tabulate, write_comparison, write_workbook
from backprop_sheet.cli import cli
from backprop_sheet.exercise.overview import write as write_overview
from backprop_sheet.mnist.report import Table, write_report
from backprop_sheet.templates import known

EPOCHS = 2
READERS = ("exceljs", "sheetjs", "luckyexcel")
NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?", re.IGNORECASE)
SIGNED_ZERO = re.compile(r"(?<![\w.])-0(?![.\d])")
NEAR, NEAR_IN_CHECK = 1e-15, 1e-6
"""How far numbers near 0 may be apart. Tab Check divides differences of nearly equal errors by 2ε
and by a gradient, so a last digit of EXP counts there some million times."""
SHOWN = 1e-6
"""How far numbers in texts may be apart: two digits before the last that is shown."""


# --- the workbooks -------------------------------------------------------------------------------


def comparison(path, name="original", rates=(0.1, 0.5, 1.0, 2.0), epochs=68, threshold=0.005):
    networks = [load(name).with_numbers(eta=eta) for eta in rates]
    return write_comparison([(n, tabulate(n, epochs)) for n in networks], path, threshold=threshold)


def marked_copy(folder):
    """A workbook with a wrong formula, as `check` marks it; its number is right."""
    place = folder / "handed in"
    place.mkdir()
    right, wrong = place / "right.xlsx", place / "marked.xlsx"
    write_workbook(load(), tabulate(load()), right)
    with zipfile.ZipFile(right) as source, zipfile.ZipFile(wrong, "w") as copy:
        for name in source.namelist():
            content = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                cell = rb'(<c r="X103"[^>]*>)<f[^>]*/><v>([^<]*)</v>'
                content, count = re.subn(cell, rb"\1<f>0+\2</f><v>\2</v>", content)
                assert count == 1, "the last row's gradient is wrong"
            copy.writestr(name, content)
    done = CliRunner().invoke(cli, ["check", str(wrong), "--annotate", str(folder)])
    assert done.exit_code == 1, done.output


@pytest.fixture(scope="module")
def books(tmp_path_factory):
    """A workbook of each kind."""
    folder = tmp_path_factory.mktemp("books")
    for name in known():
        network = load(name)
        frame = tabulate(network, min(network.epochs, EPOCHS))
        write_workbook(network, frame, folder / f"{name}.xlsx")
    comparison(folder / "comparison.xlsx")
    comparison(folder / "comparison of classes.xlsx", "xor", (0.5, 2.0), 4, 0.69)
    marked_copy(folder)
    written(load(), folder / "exercise.xlsx", ("gradients",))
    written(
        load(),
        folder / "exercise without chart.xlsx",
        ("all",),
        shown=2,
        chart=False,
        self_check=True,
    )
    mark = mark_of(filled_in(folder / "key.xlsx"), ONE, assignment())
    write_overview([mark], [], [], assignment(), folder)
    report(folder / "report.xlsx")
    if find_spec("torch"):
        digits(folder / "digits.xlsx")
    return sorted(folder.glob("*.xlsx"))


def digits(path):
    """A narrow network that reads digits, as a sheet."""
    from backprop_sheet.mnist.model import Network, Structure
    from backprop_sheet.mnist.sheet import write_sheet

    image = np.arange(28 * 28, dtype=np.uint8).reshape(28, 28)
    write_sheet(Network(Structure((1, 2))).eval(), image, path)


def report(path):
    heads = ["epoch", "rate", "loss", "train_accuracy", "test_loss", "test_accuracy", "seconds"]
    rows = [[k, 0.1, 2 / k, 0.9, 1 / k, 0.99, 9.5] for k in range(1, 8)]
    layers = Table(["layer", "output shape", "parameters"], [["Conv2d-1", "8 × 28 × 28", 80]])
    write_report({"recipe": "best", "seed": 0}, Table(heads, rows), layers, path)


@pytest.fixture(scope="module")
def wanted(books):
    """What stands in them, of which nothing is an error but in cells that shall be."""
    found = {path: programs.stored(path) for path in books}
    for path, sheets in found.items():
        errors = {v for cells in sheets.values() for v in cells.values() if str(v)[:1] == "#"}
        left_out = path.name.startswith(("comparison", "exercise.xlsx"))  # by their charts
        assert errors <= ({"#N/A"} if left_out else set()), path.name
    return found


@pytest.fixture(scope="module")
def with_formulas(books):
    """The workbooks that have formulas."""
    return [path for path in books if path.stem != "report"]


@pytest.fixture(scope="module")
def unvalued(with_formulas, tmp_path_factory):
    """The same without the formulas' values."""
    return programs.emptied(with_formulas, tmp_path_factory.mktemp("emptied") / "books")


# --- comparing -----------------------------------------------------------------------------------


def is_same(found, expected, near=NEAR):
    """Whether a program shows what we wrote."""
    if isinstance(expected, float):
        if isinstance(found, str):  # Luckysheet keeps numbers as texts
            found = float(found) if NUMBER.fullmatch(found) else None
        return found is not None and abs(found - expected) <= near + 1e-12 * abs(expected)
    found = "" if found is None else str(found)
    if found == expected:
        return True
    if SIGNED_ZERO.search(found):
        return False
    numbers = list(zip(NUMBER.findall(found), NUMBER.findall(expected), strict=False))
    return NUMBER.sub("#", found) == NUMBER.sub("#", expected) and all(
        abs(float(x) - float(y)) <= SHOWN * abs(float(y)) for x, y in numbers
    )


def assert_same(found, wanted, but=lambda _: False):
    """Each workbook has every cell that we wrote, but for cells that a program cannot have."""
    for path, sheets in wanted.items():
        shown = found[path]
        assert isinstance(shown, dict), (path.name, shown)
        for title, cells in sheets.items():
            near = NEAR_IN_CHECK if title == "Check" else NEAR
            wrong = {
                cell: (shown[title].get(cell), value)
                for cell, value in cells.items()
                if not is_same(shown[title].get(cell), value, near) and not but(value)
            }
            assert not wrong, (path.name, title, len(wrong), dict(list(wrong.items())[:3]))


def named(paths, others):
    """What belongs to each of `others` by the name of its file in `paths`."""
    return {path: others[next(o for o in others if o.name == path.name)] for path in paths}


# --- reading -------------------------------------------------------------------------------------


@pytest.mark.node
def test_exceljs_reads_the_originals_workbook(workbook):
    found = programs.by_node(["exceljs"], [workbook])
    assert_same(found["exceljs"], {workbook: programs.stored(workbook)})


@pytest.mark.slow
@pytest.mark.node
@pytest.mark.parametrize("program", READERS)
def test_programs_of_the_web_read_every_workbook(program, books, wanted):
    assert_same(programs.by_node([program], books)[program], wanted)


@pytest.mark.slow
def test_calamine_and_pandas_read_every_workbook(books, wanted):
    for read in (programs.calamine, programs.pandas):
        assert_same(read(books), wanted, but=lambda value: value == "#N/A")


# --- recalculating -------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.node
def test_hyperformula_calculates_the_same(with_formulas, wanted):
    found = programs.by_node(["hyperformula"], with_formulas)["hyperformula"]
    for path in with_formulas:
        lacking = programs.formulas_with("INDIRECT(", path)
        assert lacking <= ({"S70"} if path.stem == "digits" else set()), path.name
        known = {t: {c: v for c, v in cells.items() if c not in lacking}
                 for t, cells in wanted[path].items()}  # fmt: skip
        assert_same(found, {path: known})


@pytest.mark.slow
@pytest.mark.parametrize("program", ["ironcalc", "formualizer"])
def test_engines_calculate_the_same(program, unvalued, with_formulas, wanted):
    expected = {copy: wanted[p] for copy, p in zip(unvalued, with_formulas, strict=True)}
    assert_same(getattr(programs, program)(unvalued, expected), expected)


@pytest.mark.slow
@pytest.mark.parametrize(
    "program",
    [
        pytest.param("gnumeric", marks=pytest.mark.gnumeric),
        pytest.param("libreoffice", marks=pytest.mark.libreoffice),
    ],
)
def test_programs_with_windows_calculate_the_same_and_keep_charts(
    program, unvalued, with_formulas, wanted, tmp_path
):
    saved = getattr(programs, program)(unvalued, tmp_path / "saved")
    expected = {s: wanted[p] for s, p in zip(saved, with_formulas, strict=True)}
    assert_same({path: programs.stored(path) for path in saved}, expected)
    for path, ours in zip(saved, with_formulas, strict=True):
        assert programs.charts(path) == programs.charts(ours), (program, ours.name)
        if program == "libreoffice":
            assert programs.shapes(path) == programs.shapes(ours), ours.name


@pytest.mark.slow
def test_openpyxl_drops_the_network_when_it_saves_as_the_manual_says(books, tmp_path):
    """Whoever sends a workbook through openpyxl has to know."""
    xor = next(path for path in books if path.stem == "xor")
    openpyxl.load_workbook(xor).save(tmp_path / "saved.xlsx")
    assert programs.shapes(xor) > 20
    assert programs.shapes(tmp_path / "saved.xlsx") == 0
    assert programs.charts(tmp_path / "saved.xlsx") == programs.charts(xor)


@pytest.mark.slow
def test_openpyxl_reads_every_chart(books):
    for path in books:
        with zipfile.ZipFile(path) as file:
            drawings = [n for n in file.namelist() if re.fullmatch(r"xl/drawings/\w+\.xml", n)]
            found = [find_images(file, name)[0] for name in drawings]
        assert sum(map(len, found)) == programs.charts(path), path.name


# --- spelling ------------------------------------------------------------------------------------


def trees(path):
    """The parts of a workbook, as text and as a tree."""
    with zipfile.ZipFile(path) as file:
        texts = {name: file.read(name).decode() for name in file.namelist()}
    return {name: (text, ET.fromstring(text)) for name, text in texts.items()}


def assert_spelled_as_excel_does(parts):
    for name, (text, root) in parts.items():
        if name.endswith(".vml"):
            continue
        assert text.startswith("<?xml"), name
        assert " />" not in text or "theme" in name, name
        if name.endswith(".rels"):
            folder = posixpath.dirname(posixpath.dirname(name))
            for link in root:
                target = link.get("Target")
                assert not target.startswith("/"), (name, target)
                assert posixpath.normpath(posixpath.join(folder, target)) in parts, (name, target)
        if name.startswith("xl/drawings/drawing"):
            assert re.match(r"<\?xml[^>]*>\s*<xdr:wsDr ", text)
            assert not re.search(r"<(?!\?|/?(xdr|a|c|mc|a14):)", text), name
        if name.startswith("xl/charts/"):
            assert re.match(r"<\?xml[^>]*>\s*<c:chartSpace ", text)
            assert not re.search(r"<(?!\?|/?(c|a|mc|c14):)", text), name
            assert "<a:t/>" not in text, name
    borders = [
        [side.tag.partition("}")[2] for side in border]
        for border in parts["xl/styles.xml"][1].iterfind(f"*/{programs.MAIN}border")
        if len(border)
    ]
    assert {tuple(sides) for sides in borders} == {("left", "right", "top", "bottom", "diagonal")}
    app = "".join(parts["docProps/app.xml"][1].itertext())
    for sheet in parts["xl/workbook.xml"][1].iter(f"{programs.MAIN}sheet"):
        assert sheet.get("name") in app


def test_the_originals_workbook_is_spelled_as_excel_does(workbook):
    assert_spelled_as_excel_does(trees(workbook))


@pytest.mark.slow
def test_every_workbook_is_spelled_as_excel_does(books):
    for path in books:
        assert_spelled_as_excel_does(trees(path))


def test_the_dimension_of_a_sheet_holds_every_cell(workbook):
    for name, (_, root) in trees(workbook).items():
        if name.startswith("xl/worksheets/sheet"):
            first, _, last = root.find(f"{programs.MAIN}dimension").get("ref").partition(":")
            (top, left), (bottom, right) = map(
                openpyxl.utils.cell.coordinate_to_tuple, (first, last)
            )
            for cell in root.iter(f"{programs.MAIN}c"):
                row, column = openpyxl.utils.cell.coordinate_to_tuple(cell.get("r"))
                assert top <= row <= bottom, (name, cell.get("r"))
                assert left <= column <= right, (name, cell.get("r"))
