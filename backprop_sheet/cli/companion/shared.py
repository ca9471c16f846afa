"""What the companion's commands share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from backprop_sheet.cli.options import Name
from backprop_sheet.cli.reporting import naming
from backprop_sheet.errors import InputError
from backprop_sheet.mnist import INSTALL

if TYPE_CHECKING:
    from backprop_sheet.mnist.data import Digits

EXTRA = {"torch", "tqdm", "mlxtend"}
"""The packages that the companion needs."""
OUT_OF_MEMORY = ("DefaultCPUAllocator", "out of memory")
"""What PyTorch says when there is no more of it: on the CPU, and on the others."""


@contextmanager
def sparing(way: str) -> Iterator[None]:
    """If there is not enough memory, say what takes less."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        if isinstance(error, RuntimeError) and not any(w in str(error) for w in OUT_OF_MEMORY):
            raise
        raise InputError(f"out of memory: {way} takes less") from None


def needs_torch(command: Callable[..., int]) -> Callable[..., int]:
    """Say in one line how to install what a command lacks."""

    @wraps(command)
    def checked(*args: Any, **options: Any) -> int:
        try:
            return command(*args, **options)
        except ModuleNotFoundError as error:
            package = (error.name or "").partition(".")[0]
            if package not in EXTRA:
                raise
            raise InputError(f"the companion needs the package {package}: {INSTALL}") from None

    return checked


DATA = click.option(
    "--data",
    metavar="mnist|sample|DIR",
    type=Name(),
    help="Digits: MNIST, fetched once; 5,000 of them that need no network; or the folder of the "
    "four idx files, gzipped or not. [default: mnist]",
)
DEVICE = click.option(
    "--device",
    type=click.Choice(["auto", "cpu", "cuda", "mps"]),
    default="auto",
    show_default=True,
    help="What to compute on; auto takes the fastest that is here.",
)


def digits(source: str | None) -> Digits:
    """The digits that ``--data`` names."""
    from backprop_sheet.mnist.data import digits as named

    with naming("--data"):
        return named(source or "mnist")
