"""Makes a network of the content of a file."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from backprop_sheet.errors import InputError, shown
from backprop_sheet.network.choices import (
    OPTIMIZERS,
    PENALTIES,
    SCHEDULES,
    SEEDS,
    SOFTMAX,
    error,
    takes_targets,
)
from backprop_sheet.network.design import Design
from backprop_sheet.network.file.columns import classes_in, columns_in
from backprop_sheet.network.file.keys import refuse_unknown
from backprop_sheet.network.file.samples import samples_of
from backprop_sheet.network.file.settings import choice_of, clipping_of, root_of, settings_in
from backprop_sheet.network.file.sizes import (
    activations_of,
    layers_of,
    refuse_alone,
    refuse_with_stack,
    refuse_without_layers,
    sizes_of,
)
from backprop_sheet.network.file.stack import stack_of
from backprop_sheet.network.file.values import boolean, number_of, whole
from backprop_sheet.network.file.weights import biases_in, weights_in
from backprop_sheet.network.file.written import (
    OwnFormulas,
    refuse_alike,
    refuse_tables,
    refuse_too_long,
)
from backprop_sheet.network.network import Network, from_design
from backprop_sheet.network.quantities import RATE, SEED

NO_ERROR, SOFTMAX_ERROR = "half squared", "cross-entropy"
"""The error of a file that gives none: in general, and with softmax on the output."""
ROUNDING = 1e-9
"""How far from 1 the targets of cross-entropy may add up."""


def from_content(content: Mapping[str, Any], folder: Path, name: str) -> Network:
    """Make a network from the content of a file.

    Args:
        content: the file's keys and values.
        folder: the folder that a file of samples has to be in.
        name: the name of the network.

    Raises:
        InputError: a key or value is wrong; the text gives the key, what it got and what it takes.
    """
    refuse_unknown(content)
    source = _of_formulas(content, folder) if "formulas" in content else _of_layers(content, folder)
    optimizer = choice_of(content, "optimizer", "gradient descent", OPTIMIZERS)
    schedule = choice_of(content, "schedule", "constant", SCHEDULES)
    root = root_of(optimizer["name"], optimizer)
    design = Design(
        **source.choices,
        update=content.get("update", "batch" if "batch_size" in content else "online"),
        samples=len(source.samples),
        optimizer=optimizer.pop("name"),
        schedule=schedule.pop("name"),
        warmup="warmup" in schedule,
        batch_size=whole("batch_size", content["batch_size"]) if "batch_size" in content else 0,
        gradient=content.get("gradient", "mean"),
        penalties=tuple(penalty for penalty in PENALTIES if penalty in content),
        weight_decay="weight_decay" in optimizer,
        root=root,
        clipping=clipping_of(optimizer),
        input_gradients=boolean(content, "input_gradients", default=False),
        columns=columns_in(content),
    )
    source.check(design)
    settings = settings_in(design, content, optimizer, schedule)
    numbers = {
        RATE: number_of("eta", content.get("eta", 1.0)),
        **settings,
        **source.numbers(design),
    }
    epochs = whole("epochs", content.get("epochs", 68))
    network = from_design(design, numbers, _side_by_side(design, source.samples), epochs, name)
    if design.written:
        refuse_too_long(network)
        refuse_alike(network)
    return network


def _side_by_side(
    design: Design, samples: Sequence[Mapping[str, float]]
) -> tuple[Mapping[str, float], ...]:
    """The numbers of the samples of each row of an epoch, by name."""
    starts = range(0, len(samples), design.abreast)
    return tuple(
        {
            design.named(name, number): value
            for number, sample in enumerate(samples[start : start + design.abreast], start=1)
            for name, value in sample.items()
        }
        for start in starts
    )


class _Source(NamedTuple):
    """What a file says of its layers, or of its formulas.

    Attributes:
        choices: what they are, as arguments of `Design`.
        samples: the numbers of each sample, by name.
        numbers: gives the numbers that stay or are trained, by name.
        check: refuses what does not fit the design.
    """

    choices: dict[str, Any]
    samples: tuple[dict[str, float], ...]
    numbers: Callable[[Design], dict[str, float]]
    check: Callable[[Design], None]


def _of_formulas(content: Mapping[str, Any], folder: Path) -> _Source:
    own = OwnFormulas(content, folder)
    return _Source({"written": own.written}, own.samples, lambda _: own.numbers, lambda _: None)


def _of_layers(content: Mapping[str, Any], folder: Path) -> _Source:
    refuse_tables(content)
    shape, stack = stack_of(content) if "layer" in content else ((), ())
    if not stack:
        refuse_without_layers(content)
    layers = sizes_of(Design(input=shape, stack=stack)) if stack else layers_of(content)
    loss = error_of(content)
    targeted = not isinstance(loss, str) or takes_targets(loss)
    samples = samples_of(content, layers, folder, targeted=targeted)
    choices = {
        "layers": () if stack else layers,
        "activations": () if stack else activations_of(content, layers),
        "error": loss,
        "bias": content.get("bias", "none"),
        "train_bias": boolean(content, "train_bias", default=True),
        "rates": "rates" in content,
        "input": shape,
        "stack": stack,
        "classes": classes_in(content, samples),
    }

    def numbers(design: Design) -> dict[str, float]:
        weights = weights_in(content, design)
        biases = biases_in(content, design)
        found = {f"w{k}": float(number) for k, number in enumerate(weights, start=1)}
        found |= {f"b{k}": float(number) for k, number in enumerate(biases, start=1)}
        if design.random:
            found[SEED] = whole("seed", content.get("seed", 1))
            if not SEEDS.holds(found[SEED]):
                raise InputError(f"seed: got {content['seed']}, takes {SEEDS.words}")
        return found

    def check(design: Design) -> None:
        _refuse_inputs(design, samples)
        refuse_with_stack(content)
        refuse_alone(design)
        unasked = f"; it is the error of {SOFTMAX} unless another is given"
        _refuse_targets(design, samples, "" if "error" in content else unasked)

    return _Source(choices, samples, numbers, check)


def error_of(content: Mapping[str, Any]) -> Any:
    """The error that a file gives; without one, that which goes with its output layer."""
    last = content.get("activation", content.get("activations"))
    if "layer" in content:
        last = content["layer"][-1].get("activation")
    softmax = (last[-1:] if isinstance(last, list) else [last]) == [SOFTMAX]
    return content.get("error", SOFTMAX_ERROR if softmax else NO_ERROR)


def _refuse_inputs(design: Design, samples: tuple[dict[str, float], ...]) -> None:
    """Refuse inputs that the first layer has nothing for."""
    taken = design.stack[0].inputs
    for number, sample in enumerate(samples if taken else (), start=1):
        for name, value in sample.items():
            if name.startswith("i") and taken and not taken.holds(value):
                where = f"inputs of sample {number}, {name}"
                raise InputError(f"{where}: got {value:g}, takes {taken.words}")


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
        shares = design.shares(targets)
        if any(abs(sum(share) - 1) > ROUNDING for share in shares):
            of_step = " at each step" if len(shares) > 1 else ""
            raise InputError(f"{where} numbers that add up to 1{of_step}{why}")
