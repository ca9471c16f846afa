"""The choices that make a network, without its numbers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import NamedTuple, TypeVar

from backprop_sheet.errors import InputError, counted, shown
from backprop_sheet.network import formulas
from backprop_sheet.network.choices import (
    ACTIVATIONS,
    CLIPPINGS,
    ERRORS,
    GATHERINGS,
    OPTIMIZERS,
    PENALTIES,
    ROOTS,
    SCHEDULES,
    SOFTMAX,
    Setting,
    error,
)
from backprop_sheet.network.classes import NO_OUTPUTS, Classes
from backprop_sheet.network.hints import did_you_mean
from backprop_sheet.network.layers import Dense, Layer, Numbering
from backprop_sheet.network.layers.base import STEPS, Shape, of_sample
from backprop_sheet.network.quantities import TOTAL
from backprop_sheet.network.written import Written

T = TypeVar("T")

BIASES = ("none", "layer", "neuron")
COLUMNS = ("accuracy", "deltas", "partials", "sum")
"""Columns that a sheet has if asked for."""
UPDATES = ("online", "batch", "sequential")
MOST_PENALISED = 200
"""The most weights that a penalty or a norm can add up in a spreadsheet's formula."""
OUTPUT = "o"
"""How the names of the last layer begin."""
FEWEST_LAYERS = 2
"""Inputs and outputs; hidden layers are optional."""


class Placed(NamedTuple):
    """A layer at its place: how the names of its units begin, and whether it is the last."""

    layer: Layer
    prefix: str
    role: str


@dataclass(frozen=True)
class Design:
    """The choices that make a network; the defaults are the original's.

    Attributes:
        layers: how many signals there are in each layer, the inputs first.
        activations: the activation of each layer after the inputs.
        error: the error function of an output.
        bias: ``none``, one for each ``layer``, or one for each ``neuron``.
        train_bias: whether biases are trained.
        update: ``online`` updates the weights after each sample; ``batch`` after several, by their
            gradients together; ``sequential`` after each sample, one layer after the other: the
            gradients of a layer are those for the new weights of the layers behind it.
        samples: the number of samples.
        optimizer: the rule that updates the weights.
        schedule: how the learning rate changes over the epochs.
        warmup: whether the learning rate rises over the first epochs.
        input: the shape of the inputs: so many, or channels, rows and columns.
        stack: the layers after the inputs. Without them, `layers`, `activations` and `bias` say
            which dense ones there are.
        batch_size: the number of samples of a step with ``batch``; 0 for all of an epoch.
        penalties: the penalties in the total error.
        weight_decay: whether weights decay with each step, besides what the optimizer does.
        clipping: the bound on gradients; empty if there is none.
        rates: whether each layer has a factor of its own for η.
        input_gradients: whether there are gradients for the inputs.
        root: whether an optimizer that divides by a root adds ε ``outside`` of it or ``inside``.
        written: formulas of one's own, which take the place of layers and of `error`.
        gradient: whether a step with ``batch`` takes the ``mean`` or the ``sum`` of its gradients.
        classes: the classes that the targets stand for; none if they are other numbers.
        columns: what else has columns: ``deltas``, all ``partials``, the ``sum`` of an epoch's
            errors.
    """

    layers: tuple[int, ...] = ()
    activations: tuple[str, ...] = ()
    error: str = "half squared"
    bias: str = "none"
    train_bias: bool = True
    update: str = "online"
    samples: int = 1
    optimizer: str = "gradient descent"
    schedule: str = "constant"
    warmup: bool = False
    input: Shape = ()
    stack: tuple[Layer, ...] = ()
    batch_size: int = 0
    gradient: str = "mean"
    penalties: tuple[str, ...] = ()
    weight_decay: bool = False
    root: str = "outside"
    clipping: str = ""
    rates: bool = False
    input_gradients: bool = False
    classes: Classes = ()
    columns: tuple[str, ...] = ()
    written: Written | None = None

    @property
    def endings(self) -> str:
        """What endings of names mean in its layers, as people read it; empty if there are none."""
        found = {end: word for layer in self.stack for end, word in layer.endings.items()}
        told = ", ".join(f"{end} {word}" for end, word in found.items())
        return f"Endings of names: {told}." if told else ""

    def __post_init__(self) -> None:
        """Check that the choices exist and fit together.

        Raises:
            InputError: a choice is unknown, or two do not fit together.
        """
        # Lists could be changed, and cannot be hashed.
        for name in ("layers", "activations", "input", "stack", "penalties", "classes", "columns"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        if self.written:
            levels = map(len, self.written.levels)
            object.__setattr__(self, "layers", (len(self.written.inputs), *levels))
        else:
            self._check_layers()
        one_of("update", self.update, UPDATES, _batches_meant(self.update))
        one_of("gradient", self.gradient, GATHERINGS)
        one_of("optimizer", self.optimizer, OPTIMIZERS)
        one_of("root", self.root, ROOTS)
        if self.clipping:
            one_of("clipping", self.clipping, CLIPPINGS)
        if OPTIMIZERS[self.optimizer].decays:
            object.__setattr__(self, "weight_decay", True)
        one_of("schedule", self.schedule, SCHEDULES)
        self._check_step()
        self._check_sums()
        self._check_columns()

    def _check_layers(self) -> None:
        """Check layers, their activations and the error, and set what follows from them."""
        if self.stack:
            self._set_sizes()
        if len(self.layers) < FEWEST_LAYERS or min(self.layers) < 1:
            raise InputError(f"layers: got {list(self.layers)}, takes two layers or more")
        count = len(self.layers) - 1
        if not self.activations:
            object.__setattr__(self, "activations", ("sigmoid",) * count)
        if len(self.activations) != count:
            raise InputError(
                f"activations: got {len(self.activations)}, layers {list(self.layers)} take "
                f"{count}, one for each layer after the inputs"
            )
        one_of("bias", self.bias, BIASES)
        named = bool(self.stack)
        if not self.stack:
            self._set_dense()
        self._check_activations(named=named)
        _one_of_or_formula("error", self.error, ERRORS, ("t", "n", "a"))
        self._check_last_layer()
        needed = error(self.error).needs
        output = self.activations[-1]
        if needed and output != needed:
            raise InputError(
                f"error: {self.error!r} goes with {needed!r} on the output, not with {output!r}"
            )

    def _check_activations(self, *, named: bool) -> None:
        """Check that the activations exist; pooling has none.

        Args:
            named: whether each layer has a table of its own, which says its activation.
        """
        last = len(self.activations)
        for number, name in enumerate(self.activations, start=1):
            key = f"layer {number}: activation" if named else "activations"
            also = "" if number == last else f"; {SOFTMAX} on the output layer only"
            known = (*ACTIVATIONS, SOFTMAX) if number == last else tuple(ACTIVATIONS)
            if name or not named:
                _one_of_or_formula(key, name, known, ("z",), also)

    def _set_dense(self) -> None:
        """The layers that the short form stands for."""
        sizes = zip(self.layers[1:], self.activations, strict=True)
        stack = (Dense(activation, neurons=size, bias=self.bias) for size, activation in sizes)
        object.__setattr__(self, "stack", tuple(stack))
        object.__setattr__(self, "input", self.layers[:1])

    def _set_sizes(self) -> None:
        """How many signals the layers have, and their activations."""
        shapes = [self.input]
        for number, layer in enumerate(self.stack, start=1):
            try:
                shapes.append(layer.shape(shapes[-1]))
            except InputError as error:
                raise InputError(f"layer {number}: {error}") from None
            if layer.residual:
                _check_residual(number, layer, shapes)
        object.__setattr__(self, "layers", tuple(map(prod, shapes)))
        object.__setattr__(self, "activations", tuple(layer.activation for layer in self.stack))

    @property
    def shapes(self) -> Iterator[tuple[Layer, Shape]]:
        """Each layer with the shape of the signals that it takes."""
        shape = self.input
        for layer in self.stack:
            yield layer, shape
            shape = layer.shape(shape)

    def _check_step(self) -> None:
        """Check that the samples of an epoch make whole steps."""
        if self.batch_size and self.update != "batch":
            raise InputError(f'batch_size: goes with update = "batch", not with "{self.update}"')
        if self.batch_size and self.samples % self.batch_size:
            raise InputError(
                f"batch_size: got {self.batch_size}, takes a number by which "
                f"{counted(self.samples, 'sample')} can be divided"
            )

    def _check_last_layer(self) -> None:
        """Check that a layer can be trained, and that no output is dropped."""
        if not self.weights:
            raise InputError("layer: no layer has weights, so there is nothing to train")
        last = [layer for layer in self.stack if layer.letter][-1]
        if last.random:
            raise InputError(f"layer: {last.kind} comes last, and would drop outputs")

    def _check_sums(self) -> None:
        """Check that penalties exist, and that a cell can hold their sums and that of a norm."""
        summed = bool(self.clipping and CLIPPINGS[self.clipping].norm)
        if summed and self.update == "sequential":
            raise InputError(
                f"{self.clipping}: takes all gradients at once, so it does not go with "
                'update = "sequential"; clip_value does'
            )
        if summed and self.weights + self.biases > MOST_PENALISED:
            raise InputError(
                f"{self.clipping}: {self.weights + self.biases:,} weights and biases do not fit in "
                f"the one formula of a norm, but {MOST_PENALISED} do; clip_value takes any number"
            )
        for penalty in self.penalties:
            one_of("penalties", penalty, PENALTIES)
        if self.penalties and self.weights > MOST_PENALISED:
            raise InputError(
                f"{self.penalties[0]}: {self.weights:,} weights do not fit in the one formula of "
                f"a penalty, but {MOST_PENALISED} do; weight_decay in [optimizer] takes any number"
            )

    def _check_columns(self) -> None:
        """Check that the columns exist, and put them in one order."""
        for name in self.columns:
            one_of("columns", name, COLUMNS)
        if "accuracy" in self.columns and self.written:
            raise InputError(NO_OUTPUTS)
        if "sum" in self.columns and self.rows == 1:
            raise InputError(f"columns: sum adds up an epoch's samples; of one, it is {TOTAL}")
        chosen = tuple(name for name in COLUMNS if name in self.columns and name != "accuracy")
        object.__setattr__(self, "columns", chosen)

    @property
    def together(self) -> int:
        """How many outputs a softmax goes over: those of a step, or all."""
        *_, (last, before) = self.shapes
        shape = last.shape(before)
        return shape[-1] if len(shape) == STEPS else prod(shape)

    def shares(self, targets: Sequence[T]) -> list[Sequence[T]]:
        """The targets of a sample that have to add up to 1, together: those of each softmax."""
        if self.error != "cross-entropy":
            return []
        size = self.together  # each step has a softmax of its own
        return [targets[first : first + size] for first in range(0, len(targets), size)]

    @property
    def weights(self) -> int:
        """The number of weights, or of the numbers that formulas of one's own train."""
        if self.written:
            return len(self.written.trained)
        return sum(layer.weights(before) for layer, before in self.shapes)

    @property
    def biases(self) -> int:
        """The number of biases."""
        return sum(layer.biases(before) for layer, before in self.shapes)

    @property
    def scheduled(self) -> bool:
        """Whether the learning rate changes from epoch to epoch."""
        return self.schedule != "constant" or self.warmup

    @property
    def _step(self) -> int:
        """The number of samples that each update of the weights uses."""
        return self.batch_size or self.samples if self.update == "batch" else 1

    @property
    def abreast(self) -> int:
        """The number of samples that stand side by side in a row.

        It is 1, unless a layer takes the signals of all samples of a step at once. A row is then a
        step, so that each of its numbers follows from the same row and the row above.
        """
        return self._step if any(layer.of_all_samples for layer in self.stack) else 1

    @property
    def rows(self) -> int:
        """The number of rows of an epoch."""
        return self.samples // self.abreast

    @property
    def step(self) -> int:
        """The number of rows that each update of the weights uses."""
        return self._step // self.abreast

    def named(self, name: str, sample: int) -> str:
        """What a quantity of one of the samples of a row is called."""
        return of_sample(name, sample) if self.abreast > 1 else name

    def of_each_sample(self, names: Sequence[str]) -> list[str]:
        """What the quantities of all samples of a row are called, sample by sample."""
        samples = range(1, self.abreast + 1)
        return [self.named(name, sample) for sample in samples for name in names]

    @property
    def placed(self) -> tuple["Placed", ...]:
        """The layers after the inputs, each with how its names begin and its role."""
        numbering = Numbering()
        lettered = (number for number, layer in enumerate(self.stack) if layer.letter)
        last = max(lettered, default=0)
        return tuple(
            Placed(layer, OUTPUT, "output")
            if number == last
            else Placed(
                layer, numbering.prefix(layer.letter, numbered=layer.numbered(before)), "hidden"
            )
            for number, (layer, before) in enumerate(self.shapes)
        )

    @property
    def cells(self) -> dict[str, tuple[Setting, float]]:
        """The settings of layers that have a cell, each with its number."""
        return {
            name: setting
            for layer, prefix, _ in self.placed
            for name, setting in layer.settings(prefix).items()
        }

    @property
    def random(self) -> bool:
        """Whether each row has random numbers."""
        return any(layer.random for layer in self.stack)

    @property
    def predicts_otherwise(self) -> bool:
        """Whether the network predicts in another way than it learns."""
        return any(layer.predicting() != layer for layer in self.stack)


def _check_residual(number: int, layer: Layer, shapes: Sequence[Shape]) -> None:
    """Check that there are signals so far back, and that they can be added."""
    back, where = layer.residual, f"layer {number}: residual"
    if back > number:
        raise InputError(f"{where}: got {back}, takes at most {number}: so far back are the inputs")
    if layer.activation == SOFTMAX:
        raise InputError(f"{where}: not with {SOFTMAX}, whose outputs add up to 1")
    added, own = shapes[-1 - back], shapes[-1]
    if added != own:
        has, adds = (" × ".join(map(str, shape)) for shape in (own, added))
        raise InputError(f"{where}: adds signals of {adds} to its own of {has}, takes equal ones")


def _batches_meant(update: object) -> str:
    """The end of an error, where an update is a number of samples."""
    return f"; a step of {update} samples is batch_size = {update}" if type(update) is int else ""


def _one_of_or_formula(
    key: str,
    value: object,
    known: Mapping[str, object] | tuple[str, ...],
    over: tuple[str, ...],
    also: str = "",
) -> None:
    """Check that a value is one of the known names, or a formula over some names.

    Raises:
        InputError: it is neither.
    """
    if isinstance(value, str) and value not in known:
        near = did_you_mean(value, known)
        if formulas.is_meant(value, over, as_name=bool(near)):
            formulas.check(key, value, over)
            return
        also = f", or a formula over {formulas.listed(over)}{also}"
    one_of(key, value, known, also)


def one_of(
    key: str, value: object, known: Mapping[str, object] | tuple[str, ...], also: str = ""
) -> str:
    """Return a value after checking that it is one of the known names.

    Args:
        key: the key that has the value.
        value: the value.
        known: the known names.
        also: what else the key takes, for the error.

    Raises:
        InputError: it is not.
    """
    if not isinstance(value, str) or value not in known:
        taken = f"{', '.join(known)}{also}{did_you_mean(value, known)}"
        raise InputError(f"{key}: got {shown(value)}, takes {taken}")
    return value
