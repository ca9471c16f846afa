"""The commands about network files: templates, new."""

from __future__ import annotations

import click

from backprop_sheet.cli.colours import first_words
from backprop_sheet.cli.lazy import LazyGroup
from backprop_sheet.cli.options import QUIET
from backprop_sheet.cli.reporting import EXIT_CODES, echo, say
from backprop_sheet.cli.values import FileToWrite, ToRead, known
from backprop_sheet.errors import InputError


@click.group(
    cls=LazyGroup,
    homes={"show": ("networks", "Print a template.")},
    invoke_without_command=True,
    epilog=EXIT_CODES,
)
@click.pass_context
def templates(context: click.Context) -> None:
    """List the networks to start from, each with a line.

    \b
    Examples:
      backprop-sheet templates
      backprop-sheet templates show xor
    """
    if context.invoked_subcommand is None:
        from backprop_sheet.templates import known

        found = known()
        width = max(map(len, found))
        for name, line in found.items():
            echo(f"{name:<{width}}  {line}", first_words)


@click.command(epilog=EXIT_CODES)
@click.argument("name", type=ToRead(), shell_complete=known("templates"))
def show(name: str) -> None:
    """Print a template.

    \b
    Example:
      backprop-sheet templates show mazur
    """
    from backprop_sheet.templates import find

    echo(find(name).read_text(encoding="utf-8"), nl=False)


@click.command(epilog=EXIT_CODES)
@click.argument("target", metavar="FILE.toml", type=FileToWrite())
@click.option(
    "--from",
    "name",
    metavar="NAME",
    type=ToRead(),
    shell_complete=known("templates"),
    default="original",
    show_default=True,
    help="The template to copy.",
)
@QUIET
def new(target: str, name: str) -> None:
    """Copy a template to a file, to make a network of your own.

    \b
    Example:
      backprop-sheet new mine.toml --from xor
    """
    from pathlib import Path

    from backprop_sheet.templates import copy

    path = Path(target)
    if path.suffix.lower() != ".toml":
        raise InputError(f"{path}: a network's file ends in .toml, such as {path.stem}.toml")
    for written in copy(name, path):
        say(written)
