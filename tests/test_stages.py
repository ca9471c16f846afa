"""Structures of the companion's network, what its files hold, and its stages, against PyTorch."""

from copy import deepcopy

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is not installed")

from torch.nn import functional  # noqa: E402

from backprop_sheet.errors import InputError  # noqa: E402
from backprop_sheet.mnist.model import Network, Structure, count, table  # noqa: E402
from backprop_sheet.mnist.settings import settings  # noqa: E402
from backprop_sheet.mnist.stages import Convolution, grey, maps, stages  # noqa: E402

STRUCTURES = [
    Structure(),
    Structure(dropout=0.2),
    Structure((4,), ("pooling",)),
    Structure((2, 3), ("activation",)),
    Structure((3, 2), ("normalisation", "image-normalisation")),
    Structure((2, 2, 2, 2)),
]


def settled(structure):
    """A network whose BatchNorm has statistics other than those it begins with."""
    torch.manual_seed(1)
    network = Network(structure)
    with torch.no_grad():
        for _ in range(3):
            network(torch.rand(20, 1, 28, 28))
        for parameter in network.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))
    return network.eval()


def by_stages(network, image):
    """The probabilities, from the numbers of the stages alone."""
    values = np.vectorize(lambda value: grey(network, value))(image.astype(float))[None]
    for stage in stages(network):
        taken = torch.tensor(values)[None]
        if isinstance(stage, Convolution):
            weights, biases = torch.tensor(stage.weights), torch.tensor(stage.biases)
            given = functional.conv2d(taken, weights, biases, padding=stage.padding)[0].numpy()
            given = np.maximum(0, given) if stage.rectified else given
            values = stage.scales[:, None, None] * given + stage.shifts[:, None, None]
        else:
            pool = functional.max_pool2d if stage.kind == "max" else functional.avg_pool2d
            values = pool(taken, stage.size)[0].numpy()
        assert values.shape == stage.shape
    scores = np.exp(values.ravel() - values.max())
    return scores / scores.sum()


@pytest.mark.parametrize("structure", STRUCTURES, ids=str)
def test_stages_give_what_the_network_gives(structure):
    network = settled(structure)
    image = np.random.default_rng(0).integers(0, 256, (28, 28)).astype(np.uint8)
    found = maps(network, image)
    with torch.no_grad():
        exact = deepcopy(network).double()(torch.tensor(image / 255)[None, None]).exp()[0].numpy()
    assert np.abs(found[-1] - exact).max() < 1e-12
    assert np.abs(by_stages(network, image) - exact).max() < 1e-12
    assert [one.shape for one in found[1:-1]] == [stage.shape for stage in stages(network)]
    names = [name for stage in stages(network) for name in stage.layers]
    assert names == [row.name for row in table(network)]


def test_a_network_may_be_narrower_or_lack_layers():
    rows = table(Network(Structure((4, 8), ("pooling", "normalisation"))))
    assert [row.name.partition("-")[0] for row in rows] == 4 * ["Conv2d", "ReLU"] + [
        "Conv2d",
        "AvgPool2d",
    ]
    assert rows[-1].shape == (10, 1, 1)
    assert count(rows) == 4 * 10 + 4 * 37 + 8 * 37 + 8 * 73 + 10 * 9


@pytest.mark.parametrize(
    "wrong",
    [{"widths": ()}, {"widths": (0,)}, {"widths": (1, 1, 1, 1, 1)}, {"widths": [8]},
     {"widths": (True,)}, {"widths": (513,)}, {"without": ("dropout",)}, {"dropout": 1.0},
     {"dropout": "x"}],
)  # fmt: skip
def test_no_such_network_is_one_line(wrong):
    (name,) = wrong
    with pytest.raises(InputError, match=f"^{name} is [^\n]*, not [^\n]*$"):
        Structure(**wrong)


def test_trainings_that_are_the_same_have_the_same_settings():
    plain = settings("original")
    assert settings("original", without=("augmentation", "cycle", "averaging")) == plain
    assert settings("original", without=("dropout",)) == settings("original", dropout=0.0)
    both = settings(without=("momentum", "pooling", "momentum"))
    assert both == settings(without=("pooling", "momentum"))
    assert both.structure.without == ("pooling",)
    assert (both.effective_recipe.momentum, both.effective_recipe.nesterov) == (0.0, False)
