"""Gradients and updates of random networks: equal to torch's autograd and torch.optim."""

from itertools import pairwise
from pathlib import Path

import pytest
from chance import some
from everyday import mostly_slow
from networks import OWN_ACTIVATIONS, OWN_ERRORS, content_of, other_content_of

from backprop_sheet import train
from backprop_sheet.network.file import from_content

torch = pytest.importorskip("torch", reason="torch is not installed")

NETWORKS, OTHER_NETWORKS, EPOCHS = 240, 60, 50
BY_TORCH = {
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "relu": torch.relu,
    "leaky relu": torch.nn.functional.leaky_relu,
    "identity": lambda z: z,
    "softmax": lambda z: torch.softmax(z, -1),
    "softplus": torch.nn.functional.softplus,
    "elu": torch.nn.functional.elu,
    "gelu": lambda z: torch.nn.functional.gelu(z, approximate="tanh"),
    "swish": torch.nn.functional.silu,
    "bipolar sigmoid": lambda z: 2 * torch.sigmoid(z) - 1,
}
IN_TORCH = {
    "mish": torch.nn.functional.mish,
    "softsign": torch.nn.functional.softsign,
    "sin": torch.sin,
    "two-sided": lambda z: torch.sign(z) * -torch.expm1(-torch.abs(z)),
}
BY_TORCH |= {formula: IN_TORCH[name] for formula, name in OWN_ACTIVATIONS.items()}


@pytest.fixture(autouse=True)
def _doubles():
    """NAdam keeps the product of its momenta in the default precision."""
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


class InTorch:
    """The same network in torch, trained by torch.optim."""

    def __init__(self, content):
        self.content = content
        tensor = lambda x: torch.tensor(x, dtype=torch.float64)  # noqa: E731
        self.inputs, self.targets = tensor(content["inputs"]), tensor(content["targets"])
        layers, remaining, biases = content["layers"], list(content["weights"]), content["biases"]
        self.weights, self.biases = [], []
        for before, size in pairwise(layers):
            numbers, remaining = remaining[: before * size], remaining[before * size :]
            self.weights.append(tensor(numbers).reshape(size, before).requires_grad_())
            count = {"none": 0, "layer": 1, "neuron": size}[content["bias"]]
            numbers, biases = biases[:count], biases[count:]
            self.biases.append(tensor(numbers).requires_grad_(content["train_bias"] and count > 0))
        self.moved = [*self.weights, *(b for b in self.biases if b.requires_grad)]
        self.optimizer = self._optimizer()
        self.schedule = torch.optim.lr_scheduler.LambdaLR(self.optimizer, self._factor)

    def _optimizer(self):
        eta, optim = self.content["eta"], torch.optim
        rates = self.content.get("rates", [1] * len(self.weights))
        groups = [
            {"params": [p for p in layer if p.requires_grad], "lr": eta * rate}
            for *layer, rate in zip(self.weights, self.biases, rates, strict=True)
        ]
        return {
            "gradient descent": lambda: optim.SGD(groups, lr=eta),
            "momentum": lambda: optim.SGD(groups, lr=eta, momentum=0.9),
            "nesterov": lambda: optim.SGD(groups, lr=eta, momentum=0.9, nesterov=True),
            "rmsprop": lambda: optim.RMSprop(groups, lr=eta),
            "adam": lambda: optim.Adam(groups, lr=eta),
            "adamw": lambda: optim.AdamW(groups, lr=eta, weight_decay=0),  # see _decay
            "nadam": lambda: optim.NAdam(groups, lr=eta),
            "adagrad": lambda: optim.Adagrad(
                groups, lr=eta, initial_accumulator_value=self._optimizer_settings["memory"]
            ),
            "adadelta": lambda: optim.Adadelta(groups, lr=eta),
        }[self._optimizer_settings["name"]]()

    @property
    def _optimizer_settings(self):
        given = self.content["optimizer"]
        return {"name": given} if isinstance(given, str) else given

    def _factor(self, epoch):
        """The learning rate by torch's own schedulers, where it has one, and the warm-up."""
        takes, schedulers = self.content["schedule"], torch.optim.lr_scheduler
        if not hasattr(self, "probe"):
            self.probe = torch.optim.SGD([torch.zeros(1)], lr=1.0)
            self.known = {
                "constant": lambda: schedulers.ConstantLR(self.probe, factor=1.0),
                "step": lambda: schedulers.StepLR(self.probe, takes["every"], takes["gamma"]),
                "exponential": lambda: schedulers.ExponentialLR(self.probe, takes["gamma"]),
                "1/t": lambda: schedulers.LambdaLR(self.probe, lambda k: 1 / (1 + 0.1 * k)),
                "cosine": lambda: schedulers.CosineAnnealingLR(self.probe, takes["period"]),
            }[takes["name"]]()
            self.rates = []
            for _ in range(EPOCHS + 2):
                self.rates.append(self.known.get_last_lr()[0])
                self.probe.step()
                self.known.step()
        warm = takes.get("warmup", 1)
        return self.rates[epoch] * min(1.0, (epoch + 1) / warm)

    def output(self, x):
        for weight, bias, name in zip(
            self.weights, self.biases, self.content["activations"], strict=True
        ):
            z = x @ weight.T
            x = BY_TORCH[name](z + bias if len(bias) else z)
        return x

    def error(self, output, target):
        functional = torch.nn.functional
        of_output = {
            "half squared": lambda: 0.5 * functional.mse_loss(output, target, reduction="sum"),
            "mean squared": lambda: functional.mse_loss(output, target),
            "binary cross-entropy": lambda: functional.binary_cross_entropy(
                output, target, reduction="sum"
            ),
            "cross-entropy": lambda: -(target * torch.log(output)).sum(),
            "mean absolute": lambda: functional.l1_loss(output, target),
            "huber": lambda: functional.huber_loss(output, target),
            "hinge": lambda: torch.clamp(1 - target * output, min=0).sum(),
            "output": output.sum,
            "pseudo huber": lambda: torch.sum(
                torch.hypot(torch.ones_like(output), target - output) - 1
            ),
            "log cosh": lambda: torch.log(torch.cosh(target - output)).mean(),
        }[OWN_ERRORS.get(self.content["error"], self.content["error"])]()
        l1, l2 = self.content.get("l1", 0), self.content.get("l2", 0)
        return of_output + sum(l1 * w.abs().sum() + l2 / 2 * (w * w).sum() for w in self.weights)

    def rows(self):
        """For each row of the sheet: the error, the weights, and the gradients of its sample."""
        content = self.content
        step = content.get("batch_size", len(self.inputs)) if content["update"] == "batch" else 1
        part = 1 if content.get("gradient") == "sum" else step
        for _ in range(EPOCHS):
            for row, (x, t) in enumerate(zip(self.inputs, self.targets, strict=True)):
                if row % step == 0:
                    sums = [torch.zeros_like(p) for p in self.moved]
                if content["update"] == "sequential":
                    yield self._layer_by_layer(x, t)
                    continue
                error = self.error(self.output(x), t)
                gradients = torch.autograd.grad(error, self.moved)
                yield self._row(error, self._numbers(), gradients)
                sums = [s + g for s, g in zip(sums, gradients, strict=True)]
                if row % step == step - 1:
                    self._step([s / part for s in sums])
            self.schedule.step()

    def _numbers(self):
        return [n for p in self.moved for n in p.detach().flatten().tolist()]

    def _row(self, error, numbers, gradients):
        return error.item(), numbers, [n for g in gradients for n in g.flatten().tolist()]

    def _clip(self):
        settings, moved = self._optimizer_settings, [p for p in self.moved if p.grad is not None]
        for parameter in moved:  # in a copy, as the gradients themselves are compared
            parameter.grad = parameter.grad.clone()
        if "clip_value" in settings:
            torch.nn.utils.clip_grad_value_(moved, settings["clip_value"])
        if "clip_norm" in settings:
            torch.nn.utils.clip_grad_norm_(moved, settings["clip_norm"])

    def _decay(self, layers):
        """Of weights only, and with any optimizer; torch has it for AdamW, and of biases too."""
        rates, settings = self.schedule.get_last_lr(), self._optimizer_settings
        default = 0.01 if settings["name"] == "adamw" else 0
        with torch.no_grad():
            for layer in layers:
                self.weights[layer].mul_(1 - rates[layer] * settings.get("weight_decay", default))

    def _layer_by_layer(self, x, t):
        """Backpropagation by hand, with autograd within each layer: layers behind have moved."""
        inputs, sums, activations, content = [x], [], [], self.content
        for weight, bias, name in zip(
            self.weights, self.biases, content["activations"], strict=True
        ):
            z = inputs[-1] @ weight.detach().T + (bias.detach() if len(bias) else 0)
            sums.append(z.requires_grad_())
            activations.append(BY_TORCH[name](z))
            inputs.append(activations[-1].detach())
        output = inputs[-1].clone().requires_grad_()
        error = self.error(output, t)
        (delta,) = torch.autograd.grad(error, output)
        numbers, found = self._numbers(), {}
        for k in reversed(range(len(sums))):
            (delta,) = torch.autograd.grad(activations[k], sums[k], delta)
            weight = self.weights[k].detach()
            penalty = content.get("l1", 0) * torch.sign(weight) + content.get("l2", 0) * weight
            found[id(self.weights[k])] = torch.outer(delta, inputs[k]) + penalty
            bias = self.biases[k]
            found[id(bias)] = (
                delta if len(bias) == len(delta) else delta.sum().reshape(1)[: len(bias)]
            )
            for parameter in (self.weights[k], bias):
                parameter.grad = found[id(parameter)] if parameter.requires_grad else None
            for parameter in self.moved:
                if parameter is not self.weights[k] and parameter is not bias:
                    parameter.grad = None  # torch leaves it where it is
            self._decay([k])
            self._clip()
            self.optimizer.step()
            delta = self.weights[k].detach().T @ delta
        return self._row(error, numbers, [found[id(p)] for p in self.moved])

    def _step(self, gradients):
        self._decay(range(len(self.weights)))
        for parameter, gradient in zip(self.moved, gradients, strict=True):
            parameter.grad = gradient
        self._clip()
        self.optimizer.step()


def assert_same_training(content):
    network = from_content(content, Path(), "random")
    place = {name: k for k, name in enumerate(network.columns)}
    total = place["E_Total"]
    moved = [place[name] for name in network.trained]
    slopes = [place[f"dE_d{name}"] for name in network.trained]
    other = InTorch(content)
    other.optimizer.step()  # so that the schedule is not stepped before the optimizer
    for row, (error, weights, gradients) in zip(train(network), other.rows(), strict=False):
        assert row[total] == pytest.approx(error, rel=1e-9, abs=1e-14), content
        assert [row[k] for k in moved] == pytest.approx(weights, rel=1e-9, abs=1e-12), content
        assert [row[k] for k in slopes] == pytest.approx(gradients, rel=1e-9, abs=1e-12), content


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("seed", range(0, NETWORKS, 12))
def test_random_networks_train_as_in_torch(seed):
    assert_same_training(content_of(seed))


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("seed", mostly_slow(range(OTHER_NETWORKS), range(0, OTHER_NETWORKS, 4)))
def test_other_choices_train_as_in_torch(seed):
    assert_same_training(other_content_of(seed))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_many_random_networks_train_as_in_torch():
    assert NETWORKS >= 200
    for seed in some(range(NETWORKS)):
        assert_same_training(content_of(seed))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_many_other_choices_train_as_in_torch():
    for seed in some(range(OTHER_NETWORKS, 2 * OTHER_NETWORKS)):
        assert_same_training(other_content_of(seed))
