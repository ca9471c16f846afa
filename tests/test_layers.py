"""Layers of many kinds: trained as torch trains them, in the sheet as in the engine."""

import random
from math import prod
from pathlib import Path

import pytest
from chance import some
from everyday import mostly_slow
from networks import until_it_diverges
from spreadsheets import ironcalc
from stacks import stack_content
from test_networks import assert_sheet_gives, recalculated

from backprop_sheet import check, load, network_drawing, tabulate, train, write_workbook
from backprop_sheet.errors import InputError
from backprop_sheet.network.file import NetworkFile, from_content

NETWORKS = 120

SAME_SHAPE = {"batch normalisation", "dropout"}


def network_of(seed):
    return from_content(stack_content(seed), Path(), f"stack {seed}")


# --- against torch ---------------------------------------------------------------------------


class InTorch:
    """The same network in torch: its own layers, its weights in its own order."""

    def __init__(self, torch, network, content):
        self.torch, self.content = torch, content
        self.functional = torch.nn.functional
        self.known = network.numbers
        self.moved, self.names = [], []
        self.layers, self.draws, self.masks, self.learning = [], 0, None, True
        self.seed = content["seed"]
        weights = iter(f"w{k}" for k in range(1, network.design.weights + 1))
        biases = iter(f"b{k}" for k in range(1, network.design.biases + 1))
        shape = torch.zeros(1, *content["input"], dtype=torch.float64)
        optim, eta, groups = torch.optim, content["eta"], []
        rates = content.get("rates", [1] * len(content["layer"]))
        for layer, rate in zip(content["layer"], rates, strict=True):
            known = len(self.moved)
            of, size = self._made(layer, shape, weights, biases)
            self.layers.append((of, layer.get("residual", 0)))
            groups.append({"params": self.moved[known:], "lr": eta * rate})
            shape = size
        self.optimizer = {
            "gradient descent": lambda: optim.SGD(groups),
            "momentum": lambda: optim.SGD(groups, momentum=0.9),
            "adam": lambda: optim.Adam(groups),
        }[content["optimizer"]]()

    def _parameter(self, names, *shape):
        names = [next(names) for _ in range(self.torch.Size(shape).numel())]
        numbers = [self.known[name] for name in names]
        found = self.torch.tensor(numbers, dtype=self.torch.float64).reshape(shape)
        self.moved.append(found.requires_grad_())
        self.names += names
        return found

    def _made(self, layer, before, weights, biases):
        """A layer as a function, and what it makes of the zeros before it, for their shape."""
        make = getattr(self, "_" + layer["kind"].replace(" ", "_"))
        of = make(layer, before, weights, biases)
        return of, before if layer["kind"] in SAME_SHAPE else of(before).detach()

    def _convolution(self, layer, before, weights, biases):
        kernel, channels = layer["kernel"], layer["channels"]
        w = self._parameter(weights, channels, before.shape[1], kernel, kernel)
        b = self._parameter(biases, channels) if layer["bias"] else None
        far = {"stride": layer["stride"], "padding": layer["padding"]}
        return lambda x: self._activated(self.functional.conv2d(x, w, b, **far), layer)

    def _max_pooling(self, layer, *_):
        kernel, stride = layer["kernel"], layer["stride"] or layer["kernel"]
        return lambda x: self.functional.max_pool2d(x, kernel, stride)

    def _average_pooling(self, layer, *_):
        kernel, stride = layer["kernel"], layer["stride"] or layer["kernel"]
        return lambda x: self.functional.avg_pool2d(x, kernel, stride)

    def _global_average_pooling(self, *_):
        return lambda x: self.functional.adaptive_avg_pool2d(x, 1)

    def _flatten(self, *_):
        return lambda x: x.flatten(1)

    def _dense(self, layer, before, weights, biases):
        size = {True: layer["neurons"], "layer": 1, False: 0}[layer["bias"]]
        taken = lambda x: x if layer.get("each") else x.flatten(1)  # noqa: E731
        w = self._parameter(weights, layer["neurons"], taken(before).shape[-1])
        b = self._parameter(biases, size) if size else 0
        return lambda x: self._activated(taken(x) @ w.T + b, layer)

    def _position(self, layer, before, _weights, biases):
        b = self._parameter(biases, *before.shape[1:])
        return lambda x: self._activated(x + b, layer)

    def _last_step(self, *_):
        return lambda x: x[:, -1]

    def _embedding(self, layer, _before, weights, _biases):
        w = self._parameter(weights, layer["symbols"], layer["neurons"])
        return lambda x: self._activated(self.functional.embedding(x.long(), w), layer)

    def _attention(self, layer, before, weights, _):
        q, k, v = (self._parameter(weights, layer["neurons"], before.shape[2]) for _ in "qkv")
        attended = self.functional.scaled_dot_product_attention
        causal = {"is_causal": layer["causal"]}
        return lambda x: self._activated(attended(x @ q.T, x @ k.T, x @ v.T, **causal), layer)

    def _layer_normalisation(self, layer, before, weights, biases):
        w, b = (self._parameter(names, before.shape[-1]) for names in (weights, biases))
        normal = self.functional.layer_norm
        return lambda x: self._activated(normal(x, b.shape, w, b, 1e-5), layer)

    def _batch_normalisation(self, layer, before, weights, biases):
        w, b = (self._parameter(names, before.shape[1]) for names in (weights, biases))
        run = self.torch.zeros_like(w).detach(), self.torch.ones_like(w).detach()

        def of(x):
            normal = self.functional.batch_norm(x, *run, w, b, self.learning, 0.1, 1e-5)
            return self._activated(normal, layer)

        return of

    def _dropout(self, layer, before, *_):
        first, size, p = self.draws, before[0].numel(), layer["probability"]
        self.draws += size

        def of(x):
            if not self.learning:
                return x
            share = self.masks[:, first : first + size].reshape(x.shape) / (2**31 - 1)
            return x * (share < 1 - p) / (1 - p)

        return of

    def _draw(self, samples):
        """The random numbers of a row: those of its first sample, then those of the next."""
        found = []
        for _ in range(samples * self.draws):
            self.seed = 16807 * self.seed % (2**31 - 1)
            found.append(float(self.seed))
        self.masks = self.torch.tensor(found, dtype=self.torch.float64).reshape(samples, -1)

    def _recurrent(self, layer, before, weights, biases):
        size = layer["neurons"]
        w = self._parameter(weights, size, before.shape[2])
        u = self._parameter(weights, size, size)
        b = self._parameter(biases, size) if layer["bias"] else 0

        def of(x):
            state, states = self.torch.zeros(1, size, dtype=self.torch.float64), []
            for step in range(x.shape[1]):
                state = self._activated(x[:, step] @ w.T + state @ u.T + b, layer)
                states.append(state)
            return self.torch.stack(states, dim=1) if layer["every"] else state

        return of

    def _lstm(self, *arguments):
        return self._gated(*arguments)

    _gru = _lstm

    def _gated(self, layer, before, weights, biases):
        """By torch's own modules, whose second bias is 0 or, inside a GRU, one of its own."""
        torch, size, inner = self.torch, layer["neurons"], before.shape[2]
        lstm = layer["kind"] == "lstm"
        module = (torch.nn.LSTM if lstm else torch.nn.GRU)(inner, size, batch_first=True).double()
        gates = 4 if lstm else 3
        given = {"weight_ih_l0": self._parameter(weights, gates * size, inner)}
        given["weight_hh_l0"] = self._parameter(weights, gates * size, size)
        none = torch.zeros(gates * size, dtype=torch.float64)
        own = self._parameter(biases, gates * size) if layer["bias"] else none
        let = self._parameter(biases, size) if layer["bias"] and not lstm else none[:size]

        def of(x):
            other = none if lstm else torch.cat([none[: 2 * size], let])
            both = {**given, "bias_ih_l0": own, "bias_hh_l0": other}
            states, _ = torch.func.functional_call(module, both, (x,))
            return states if layer["every"] else states[:, -1]

        return of

    def _activated(self, z, layer):
        torch = self.torch
        return {
            "sigmoid": torch.sigmoid,
            "tanh": torch.tanh,
            "relu": torch.relu,
            "leaky relu": torch.nn.functional.leaky_relu,
            "identity": lambda z: z,
            "none": lambda z: z,
            "softmax": lambda z: torch.softmax(z, -1),
        }[layer.get("activation", "none")](z)

    def outputs(self, x, *, learning):
        self.learning, passed = learning, [x]
        for layer, back in self.layers:
            passed.append(layer(passed[-1]) + (passed[-back] if back else 0))
        return passed[-1].flatten(1)

    def error(self, output, target):
        """The sum of the errors of the samples."""
        return {
            "half squared": lambda: 0.5 * ((target - output) ** 2).sum(),
            "mean squared": lambda: ((target - output) ** 2).mean(1).sum(),
            "cross-entropy": lambda: -(target * self.torch.log(output)).sum(),
        }[self.content["error"]]()

    def rows(self, abreast):
        """For each row of the sheet, which has so many samples.

        Yields the error, the weights, their gradients, and the outputs where the network predicts.
        """
        torch, batch = self.torch, self.content["update"] == "batch"
        tensor = lambda x: torch.tensor(x, dtype=torch.float64)  # noqa: E731
        inputs = tensor(self.content["inputs"]).reshape(-1, abreast, *self.content["input"])
        targets = tensor(self.content["targets"]).reshape(len(inputs), abreast, -1)
        mean = self.content.get("gradient", "mean") == "mean"
        size = self.content.get("batch_size", len(inputs) * abreast) // abreast if batch else 1
        for _ in range(self.content["epochs"]):
            sums = [torch.zeros_like(p) for p in self.moved]
            for number, (x, t) in enumerate(zip(inputs, targets, strict=True), start=1):
                self._draw(abreast)
                error = self.error(self.outputs(x, learning=True), t) / (abreast if mean else 1)
                gradients = torch.autograd.grad(error, self.moved)
                predicted = self.outputs(x, learning=False).flatten().tolist()
                yield error.item(), self._flat(self.moved), self._flat(gradients), predicted
                sums = [s + g for s, g in zip(sums, gradients, strict=True)]
                if number % size == 0:
                    self._step([s / (size if mean else 1) for s in sums])
                    sums = [torch.zeros_like(p) for p in self.moved]

    def _flat(self, tensors):
        numbers = [n for p in tensors for n in p.detach().flatten().tolist()]
        return dict(zip(self.names, numbers, strict=True))

    def _step(self, gradients):
        for parameter, gradient in zip(self.moved, gradients, strict=True):
            parameter.grad = gradient
        self.optimizer.step()


def assert_same_training(seed):
    torch = pytest.importorskip("torch", reason="torch is not installed")
    content = stack_content(seed)
    network = network_of(seed)
    place = {name: k for k, name in enumerate(network.columns)}
    other = InTorch(torch, network, content)
    abreast = network.design.abreast
    rows = zip(until_it_diverges(train(network)), other.rows(abreast), strict=False)
    outputs = [f"a_o{k}" for k in range(1, network.layers[-1] + 1)]
    if network.design.predicts_otherwise:
        outputs = network.design.of_each_sample([f"{name}_hat" for name in outputs])
    for row, (error, weights, gradients, predicted) in rows:
        near = {"rel": 1e-9, "abs": 1e-12}
        if abreast > 1 or network.design.predicts_otherwise:
            assert [row[place[n]] for n in outputs] == pytest.approx(predicted, **near), content
        assert row[place["E_Total"]] == pytest.approx(error, **near), content
        near["abs"] = 1e-9 * max(map(abs, weights.values())) + 1e-12
        assert {n: row[place[n]] for n in weights} == pytest.approx(weights, **near), content
        found = {name: row[place[f"dE_d{name}"]] for name in gradients}
        near["abs"] = 1e-9 * max(map(abs, gradients.values()), default=0.0) + 1e-12
        assert found == pytest.approx(gradients, **near), content


@pytest.mark.parametrize("seed", mostly_slow(range(0, NETWORKS, 7), range(0, NETWORKS, 21)))
def test_random_layers_train_as_in_torch(seed):
    assert_same_training(seed)


@pytest.mark.slow
def test_many_random_layers_train_as_in_torch():
    for seed in some(range(NETWORKS)):
        assert_same_training(seed)


# --- in the sheet ----------------------------------------------------------------------------


def assert_same_in_the_sheet(seed, folder):
    network = network_of(seed)
    frame = tabulate(network, epochs=4)
    path = write_workbook(network, frame, folder / f"stack{seed}.xlsx")
    assert_sheet_gives(network, frame, recalculated(network, path))
    model = ironcalc.load_from_xlsx(str(path))
    model.evaluate()
    assert model.get_cell_value(2, 5, 2) != "FAIL"  # tab Check
    (table,) = check(path, network).tables
    assert (table.verdict, table.findings) == ("right", []), seed


@pytest.mark.parametrize("seed", mostly_slow(range(0, NETWORKS, 17), range(0, NETWORKS, 51)))
def test_the_sheet_of_random_layers_gives_the_same_numbers(seed, tmp_path):
    assert_same_in_the_sheet(seed, tmp_path)


@pytest.mark.slow
def test_many_sheets_of_random_layers_give_the_same_numbers(tmp_path):
    for seed in some(range(0, NETWORKS, 2)):
        assert_same_in_the_sheet(seed, tmp_path)


def test_the_template_has_the_gradients_of_conv2d():
    """Those of kernels, biases and inputs, in the rows of its first three epochs."""
    torch = pytest.importorskip("torch", reason="torch is not installed")
    content = NetworkFile.read("convolution").content | {"input_gradients": True}
    network = from_content(content, Path(), "convolution")
    frame = tabulate(network, 3)

    def tensor(row, names, *shape):
        numbers = row[list(names)].to_numpy(dtype=float)
        return torch.tensor(numbers.reshape(shape), dtype=torch.float64, requires_grad=True)

    names = {
        "kernel": [f"w{k}" for k in range(1, 19)],
        "bias": ["b1", "b2"],
        "input": [f"i{k}" for k in range(1, 26)],
    }
    for _, row in frame.iterrows():
        kernel = tensor(row, names["kernel"], 2, 1, 3, 3)
        bias, picture = tensor(row, names["bias"], 2), tensor(row, names["input"], 1, 1, 5, 5)
        maps = torch.relu(torch.nn.functional.conv2d(picture, kernel, bias))
        pooled = torch.nn.functional.max_pool2d(maps, 2).flatten()
        w = tensor(row, [f"w{k}" for k in range(19, 23)], 2, 2)
        output = torch.softmax(w @ pooled + tensor(row, ["b3", "b4"], 2), 0)
        error = -(tensor(row, ["t1", "t2"], 2) * torch.log(output)).sum()
        assert row["E_Total"] == pytest.approx(error.item(), rel=1e-9)
        for of, found in zip(
            names, torch.autograd.grad(error, [kernel, bias, picture]), strict=True
        ):
            ours = [row[f"∂E/∂{name}"] for name in names[of]]
            assert ours == pytest.approx(found.flatten().tolist(), rel=1e-9, abs=1e-15)


ENDINGS = {
    "each step": ([2, 2], 4, [{"kind": "recurrent", "neurons": 2, "every": True}]),
    "the original's sizes": (
        [2],
        2,
        [{"kind": "dense", "neurons": 2}, {"kind": "layer normalisation"}],
    ),
    "the last step": (
        [3, 1],
        2,
        [{"kind": "attention", "neurons": 2, "causal": True}, {"kind": "last step"}],
    ),
    "a softmax over means of maps": (
        [1, 3, 3],
        2,
        [
            {"kind": "convolution", "channels": 2, "kernel": 2, "activation": "none"},
            {"kind": "global average pooling", "activation": "softmax"},
        ],
    ),
    "a softmax at each step": (
        [2, 2],
        4,
        [{"kind": "dense", "neurons": 2, "each": True, "activation": "softmax"}],
    ),
}


@pytest.mark.parametrize("name", ENDINGS)
def test_networks_may_end_in_any_layer(name, tmp_path):
    shape, outputs, layers = ENDINGS[name]
    chance = random.Random(name)
    content = {
        "input": shape,
        "layer": layers,
        "inputs": [[chance.uniform(-1, 1) for _ in range(prod(shape))] for _ in range(2)],
        "targets": [[1.0, 0.0] * (outputs // 2), [0.0, 1.0] * (outputs // 2)],
    }
    network = from_content(content, tmp_path, "ending")
    frame = tabulate(network, 5)
    last = frame[[one.output for one in network.compared]]
    if "softmax" in name:  # each adds up to 1, and is no constant
        sums = last.to_numpy().reshape(-1, 2).sum(axis=1)
        assert sums.tolist() == pytest.approx([1.0] * len(sums))
        assert (last.max() - last.min()).min() > 0
    path = write_workbook(network, frame, tmp_path / "ending.xlsx")
    assert_sheet_gives(network, frame, recalculated(network, path))
    (table,) = check(path, network).tables
    assert (table.verdict, table.findings) == ("right", [])
    network_drawing(network)


def test_the_template_learns_all_of_its_pictures():
    network = load("convolution")
    last = tabulate(network).tail(len(network.samples))
    assert ((last["a_o1"] > last["a_o2"]) == (last["t1"] > last["t2"])).all()


@pytest.mark.parametrize("name", ["recurrent", "attention"])
def test_the_templates_learn_all_of_their_sequences(name):
    network = load(name)
    last = tabulate(network).tail(len(network.samples))
    assert ((last["a_o1"] > 0.5) == (last["t1"] > 0.5)).all()


# --- mistakes in the file --------------------------------------------------------------------

PICTURE = {"input": [1, 3, 3], "inputs": [0] * 9, "targets": [1]}
WRONG = {
    "layer: write [[layer]]": {"layer": {"kind": "dense"}},
    "input: missing": {"layer": [{"kind": "dense"}], "input": None},
    "input: got [1, 0], takes [n], [steps, n] or [channels, rows, columns]": {
        "input": [1, 0],
        "layer": [{"kind": "dense"}],
    },
    "layer 1: no kind": {"layer": [{"neurons": 1}]},
    "layer 1: kind: got 'conv', takes dense, convolution": {"layer": [{"kind": "conv"}]},
    "layer 1: unknown key 'kernels'; did you mean kernel?": {
        "layer": [{"kind": "convolution", "kernels": 2}]
    },
    "layer 1: kernel: got 0, takes a whole number from 1 on": {
        "layer": [{"kind": "convolution", "kernel": 0}]
    },
    "layer 1: convolution: a kernel of 4 is larger than its picture of 3": {
        "layer": [{"kind": "convolution", "kernel": 4}]
    },
    "layer 2: max pooling: takes pictures": {"layer": [{"kind": "dense"}, {"kind": "max pooling"}]},
    "layer 1: bias: got 'no', takes true or false": {
        "layer": [{"kind": "convolution", "bias": "no"}]
    },
    "layers: not beside [[layer]]": {"layers": [9, 1], "layer": [{"kind": "dense"}]},
    "batch normalisation: takes several samples at once; write update": {
        "layer": [{"kind": "batch normalisation"}, {"kind": "dense"}]
    },
    "layer 1: batch normalisation: takes neurons or pictures, not steps": {
        "input": [3, 3],
        "layer": [{"kind": "batch normalisation"}, {"kind": "dense"}],
    },
    "layer: dropout comes last": {"layer": [{"kind": "dense"}, {"kind": "dropout"}]},
    "layer 1: probability: got 1, takes a number from 0 on and below 1": {
        "layer": [{"kind": "dropout", "probability": 1}, {"kind": "dense"}]
    },
    "layer 1: momentum: got 2, takes a number from 0 on and below 1": {
        "layer": [{"kind": "batch normalisation", "momentum": 2}, {"kind": "dense"}]
    },
    "layer 1: unknown key 'activation'; dropout takes residual, probability": {
        "layer": [{"kind": "dropout", "activation": "relu"}, {"kind": "dense"}]
    },
    "layer 1: residual: adds signals of 1 × 3 × 3 to its own of 1": {
        "layer": [{"kind": "dense", "residual": 1}]
    },
    "layer 1: residual: got 2, takes at most 1": {"layer": [{"kind": "dense", "residual": 2}]},
    "layer 1: dense: takes steps": {"layer": [{"kind": "dense", "each": True}]},
    "layer 1: each: got 1, takes true or false": {"layer": [{"kind": "dense", "each": 1}]},
    "layer 1: position: takes steps": {"layer": [{"kind": "position"}, {"kind": "dense"}]},
    "layer 1: last step: takes steps": {"layer": [{"kind": "last step"}, {"kind": "dense"}]},
    "seed: got 0, takes a whole number from 1 on": {
        "layer": [{"kind": "dropout"}, {"kind": "dense"}],
        "seed": 0,
        "weights": [0.0] * 9,
    },
    "seed: got 2147483647, takes a whole number from 1 to 2147483646": {
        "layer": [{"kind": "dropout"}, {"kind": "dense"}],
        "seed": 2147483647,
    },
    "rates: got 1 number": {"layer": [{"kind": "flatten"}, {"kind": "dense"}], "rates": [1]},
    "layer: no layer has weights": {"layer": [{"kind": "max pooling", "kernel": 3}]},
    "layer 1: stride: got 0, takes a whole number from 1 on": {
        "layer": [{"kind": "convolution", "stride": 0}]
    },
    "layer 1: activation: got 'relux', takes sigmoid": {
        "layer": [{"kind": "convolution", "activation": "relux"}, {"kind": "dense"}]
    },
    "layer 2: activation: got 'none', takes": {
        "input": [3, 3],
        "layer": [{"kind": "layer normalisation"}, {"kind": "recurrent", "activation": "none"}],
    },
    "layer 2: residual: not with softmax": {
        "layer": [
            {"kind": "dense", "neurons": 2},
            {"kind": "dense", "neurons": 2, "activation": "softmax", "residual": 1},
        ]
    },
    "inputs of sample 1, i2: got 1.5, takes whole numbers from 0 to 2": {
        "input": [3],
        "inputs": [0, 1.5, 2],
        "layer": [{"kind": "embedding", "symbols": 3, "neurons": 1}, {"kind": "dense"}],
    },
}


@pytest.mark.parametrize("said", WRONG)
def test_mistakes_are_one_line(said):
    content = {k: v for k, v in {**PICTURE, **WRONG[said]}.items() if v is not None}
    with pytest.raises(InputError) as error:
        from_content(content, Path(), "wrong")
    assert str(error.value).startswith(said)
    assert "\n" not in str(error.value)
