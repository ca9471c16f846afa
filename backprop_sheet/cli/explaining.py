"""The commands that explain an epoch: explain, draw."""

from __future__ import annotations

import click

from backprop_sheet.cli.groups import takes
from backprop_sheet.cli.options import QUIET, Moment, OneFile, TrainingAtOneRate, file_prefix
from backprop_sheet.cli.reporting import EXIT_CODES, blamed_on, columns, echo, note, say
from backprop_sheet.cli.values import Name, known
from backprop_sheet.interrupt import at_once

PICTURES = (".png", ".svg", ".pdf", ".jpg", ".webp", ".tif", ".eps")
"""The kinds of picture that a drawing is written as."""
MANY_LINES, LONG_LINE = 500, 1000
"""How many lines, or characters of a line, are too many to read in a terminal."""
LONG, LESS, ELSEWHERE = (
    "{lines:,} lines, the longest of {longest:,} characters",
    "--of NAME prints only what leads to one quantity",
    "-o FILE writes them to a file",
)


@click.command(epilog=EXIT_CODES)
@takes("moment", Moment)
@click.option(
    "--of",
    metavar="NAME",
    type=Name(),
    shell_complete=known("quantities"),
    help="A quantity by its name in the sheet (w5, a_o1, ∂E/∂w1 or dE/dw1): only what leads to it.",
)
@takes("training", TrainingAtOneRate)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "latex"]),
    help="Format; the suffix of -o FILE decides when left out, else text.",
)
@click.option(
    "--digits", type=click.IntRange(1, 17), default=6, show_default=True, help="Digits of results."
)
@takes("target", OneFile, path={"help": "File to write, instead of printing: .txt, .md or .tex."})
@QUIET
def explain(
    moment: Moment,
    of: str | None,
    training: TrainingAtOneRate,
    form: str | None,
    digits: int,
    target: OneFile,
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
    from backprop_sheet.explainer.formats import SUFFIXES, as_text

    network = training.network()
    target.check(SUFFIXES, form)
    moment.check(network, training.epochs)
    with at_once(), blamed_on("--of"):
        explanation = explained(network, moment.epoch, of, moment.sample)
    if target.path is None:
        with at_once():
            if form in (None, "text"):
                text = as_text(explanation, digits, columns())
            else:
                text = FORMATS[form](explanation, digits)
        echo(text, nl=False)
        _note_length(list(map(len, text.splitlines())), ELSEWHERE if of else f"{LESS}, {ELSEWHERE}")
    else:
        with at_once(), blamed_on("--output"):
            written = save_explanation(explanation, target.path, form, digits)
        say(written)
    return 0


def _note_length(widths: list[int], advice: str) -> None:
    """Say how long a text is that is hardly read in a terminal, and what to do."""
    if len(widths) > MANY_LINES or max(widths) > LONG_LINE:
        note(f"{LONG.format(lines=len(widths), longest=max(widths))}; {advice}")


@click.command(epilog=EXIT_CODES)
@takes("moment", Moment)
@takes("training", TrainingAtOneRate)
@takes(
    "target",
    OneFile,
    path={
        "help": f"File to write: {', '.join(PICTURES)} [default: outputs/network_epoch0.png, by "
        "network and epoch]."
    },
)
@QUIET
def draw(moment: Moment, training: TrainingAtOneRate, target: OneFile) -> int:
    """Draw the network in an epoch: nodes with values, arrows with weights and gradients.

    \b
    Examples:
      backprop-sheet draw
      backprop-sheet draw --epoch 30 --lr 0.5 -o network.svg
    """
    from backprop_sheet.plotter.drawing import network_drawing
    from backprop_sheet.plotter.picture import save_figure

    network = training.network()
    sample = moment.sample or network.shown_sample
    of = f"_sample{sample}" if len(network.samples) > 1 else ""
    name = f"{file_prefix(network)}network_epoch{moment.epoch}{of}.png"
    target = OneFile(target.path or f"outputs/{name}", target.force)
    target.check(PICTURES)
    moment.check(network, training.epochs)
    with at_once():
        figure = network_drawing(network, moment.epoch, sample)
    with at_once(), blamed_on("--output"):
        written = save_figure(figure, str(target.path))
    say(written)
    return 0
