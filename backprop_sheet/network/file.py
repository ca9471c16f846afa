"""Reads a network from a TOML file. Each mistake in the file becomes an error of one line."""

import random
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from math import sqrt
from pathlib import Path
from typing import Any, NamedTuple, Self

from backprop_sheet import templates
from backprop_sheet.errors import InputError, counted, shown
from backprop_sheet.network import Network, from_design
from backprop_sheet.network.choices import (
    CLIPPINGS,
    OPTIMIZERS,
    PENALTIES,
    SCHEDULES,
    SOFTMAX,
    WARMUP_SETTINGS,
    WEIGHT_DECAY_SETTINGS,
    error,
    takes_targets,
)
from backprop_sheet.network.declaration import rate_name, settings_of
from backprop_sheet.network.design import BIASES, FEWEST_LAYERS, Design, one_of
from backprop_sheet.network.hints import TOML, about_key, near
from backprop_sheet.network.matrices import is_matrices, weights_of
from backprop_sheet.network.quantities import RATE
from backprop_sheet.network.samples import samples_of
from backprop_sheet.network.stack import stack_of
from backprop_sheet.network.values import (
    LARGEST,
    as_toml,
    boolean,
    flat,
    number_of,
    numbers_of,
    original_numbers,
    whole,
)

DEEPEST = 100
"""The most dots in a key: the time to parse them grows with their square."""
_PIECES = re.compile(r"[=,{}\[\]\n]")
MOST_NEURONS, MOST_IN_LAYER, MOST_WEIGHTS = 2_000, 250, 20_000
"""The most neurons in the network and in a layer, and the most weights."""
KEYS = (
    *("layers", "activation", "activations", "error", "bias", "biases", "train_bias"),
    *("inputs", "targets", "data", "update", "batch_size", "gradient"),
    *("class_column", "input_columns", "target_columns", "thresholds", "weight_rows"),
    *("weights", "seed", "eta", "epochs", "l1", "l2", "rates", "input_gradients"),
    *("optimizer", "schedule", "input", "layer"),
)
NO_ERROR, SOFTMAX_ERROR = "half squared", "cross-entropy"
"""The error of a file that gives none: in general, and with softmax on the output."""
ORIGINAL_SIZES = {"inputs": (2, "inputs"), "targets": (2, "outputs"), "weights": (8, "weights")}
"""How many numbers the keys of the original have, and of what."""
ROUNDING = 1e-9
"""How far from 1 the targets of cross-entropy may add up."""
SPREADS: dict[str, Callable[[int, int], float]] = {
    "uniform": lambda _before, _after: 1.0,
    # Glorot and Bengio, 2010; He and others, 2015; both in the uniform form
    "xavier": lambda before, after: sqrt(6 / (before + after)),
    "he": lambda before, _after: sqrt(6 / before),
}
"""How far from 0 random weights may be, by the sizes of the layers before and after them."""


class NetworkFile(NamedTuple):
    """A network file that is read, and not yet understood.

    Attributes:
        path: the file.
        content: its keys and values.
    """

    path: Path
    content: Mapping[str, Any]

    @classmethod
    def read(cls, name: str | Path) -> Self:
        """Read the file of a template, or any other.

        Raises:
            InputError: there is no such template or file, or it cannot be read.
        """
        path = templates.find(name)
        with _blamed_on(path):
            return cls(path, _parsed(path))

    def network(self) -> Network:
        """The network.

        Raises:
            InputError: the file contains a mistake.
        """
        with _blamed_on(self.path):
            return from_content(self.content, self.path.parent, self.path.stem)

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files that the network is read from: this one, and the one with its samples."""
        data = self.content.get("data")
        return (self.path, self.path.with_name(data)) if isinstance(data, str) else (self.path,)

    @property
    def remarks(self) -> list[str]:
        """What the file leaves open, and what the network then has."""
        if "error" in self.content or _error(self.content) == NO_ERROR:
            return []
        return [f"{self.path.name} gives no error, and with {SOFTMAX} it is {SOFTMAX_ERROR}"]


def read(name: str | Path) -> Network:
    """Read the network of a template or of a file.

    Raises:
        InputError: there is no such template or file, or it contains a mistake.
    """
    return NetworkFile.read(name).network()


@contextmanager
def _blamed_on(path: Path) -> Iterator[None]:
    """Have an error name the file that led to it."""
    try:
        yield
    except UnicodeDecodeError:
        raise InputError(f"{path}: not a text in UTF-8: save it as one") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from None
    except InputError as error:
        raise InputError(f"{path}: {error}") from None


def _parsed(source: Path) -> dict[str, Any]:
    """Parse a TOML file, but refuse one that would take too much time or memory."""
    if source.stat().st_size > LARGEST:
        raise InputError(f"more than {LARGEST:,} bytes, which no network file needs")
    text = source.read_text(encoding="utf-8-sig")  # editors on Windows write a byte order mark
    if any(piece.count(".") > DEEPEST for piece in _PIECES.split(text)):
        raise InputError(f"a key with more than {DEEPEST} dots")
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        hint = next((hint for start, hint in TOML.items() if str(error).startswith(start)), "")
        raise InputError(f"not valid TOML: {error}{hint}") from None
    except ValueError:  # Python's own limit: converting more digits takes too long
        raise InputError("a whole number of more than 4,300 digits") from None


def from_content(content: Mapping[str, Any], folder: Path, name: str) -> Network:
    """Make a network from the content of a file.

    Args:
        content: the file's keys and values.
        folder: the folder that a file of samples has to be in.
        name: the name of the network.

    Raises:
        InputError: a key or value is wrong; the text gives the key, what it got and what it takes.
    """
    _refuse_unknown(content)
    shape, stack = stack_of(content) if "layer" in content else ((), ())
    if not stack:
        _refuse_without_layers(content)
    layers = _sizes(Design(input=shape, stack=stack)) if stack else _layers(content)
    loss = _error(content)
    targeted = not isinstance(loss, str) or takes_targets(loss)
    samples = samples_of(content, layers, folder, targeted=targeted)
    optimizer = _choice(content, "optimizer", "gradient descent", OPTIMIZERS)
    schedule = _choice(content, "schedule", "constant", SCHEDULES)
    root = _root(optimizer["name"], optimizer)
    design = Design(
        () if stack else layers,
        activations=() if stack else _activations(content, layers),
        error=loss,
        bias=content.get("bias", "none"),
        train_bias=boolean(content, "train_bias", default=True),
        update=content.get("update", "batch" if "batch_size" in content else "online"),
        samples=len(samples),
        optimizer=optimizer.pop("name"),
        schedule=schedule.pop("name"),
        warmup="warmup" in schedule,
        batch_size=whole("batch_size", content["batch_size"]) if "batch_size" in content else 0,
        gradient=content.get("gradient", "mean"),
        penalties=tuple(penalty for penalty in PENALTIES if penalty in content),
        weight_decay="weight_decay" in optimizer,
        root=root,
        clipping=_clipping(optimizer),
        rates="rates" in content,
        input_gradients=boolean(content, "input_gradients", default=False),
        input=shape,
        stack=stack,
    )
    _refuse_with_stack(content)
    with_softmax = (
        "" if "error" in content else f"; it is the error of {SOFTMAX} unless another is given"
    )
    _refuse_targets(design, samples, with_softmax)
    settings = _settings(design, content, optimizer, schedule)
    numbers = {RATE: number_of("eta", content.get("eta", 1.0)), **settings}
    weights = _weights(content, design)
    numbers |= {f"w{k}": number for k, number in enumerate(weights, start=1)}
    biases = _biases(content, design)
    numbers |= {f"b{k}": number for k, number in enumerate(biases, start=1)}
    return from_design(design, numbers, samples, whole("epochs", content.get("epochs", 68)), name)


def _error(content: Mapping[str, Any]) -> Any:
    """The error that a file gives; without one, that which goes with its output layer."""
    last = content.get("activation", content.get("activations"))
    if "layer" in content:
        last = content["layer"][-1].get("activation")
    softmax = (last[-1:] if isinstance(last, list) else [last]) == [SOFTMAX]
    return content.get("error", SOFTMAX_ERROR if softmax else NO_ERROR)


def _refuse_targets(design: Design, samples: tuple[dict[str, float], ...], why: str) -> None:
    """Refuse targets for which the error is not defined; `why` says who chose it, if nobody did."""
    taken = error(design.error).targets
    if taken is None:
        return
    for number, sample in enumerate(samples, start=1):
        targets = [value for name, value in sample.items() if name.startswith("t")]
        where = f"targets of sample {number}: got {shown(targets)}, {design.error} takes"
        if not all(map(taken.holds, targets)):
            raise InputError(f"{where} {taken.words}{why}")
        if design.error == "cross-entropy" and abs(sum(targets) - 1) > ROUNDING:
            raise InputError(f"{where} numbers that add up to 1{why}")


def _refuse_unknown(content: Mapping[str, Any]) -> None:
    """Refuse a key that a file does not have."""
    for key, value in content.items():
        if key in KEYS:
            continue
        known = f"; there are {', '.join(KEYS)}"
        if isinstance(value, dict):
            known = f"; write its keys at the top of the file, without [{key}]"
        hint = about_key(key) or near(key, KEYS) or known
        raise InputError(f"unknown key {shown(key)}{hint}")


def _refuse_settings(
    table: str, choice: str, found: Mapping[str, Any], known: tuple[str, ...]
) -> None:
    """Refuse a setting that the chosen optimizer or schedule does not have."""
    for key in found:
        if key in known:
            continue
        if key in KEYS:
            raise InputError(f"{table}: {key} is not one of its settings: write it above [{table}]")
        hint = near(key, known)
        if not hint:
            hint = f"; {choice} takes {', '.join(known) or 'no settings'}{about_key(key)}"
        raise InputError(f"{table}: unknown key {shown(key)}{hint}")


def _refuse_without_layers(content: Mapping[str, Any]) -> None:
    """Refuse a file that gives no layers and plainly has others than the original."""
    if "layers" in content:
        return
    for key, (size, what) in ORIGINAL_SIZES.items():
        value = content.get(key)
        row = value[0] if isinstance(value, list) and value and key != "weights" else value
        row = row if isinstance(row, list) else value
        if isinstance(row, list) and row and not isinstance(row[0], list) and len(row) != size:
            raise InputError(
                "layers: missing, so they are those of the original, [2, 2, 2], which have "
                f"{size} {what}; but {key} has {counted(len(row), 'number')}. "
                "Write layers, such as [2, 2, 1]"
            )


def _layers(content: Mapping[str, Any]) -> tuple[int, ...]:
    layers = content.get("layers", [2, 2, 2])
    if not isinstance(layers, list) or not all(type(n) is int and n > 0 for n in layers):
        raise InputError(
            f"layers: got {shown(layers)}, takes a list of sizes from 1 on, such as [2, 2, 1]"
        )
    if len(layers) < FEWEST_LAYERS:
        raise InputError(f"layers: got {layers}, takes two layers or more")
    if max(layers) > MOST_IN_LAYER:
        raise InputError(
            f"layers: {max(layers):,} neurons in a layer; at most {MOST_IN_LAYER} are allowed"
        )
    if sum(layers) > MOST_NEURONS:
        raise InputError(f"layers: {sum(layers):,} neurons; at most {MOST_NEURONS:,} are allowed")
    return tuple(layers)


def _refuse_with_stack(content: Mapping[str, Any]) -> None:
    """Refuse what goes with dense layers only, where layers are written one by one."""
    if "layer" not in content:
        return
    for key in ("rates", "weight_rows"):
        if key in content:
            raise InputError(f"{key}: goes with layers = [...], not with [[layer]]")
    if content.get("update") == "sequential":
        raise InputError('update: "sequential" goes with layers = [...], not with [[layer]]')


def _sizes(design: Design) -> tuple[int, ...]:
    """How many signals the layers have, where they are not too many."""
    if sum(design.layers) > MOST_NEURONS:
        raise InputError(
            f"layer: {sum(design.layers):,} signals; at most {MOST_NEURONS:,} are allowed"
        )
    for number, (layer, before) in enumerate(design.shapes, start=1):
        taken, _ = layer.fans(before)
        if layer.weights(before) and taken > MOST_IN_LAYER:
            raise InputError(
                f"layer {number}: a neuron takes {taken:,} signals; at most {MOST_IN_LAYER} are "
                "allowed"
            )
    return design.layers


def _activations(content: Mapping[str, Any], layers: tuple[int, ...]) -> tuple[str, ...]:
    """One activation for each layer; `activation` is short for the same one everywhere."""
    if "activation" in content and "activations" in content:
        raise InputError("activation and activations: give only one of them")
    if "activation" in content:
        same = content["activation"]
        if isinstance(same, list):
            raise InputError(
                f"activation: got {shown(same)}, takes one name; a list is activations"
            )
        return (same,) * (len(layers) - 1)
    chosen = content.get("activations", ["sigmoid"] * (len(layers) - 1))
    if not isinstance(chosen, list):
        raise InputError(
            f"activations: got {shown(chosen)}, takes a list with one for each layer after the "
            "inputs; one name for all of them is activation"
        )
    return tuple(chosen)


def _choice(
    content: Mapping[str, Any], key: str, default: str, known: Mapping[str, Any]
) -> dict[str, Any]:
    """A choice with its settings. The file gives a name alone, or a table with a `name`."""
    value = content.get(key, default)
    if not isinstance(value, str | dict):
        raise InputError(f"{key}: got {shown(value)}, takes a name, or a table with one")
    table = {"name": value} if isinstance(value, str) else dict(value)
    if "name" not in table:
        raise InputError(f"{key}: no name; takes {', '.join(known)}")
    one_of(f"{key}.name", table["name"], known)
    return table


def _root(name: str, settings: dict[str, Any]) -> str:
    """Where an optimizer adds ε; the key is taken out of its settings if there is a choice."""
    if not OPTIMIZERS[name].under:
        return "outside"
    inside = boolean(settings, "epsilon_inside", default=False)
    settings.pop("epsilon_inside", None)
    return "inside" if inside else "outside"


def _clipping(optimizer: Mapping[str, Any]) -> str:
    """The setting that bounds gradients; empty if none is given."""
    given = [name for name in CLIPPINGS if name in optimizer]
    if len(given) > 1:
        raise InputError(f"optimizer: {' and '.join(given)}: give only one of them")
    return "".join(given)


def _settings(
    design: Design,
    content: Mapping[str, Any],
    optimizer: dict[str, Any],
    schedule: dict[str, Any],
) -> dict[str, float]:
    """The numbers of the settings of optimizer, schedule and penalties."""
    taken = (*OPTIMIZERS[design.optimizer].settings, *WEIGHT_DECAY_SETTINGS, *CLIPPINGS)
    _refuse_settings("optimizer", design.optimizer, optimizer, taken)
    known = (*SCHEDULES[design.schedule].settings, *WARMUP_SETTINGS)
    _refuse_settings("schedule", design.schedule, schedule, known)
    found = {**optimizer, **schedule, **{key: content[key] for key in design.penalties}}
    if design.rates:
        size = len(design.layers) - 1
        why = f"layers {list(design.layers)} take {size}, one for each layer after the inputs"
        rates = numbers_of("rates", content["rates"], size, why)
        found |= {rate_name(layer): rate for layer, rate in enumerate(rates, start=1)}
    tables = dict.fromkeys(taken, "optimizer.") | dict.fromkeys(known, "schedule.")
    settings = {}
    for key, setting in settings_of(design).items():
        where = f"{tables.get(key, '')}{key}"
        value = found.get(key, setting.default)
        if value is None:
            number = setting.range.example
            example = f'schedule = {{ name = "{design.schedule}", {key} = {number:g} }}'
            raise InputError(f"{where}: schedule {design.schedule!r} needs a number: {example}")
        settings[key] = number_of(where, value)
        if not setting.range.holds(settings[key]):
            raise InputError(f"{where}: got {shown(value)}, takes {setting.range.words}")
    return settings


def _weights(content: Mapping[str, Any], design: Design) -> list[float]:
    if design.weights > MOST_WEIGHTS:
        raise InputError(
            f"layers: {design.weights:,} weights; at most {MOST_WEIGHTS:,} are allowed"
        )
    weights = content.get("weights", original_numbers("weights", design.layers) or "xavier")
    if isinstance(weights, str):
        also = f", or a list of {design.weights} numbers"
        spread = SPREADS[one_of("weights", weights, SPREADS, also)]
        chance = random.Random(whole("seed", content.get("seed", 1), first=0))  # noqa: S311
        return list(_random_weights(design, spread, chance))
    if is_matrices(weights, design.layers):
        return weights_of(content, design.layers)
    if "weight_rows" in content:
        raise InputError("weight_rows: goes with weights as matrices, and they are none")
    return _numbers("weights", weights, design.weights, design)


def _random_weights(
    design: Design, spread: Callable[[int, int], float], chance: random.Random
) -> Iterator[float]:
    """Random weights, rounded to six decimals because the sheet shows them as given numbers."""
    for layer, before in design.shapes:
        for _ in range(layer.weights(before)):
            if layer.start is not None:
                yield layer.start
                continue
            yield round(chance.uniform(-1, 1) * spread(*layer.fans(before)), 6)


def _biases(content: Mapping[str, Any], design: Design) -> list[float]:
    """The biases; a threshold θ, which is subtracted from a sum, is the bias −θ."""
    if "thresholds" not in content:
        default = [0.0] * design.biases
        return _numbers("biases", content.get("biases", default), design.biases, design)
    if "biases" in content:
        raise InputError("biases and thresholds: give only one of them")
    numbers = _numbers("thresholds", content["thresholds"], design.biases, design)
    return [0.0 - number for number in numbers]


def _numbers(key: str, value: Any, size: int, design: Design) -> list[float]:
    why = f"layers {list(design.layers)} take {size}"
    if key in {"biases", "thresholds"}:
        why += f" with bias = {design.bias!r}{_bias_meant(value, design)}"
    if isinstance(value, list) and any(isinstance(row, list) for row in value):
        raise InputError(
            f"{key}: got rows, takes one list of {size} numbers, layer by layer and neuron by "
            f"neuron: {as_toml(list(flat(value)))}"
        )
    return numbers_of(key, value, size, why)


def _bias_meant(value: Any, design: Design) -> str:
    """The kind of bias that has as many numbers as are given."""
    if not isinstance(value, list):
        return ""
    if any(layer.kind != "dense" for layer in design.stack):
        return ""
    kinds = (replace(design, bias=kind, stack=()) for kind in BIASES)
    meant = [one.bias for one in kinds if one.biases == len(value)]
    return f'; did you mean bias = "{meant[0]}"?' if meant else ""
