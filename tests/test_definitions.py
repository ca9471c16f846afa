"""What a network's formulas follow from, in words and general letters."""

from dataclasses import replace

import pytest

from backprop_sheet import load, templates
from backprop_sheet.definitions import definitions, in_short

TEMPLATES = sorted(path.stem for path in templates.folder().glob("*.toml"))


def said(name):
    return dict(definitions(load(name)))


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_network_has_them_without_a_name_of_its_own(name):
    network = load(name)
    found = definitions(network)
    assert "weights are updated" in dict(found)
    if not network.design.written:
        own = [network.text(name) for name in network.forward if network.text(name)[-1].isdigit()]
        for text in (in_short(network), *(text for _, text in found)):
            assert not set(own) & set(text.replace("(", " ").replace(")", " ").split())


def test_layers_that_are_alike_stand_together():
    assert said("original")["hidden layer and output layer"].startswith("sigmoid, a = σ(z)")
    assert said("original")["biases"] == "none"
    assert said("mazur")["biases"] == "one for the whole layer, not trained"


def test_an_optimizer_is_told_by_its_steps():
    assert said("iris")["update of a weight"] == (
        "momentum, w ← w - η * v; v ← μ * v + g; g is the gradient"
    )
    assert "√(v/(1 - β2^t)) + ε" in said("adam")["update of a weight"]
    assert said("adam")["other numbers"] == "β1 = 0.9, β2 = 0.999, ε = 1e-08"


def test_formulas_of_ones_own_are_part_of_the_task():
    lines = [text for of, text in definitions(load("growth")) if of == "formula"]
    assert "h1 = h0 + r * h0 * (1 - h0/k)" in lines


class Otherwise:
    """A network with other choices; its numbers do not matter here."""

    def __init__(self, network, **choices):
        self.design, self._network = replace(network.design, **choices), network

    def __getattr__(self, name):
        return getattr(self._network, name)


@pytest.mark.parametrize(
    ("choices", "of", "text"),
    [
        ({"penalties": ("l2",)}, "E_Total", "all outputs and R2 = λ2/2 * Σ w², over all weights"),
        (
            {"clipping": "clip_value"},
            "update of a weight",
            "before that g ← clip_value if g > clip_value",
        ),
        ({"clipping": "clip_norm"}, "update of a weight", "norm = √(Σ g²) over all gradients"),
        ({"weight_decay": True}, "update of a weight", "before that w ← w - η * λ * w"),
        ({"optimizer": "rmsprop", "root": "inside"}, "update of a weight", "g/√(v + ε)"),
        ({"schedule": "1/t"}, "learning rate of an epoch", "1/t, η/(1 + decay * epoch)"),
        (
            {"warmup": True},
            "learning rate of an epoch",
            "constant, η, times ((epoch + 1)/warmup if",
        ),
        ({"update": "batch"}, "weights are updated", "after each epoch, with the mean of"),
        (
            {"update": "batch", "batch_size": 2, "gradient": "sum"},
            "weights are updated",
            "after every 2 samples, with the sum of the samples' gradients",
        ),
        ({"error": "mean squared"}, "error of an output", "E = 1/n * (t - a)², n = 1 outputs"),
        ({"error": "2*(t - a)**2"}, "error of an output", "E = 2 * (t - a)²"),
    ],
)
def test_every_choice_is_told(choices, of, text):
    assert text in dict(definitions(Otherwise(load("xor"), **choices)))[of]
