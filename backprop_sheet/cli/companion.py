"""The group of the companion's commands, which are loaded when one of them is asked for."""

from __future__ import annotations

import click

from backprop_sheet.cli.reporting import EXIT_CODES


class LazyGroup(click.Group):
    """A group whose commands stand in a module of their own: the program's help needs none."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The commands' names."""
        from backprop_sheet.cli.digits import COMMANDS

        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """A command by its name."""
        from backprop_sheet.cli.digits import COMMANDS

        return COMMANDS.get(cmd_name)


@click.group(cls=LazyGroup, invoke_without_command=True, epilog=EXIT_CODES)
@click.pass_context
def mnist(context: click.Context) -> None:
    """The companion: a network that learns to read digits.

    The same rule as in the sheet, for 18,594 weights instead of eight.

    \b
    Examples:
      backprop-sheet mnist train --data sample
      backprop-sheet mnist predict outputs/mnist/model.pt digit.png
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())
