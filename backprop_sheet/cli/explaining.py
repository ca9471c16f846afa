"""The commands that explain an epoch: explain, draw."""

from __future__ import annotations

import click

from backprop_sheet.cli.options import (
    FORCE,
    ONE_EPOCH,
    ONE_RATE,
    ONE_SAMPLE,
    Name,
    check_epoch,
    check_sample,
    network_of,
    prefix,
    target_option,
    training_options,
)
from backprop_sheet.cli.reporting import EXIT_CODES, check_output, echo, naming


@click.command(epilog=EXIT_CODES)
@ONE_EPOCH
@ONE_SAMPLE
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
@target_option("File to write, instead of printing.")
@FORCE
def explain(
    epoch: int,
    of: str | None,
    sample: int,
    lr: float | None,
    name: str | None,
    epochs: int | None,
    numbers: tuple[tuple[str, float], ...],
    form: str | None,
    digits: int,
    target: str | None,
    force: bool,
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

    check_output(target, force)
    network = network_of(name, lr, numbers)
    check_epoch(epoch, epochs or network.epochs)
    check_sample(network, sample)
    with naming("--of"):
        explanation = explained(network, epoch, of, sample)
    if target is None:
        echo(FORMATS[form or "text"](explanation, digits), nl=False)
    else:
        with naming("--output"):
            echo(save_explanation(explanation, target, form, digits))
    return 0


@click.command(epilog=EXIT_CODES)
@ONE_EPOCH
@ONE_SAMPLE
@ONE_RATE
@training_options
@target_option(
    "File to write: .png, .svg, .pdf [default: outputs/network_epoch0.png, by network and epoch]."
)
@FORCE
def draw(
    epoch: int,
    sample: int,
    lr: float | None,
    name: str | None,
    epochs: int | None,
    numbers: tuple[tuple[str, float], ...],
    target: str | None,
    force: bool,
) -> int:
    """Draw the network in an epoch: nodes with values, arrows with weights and gradients.

    \b
    Examples:
      backprop-sheet draw
      backprop-sheet draw --epoch 30 --lr 0.5 -o network.svg
    """
    from backprop_sheet.plotter.drawing import network_drawing
    from backprop_sheet.plotter.picture import save_figure

    network = network_of(name, lr, numbers)
    of = f"_sample{sample}" if len(network.samples) > 1 else ""
    target = target or f"outputs/{prefix(network)}network_epoch{epoch}{of}.png"
    check_output(target, force)
    check_epoch(epoch, epochs or network.epochs)
    check_sample(network, sample)
    figure = network_drawing(network, epoch, sample)
    with naming("--output"):
        echo(save_figure(figure, target))
    return 0
