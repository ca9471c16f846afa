"""Figures and numbers of a trained network, against PyTorch and against counting by hand."""

import csv
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from matplotlib.text import Text
from PIL import Image

from backprop_sheet.cli import cli

torch = pytest.importorskip("torch", reason="PyTorch is not installed")

from test_stages import settled  # noqa: E402
from torch.autograd.functional import jacobian  # noqa: E402

from backprop_sheet.mnist import explained, saved  # noqa: E402
from backprop_sheet.mnist.data import digits  # noqa: E402
from backprop_sheet.mnist.looking.album import MOST_PICTURES, Findings, Shown, album  # noqa: E402
from backprop_sheet.mnist.looking.distances import about, distances, marked  # noqa: E402
from backprop_sheet.mnist.looking.fields import PART, measured  # noqa: E402
from backprop_sheet.mnist.looking.fields import about as about_fields  # noqa: E402
from backprop_sheet.mnist.looking.influence import COVER, gradient, occlusion  # noqa: E402
from backprop_sheet.mnist.looking.neighbours import (  # noqa: E402
    Answers,
    answered,
    near_misses,
    nearest_mistakes,
)
from backprop_sheet.mnist.machine import on_one_thread  # noqa: E402
from backprop_sheet.mnist.model import Network, Structure, table  # noqa: E402
from backprop_sheet.mnist.reading import stems  # noqa: E402

CPU = torch.device("cpu")
STRUCTURES = [
    Structure(),
    Structure((3,), ("pooling", "image-normalisation")),
    Structure((2, 3), ("activation", "normalisation")),
    Structure((4, 4, 4, 4), dropout=0.2),
]


@pytest.fixture(autouse=True)
def _one_thread():
    with on_one_thread():
        yield


def noise(count, seed=0):
    return np.random.default_rng(seed).integers(0, 256, (count, 28, 28)).astype(np.uint8)


def stroke():
    image = np.zeros((28, 28), np.uint8)
    image[5:23, 12:16] = 255
    return image


@pytest.fixture(scope="module", params=STRUCTURES, ids=str)
def network(request):
    return settled(request.param)


# --- receptive fields --------------------------------------------------------------------------


def counted_back(network, number):
    """The pixels that a layer's middle value depends on, counted back index by index."""
    rows = table(network)
    first = last = rows[number - 1].shape[1] // 2
    for layer, size in reversed(
        list(zip(network.layers[:number], [28, *(r.shape[1] for r in rows)], strict=False))
    ):
        kernel, stride, padding = (
            (value if isinstance(value, int) else value[0])
            for value in (getattr(layer, name, default) for name, default in
                          (("kernel_size", 1), ("stride", 1), ("padding", 0)))
        )  # fmt: skip
        first = max(0, first * stride - padding)
        last = min(size - 1, last * stride - padding + kernel - 1)
    return last - first + 1


def test_the_gradient_reaches_what_counting_back_gives(network):
    for number, field in enumerate(measured(network, noise(30)), start=1):
        assert field.within == counted_back(network, number), field.layer.name
        assert field.reached == (field.within, field.within), field.layer.name


def test_the_shade_is_the_mean_size_of_torchs_jacobian(network):
    pictures = noise(2)
    exact = settled(network.structure).double()
    found = list(enumerate(measured(network, pictures), start=1))
    for number, field in found[:4] + found[4::6] + found[-3:]:
        middle = field.layer.shape[1] // 2

        def middle_values(pixels, number=number, middle=middle):
            values = exact.layers[:number](exact.normalised(pixels).clone())
            return values[0, :, middle, middle]

        slopes = [jacobian(middle_values, torch.tensor(one[None, None] / 255)) for one in pictures]
        expected = torch.stack(slopes).abs().mean(dim=(0, 1, 2, 3)).numpy()
        np.testing.assert_allclose(field.shade, expected, rtol=1e-3, atol=1e-5 * expected.max())


def test_the_effective_field_is_the_smallest_square_with_95_percent(network):
    for field in measured(network, noise(3)):
        away = np.abs(np.arange(28) - field.centre)
        held = {half: field.shade[np.maximum.outer(away, away) <= half].sum()
                for half in np.unique(away)}  # fmt: skip
        enough = [half for half, part in held.items() if part >= PART * field.shade.sum()]
        assert field.span == min(enough)
        assert field.effective == (away <= min(enough)).sum() <= field.within


def test_a_pooling_of_one_picture_passes_on_a_part_of_its_field_only():
    network = settled(Structure((1,), ("activation", "normalisation")))
    one, many = (measured(network, noise(count))[2] for count in (1, 30))
    assert one.layer.name == "MaxPool2d-3"
    assert one.reached == (5, 5), "the field of the convolution whose value was the largest"
    assert many.reached == (6, 6)
    assert one.differs
    assert not many.differs
    assert "another box than the formula's at MaxPool2d-3" in about_fields([one], 1)[0]
    assert "exactly the formula's" in about_fields([many], 30)[0]


# --- what an answer rests on -------------------------------------------------------------------


def lead(network, image, answer):
    with torch.no_grad():
        scores = network.layers(network.normalised(image[None, None].double()))[0, :, 0, 0]
    return float(scores[answer] - max(s for k, s in enumerate(scores) if k != answer))


def test_gradient_and_occlusion_are_what_changing_the_picture_does(network):
    exact = settled(network.structure).double()
    image = noise(1, seed=5)[0]  # even paper has ties in poolings, where there is no slope
    pixels = torch.tensor(image / 255)
    answer = int(exact(pixels[None, None]).argmax())
    slopes, falls = gradient(network, image), occlusion(network, image)
    start, random = lead(exact, pixels, answer), np.random.default_rng(1)
    for row, column in random.integers(0, 28, (12, 2)):
        step = torch.zeros(28, 28, dtype=torch.float64)
        step[row, column] = 1e-6
        slope = (lead(exact, pixels + step, answer) - lead(exact, pixels - step, answer)) / 2e-6
        assert slopes[row, column] == pytest.approx(slope, rel=1e-4, abs=1e-6)
        covered, half = pixels.clone(), COVER // 2
        covered[max(0, row - half) : row + half + 1, max(0, column - half) : column + half + 1] = 0
        fall = start - lead(exact, covered, answer)
        assert falls[row, column] == pytest.approx(fall, rel=1e-9, abs=1e-12)
    assert np.abs(falls).max() > 0


def test_mistakes_are_nearest_in_what_the_1x1_convolution_takes(network):
    images = noise(60)
    labels = np.arange(60, dtype=np.uint8) % 10
    known = answered(network, images, labels, CPU)
    taken = []
    hook = network.layers[-2].register_forward_pre_hook(
        lambda _, given: taken.append(given[0].detach().flatten(1).double().numpy())
    )
    with torch.no_grad():
        answers = network(torch.tensor(images[:, None] / 255).float()).argmax(dim=1).numpy()
        network(torch.tensor(stroke()[None, None] / 255).float())
    hook.remove()
    away = {k: np.sqrt(((taken[0][k] - taken[1][0]) ** 2).sum())
            for k in range(60) if answers[k] != labels[k]}  # fmt: skip
    found = nearest_mistakes(network, stroke(), known, 5)
    assert [one.place for one in found] == sorted(away, key=away.get)[:5]
    assert [one.distance for one in found] == pytest.approx(sorted(away.values())[:5], rel=1e-4)


def test_near_misses_are_right_and_have_the_smallest_margin():
    chances = np.full((4, 10), 0.01)
    chances[0, :2] = 0.5, 0.42  # right, by 0.08
    chances[1, :2] = 0.47, 0.45  # wrong
    chances[2, :2] = 0.48, 0.44  # right, by 0.04
    chances[3, :2] = 0.9, 0.02
    known = Answers(noise(4), np.array([0, 1, 0, 0]), chances)
    assert near_misses(known) == [2, 0, 3]
    assert near_misses(known, 1) == [2]
    assert known.wrong.tolist() == [1]


def test_a_network_without_mistakes_has_no_nearest_one(network):
    answers = answered(network, noise(5), np.zeros(5, np.uint8), CPU).answers.astype(np.uint8)
    assert nearest_mistakes(network, stroke(), answered(network, noise(5), answers, CPU)) == []


# --- the layers in order -----------------------------------------------------------------------


def test_distances_are_counted_to_the_prediction():
    found = {one.layer.name: one[1:] for one in distances(Network())}
    assert found["BatchNorm2d-3"] == (20, 6, 49)
    assert found["MaxPool2d-7"] == (16, 5, 46)
    assert found["MaxPool2d-14"] == (9, 3, 36)
    assert found["BatchNorm2d-20"] == (3, 1, 20)
    assert found["MaxPool2d-21"] == (2, 1, 16)
    assert found["AvgPool2d-23"] == (0, 0, 0)
    names = [one.layer.name.partition("-")[0] for one in marked(distances(Network()))]
    assert (names.count("BatchNorm2d"), names.count("MaxPool2d"), len(names)) == (6, 3, 10)


def test_what_a_network_lacks_is_not_spoken_of():
    words = "".join(about(distances(Network(Structure((2,), ("pooling", "normalisation"))))))
    assert "BatchNorm" not in words
    assert "max pooling" not in words
    assert "mean over 28×28" in words


def test_ways_to_count_that_give_34_are_those_that_arithmetic_gives():
    assert 0 + 2 + 2 + 2 + 4 + 4 + 4 + 8 + 8 == 34  # from 0; poolings with jumps 2 and 4
    assert 1 + 2 + 2 + 1 + 4 + 4 + 2 + 8 + 8 + 2 == 34  # the last pooling with jump 2
    assert 1 + 2 + 2 + 1 + 4 + 4 + 2 + 8 + 8 + 2 * 1 == 34  # no last pooling; the mean with jump 1
    rows = table(Network())
    assert list(explained.other_counts(rows)) == ["Conv2d-18", "MaxPool2d-21", "AvgPool2d-23"]
    assert 34 not in [row.field for row in rows]
    assert explained.about_stated(table(Network(Structure((4, 4, 4), dropout=0.1))))
    assert not explained.about_stated(table(Network(Structure((4, 4)))))


def test_transitions_are_poolings_and_the_1x1_behind_one():
    found = explained.transitions(table(Network()))
    assert found == {"MaxPool2d-7": "pooling", "MaxPool2d-14": "pooling",
                     "MaxPool2d-21": "pooling", "Conv2d-22": "1×1 convolution"}  # fmt: skip
    flat = table(Network(Structure((2,), ("pooling",))))
    assert explained.transitions(flat) == {}
    assert explained.about_transitions(flat) == ""
    one = explained.about_transitions(table(Network(Structure((4,)))))
    assert "MaxPool2d-7 halves" in one
    assert one.endswith("Conv2d-8 makes 10 maps of 4")


# --- figures -----------------------------------------------------------------------------------


def texts(figure):
    """The figure's texts and where each is drawn, in pixels."""
    figure.set_dpi(100)
    figure._agg.draw()
    shown = [one for one in figure.findobj(Text) if one.get_visible() and one.get_text().strip()]
    return [(one.get_text(), one.get_window_extent()) for one in shown]


@pytest.mark.parametrize(
    "structure",
    [Structure(), Structure((2, 66), ("image-normalisation",)),
     Structure((1, 2, 2, 2), dropout=0.2)],
    ids=str,
)  # fmt: skip
def test_no_text_is_cut_off_or_covers_another(structure):
    network = settled(structure)
    shown = Shown("x", "W" * 31 + " 七 $x^2$", stroke())
    known = answered(network, noise(20), np.arange(20, dtype=np.uint8) % 10, CPU)
    found = Findings(network, measured(network, noise(1)), 1, known)
    for item in album(network, [shown], with_tests=True):
        figure = item.draw(found)
        drawn = texts(figure)
        assert drawn, item.name
        for words, box in drawn:
            assert figure.bbox.x0 <= box.x0 < box.x1 <= figure.bbox.x1, (item.name, words)
            assert figure.bbox.y0 <= box.y0 < box.y1 <= figure.bbox.y1, (item.name, words)
        for (one, here), (other, there) in combinations(drawn, 2):
            apart = here.x1 <= there.x0 or there.x1 <= here.x0
            assert apart or here.y1 <= there.y0 or there.y1 <= here.y0, (item.name, one, other)


def test_an_empty_picture_has_a_figure_too():
    network, shown = (
        settled(Structure((1,), ("pooling",))),
        Shown("x", "empty", np.zeros((28, 28), np.uint8)),
    )
    found = Findings(network, measured(network, [shown.image]), 1, None)
    assert all(texts(item.draw(found)) for item in album(network, [shown], with_tests=False))


# --- the command -------------------------------------------------------------------------------


def run(*arguments):
    return CliRunner().invoke(cli, ["mnist", *map(str, arguments)])


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """A small model of one epoch, and the folder of the digits it learnt."""
    from test_mnist import write_idx

    folder = tmp_path_factory.mktemp("model")
    sample = digits("sample")
    write_idx(folder / "train-images-idx3-ubyte", sample.train_images[::40])
    write_idx(folder / "train-labels-idx1-ubyte", sample.train_labels[::40])
    write_idx(folder / "t10k-images-idx3-ubyte", sample.test_images[:150])
    write_idx(folder / "t10k-labels-idx1-ubyte", sample.test_labels[:150])
    done = run("train", "--data", folder, "--epochs", 1, "--widths", "2,2", "--device", "cpu",
               "--output", folder)  # fmt: skip
    assert done.exit_code == 0, done.output
    Image.fromarray(sample.test_images[0]).save(folder / "digit.png")
    return folder


@pytest.fixture(scope="module")
def looked(model, tmp_path_factory):
    """What the command printed for a picture, with test digits, and the folder it wrote to."""
    folder = tmp_path_factory.mktemp("looked")
    return look_at_a_picture(model, folder), folder


def look_at_a_picture(model, folder):
    return run("look", model / "model.pt", model / "digit.png", "--data", model,
               "--device", "cpu", "-o", folder)  # fmt: skip


def test_look_writes_what_it_names(looked):
    done, folder = looked
    assert (done.exit_code, done.stderr) == (0, ""), done.output
    names = {path.name for path in folder.iterdir()}
    assert {"fields.png", "distances.png", "near_misses.png", "maps_digit.png",
            "answer_digit.png", "kernels_Conv2d-1.png", "fields.csv"} <= names  # fmt: skip
    assert all(str(folder / name) in done.stdout for name in names)


@pytest.mark.slow
def test_the_same_model_and_picture_give_the_same_files(looked, model, tmp_path):
    look_at_a_picture(model, tmp_path)
    for path in looked[1].iterdir():
        assert path.read_bytes() == (tmp_path / path.name).read_bytes(), path.name


def test_the_tables_hold_what_was_measured(looked, model):
    _, folder = looked
    loaded = saved.load_model(model / "model.pt")
    with (folder / "fields.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    images = digits(str(model)).test_images[:MOST_PICTURES]
    for row, field in zip(rows, measured(loaded.network, images), strict=True):
        assert row["layer"] == field.layer.name
        numbers = [int(row[name]) for name in list(row)[1:]]
        assert numbers == [field.layer.field, field.within, *field.reached, field.effective]
    with (folder / "distances.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["layer"] for row in rows] == [row.name for row in table(loaded.network)]
    assert rows[-1] == {"layer": "AvgPool2d-16", "layers_after": "0", "convolutions_after": "0",
                        "field": "40", "field_to_come": "0"}  # fmt: skip


def test_without_a_picture_the_models_digits_are_shown(model, tmp_path):
    done = run("look", model / "model.pt", "-o", tmp_path)
    assert done.exit_code == 0, done.output
    assert done.stderr.startswith("Note: mistakes like each picture and near misses are left out")
    assert "--data" in done.stderr
    digits = sorted(path.name for path in tmp_path.glob("answer_*"))
    examples = saved.load_model(model / "model.pt").examples
    assert digits == [f"answer_digit{digit}.png" for digit in sorted(examples)]
    assert not (tmp_path / "near_misses.png").exists()


def test_one_of_the_models_digits_can_be_chosen(model, tmp_path):
    kinds = sorted(saved.load_model(model / "model.pt").examples)
    assert len(kinds) > 1
    chosen = ["--digit", kinds[1]] * 2
    done = run("look", model / "model.pt", "-o", tmp_path, *chosen)
    assert done.exit_code == 0, done.output
    answers = sorted(path.name for path in tmp_path.glob("answer_*"))
    assert answers == [f"answer_digit{kinds[1]}.png"]
    assert f"Drawing {len(list(tmp_path.glob('*.png')))} pictures" in done.stdout


def test_what_is_wrong_is_one_line_and_nothing_is_written(model, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("text.png").write_text("no picture")
    Path("out").mkdir()
    (Path("out") / "fields.png").mkdir()
    old = torch.load(model / "model.pt", weights_only=True)
    torch.save({**old, "examples": {}}, "old.pt")
    kept = sorted(old["examples"])
    torch.save({**old, "examples": {kept[1]: old["examples"][kept[1]]}}, "few.pt")
    for arguments, words in {
        (model / "model.pt", "text.png"): "'IMAGE': text.png: this is not a picture",
        (model / "model.pt", model / "digit.png", "-o", "out"): "fields.png cannot be written",
        ("text.png",): "this is not a model",
        (model / "model.pt", model / "digit.png", "--digit", 3): "IMAGE and --digit exclude",
        (model / "model.pt", "--digit", 10): "'--digit': got '10', takes a whole number from 0",
        ("few.pt", "--digit", kept[0]): f"'--digit': this model holds no {kept[0]}",
        ("old.pt",): "'IMAGE': this model holds no digits to show",
        (model / "model.pt", "--data", "nowhere"): "'--data': nowhere is not a folder",
        (model / "model.pt", "--device", "abacus"): "--device",
    }.items():
        done = run("look", *arguments)
        errors = [line for line in done.stderr.splitlines() if not line.startswith("Note: ")]
        assert (done.exit_code, len(errors)) == (2, 1), done.output
        assert words in errors[0]
        assert not Path("outputs").exists()


def test_pictures_of_one_name_have_files_of_their_own():
    assert stems(["digit.png", "a/digit.png", "a/digit_2.png"]) == ["digit", "digit_2", "digit_2_2"]
    assert stems(["b/.png", "x.y.jpg"]) == [".png", "x.y"]
