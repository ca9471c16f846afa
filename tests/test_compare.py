"""The workbook that compares learning rates, and its pictures."""

import math
import re
import zipfile
from itertools import pairwise

import numpy as np
import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner
from matplotlib.image import imread
from matplotlib.text import Text
from openpyxl.utils.cell import coordinate_to_tuple
from spreadsheets import assert_same, ironcalc_values, libreoffice_values, table

from backprop_sheet import (
    InputError,
    error_comparison,
    error_curve,
    load,
    save_figure,
    summarise,
    tabulate,
    templates,
    write_comparison,
)
from backprop_sheet.cli import cli
from backprop_sheet.palette import strokes
from backprop_sheet.plotter import curves
from backprop_sheet.rates import rates_for

RATES = (0.1, 0.2, 0.5, 0.8, 1.0, 2.0)
COLUMNS = "BCDEFG"


def trainings(rates=RATES, epochs=68):
    networks = [load().with_numbers(eta=eta) for eta in rates]
    return [(network, tabulate(network, epochs)) for network in networks]


@pytest.fixture(scope="module")
def frames():
    return {network.eta: frame for network, frame in trainings()}


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    return write_comparison(trainings(), tmp_path_factory.mktemp("compare") / "compare.xlsx")


@pytest.fixture(scope="module")
def stored(book):
    """The values as they are stored, without any recalculation."""
    sheets = openpyxl.load_workbook(book, data_only=True).worksheets
    return lambda number, cell: sheets[number][cell].value


# --- the workbook ------------------------------------------------------------------------------


def test_the_tabs(book):
    titles = ["Compare", "LR0.1", "LR0.2", "LR0.5", "LR0.8", "LR1.0", "LR2.0", "Step", "Check"]
    assert openpyxl.load_workbook(book).sheetnames == titles


def test_each_tab_is_the_sheet_of_run_but_for_the_rate(book, workbook):
    tab = openpyxl.load_workbook(book)["LR1.0"]
    alone = openpyxl.load_workbook(workbook).active
    different = {
        cell.coordinate
        for row in alone.iter_rows()
        for cell in row
        if cell.value != tab[cell.coordinate].value
    }
    assert different == {"A1", "F34"}
    assert tab["F34"].value == "=Compare!$F$3"
    assert "Compare!$F$3" in tab["A1"].value
    assert (tab["F34"].style, alone["F34"].style) == ("setting fixed", "setting value")


def test_values_are_there_without_recalculation(stored, frames):
    for number, (column, frame) in enumerate(zip(COLUMNS, frames.values(), strict=True), start=1):
        errors = [stored(0, f"{column}{row}") for row in range(24, 92)]
        assert errors == frame["E_Total"].tolist()
        assert table(stored, 68, number) == frame.to_numpy().tolist()
    assert [stored(0, f"A{row}") for row in range(24, 92)] == list(range(68))
    assert [stored(0, f"{column}23") for column in COLUMNS] == [
        "η = 0.1", "η = 0.2", "η = 0.5", "η = 0.8", "η = 1", "η = 2",
    ]  # fmt: skip


def test_every_column_refers_to_its_tab(book):
    sheet = openpyxl.load_workbook(book)["Compare"]
    assert sheet["B24"].value == "='LR0.1'!W36"
    assert sheet["G91"].value == "='LR2.0'!W103"


def check_against(values, rates, threshold=0.001):
    """The whole workbook against fresh trainings at these rates."""
    fresh = dict(zip(rates, (frame for _, frame in trainings(rates)), strict=True))
    summary = summarise(fresh, threshold)
    for number, (column, eta) in enumerate(zip(COLUMNS, rates, strict=True), start=1):
        frame = fresh[eta]
        assert_same(table(values, 68, number), frame.to_numpy().tolist())
        errors = [[values(0, f"{column}{row}")] for row in range(24, 92)]
        assert_same(errors, frame[["E_Total"]].to_numpy().tolist())
        first, last, ratio, under = summary.iloc[number - 1]
        shown = [[values(0, f"{column}{row}") for row in (4, 5, 6)]]
        assert_same(shown, [[first, last, ratio]])
        found = values(0, f"{column}8")
        assert (found in ("", None)) if math.isnan(under) else (found == under)


@pytest.mark.parametrize("change", [None, ("B3", 5.0), ("G3", 0.05)], ids=str)
def test_ironcalc_follows_a_changed_rate(book, change):
    rates = list(RATES)
    if change:
        rates[COLUMNS.index(change[0][0])] = change[1]
    check_against(ironcalc_values(book, dict([change] if change else [])), rates)


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.parametrize("change", [None, ("B3", 5.0), ("D3", 0.05)], ids=str)
def test_libreoffice_follows_a_changed_rate(book, change, tmp_path):
    rates = list(RATES)
    if change:
        rates[COLUMNS.index(change[0][0])] = change[1]
    check_against(libreoffice_values(book, dict([change] if change else []), tmp_path), rates)


def test_rates_keep_all_their_digits(tmp_path):
    network = load().with_numbers(eta=0.1 + 0.2)
    book = write_comparison([(network, tabulate(network, 3))], tmp_path / "one.xlsx")
    sheets = openpyxl.load_workbook(book, data_only=True)
    assert sheets["Compare"]["B3"].value == 0.1 + 0.2
    assert sheets["LR0.30000000000000004"]["F34"].value == 0.1 + 0.2


@pytest.mark.parametrize("threshold", [0.02, 0.0141, 0.001, 1e-6])
def test_the_threshold_may_be_changed(book, threshold):
    """Reached at once, soon, by some, by none."""
    check_against(ironcalc_values(book, {"B7": threshold}), list(RATES), threshold)


@pytest.mark.slow
@pytest.mark.libreoffice
@pytest.mark.parametrize("threshold", [0.02, 0.001, 1e-6])
def test_the_threshold_may_be_changed_in_libreoffice(book, threshold, tmp_path):
    values = libreoffice_values(book, {"B7": threshold}, tmp_path)
    check_against(values, list(RATES), threshold)


def test_the_first_epoch_under_a_threshold_is_the_first_of_several(tmp_path):
    """At a rate this large the error goes up and down."""
    network = load().with_numbers(eta=50.0, i1=1.0, i2=2.0, t1=0.3, t2=0.6)
    frame = tabulate(network)
    errors, level = frame["E_Total"], 0.001
    below = errors < level
    assert below.astype(int).diff().eq(-1).any(), "it rises above the threshold again"
    book = write_comparison([(network, frame)], tmp_path / "one.xlsx", threshold=level)
    assert ironcalc_values(book, {})(0, "B8") == errors.index[below][0]


def test_all_tabs_print_on_one_paper(book, tmp_path):
    network = load("xor")
    other = write_comparison([(network, tabulate(network, 2))], tmp_path / "xor.xlsx")
    for file, size in ((book, "8"), (other, "9")):
        sheets = openpyxl.load_workbook(file).worksheets
        assert {str(sheet.page_setup.paperSize) for sheet in sheets} == {size}
        # With page breaks, a page of either size has the same cells.
        assert sheets[0].page_setup.scale == (99 if size == "8" else 70)


def test_a_legend_stands_beside_the_curves_and_names_a_few_of_many(book, tmp_path):
    pairs = [(n, tabulate(n, 2)) for n in (load().with_numbers(eta=k / 40) for k in range(1, 41))]
    many = write_comparison(pairs, tmp_path / "many.xlsx")
    for file, count in ((book, 6), (many, 40)):
        for chart in openpyxl.load_workbook(file)["Compare"]._charts:
            left_out = {entry.idx for entry in chart.legend.legendEntry if entry.delete}
            assert chart.legend.position == "r"
            assert len(chart.series) == count
            assert count - len(left_out) == min(count, 12)
            assert not left_out & {0, count - 1}


def test_no_chart_reaches_into_what_is_frozen(book):
    sheet = openpyxl.load_workbook(book)["Compare"]
    row, column = coordinate_to_tuple(sheet.freeze_panes)
    for chart in sheet._charts:
        start = chart.anchor._from
        assert (start.row + 1 >= row, start.col + 1 >= column) == (True, True)


def test_native_charts_have_every_rate_and_a_legend(book, frames):
    charts = openpyxl.load_workbook(book)["Compare"]._charts
    assert [chart.y_axis.scaling.logBase for chart in charts] == [None, 10]
    for chart, columns in zip(charts, (COLUMNS, "MNOPQR"), strict=True):
        cells = [series.yVal.numRef.f for series in chart.series]
        assert cells == [f"Compare!${c}$24:${c}$91" for c in columns]
        assert chart.legend is not None
        names = [series.tx.strRef.f for series in chart.series]
        assert names == [f"Compare!${column}$23" for column in COLUMNS]
        dashes = [series.graphicalProperties.line.prstDash for series in chart.series]
        assert len(set(dashes)) == 6, "told apart without colour too"
    with zipfile.ZipFile(book) as file:
        chart = file.read("xl/charts/chart1.xml").decode()
    points = [float(v) for v in re.findall(r'<c:pt idx="\d+"><c:v>([\d.e-]+)</c:v>', chart)]
    assert len(points) == 6 * 2 * 68


def test_errors_that_are_0_are_kept_from_the_logarithmic_chart(tmp_path):
    """A chart with one 0 on a logarithmic axis shows nothing at all in LibreOffice."""
    book = write_comparison(trainings((1.0, 2.0), 600), tmp_path / "long.xlsx")
    frame = tabulate(load().with_numbers(eta=2.0), 600)
    zeros = frame.index[frame["E_Total"] == 0]
    assert len(zeros) > 10
    sheet = openpyxl.load_workbook(book, data_only=True)["Compare"]
    for epoch, error in frame["E_Total"].items():
        assert sheet.cell(24 + epoch, 14).value == (error or "#N/A")
    values = ironcalc_values(book, {})
    assert values(0, f"N{24 + zeros[0]}") == "#N/A"
    assert values(0, "N24") == frame.at[0, "E_Total"]


def test_cells_that_may_be_changed_are_marked_and_take_numbers_above_0(book):
    sheet = openpyxl.load_workbook(book)["Compare"]
    assert {sheet[f"{column}3"].style for column in COLUMNS} == {"changeable"}
    assert sheet["B7"].style == "changeable"
    rules = {str(rule.sqref): rule for rule in sheet.data_validations.dataValidation}
    assert rules.keys() == {"B3:G3", "B7"}
    assert {rule.operator for rule in rules.values()} == {"greaterThan"}


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (list, "nothing to compare"),
        (lambda: trainings((0.5, 0.5), 3), "twice"),
        (
            lambda: trainings((0.5,), 3) + trainings((1.0,), 4),
            "differ in their number of epochs",
        ),
        (lambda: trainings(range(1, 257), 1), "at most 255"),
    ],
    ids=["none", "twice", "lengths", "many"],
)
def test_what_cannot_be_compared_is_refused(tmp_path, wrong, message):
    with pytest.raises(InputError, match=message):
        write_comparison(wrong(), tmp_path / "book.xlsx")
    assert not list(tmp_path.iterdir())


# --- summary and pictures ----------------------------------------------------------------------


def test_the_summary(frames):
    summary = summarise(frames, 0.001)
    assert list(summary.index) == list(RATES)
    assert summary["first"].tolist() == [0.014181377937891659] * 6
    assert summary.at[2.0, "last"] == 2.0923623350964516e-06
    assert summary["under"].isna().tolist() == [True, True, True, False, False, False]
    errors = frames[2.0]["E_Total"]
    epoch = int(summary.at[2.0, "under"])
    assert errors[epoch] < 0.001 <= errors[epoch - 1]


def test_the_picture_shows_every_rate_on_both_axes(frames):
    figure = error_comparison(frames)
    figure.canvas.draw()
    linear, log = figure.axes
    assert (linear.get_yscale(), log.get_yscale()) == ("linear", "log")
    for axes in (linear, log):
        assert [list(line.get_ydata()) for line in axes.lines] == [
            frame["E_Total"].tolist() for frame in frames.values()
        ]
        assert [text.get_text() for text in axes.texts] == [f"η = {eta:g}" for eta in RATES]


@pytest.mark.parametrize(
    ("lowest", "times"),
    [(1.5721, 1 + 2e-5), (1.09e-8, 1 + 3e-5), (0.0141, 1 + 1e-7), (7.29e-9, 2.5), (131.7, 58)],
)
def test_labels_of_the_logarithmic_axis_differ_and_are_true(lowest, times, original):
    frame = tabulate(original, 10)
    frame["E_Total"] = np.geomspace(lowest * times, lowest, 10)
    figure = error_comparison({1.0: frame})
    figure.canvas.draw()
    axis = figure.axes[1].yaxis
    low, high = figure.axes[1].get_ylim()
    ticks = [*axis.get_major_ticks(), *axis.get_minor_ticks()]
    shown = {t.label1.get_text(): t.get_loc() for t in ticks if low <= t.get_loc() <= high}
    labels = [t.label1.get_text() for t in ticks if low <= t.get_loc() <= high]
    told = [text for text in labels if text]
    assert len(told) == len(set(told)) >= 3
    numerals = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
    for text in told:
        digits, _, power = text.rpartition("10")
        number = float(digits.removesuffix("×") or 1) * 10.0 ** int(power.translate(numerals))
        assert number == pytest.approx(shown[text], rel=1e-12)


CLOSE = tuple(k / 1000 for k in range(1, 13))
LONG = (0.123456789012, 0.123456789013, 12.3456789012345)
MANY = tuple(0.1 + k / 100 for k in range(255))


@pytest.mark.parametrize(
    ("rates", "epochs"),
    [
        (RATES, 68),
        ((1.0,), 68),
        (tuple(1 + k / 100 for k in range(12)), 68),
        ((0.001, 1000.0), 68),
        (CLOSE, 5),
        (LONG, 5),
        (MANY[:40], 5),
        pytest.param(MANY, 2, marks=pytest.mark.slow),
    ],
    ids=["usual", "one", "twelve", "far apart", "close", "long", "40", "255"],
)
def test_names_of_curves_neither_overlap_nor_leave_the_picture(rates, epochs):
    figure = error_comparison({n.eta: frame for n, frame in trainings(rates, epochs)})
    figure.canvas.draw()
    width, height = figure.canvas.get_width_height()
    left, right = figure.axes
    ends = (right.yaxis.get_tightbbox().x0, width)  # the left chart's names end before the right's
    assert left.yaxis.get_tightbbox().x0 >= 0
    for axes, end in zip(figure.axes, ends, strict=True):
        boxes = [Text.get_window_extent(text) for text in axes.texts]  # without leaders
        assert len(boxes) == min(len(rates), 12)
        for box in boxes:
            assert box.x0 > axes.bbox.x1
            assert box.x1 <= end
            assert box.y0 >= 0
            assert box.y1 <= height
        boxes.sort(key=lambda box: box.y0)
        for lower, upper in pairwise(boxes):
            assert lower.y1 <= upper.y0 + 1


def test_of_many_curves_a_few_are_named_and_the_picture_says_so():
    figure = error_comparison({n.eta: frame for n, frame in trainings(MANY[:40], 2)})
    for axes in figure.axes:
        names = [text.get_text() for text in axes.texts]
        assert (len(axes.lines), len(names)) == (40, 12)
        assert (names[0], names[-1]) == ("η = 0.1", "η = 0.49")
    told = "12 of the 40 curves are named; the colours of the others lie between theirs"
    assert told in [text.get_text() for text in figure.texts]


def test_names_have_as_many_digits_as_tell_them_apart():
    figure = error_comparison({n.eta: frame for n, frame in trainings(LONG, 2)})
    assert [text.get_text() for text in figure.axes[0].texts] == [
        "η = 0.123456789012",
        "η = 0.123456789013",
        "η = 12.3456789012",
    ]


def test_names_of_curves_that_meet_stand_in_the_order_of_their_rates():
    """All but the first end within a thousandth of the axis, some of them at 0, some above it."""
    rates = tuple(0.125 + 4 * k for k in range(12))
    shuffled = rates[6:] + rates[:6]
    figure = error_comparison({n.eta: frame for n, frame in trainings(shuffled, 200)})
    figure.canvas.draw()
    from_above = sorted(figure.axes[0].texts, key=lambda text: -Text.get_window_extent(text).y0)
    assert [text.get_text() for text in from_above] == [f"η = {rate:g}" for rate in rates]


def test_names_stand_in_the_order_in_which_the_curves_end():
    """Else the lines from names to curves cross; two of these end 3 thousandths apart."""
    lasts = {0.01: 0.14, 0.05: 0.0099, 0.1: 0.0039, 0.2: 0.0094}
    figure = error_comparison(
        {eta: pd.DataFrame({"E_Total": np.geomspace(1.9, last, 60)}) for eta, last in lasts.items()}
    )
    for axes in figure.axes:
        from_above = sorted(axes.texts, key=lambda text: -Text.get_window_extent(text).y0)
        assert [text.get_text() for text in from_above] == [
            "η = 0.01", "η = 0.05", "η = 0.2", "η = 0.1",
        ]  # fmt: skip


def test_a_network_that_is_right_from_the_start_has_no_logarithm_to_show(command, tmp_path):
    weights = [word for k in (5, 6, 7, 8) for word in ("--set", f"w{k}=0")]
    done = command(*weights)
    assert (done.exit_code, done.stderr) == (0, "")
    assert "error_compare.png" in written(tmp_path)


def test_leaders_join_names_only_to_curves_that_reach_the_edge():
    frames = {n.eta: f for n, f in trainings((1.0, 2.0), 600)}
    for axes, leaders in zip(
        error_comparison(frames).axes, ([True, True], [True, False]), strict=True
    ):
        assert [text.arrow_patch is not None for text in axes.texts] == leaders


def test_an_error_that_reaches_0_has_no_place_on_a_logarithmic_axis():
    network = load().with_numbers(eta=1e6)
    figure = error_comparison({network.eta: tabulate(network)})
    figure.canvas.draw()
    assert list(figure.axes[1].lines[0].get_ydata()) == [0.014181377937891659]


def test_colours_can_be_told_apart_by_colour_blind_readers_and_in_grey():
    """Simulated after Viénot, Brettel and Mollon (1999); lightness as CIE L*."""
    colors = [tuple(bytes.fromhex(stroke.color)) for stroke in strokes(6)]
    for view in (lambda rgb: rgb, deuteranope, protanope):
        lightnesses = [lightness(view(rgb)) for rgb in colors]
        steps = [b - a for a, b in pairwise(lightnesses)]
        assert min(steps) > 6, "each is plainly lighter than the one before"
    assert lightness(colors[-1]) < 80, "and the lightest still stands out from white"


def linear(rgb):
    return [((c / 255 + 0.055) / 1.055) ** 2.4 if c > 10 else c / 255 / 12.92 for c in rgb]


def lightness(rgb):
    r, g, b = linear(rgb)
    return 116 * (0.2126 * r + 0.7152 * g + 0.0722 * b) ** (1 / 3) - 16


def simulated(rgb, matrix):
    mixed = [sum(m * c for m, c in zip(row, linear(rgb), strict=True)) for row in matrix]
    clipped = [min(1, max(0, c)) for c in mixed]
    return [255 * (1.055 * c ** (1 / 2.4) - 0.055 if c > 0.0031308 else 12.92 * c) for c in clipped]


def protanope(rgb):
    return simulated(rgb, [(0.11238, 0.88762, 0), (0.11238, 0.88762, 0), (0.00401, -0.00401, 1)])


def deuteranope(rgb):
    return simulated(rgb, [(0.29275, 0.70725, 0), (0.29275, 0.70725, 0), (-0.02234, 0.02234, 1)])


# --- the command -------------------------------------------------------------------------------


@pytest.fixture
def command(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return lambda *arguments: CliRunner().invoke(cli, ["compare", *arguments])


def written(folder):
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_compare_writes_the_workbook_a_curve_for_each_rate_and_one_of_all(command, tmp_path):
    done = command()
    assert (done.exit_code, done.stderr) == (0, "")
    assert written(tmp_path) == [
        "backprop_compare.xlsx", "error_compare.png", "error_lr0.1.png", "error_lr0.2.png",
        "error_lr0.5.png", "error_lr0.8.png", "error_lr1.0.png", "error_lr2.0.png",
    ]  # fmt: skip
    assert re.search(r"^0\.8 +0\.0141814 +0\.000478649 +0\.03375 +53$", done.stdout, re.MULTILINE)
    assert re.search(r"^0\.1 .* never$", done.stdout, re.MULTILINE)


def test_without_rates_they_are_those_around_the_networks_own(command, tmp_path):
    done = command("--network", "growth", "--no-plot", "--epochs", "5")
    assert done.exit_code == 0
    assert re.findall(r"^ *(0\.\d+) ", done.stdout, re.MULTILINE) == [
        "0.0001", "0.0002", "0.0005", "0.0008", "0.001", "0.002",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "level", "reached"),
    [((), 0.001, 3), (("--lr", "0.1"), 0.01, 1), (("--network", "growth"), 1.0, 4)],
)
def test_without_a_threshold_it_is_one_that_some_rate_falls_under(
    command, tmp_path, arguments, level, reached
):
    done = command(*arguments, "--no-plot")
    assert f"under {level} at epoch" in done.stdout
    assert len(re.findall(r" \d+$", done.stdout, re.MULTILINE)) == reached
    (book,) = (tmp_path / "outputs").iterdir()
    assert openpyxl.load_workbook(book)["Compare"]["B7"].value == level


@pytest.mark.slow
@pytest.mark.parametrize("name", templates.known())
def test_no_network_leaves_the_range_of_numbers_at_the_rates_around_its_own(name):
    network = load(name)
    for eta in rates_for(network):
        tabulate(network.with_numbers(eta=eta))


def test_every_curve_is_drawn_as_if_alone_with_the_axes_of_all(frames, tmp_path):
    """Their axes are drawn once; each picture is the same to the pixel as one of its own."""
    written = curves.save_comparison(frames, tmp_path)
    top = 1.05 * max(frame["E_Total"].max() for frame in frames.values())
    for (eta, frame), (path, _) in zip(frames.items(), written, strict=False):
        alone = save_figure(error_curve(frame, eta, top=top), tmp_path / "alone.png")
        assert np.array_equal(imread(path), imread(alone))
    assert len(written) == len(frames) + 1


@pytest.mark.parametrize(
    ("low", "high", "labels"),
    [
        (1e-7, 2e-2, {"10⁻⁶", "10⁻⁴", "10⁻²"}),
        (2e-3, 8e-3, {"3×10⁻³", "6×10⁻³"}),
        (5.0, 200, {"10¹"}),
    ],
)
def test_powers_of_ten_are_labelled(low, high, labels):
    frame = pd.DataFrame({"E_Total": np.linspace(high, low, 50)})
    figure = error_comparison({0.5: frame})
    figure.canvas.draw()
    axis = figure.axes[1].yaxis
    shown = {t.get_text() for t in [*axis.get_ticklabels(), *axis.get_ticklabels(minor=True)]}
    assert labels <= shown


def test_the_error_of_several_samples_is_their_mean_everywhere(command, tmp_path):
    done = command("--network", "xor", "--lr", "2", "--lr", "5", "--epochs", "20")
    assert "first E_Mean  last E_Mean" in done.stdout
    book = openpyxl.load_workbook(tmp_path / "outputs/xor_compare.xlsx")
    assert [book["Compare"].cell(row, 1).value for row in (4, 5)] == [
        "E_Mean at the first epoch", "E_Mean at the last epoch",
    ]  # fmt: skip
    network = load("xor")
    frames = {eta: tabulate(network.with_numbers(eta=eta), 20) for eta in (2.0, 5.0)}
    for axes in (*error_comparison(frames).axes, error_curve(frames[2.0], 2.0).axes[0]):
        assert axes.get_ylabel() == "E_Mean"
        assert axes.get_xlim() == (0, 19)


def test_a_rate_named_twice_gets_one_tab_and_a_word(command, tmp_path):
    done = command("--lr", "0.5", "--lr", "1", "--lr", "0.5", "--no-plot", "--epochs", "3")
    assert done.exit_code == 0
    assert done.stderr == "Note: η = 0.5 is given 2 times and gets one tab\n"
    book = openpyxl.load_workbook(tmp_path / "outputs" / "backprop_compare.xlsx")
    assert book.sheetnames == ["Compare", "LR0.5", "LR1.0", "Step", "Check"]


def test_a_rate_that_overflows_is_left_out_with_a_word_and_the_rest_is_written(command, tmp_path):
    done = command("--lr", "0.5", "--lr", "1e7", "--no-plot")
    assert done.exit_code == 3
    assert done.stderr.startswith("Error: η = 10000000.0 is left out: epoch 1: a_h1 = ")
    assert done.stderr.count("\n") == 1
    book = openpyxl.load_workbook(tmp_path / "outputs" / "backprop_compare.xlsx")
    assert book.sheetnames == ["Compare", "LR0.5", "Step", "Check"]


def test_nothing_is_written_when_every_rate_overflows(command, tmp_path):
    done = command("--lr", "1e7")
    assert (done.exit_code, written(tmp_path)) == (3, [])
    assert done.stderr.splitlines()[-1] == (
        "Note: nothing is written; without --lr the rates lie around the network's own, 1.0"
    )


@pytest.mark.slow
def test_more_rates_than_a_chart_has_room_for(command, tmp_path):
    rates = [word for k in range(257) for word in ("--lr", f"{1 + k / 1000}")]
    done = command(*rates, "--no-plot", "--epochs", "1")
    assert done.exit_code == 0
    assert done.stderr == (
        "Note: 257 learning rates: a workbook compares 255, the rest is left out\n"
    )
    book = openpyxl.load_workbook(tmp_path / "outputs" / "backprop_compare.xlsx", read_only=True)
    assert len(book.sheetnames) == 258


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--lr", "0"), ["--lr", "finite number above 0"]),
        (("--threshold", "x"), ["--threshold", "finite number above 0"]),
        (("--epochs", "1048542"), ["--epochs", "1,048,541"]),
        (("--set", "w9=1"), ["--set", "w9"]),
    ],
)
def test_mistakes_are_one_line(command, tmp_path, arguments, words):
    done = command(*arguments)
    assert (done.exit_code, done.stderr.count("\n"), written(tmp_path)) == (2, 1, [])
    assert all(word in done.stderr for word in words)


def test_the_same_comparison_gives_the_same_bytes(book, tmp_path):
    assert write_comparison(trainings(), tmp_path / "b.xlsx").read_bytes() == book.read_bytes()
