"""Every formula of a network, declared once: loops over layers, neurons and weights."""

from collections.abc import Iterator
from itertools import count, pairwise

from backprop_sheet.chain import backward, gradient_name
from backprop_sheet.formula import ONE, Tree, parse, product, total
from backprop_sheet.network.choices import (
    ACTIVATIONS,
    ERRORS,
    OPTIMIZERS,
    SCHEDULES,
    SOFTMAX,
    WARMUP,
)
from backprop_sheet.network.design import Design
from backprop_sheet.network.quantities import (
    EPOCH,
    MEAN_TOTAL,
    RATE,
    RATE_NOW,
    SAMPLE,
    TOTAL,
    Carried,
    Derived,
    Given,
    Kind,
    Neuron,
    Quantity,
    mean_name,
)

TRAINED = (Kind.WEIGHT, Kind.BIAS)


def declare(design: Design) -> tuple[dict[str, Quantity], list[list[Neuron]]]:
    """The quantities of a network, in the order of evaluation, and its neurons layer by layer."""
    neurons = _neurons(design)
    forward = {q.name: q for q in (*_settings(design), *_forward(design, neurons))}
    slopes = {n: q.slopes for n, q in forward.items() if isinstance(q, Derived) and q.slopes}
    gradients: dict[str, Quantity] = {}
    moved: list[str] = []
    for name, tree in backward(slopes, TOTAL).items():
        kind = Kind.PARTIAL
        if forward[name].kind in TRAINED:
            kind = Kind.GRADIENT
            moved.append(name)
        gradients[gradient_name(name)] = Derived(gradient_name(name), kind, tree)
    moved.sort(key=list(forward).index)
    after = {q.name: q for q in (*_means(design, moved), *_states(design, moved))}
    for name in moved:
        forward[name] = _moved(design, name, forward[name].kind)
    return forward | gradients | after, neurons


def _settings(design: Design) -> Iterator[Quantity]:
    """η and what optimizer and schedule take, the counters, and the learning rate of an epoch."""
    for name in (RATE, *settings_of(design)):
        yield _kept(name, Kind.SETTING)
    if design.scheduled or design.samples > 1:
        yield Given(EPOCH, Kind.COUNTER, parse(f"{EPOCH} + 1"))
    if design.samples > 1:
        yield Given(SAMPLE, Kind.COUNTER, parse(f"{SAMPLE} + 1"))
    if design.scheduled:
        tree = parse(SCHEDULES[design.schedule].formula)
        tree = product(tree, parse(WARMUP)) if design.warmup else tree
        yield Derived(RATE_NOW, Kind.RATE, tree)


def settings_of(design: Design) -> dict[str, float | None]:
    """The settings beside η, with their defaults; None where a number has to be given."""
    found: dict[str, float | None] = dict(OPTIMIZERS[design.optimizer].settings)
    found |= SCHEDULES[design.schedule].settings
    return found | ({"warmup": None} if design.warmup else {})


def _neurons(design: Design) -> list[list[Neuron]]:
    """Names: weights counted layer by layer, neuron by neuron, and so are biases."""
    weights, biases = count(1), count(1)
    layers = []
    for prefix, (before, size) in zip(
        _prefixes(design.layers), pairwise(design.layers), strict=True
    ):
        shared = f"b{next(biases)}" if design.bias == "layer" else ""
        layers.append(
            [
                Neuron(
                    f"{prefix}{k}",
                    f"a_{prefix}{k}",
                    tuple(f"w{next(weights)}" for _ in range(before)),
                    f"b{next(biases)}" if design.bias == "neuron" else shared,
                )
                for k in range(1, size + 1)
            ]
        )
    return layers


def _prefixes(layers: tuple[int, ...]) -> list[str]:
    """Prefix h for the first hidden layer, h2_, h3_ … for deeper ones, o for the outputs."""
    hidden = ["h", *(f"h{depth}_" for depth in range(2, len(layers) - 1))]
    return [*hidden[: len(layers) - 2], "o"]


def _forward(design: Design, neurons: list[list[Neuron]]) -> Iterator[Quantity]:
    """The given numbers and the forward pass, in the sheet's order."""
    targets = [f"t{k}" for k in range(1, design.layers[-1] + 1)]
    signals = [f"i{k}" for k in range(1, design.layers[0] + 1)]
    yield from (_kept(name, Kind.TARGET) for name in targets)
    yield from (_kept(name, Kind.INPUT) for name in signals)
    trained: set[str] = set()  # the signals that weights lead to
    for layer, activation in zip(neurons, design.activations, strict=True):
        yield from (_kept(name, Kind.WEIGHT) for neuron in layer for name in neuron.weights)
        biases = dict.fromkeys(neuron.bias for neuron in layer if neuron.bias)
        yield from (_kept(name, Kind.BIAS) for name in biases)
        for neuron in layer:
            yield _weighted_sum(design, neuron, signals, trained)
            if activation != SOFTMAX:
                yield _activation(neuron, activation)
        if activation == SOFTMAX:
            yield from (_softmax(neuron, layer) for neuron in layer)
        signals = [neuron.activation for neuron in layer]
        trained = set(signals)

    errors = [f"E{k}" for k in range(1, len(targets) + 1)]
    for name, target, output in zip(errors, targets, signals, strict=True):
        yield _error(design, name, target, output)
    yield Derived(TOTAL, Kind.TOTAL, total(map(parse, errors)), dict.fromkeys(errors, ONE))
    if design.samples > 1:
        yield _summed(MEAN_TOTAL, Kind.MEAN_TOTAL, TOTAL, design.samples)


def _kept(name: str, kind: Kind) -> Given:
    return Given(name, kind, parse(name))


def _weighted_sum(design: Design, neuron: Neuron, signals: list[str], trained: set[str]) -> Derived:
    pairs = list(zip(neuron.weights, signals, strict=True))
    terms = [parse(f"{w}*{x}") for w, x in pairs]
    slopes = {weight: parse(signal) for weight, signal in pairs}
    if neuron.bias:
        terms.append(parse(neuron.bias))
        slopes |= {neuron.bias: ONE} if design.train_bias else {}
    slopes |= {signal: parse(weight) for weight, signal in pairs if signal in trained}
    return Derived(neuron.sum, Kind.SUM, total(terms), slopes)


def _activation(neuron: Neuron, choice: str) -> Derived:
    kind = ACTIVATIONS[choice]
    slope = parse(kind.slope.format(a=neuron.activation, z=neuron.sum))
    formula = parse(kind.formula.format(z=neuron.sum))
    short = f"{kind.sign}({neuron.sum})" if kind.sign else ""
    return Derived(neuron.activation, Kind.ACTIVATION, formula, {neuron.sum: slope}, short)


def _softmax(neuron: Neuron, layer: list[Neuron]) -> Derived:
    """A = exp(o)/Σ exp; ∂a/∂o is a·(1 − a) for its own sum, −a·a' for that of another neuron."""
    all_ = " + ".join(f"exp({other.sum})" for other in layer)
    slopes = {
        other.sum: parse(
            f"{neuron.activation}*(1 - {neuron.activation})"
            if other is neuron
            else f"-({neuron.activation}*{other.activation})"
        )
        for other in layer
    }
    formula = parse(f"exp({neuron.sum})/({all_})")
    return Derived(neuron.activation, Kind.ACTIVATION, formula, slopes, f"softmax({neuron.sum})")


def _error(design: Design, name: str, target: str, output: str) -> Derived:
    kind = ERRORS[design.error]
    names = {"t": target, "a": output, "n": design.layers[-1]}
    slope, formula = (parse(text.format(**names)) for text in (kind.slope, kind.formula))
    return Derived(name, Kind.ERROR, formula, {output: slope})


# --- steps of the weights ------------------------------------------------------------------------


def _means(design: Design, moved: list[str]) -> Iterator[Carried]:
    """The mean gradient of the samples that a step takes."""
    for name in map(gradient_name, moved if design.step > 1 else []):
        yield _summed(mean_name(name), Kind.MEAN, name, design.step)


def _summed(name: str, kind: Kind, of: str, samples: int) -> Carried:
    return Carried(name, kind, parse(f"{name} + {of}/{samples}"), sums=True)


def _states(design: Design, moved: list[str]) -> Iterator[Carried]:
    optimizer = OPTIMIZERS[design.optimizer]
    for setting in optimizer.powers:
        yield Carried(f"{setting}_t", Kind.STATE, parse(f"{setting}_t*{setting}"), start=1.0)
    for name in moved:
        for state in optimizer.states:
            tree = _of_weight(design, state.formula, name, **{state.name: f"{state.name}_{name}"})
            yield Carried(f"{state.name}_{name}", Kind.STATE, tree)


def _moved(design: Design, name: str, kind: Kind) -> Given:
    return Given(name, kind, _of_weight(design, OPTIMIZERS[design.optimizer].then, name))


def _of_weight(design: Design, formula: str, name: str, **names: str) -> Tree:
    gradient = gradient_name(name)
    gradient = mean_name(gradient) if design.step > 1 else gradient
    rate = RATE_NOW if design.scheduled else RATE
    return parse(formula.format(w=name, g=gradient, eta=rate, **names))
