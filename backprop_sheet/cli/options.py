"""The options that commands share, and what they take."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from backprop_sheet.cli.reporting import naming
from backprop_sheet.errors import InputError, shown

if TYPE_CHECKING:
    from backprop_sheet.network import Network

LARGEST = 10**12
"""The largest whole number that an option takes: more epochs than any disk holds."""
Command = Callable[..., Any]


class Rate(click.ParamType):
    """A learning rate: a finite number above 0, up to `most` if that is given."""

    name = "float"

    def __init__(self, example: float = 0.5, most: float = math.inf) -> None:
        """A kind of number, with an example for its error."""
        self._example, self._most = example, most

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number."""
        rate = _finite(value)
        if rate is None or not 0 < rate <= self._most:
            end = "" if math.isinf(self._most) else f", up to {self._most:g}"
            taken = f"a finite number above 0{end}, such as {self._example:g}"
            self.fail(_wrong(value, taken), param, ctx)
        return rate


class Fraction(click.ParamType):
    """A part of a whole: a number from 0 on, below 1."""

    name = "float"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number."""
        part = _finite(value)
        if part is None or not 0 <= part < 1:
            self.fail(_wrong(value, "a number from 0 on, below 1, such as 0.05"), param, ctx)
        return part


class Whole(click.ParamType):
    """A whole number from `first` on, up to `last` if that is given."""

    def __init__(self, name: str, first: int, example: int, last: int | None = None) -> None:
        """A kind of number, shown in help as `name`, with an example for its error."""
        self.name, self._first, self._example, self._last = name, first, example, last

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number."""
        try:
            number = int(value)
        except ValueError:
            number = self._first - 1
        if not self._first <= number <= (LARGEST if self._last is None else self._last):
            end = "on" if self._last is None else f"to {self._last}"
            taken = f"a whole number from {self._first} {end}, such as {self._example}"
            self.fail(_wrong(value, taken), param, ctx)
        return number


class Assignment(click.ParamType):
    """NAME=VALUE, the value a finite number."""

    name = "name=value"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The name and the number."""
        name, _, text = str(value).partition("=")
        number = _finite(text)
        if number is None:
            self.fail(_wrong(value, "NAME=VALUE with a finite number, such as w5=0.4"), param, ctx)
        return name.strip(), number


class Name(click.ParamType):
    """A name that is not empty: of a file, a folder, a quantity."""

    name = "name"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The name."""
        if not value:
            self.fail(_wrong(value, "a name"), param, ctx)
        return value


def _wrong(value: Any, taken: str) -> str:
    return f"got {shown(value)}, takes {taken}"


def _finite(text: Any) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _single(context: click.Context, option: click.Parameter, rates: tuple[float, ...]) -> Any:
    """One learning rate, or none."""
    if len(rates) > 1:
        mistake = f"given {len(rates)} times, takes one; `compare` takes several"
        raise click.BadParameter(mistake, context, option)
    return rates[0] if rates else None


ONE_RATE = click.option(
    "--lr",
    type=Rate(),
    multiple=True,
    callback=_single,
    help="Learning rate η, above 0 (the original's: 1).",
)
RATES = (0.1, 0.2, 0.5, 0.8, 1.0, 2.0)
"""The learning rates that the exercise compares."""


def training_options(command: Command) -> Command:
    """The options of every command that trains a network."""
    options = [
        click.option(
            "--network",
            "name",
            metavar="NAME|FILE",
            type=Name(),
            help="The network: a template (see `templates`) or a TOML file (the original).",
        ),
        click.option(
            "--epochs", type=Whole("n", 1, 68), help="Number of epochs (the original's: 68)."
        ),
        click.option(
            "--set",
            "numbers",
            type=Assignment(),
            multiple=True,
            help="A given number by its name in the sheet: --set w5=0.4. May be repeated.",
        ),
    ]
    return _with_options(command, options)


def writing_options(command: Command) -> Command:
    """The options of every command that writes workbooks and pictures into a folder."""
    options = [
        click.option(
            "--output",
            "folder",
            metavar="DIR",
            type=Name(),
            default="outputs",
            show_default=True,
            help="Folder to write to; it is made if it is not there.",
        ),
        click.option("--no-plot", is_flag=True, help="Write the workbook only, no pictures."),
        click.option(
            "--look",
            metavar="FILE.xlsx",
            type=Name(),
            help="A workbook whose named cell styles to use; start from a copy of "
            "templates/classic.xlsx.",
        ),
        FORCE,
    ]
    return _with_options(command, options)


def _with_options(command: Command, options: list[Command]) -> Command:
    for option in reversed(options):
        command = option(command)
    return command


ONE_EPOCH = click.option(
    "--epoch",
    type=Whole("k", 0, 30),
    default=0,
    show_default=True,
    help="Which epoch, counted from 0.",
)


FORCE = click.option(
    "--force",
    is_flag=True,
    help="Replace a workbook that somebody has changed, and a file that seems open elsewhere.",
)


def target_option(text: str) -> Command:
    """The option that names one file to write."""
    kind = Name()
    return click.option("-o", "--output", "target", metavar="FILE", type=kind, help=text)


ONE_SAMPLE = click.option(
    "--sample",
    type=Whole("k", 1, 2),
    default=1,
    show_default=True,
    help="Which sample of the epoch, counted from 1, where there are several.",
)


def network_of(
    name: str | None, lr: float | None, numbers: tuple[tuple[str, float], ...]
) -> Network:
    """The network asked for, the original if none is, with the numbers asked for."""
    from backprop_sheet.network import RATE, Kind, load

    with naming("--network"):
        network = load(name or "original")
    names = [key for key, _ in numbers]
    with naming("--set"):
        if RATE in names:
            raise InputError("the learning rate is given by --lr")
        for key in names:
            if key not in network.given:
                apart = (RATE, *network.named(Kind.COUNTER))
                known = ", ".join(n for n in network.given if n not in apart)
                raise InputError(f"{shown(key)} is no given number; there are {known}")
            if names.count(key) > 1:
                raise InputError(f"{shown(key)} is set more than once")
        network = network.with_numbers(**dict(numbers))
    return network if lr is None else network.with_numbers(eta=lr)


def check_sample(network: Network, sample: int) -> None:
    """Refuse a sample that the network does not have."""
    if sample > len(network.samples):
        mistake = f"got {sample}, takes 1 to {len(network.samples)}"
        raise click.BadParameter(mistake, param_hint="'--sample'")


def check_epoch(epoch: int, epochs: int) -> None:
    """Refuse an epoch that the sheet would not have."""
    if epoch >= epochs:
        mistake = f"got {epoch}, takes 0 to {epochs - 1}; --epochs gives a longer training"
        raise click.BadParameter(mistake, param_hint="'--epoch'")


def prefix(network: Network, original: str = "") -> str:
    """How the names of a network's files begin; the original's have names of their own."""
    name = original if network.name == "original" else network.name
    return f"{name}_" if name else ""
