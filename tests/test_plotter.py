import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from everyday import mostly_slow
from matplotlib import rc_context, rc_params_from_file, rcParams
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.image import imread
from matplotlib.patches import FancyArrowPatch

from backprop_sheet import (
    InputError,
    error_comparison,
    error_curve,
    load,
    network_drawing,
    save_comparison,
    save_figure,
    tabulate,
    train,
)
from backprop_sheet.plotter.picture import STYLE


def test_the_curve_is_the_error_of_each_epoch(frame):
    (axes,) = error_curve(frame, 1.0).axes
    (line,) = axes.lines
    assert list(line.get_xdata()) == list(range(68))
    assert list(line.get_ydata()) == list(frame["E_Total"])


def test_title_and_axes_say_what_they_are(frame):
    (axes,) = error_curve(frame, 0.5).axes
    assert axes.get_title() == "Learning rate η = 0.5"
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("epoch", "E_Total")
    assert axes.get_ylim()[0] == 0


@pytest.mark.parametrize(
    ("numbers", "epochs"),
    [
        ({}, 68),
        ({}, 1),
        ({"eta": 2.0}, 3000),
        ({"eta": 1e-7}, 68),
        ({"t1": 1e6}, 5),
        ({"t1": 0.60647, "t2": 0.63048}, 68),
        ({"eta": 0.1 + 0.2}, 68),
    ],
    ids=str,
)
def test_nothing_is_cut_off_at_the_edge(numbers, epochs):
    network = load().with_numbers(**numbers)
    figure = error_curve(tabulate(network, epochs), network.eta)
    figure.canvas.draw()
    inner = figure.get_tightbbox()
    width, height = figure.get_size_inches()
    assert inner.x0 >= 0
    assert inner.y0 >= 0
    assert inner.x1 <= width
    assert inner.y1 <= height


def test_it_is_legible_at_half_size(frame):
    """At half of 6.4 inches, as beside a second picture on a page, text is at least 6 points."""
    (axes,) = error_curve(frame, 1.0).axes
    texts = [axes.title, axes.xaxis.label, axes.yaxis.label, *axes.get_xticklabels()]
    assert min(text.get_fontsize() for text in texts) / 2 >= 6


def test_the_file_is_a_picture_of_it(frame, tmp_path):
    picture = imread(save_figure(error_curve(frame, 1.0), tmp_path / "curve.png"))
    assert picture.shape == (720, 960, 4)
    blue = (picture[..., 2] - picture[..., 0]) > 0.3
    columns = np.flatnonzero(blue.any(axis=0))
    assert columns[0] < 200
    assert columns[-1] > 880
    again = save_figure(error_curve(frame, 1.0), tmp_path / "again.png")
    assert again.read_bytes() == (tmp_path / "curve.png").read_bytes()


def test_the_suffix_names_the_format(frame, tmp_path):
    figure = error_curve(frame, 1.0)
    assert save_figure(figure, tmp_path / "a.svg").read_text("utf-8").startswith("<?xml")
    assert save_figure(figure, tmp_path / "a.PDF").read_bytes().startswith(b"%PDF")
    with pytest.raises(
        InputError, match="a.foo: the suffix is not that of a picture; use one of .*png"
    ):
        save_figure(figure, tmp_path / "a.foo")


def test_a_notebook_shows_a_figure_as_it_is(frame):
    assert error_curve(frame, 1.0)._repr_png_().startswith(b"\x89PNG")


@pytest.mark.parametrize("epoch", [0, 30])
def test_the_drawing_names_every_node_and_weight_with_its_number(epoch, frame):
    figure = network_drawing(load(), epoch)
    texts = " ".join(text.get_text() for text in figure.axes[0].texts)
    row = frame.loc[epoch]
    for name in "i1 i2 h1 a_h1 h2 a_h2 o1 a_o1 o2 a_o2 E_Total".split():
        assert f"{name}\n{row[name]:.4g}" in texts
    for k in range(1, 9):
        assert f"w{k} = {row[f'w{k}']:.4g}\n∂E/∂w{k} = {row[f'∂E/∂w{k}']:.3g}" in texts
    assert f"E1 = {row['E1']:.4g}" in texts


def test_arrows_are_as_wide_as_weights_and_blue_where_the_weight_goes_down(frame):
    figure = network_drawing(load().with_numbers(w5=-2.0), 0)
    arrows = [p for p in figure.axes[0].patches if isinstance(p, FancyArrowPatch)]
    weights = [p for p in arrows if p.get_linewidth() > 1]
    assert len(weights) == 8
    assert max(p.get_linewidth() for p in weights) == weights[4].get_linewidth()
    for patch, gradient in zip(
        weights, next(train(load().with_numbers(w5=-2.0)))[-8:], strict=True
    ):
        red, _, blue, _ = patch.get_edgecolor()
        assert (blue > red) == (gradient > 0)


def test_a_gradient_of_zero_has_no_sign():
    figure = network_drawing(load("linear"), 0, sample=2)
    texts = " ".join(text.get_text() for text in figure.axes[0].texts)
    assert "∂E/∂w1 = 0" in texts


def test_nothing_of_the_drawing_leaves_the_picture():
    for network in (load(), load().with_numbers(w1=-123456.789, w5=1e-300, i1=1e-5)):
        figure = network_drawing(network)
        figure.canvas.draw()
        inner = figure.get_tightbbox()
        assert inner.x0 >= 0
        assert inner.x1 <= 12.8


def test_figures_are_objects_without_global_state(frame):
    assert isinstance(error_curve(frame, 1.0).canvas, FigureCanvasAgg)
    program = (
        "import sys; from backprop_sheet import *\n"
        "error_curve(tabulate(load(), 3), 1.0).canvas.draw()\n"
        "assert 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


SETTINGS = """\
text.usetex: True
axes.facecolor: red
axes.prop_cycle: cycler(color=["red"])
font.size: 3
font.family: cursive
savefig.bbox: tight
savefig.transparent: True
savefig.dpi: 20
path.sketch: 1, 100, 2
figure.autolayout: True
svg.fonttype: path
"""
CONFIGURED = {
    "as the system has it": {},
    "styles and LaTeX": {"matplotlibrc": SETTINGS.encode()},
    "nonsense": {"matplotlibrc": b"nonsense: 3\nfont.size: abc\nbackend: foo\n:::\n"},
    "no text": {"matplotlibrc": b"font.family: \xe4\xff\n"},
    "no backend": {"MPLBACKEND": "nonsense"},
    "no file": {"MATPLOTLIBRC": "/no/such/folder"},
    "another file": {"other.rc": SETTINGS.encode() + b"\xff", "MATPLOTLIBRC": "other.rc"},
}


@pytest.mark.parametrize("how", mostly_slow(CONFIGURED, ["nonsense", "another file"]))
def test_no_configuration_of_matplotlib_changes_a_picture(how, frame, tmp_path):
    given = CONFIGURED[how]
    variables = {name: value for name, value in given.items() if isinstance(value, str)}
    for name, content in given.items():
        if name not in variables:
            (tmp_path / name).write_bytes(content)
    program = (
        "from backprop_sheet import *\n"
        "save_figure(error_curve(tabulate(load()), 1.0), 'curve.png')\n"
        "import os; print(os.getcwd(), *map(os.environ.get, ('MPLBACKEND', 'MATPLOTLIBRC')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path, env=os.environ | variables, check=False, capture_output=True,
        encoding="utf-8",
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    kept = [str((os.environ | variables).get(name)) for name in ("MPLBACKEND", "MATPLOTLIBRC")]
    assert done.stdout.split() == [str(tmp_path), *kept]
    same = save_figure(error_curve(frame, 1.0), tmp_path / "same.png")
    assert (tmp_path / "curve.png").read_bytes() == same.read_bytes()


def pictures(network, frame, folder):
    """The bytes of every kind of picture, as saved and as a notebook shows it."""
    folder.mkdir()
    figures = [error_curve(frame, 1.0), error_comparison({1.0: frame}), network_drawing(network)]
    for number, figure in enumerate(figures):
        save_figure(figure, folder / f"{number}.png")
        yield figure._repr_png_()
        figure.canvas.print_png(folder / f"shown {number}.png")  # as IPython does
    save_comparison({1.0: frame}, folder)
    yield from (path.read_bytes() for path in sorted(folder.iterdir()))


def test_what_a_notebook_sets_changes_no_picture_and_stays_set(original, frame, tmp_path):
    usual = list(pictures(original, frame, tmp_path / "usual"))
    (tmp_path / "own.mplstyle").write_text(SETTINGS, encoding="utf-8")
    own = rc_params_from_file(tmp_path / "own.mplstyle", use_default_template=False)
    with rc_context(own):
        before = dict(rcParams)
        assert list(pictures(original, frame, tmp_path / "own")) == usual
        svg = save_figure(error_curve(frame, 1.0), tmp_path / "a.svg").read_text("utf-8")
        assert dict(rcParams) == before
    assert "Learning rate" in svg, "text stays text"


def test_a_figure_of_the_user_keeps_the_user_s_style(tmp_path):
    with rc_context({"savefig.facecolor": "red"}):
        picture = imread(save_figure(Figure((1, 1)), tmp_path / "a.png"))
    assert picture[0, 0, :3].tolist() == [1, 0, 0]


def test_a_long_curve_keeps_its_shape(monkeypatch):
    """A curve of 30,000 epochs that goes up and down, against one of which no point is left out."""
    height = 1 + np.sin(np.arange(30_000) / 400) / (1 + np.arange(30_000) / 5_000)
    height[12_345] = 3.0  # a single epoch that stands out
    frame = pd.DataFrame({"E_Total": height})
    pictures = []
    for simplify in (True, False):
        monkeypatch.setitem(STYLE, "path.simplify", simplify)
        monkeypatch.setitem(STYLE, "agg.path.chunksize", 0)
        figure = error_curve(frame, 0.5)
        assert figure.axes[0].lines[0].get_path().should_simplify == simplify
        figure.canvas.draw()
        pictures.append(np.asarray(figure.canvas.buffer_rgba())[..., :3].astype(int))
    far = np.abs(pictures[0] - pictures[1]).max(axis=2)
    assert (far > 64).mean() < 1e-4, "hardly a pixel differs by a quarter of the range"
    assert pictures[0][: pictures[0].shape[0] // 3].min() < 128, "the one epoch is to be seen"


@pytest.mark.parametrize("form", ["svg", "pdf", "png"])
def test_a_figure_has_the_same_bytes_at_any_time(frame, monkeypatch, tmp_path, form):
    found = set()
    for seconds in ("1000000000", "1700000000"):  # matplotlib takes it for the time of day
        monkeypatch.setenv("SOURCE_DATE_EPOCH", seconds)
        found.add(save_figure(error_curve(frame, 1), tmp_path / f"error.{form}").read_bytes())
    assert len(found) == 1
