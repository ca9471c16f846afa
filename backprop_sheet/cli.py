"""The command line: parses, calls, reports; no logic of its own.

Only click and what click itself needs are imported here. What a command needs it imports when it
runs, so that help is quick.
"""

from __future__ import annotations

import gc
import math
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar

import click

from backprop_sheet import __version__
from backprop_sheet.errors import Diverged, InputError, LookError, WriteError, shown

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from backprop_sheet.network import Network

T = TypeVar("T")
Command = Callable[..., Any]

BAD_INPUT, DIVERGED, INTERRUPTED = 2, 3, 130
GARBAGE = 100_000
"""New objects after which garbage is looked for."""
WIDEST = 100
"""Columns that help takes at most."""
PATIENCE = 2.0
"""Seconds before a progress bar appears."""
EXIT_CODES = (
    "Exit codes: 0 done; 2 something given is wrong or a file cannot be written, and is left as it "
    "was; 3 a training left the range of numbers, what there is besides is written; "
    "130 interrupted."
)


class OneLineErrors(click.Group):
    """A group that reports every mistake in one line, and ends with the right exit code."""

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run the command line."""
        extra["standalone_mode"] = False
        try:
            code = super().main(*args, **extra)
            sys.stdout.flush()
        except click.ClickException as error:
            code = _say(error.format_message(), BAD_INPUT)
        except InputError as error:
            code = _say(str(error), BAD_INPUT)
        except click.Abort:
            code = _say("interrupted", INTERRUPTED)
        except BrokenPipeError:  # whoever read it has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            code = 0
        except MemoryError:
            code = _say("out of memory: ask for fewer epochs", BAD_INPUT)
        except OSError as error:
            code = _say(f"the output cannot be written: {error.strerror or error}", BAD_INPUT)
        sys.exit(code if isinstance(code, int) else 0)


def _say(message: str, code: int) -> int:
    """One line to those who watch: an error if the exit code says so, else a note."""
    kind = "Error" if code else "Note"
    click.echo(f"{kind}: {' '.join(message.split())}", err=True)
    return code


class Rate(click.ParamType):
    """A learning rate: a finite number above 0."""

    name = "float"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number."""
        rate = _finite(value)
        if rate is None or rate <= 0:
            self.fail(_wrong(value, "a finite number above 0, such as 0.5"), param, ctx)
        return rate


class Count(click.ParamType):
    """A whole number from 1 on."""

    name = "n"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number."""
        try:
            count = int(value)
        except ValueError:
            count = 0
        if count < 1:
            self.fail(_wrong(value, "a whole number from 1 on, such as 68"), param, ctx)
        return count


class Epoch(click.ParamType):
    """The number of an epoch, from 0 on."""

    name = "k"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number."""
        try:
            epoch = int(value)
        except ValueError:
            epoch = -1
        if epoch < 0:
            self.fail(_wrong(value, "the number of an epoch, from 0 on, such as 30"), param, ctx)
        return epoch


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
    """The name of a file or folder."""

    name = "path"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The name."""
        if not value:
            self.fail(_wrong(value, "the name of a file or folder"), param, ctx)
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
        click.option("--epochs", type=Count(), help="Number of epochs (the original's: 68)."),
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
    ]
    return _with_options(command, options)


def _with_options(command: Command, options: list[Command]) -> Command:
    for option in reversed(options):
        command = option(command)
    return command


def _width() -> int:
    """The columns of the terminal, up to `WIDEST`; click asks shutil, which is slow to load."""
    try:
        columns = int(os.environ.get("COLUMNS", "")) or WIDEST
    except ValueError:
        try:
            columns = os.get_terminal_size().columns
        except OSError:  # no terminal
            columns = 80
    return max(50, min(columns, WIDEST))


@click.group(
    cls=OneLineErrors,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "terminal_width": _width()},
    epilog=EXIT_CODES,
)
@click.version_option(__version__, prog_name="backprop-sheet")
@click.pass_context
def cli(context: click.Context) -> None:
    """Backpropagation, number by number, in a spreadsheet.

    \b
    Example:
      backprop-sheet run --lr 0.5
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@cli.command(epilog=EXIT_CODES)
@ONE_RATE
@training_options
@writing_options
def run(
    lr: float | None,
    epochs: int | None,
    numbers: tuple[tuple[str, float], ...],
    folder: str,
    no_plot: bool,
    look: str | None,
) -> int:
    """Train the network; write the workbook and its error curve.

    The workbook shows every intermediate of every epoch as a live formula with its value.

    \b
    Examples:
      backprop-sheet run --lr 0.5
      backprop-sheet run --lr 2 --epochs 100 --set w5=0.4 --set t1=0.01
    """
    from pathlib import Path

    from backprop_sheet.exporter import arrange, title, write_workbook

    network = _network(lr, numbers)
    with _naming("--epochs"):
        arrange(network, epochs or network.epochs)
    frame, broken = _trained(network, epochs)
    if not frame.empty:
        book = Path(folder) / f"backprop_lr{network.eta}.xlsx"
        with _naming("--look", LookError), _naming("--output", WriteError):
            write_workbook(network, frame, book, look=look, watch=watch)
            written = [(book, f"tab {title(network)}, {_counted(len(frame))}")]
            if not no_plot:
                from backprop_sheet.plotter import error_curve, save_figure

                curve = book.with_name(f"error_lr{network.eta}.png")
                save_figure(error_curve(frame, network.eta), curve)
                written.append((curve, "error curve"))
        _report(written)
        first, last = (frame["E_Total"].tolist()[epoch] for epoch in (0, -1))
        click.echo(f"E_Total {first} at epoch 0, {last} at epoch {len(frame) - 1}")
    return _explain(frame, broken)


@cli.command(epilog=EXIT_CODES)
@click.option(
    "--lr",
    "rates",
    type=Rate(),
    multiple=True,
    help="Learning rate η, above 0; once for each: --lr 0.5 --lr 1. [default: "
    + ", ".join(map(str, RATES))
    + "]",
)
@training_options
@writing_options
@click.option(
    "--threshold",
    type=Rate(),
    help="Error, above 0, of which to say when each rate falls under it. [default: 0.001]",
)
def compare(
    rates: tuple[float, ...],
    epochs: int | None,
    numbers: tuple[tuple[str, float], ...],
    folder: str,
    no_plot: bool,
    look: str | None,
    threshold: float | None,
) -> int:
    """Train at several learning rates; compare them in one workbook and one picture.

    The first tab drives the others: change a rate there and its tab, column and curve follow.

    \b
    Examples:
      backprop-sheet compare
      backprop-sheet compare --lr 0.5 --lr 5 --lr 50 --epochs 200
    """
    from pathlib import Path

    from backprop_sheet.exporter import MOST_RATES, arrange, write_comparison
    from backprop_sheet.tabulator import THRESHOLD, as_text, summarise

    chosen, left_out = _distinct(rates or RATES, MOST_RATES)
    network = _network(None, numbers)
    with _naming("--epochs"):
        arrange(network, epochs or network.epochs)
    trainings = []
    for eta in chosen:
        frame, broken = _trained(network.with_numbers(eta=eta), epochs)
        if broken is None:
            trainings.append((network.with_numbers(eta=eta), frame))
        else:
            left_out.append((DIVERGED, f"η = {eta} is left out: {broken}"))
    if trainings:
        frames = {trained.eta: frame for trained, frame in trainings}
        level = THRESHOLD if threshold is None else threshold
        book = Path(folder) / "backprop_compare.xlsx"
        with _naming("--look", LookError), _naming("--output", WriteError):
            write_comparison(trainings, book, threshold=level, look=look, watch=watch)
            written = [(book, f"tab Compare and {len(trainings)} more")]
            if not no_plot:
                from backprop_sheet.plotter import save_comparison

                written += save_comparison(frames, book.parent)
        _report(written)
        click.echo(as_text(summarise(frames, level), level), nl=False)
    return max((_say(message, code) for code, message in left_out), default=0)


def _distinct(rates: tuple[float, ...], most: int) -> tuple[list[float], list[tuple[int, str]]]:
    """The rates to train at, each once, and a word for each that is not."""
    chosen = list(dict.fromkeys(rates))
    words = [
        (0, f"η = {eta} is named {rates.count(eta)} times: it gets one tab")
        for eta in chosen
        if rates.count(eta) > 1
    ]
    if chosen[most:]:
        word = f"{len(chosen)} learning rates: a workbook compares {most}, the rest is left out"
        words.append((0, word))
    return chosen[:most], words


@cli.command(epilog=EXIT_CODES)
@ONE_RATE
@training_options
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "json", "markdown"]),
    help="Format; the suffix of -o FILE decides when left out, else csv.",
)
@click.option(
    "-o",
    "--output",
    "target",
    metavar="FILE",
    type=Name(),
    help="File to write: .csv, .json, .md or .parquet. Without it the table is printed.",
)
def table(
    lr: float | None,
    epochs: int | None,
    numbers: tuple[tuple[str, float], ...],
    form: str | None,
    target: str | None,
) -> int:
    """Train the network; give its table with every digit.

    \b
    Examples:
      backprop-sheet table --lr 0.5 --epochs 3 --format markdown
      backprop-sheet table -o table.parquet
    """
    from backprop_sheet.tabulator import TEXTS, save_table

    frame, broken = _trained(_network(lr, numbers), epochs)
    if frame.empty:
        return _explain(frame, broken)
    if target is None:
        click.echo(TEXTS[form or "csv"](frame), nl=False)
    else:
        with _naming("--output"):
            click.echo(save_table(frame, target, form))
    return _explain(frame, broken)


ONE_EPOCH = click.option(
    "--epoch", type=Epoch(), default=0, show_default=True, help="Which epoch, counted from 0."
)


@cli.command(epilog=EXIT_CODES)
@ONE_EPOCH
@click.option(
    "--of",
    metavar="NAME",
    type=Name(),
    help="A quantity by its name in the sheet (w5, a_o1, ∂E/∂w1 or dE/dw1): only what leads to it.",
)
@ONE_RATE
@training_options
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "latex"]),
    help="Format; the suffix of -o FILE decides when left out (.md, .tex), else text.",
)
@click.option(
    "--digits", type=click.IntRange(1, 17), default=6, show_default=True, help="Digits of results."
)
@click.option(
    "-o",
    "--output",
    "target",
    metavar="FILE",
    type=Name(),
    help="File to write, instead of printing.",
)
def explain(
    epoch: int,
    of: str | None,
    lr: float | None,
    epochs: int | None,
    numbers: tuple[tuple[str, float], ...],
    form: str | None,
    digits: int,
    target: str | None,
) -> int:
    """Explain an epoch: every step in symbols, with the numbers put in, and its result.

    The numbers put in have as many digits as it takes to reach the printed result, so that each
    line can be checked by hand.

    \b
    Examples:
      backprop-sheet explain --epoch 30 --of w5
      backprop-sheet explain --epoch 30 --format latex -o epoch30.tex
    """
    from backprop_sheet.explainer import FORMATS, save_explanation
    from backprop_sheet.explainer import explain as explained

    network = _network(lr, numbers)
    _check_epoch(epoch, epochs or network.epochs)
    try:
        with _naming("--of"):
            explanation = explained(network, epoch, of)
    except Diverged as error:
        return _say(f"{error}; epoch {epoch} is never reached", DIVERGED)
    if target is None:
        click.echo(FORMATS[form or "text"](explanation, digits), nl=False)
    else:
        with _naming("--output"):
            click.echo(save_explanation(explanation, target, form, digits))
    return 0


@cli.command(epilog=EXIT_CODES)
@ONE_EPOCH
@ONE_RATE
@training_options
@click.option(
    "-o",
    "--output",
    "target",
    metavar="FILE",
    type=Name(),
    help="File to write: .png, .svg, .pdf [default: outputs/network_epoch0.png].",
)
def draw(
    epoch: int,
    lr: float | None,
    epochs: int | None,
    numbers: tuple[tuple[str, float], ...],
    target: str | None,
) -> int:
    """Draw the network in an epoch: nodes with values, arrows with weights and gradients.

    \b
    Examples:
      backprop-sheet draw
      backprop-sheet draw --epoch 30 --lr 0.5 -o network.svg
    """
    from backprop_sheet.plotter import network_drawing, save_figure

    network = _network(lr, numbers)
    _check_epoch(epoch, epochs or network.epochs)
    try:
        figure = network_drawing(network, epoch)
    except Diverged as error:
        return _say(f"{error}; epoch {epoch} is never reached", DIVERGED)
    with _naming("--output"):
        click.echo(save_figure(figure, target or f"outputs/network_epoch{epoch}.png"))
    return 0


def _check_epoch(epoch: int, epochs: int) -> None:
    """Refuse an epoch that the sheet would not have."""
    if epoch >= epochs:
        mistake = f"got {epoch}, takes 0 to {epochs - 1}; --epochs gives a longer training"
        raise click.BadParameter(mistake, param_hint="'--epoch'")


def _network(lr: float | None, numbers: tuple[tuple[str, float], ...]) -> Network:
    """The original network with the numbers asked for."""
    from backprop_sheet.network import RATE, load

    network = load()
    names = [name for name, _ in numbers]
    with _naming("--set"):
        if RATE in names:
            raise InputError("the learning rate is given by --lr")
        for name in names:
            if name not in network.given:
                known = ", ".join(n for n in network.given if n != RATE)
                raise InputError(f"{shown(name)} is no given number; there are {known}")
            if names.count(name) > 1:
                raise InputError(f"{shown(name)} is set more than once")
        network = network.with_numbers(**dict(numbers))
    return network if lr is None else network.with_numbers(eta=lr)


def _trained(network: Network, epochs: int | None) -> tuple[pd.DataFrame, Diverged | None]:
    """The table, and what broke the training off if anything did."""
    from backprop_sheet.tabulator import tabulate

    try:
        return tabulate(network, epochs, watch=watch), None
    except Diverged as error:
        return error.frame, error


def _report(written: list[tuple[Path, str]]) -> None:
    width = max(len(str(path)) for path, _ in written)
    for path, what in written:
        click.echo(f"{path!s:<{width}}  {what}")


def _counted(epochs: int) -> str:
    return "1 epoch" if epochs == 1 else f"{epochs} epochs"


def _explain(frame: pd.DataFrame, broken: Diverged | None) -> int:
    """Say why a training ended early, and what is there all the same."""
    if broken is None:
        return 0
    last = len(frame) - 1
    kept = f"epochs 0 to {last} are written" if last > 0 else "epoch 0 is written"
    if frame.empty:
        kept = "nothing is written"
    return _say(f"{broken}; {kept}", DIVERGED)


@contextmanager
def _naming(option: str, mistake: type[InputError] = InputError) -> Iterator[None]:
    """Let a mistake name the option it came by."""
    try:
        yield
    except mistake as error:
        raise click.BadParameter(str(error), param_hint=f"'{option}'") from None


def watch(items: Iterable[T], total: int, task: str) -> Iterator[T]:
    """Pass items on; when that takes long and a person looks on, with a progress bar."""
    return _with_bar(items, total, task) if sys.stderr.isatty() else iter(items)


def _with_bar(items: Iterable[T], total: int, task: str) -> Iterator[T]:
    remaining, begin, done = iter(items), monotonic(), 0
    for item in remaining:
        yield item
        done += 1
        if monotonic() - begin > PATIENCE:
            break
    else:
        return
    with click.progressbar(
        remaining, length=total, label=task, file=sys.stderr, update_min_steps=total // 500
    ) as bar:
        bar.update(done)
        yield from bar


def main() -> None:
    """The command `backprop-sheet`."""
    # Importing pandas and matplotlib makes hundreds of thousands of objects, none of them garbage.
    # Looking through them as often as by default takes a seventh of the time of the imports.
    gc.set_threshold(GARBAGE)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")  # ∂ and η, wherever the output goes
    cli()
