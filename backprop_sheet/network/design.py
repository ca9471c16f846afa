"""The choices that make a network, without its numbers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import prod

from backprop_sheet.errors import InputError, shown
from backprop_sheet.network.choices import ACTIVATIONS, ERRORS, OPTIMIZERS, SCHEDULES, SOFTMAX
from backprop_sheet.network.hints import did_you_mean
from backprop_sheet.network.layers import Dense, Layer
from backprop_sheet.network.layers.base import Shape

BIASES = ("none", "layer", "neuron")
UPDATES = ("online", "batch")
FEWEST_LAYERS = 2
"""Inputs and outputs; hidden layers are optional."""


@dataclass(frozen=True)
class Design:
    """The choices that make a network; the defaults are the original's.

    Attributes:
        layers: how many signals there are in each layer, the inputs first.
        activations: the activation of each layer after the inputs.
        error: the error function of an output.
        bias: ``none``, one for each ``layer``, or one for each ``neuron``.
        train_bias: whether biases are trained.
        update: ``online`` updates the weights after each sample, ``batch`` once an epoch by the
            mean gradient.
        samples: the number of samples.
        optimizer: the rule that updates the weights.
        schedule: how the learning rate changes over the epochs.
        warmup: whether the learning rate rises over the first epochs.
        input: the shape of the inputs: so many, or channels, rows and columns.
        stack: the layers after the inputs. Without them, `layers`, `activations` and `bias` say
            which dense ones there are.
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

    def __post_init__(self) -> None:
        """Check that the choices exist and fit together.

        Raises:
            InputError: a choice is unknown, or two do not fit together.
        """
        for name in ("layers", "activations", "input", "stack"):  # lists could be changed
            object.__setattr__(self, name, tuple(getattr(self, name)))
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
        if not self.stack:
            self._set_dense()
        *hidden, output = self.activations
        for name in filter(None, hidden):
            one_of("activations", name, ACTIVATIONS, f"; {SOFTMAX} on the output layer only")
        if output:
            one_of("activations", output, (*ACTIVATIONS, SOFTMAX))
        one_of("error", self.error, ERRORS)
        one_of("update", self.update, UPDATES)
        one_of("optimizer", self.optimizer, OPTIMIZERS)
        one_of("schedule", self.schedule, SCHEDULES)
        needed = ERRORS[self.error].needs
        if needed and output != needed:
            raise InputError(
                f"error: {self.error!r} goes with {needed!r} on the output, not with {output!r}"
            )

    def _set_dense(self) -> None:
        """The layers that the short form stands for."""
        sizes = zip(self.layers[1:], self.activations, strict=True)
        stack = (Dense(activation, size, self.bias) for size, activation in sizes)
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
        object.__setattr__(self, "layers", tuple(map(prod, shapes)))
        object.__setattr__(self, "activations", tuple(layer.activation for layer in self.stack))

    @property
    def shapes(self) -> Iterator[tuple[Layer, Shape]]:
        """Each layer with the shape of the signals that it takes."""
        shape = self.input
        for layer in self.stack:
            yield layer, shape
            shape = layer.shape(shape)

    @property
    def weights(self) -> int:
        """The number of weights."""
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
    def step(self) -> int:
        """The number of samples that each update of the weights uses."""
        return self.samples if self.update == "batch" else 1


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
