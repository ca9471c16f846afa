"""The options that commands share, in the groups in which commands take them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import click

from backprop_sheet.cli.groups import option
from backprop_sheet.cli.reporting import be_quiet, blamed_on, note
from backprop_sheet.cli.values import (
    Assignment,
    FileToWrite,
    FolderToWrite,
    Names,
    Positive,
    ToRead,
    Whole,
    keep,
    known,
)
from backprop_sheet.errors import InputError, shown
from backprop_sheet.interrupt import at_once

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from backprop_sheet.checker.asked import Asked
    from backprop_sheet.network import Network

OTHER_KINDS = frozenset(
    [".toml", ".py", ".ipynb", ".docx", ".pptx", ".pdf", ".png", ".jpg", ".svg", ".zip", ".pt"]
)
"""Suffixes of files that no text is written to, whatever its format."""
JOBS: dict[str, Any] = {
    "type": Whole("n", 1, 2),
    "help": "Number of processes that share the work. [default: one for each processor]",
}
FORCE: dict[str, Any] = {
    "is_flag": True,
    "help": "Replace a workbook that was edited after it was written, and a file that seems open "
    "elsewhere.",
}

THRESHOLD = click.option(
    "--threshold",
    type=Positive(),
    help="Error, above 0, of which to say when each rate falls under it. [default: 0.001, or the "
    "next power of 10 that some rate falls under]",
)


def _hush(context: click.Context, _: click.Parameter, asked: bool) -> None:
    if asked:
        be_quiet(context)


QUIET = click.option(
    "-q",
    "--quiet",
    is_flag=True,
    is_eager=True,  # before the others, some of which have something to say
    expose_value=False,
    callback=_hush,
    help="Print only what was asked for, and errors: no files written, no notes, no progress.",
)
"""The option of every command that says what it does."""


def _single(context: click.Context, parameter: click.Parameter, rates: tuple[float, ...]) -> Any:
    """One learning rate, or none."""
    if len(rates) > 1:
        mistake = f"given {len(rates)} times, takes one; `compare` takes several"
        raise click.BadParameter(mistake, context, parameter)
    return rates[0] if rates else None


@dataclass(frozen=True)
class OneRate:
    """The learning rate; None for the network's own."""

    lr: float | None = option(
        "--lr",
        type=Positive(),
        multiple=True,
        callback=_single,
        help="Learning rate η, above 0 (the original's: 1).",
    )


@dataclass(frozen=True)
class NetworkChoice:
    """Which network; None for the original."""

    name: str | None = option(
        "--network",
        metavar="NAME|FILE",
        type=ToRead(),
        shell_complete=known("templates", files=True),
        help="The network: a template (see `templates`) or a TOML file (the original).",
    )

    def network(self) -> Network:
        """The network.

        Raises:
            click.BadParameter: there is none of that name, or its file is wrong.
        """
        from backprop_sheet.network.file import NetworkFile

        with at_once(), blamed_on("--network"):
            file = NetworkFile.read(self.name or "original")
            network = file.network()
        keep(*file.paths)
        for remark in file.remarks:
            note(remark)
        return network


@dataclass(frozen=True)
class Training(NetworkChoice):
    """A network, the numbers given to it, and how long it is trained."""

    epochs: int | None = option(
        "--epochs", type=Whole("n", 1, 68), help="Number of epochs (the original's: 68)."
    )
    numbers: tuple[tuple[str, float], ...] = option(
        "--set",
        type=Assignment(),
        shell_complete=known("numbers"),
        multiple=True,
        help="A given number by its name in the sheet: --set w5=0.4. May be repeated.",
    )

    def network(self) -> Network:
        """The network with its numbers, at its own learning rate.

        Raises:
            click.BadParameter: there is no such network, or no such number in it.
        """
        network = self.unset()
        with at_once(), blamed_on("--set"):
            _check_names(network, [name for name, _ in self.numbers])
            return network.with_numbers(**dict(self.numbers))

    def unset(self) -> Network:
        """The network without the numbers of --set."""
        return super().network()


@dataclass(frozen=True)
class TrainingFrom(Training):
    """A training that may start from the numbers in somebody's workbook."""

    workbook: str | None = option(
        "--numbers",
        metavar="FILE.xlsx",
        type=ToRead(),
        help="A workbook of this network, right or wrong: train from its given numbers, at its "
        "learning rate. --set and --lr win.",
    )

    rate: ClassVar[str] = "the learning rates are those of --lr"
    """What is said of a workbook's learning rate that is not taken."""

    @property
    def takes_rate(self) -> bool:
        """Whether the training is at the workbook's learning rate."""
        return False

    def unset(self) -> Network:
        """The network with the numbers of the workbook, and its learning rate if it takes one.

        Raises:
            click.BadParameter: the workbook cannot be read, or has no table of this network.
        """
        network = super().unset()
        if self.workbook is None:
            return network
        from pathlib import Path

        from backprop_sheet.checker.numbers import found_in
        from backprop_sheet.network import RATE

        with at_once(), blamed_on("--numbers"):
            found = found_in(Path(self.workbook), network)
            numbers = {n: x for n, x in found.numbers.items() if n != RATE or self.takes_rate}
            network = network.with_numbers(**numbers)
        rate = "" if self.takes_rate else f"; {self.rate}"
        note(f"numbers from {self.workbook} · {found.remark(rate=self.takes_rate)}{rate}")
        return network


@dataclass(frozen=True)
class TrainingAtOneRate(TrainingFrom, OneRate):
    """A training at one learning rate, which comes first in the help."""

    rate: ClassVar[str] = "the learning rate is that of --lr"

    @property
    def takes_rate(self) -> bool:
        """Whether the workbook's learning rate is taken: unless --lr gives another."""
        return self.lr is None

    def network(self) -> Network:
        """The network with its numbers and its learning rate.

        Raises:
            click.BadParameter: as for `Training`.
        """
        network = super().network()
        return network if self.lr is None else network.with_numbers(eta=self.lr)


@dataclass(frozen=True)
class AskedFor(Training, OneRate):
    """The network that tables are of, and what an assignment asks of them."""

    def asked(self, network: Network) -> Asked | None:
        """What is asked for; None if that is nothing.

        Numbers of a network that the command line names are asked for as those of --set are.
        """
        from backprop_sheet.checker.asked import Asked

        if self.lr is None and self.epochs is None and not self.numbers:
            return None
        if self.name:
            return Asked.of(network, self.lr, self.epochs)
        return Asked(self.lr, dict(self.numbers), self.epochs)


@dataclass(frozen=True)
class MoreColumns:
    """The columns that a table has only if asked for."""

    columns: tuple[str, ...] = option(
        "--columns",
        type=Names(),
        shell_complete=known("columns"),
        default=(),
        help="More columns: accuracy, deltas (the error's partial for each weighted sum), "
        "partials (all of them), sum (of an epoch's errors); several with commas.",
    )

    def added_to(self, network: Network) -> Network:
        """The network with these columns.

        Raises:
            click.BadParameter: there are no such columns, or the network cannot have them.
        """
        if not self.columns:
            return network
        with at_once(), blamed_on("--columns"):
            return network.with_columns(*self.columns)


def _check_names(network: Network, names: list[str]) -> None:
    """Refuse a number that the network is not given, or that is set twice."""
    from backprop_sheet.network import RATE, Kind
    from backprop_sheet.network.hints import KEYS, RATE_HINT, near

    for name in names:
        if name == RATE or KEYS.get(name.lower()) == RATE_HINT:
            raise InputError(f"{shown(name)}: the learning rate is given by --lr")
        if name not in network.given:
            others = (RATE, *network.named(Kind.COUNTER))
            known = [given for given in network.given if given not in others]
            hint = near(name, known) if name.lower() in known else f"; there are {', '.join(known)}"
            raise InputError(f"{shown(name)} is not a given number{hint}")
        if names.count(name) > 1:
            raise InputError(f"{shown(name)} is set more than once")


@dataclass(frozen=True)
class Moment:
    """One row of a training: an epoch, and one of its samples; None for the network's choice."""

    epoch: int = option(
        "--epoch",
        type=Whole("k", 0, 30),
        default=0,
        show_default=True,
        help="Which epoch, counted from 0.",
    )
    sample: int | None = option(
        "--sample",
        type=Whole("k", 1, 2),
        default=None,
        show_default=True,
        help="Which sample of the epoch, counted from 1, where there are several. [default: the "
        "first with the fewest inputs that are 0]",
    )

    def check(self, network: Network, epochs: int | None) -> None:
        """Refuse a row that the sheet would not have.

        Raises:
            click.BadParameter: it would not.
        """
        last, samples = (epochs or network.epochs) - 1, len(network.samples)
        if self.epoch > last:
            mistake = f"got {self.epoch}, takes 0 to {last}; --epochs gives a longer training"
            raise click.BadParameter(mistake, param_hint="'--epoch'")
        if self.sample is not None and self.sample > samples:
            taken = f"takes 1 to {samples}" if samples > 1 else "there is one sample only"
            mistake = f"got {self.sample}, {taken}"
            raise click.BadParameter(mistake, param_hint="'--sample'")


@dataclass(frozen=True)
class OneFile:
    """The file that is written; None to print instead."""

    path: str | None = option(
        "-o",
        "--output",
        metavar="FILE",
        type=FileToWrite(),
        help="File to write, instead of printing.",
    )
    force: bool = option("--force", **FORCE)

    def check(self, suffixes: Iterable[str], form: str | None = None) -> None:
        """Refuse a file that could not be written, before anything is computed for it.

        Args:
            suffixes: those that say what to write.
            form: the format, if the command line names one; then any other suffix will do that is
                not plainly that of another kind of file.

        Raises:
            click.BadParameter: it could not.
        """
        if self.path is None:
            return
        from pathlib import Path

        from backprop_sheet.files import WORKBOOKS, check_target
        from backprop_sheet.ooxml.seal import check_workbook

        path, taken = Path(self.path), [suffix for suffix in suffixes if suffix]
        suffix = path.suffix.lower()
        with blamed_on("--output"):
            if suffix not in suffixes and (form is None or suffix in OTHER_KINDS):
                hint = "; or name a --format" if _takes("--format") and form is None else ""
                if suffix in WORKBOOKS:
                    marked = "--annotate writes marked workbooks"
                    other = "`run` and `compare` write workbooks"
                    hint = f"; {marked if _takes('--annotate') else other}"
                raise InputError(f"got {shown(self.path)}, takes {', '.join(taken)}{hint}")
            if suffix in WORKBOOKS and suffix in suffixes:
                check_workbook(path, force=self.force)
            else:
                check_target(path, force=self.force)


def _takes(option: str) -> bool:
    """Whether the command that runs has an option."""
    command = click.get_current_context().command
    return any(option in parameter.opts for parameter in command.params)


@dataclass(frozen=True)
class Folder:
    """The folder that files are written to."""

    folder: str = option(
        "-o",
        "--output",
        metavar="DIR",
        type=FolderToWrite(),
        default="outputs",
        show_default=True,
        help="Folder to write to; it is created if it does not exist.",
    )


@dataclass(frozen=True)
class Sheets:
    """Where and how a workbook and its pictures are written."""

    output: str = option(
        "-o",
        "--output",
        metavar="DIR|FILE.xlsx",
        type=FolderToWrite(".xlsx"),
        default="outputs",
        show_default=True,
        help="Folder to write to, or the workbook, with its pictures beside it; a folder is "
        "created if it does not exist.",
    )
    no_plot: bool = option("--no-plot", is_flag=True, help="Write the workbook only, no pictures.")
    look: str | None = option(
        "--look",
        metavar="FILE.xlsx",
        type=ToRead(),
        help="A workbook whose named cell styles to use; start from a copy of "
        "templates/classic.xlsx.",
    )
    force: bool = option("--force", **FORCE)

    def files(self, network: Network, what: str) -> tuple[Path, str]:
        """The path of the workbook, and how the names of the pictures beside it begin.

        Args:
            network: the network.
            what: what the workbook holds, for its name: ``lr0.5``, ``compare``.
        """
        from pathlib import Path

        path = Path(self.output)
        if path.suffix.lower() == ".xlsx" and not path.is_dir():
            return path, f"{path.stem}_"
        return path / f"{file_prefix(network, 'backprop')}{what}.xlsx", file_prefix(network)


def file_prefix(network: Network, original: str = "") -> str:
    """How the names of a network's files begin; the original's have names of their own."""
    name = original if network.name == "original" else network.name
    return f"{name}_" if name else ""
