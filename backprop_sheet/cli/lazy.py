"""Groups that import a command when it is asked for, so that their help imports none."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

Home = tuple[str, str]
"""The module in `backprop_sheet.cli` that holds a command, and what it does in one line of help."""

HELP = "help"
ABOUT_HELP = "Show the help of a command."


class LazyGroup(click.Group):
    """A group that knows its commands by name before it imports them."""

    def __init__(self, *args: Any, homes: Mapping[str, Home], **extra: Any) -> None:
        """Make a group from the homes of its commands, in the order of its help."""
        super().__init__(*args, **extra)
        self.homes = homes

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The commands' names."""
        return list(self.homes)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """A command by its name."""
        if cmd_name not in self.homes:
            return None
        module = import_module(f"backprop_sheet.cli.{self.homes[cmd_name][0]}")
        command: click.Command = getattr(module, cmd_name)
        return command

    @property
    def lines(self) -> dict[str, str]:
        """What each command does in one line of help; `help COMMAND`, which needs no home, too."""
        return {name: line for name, (_, line) in self.homes.items()} | {HELP: ABOUT_HELP}

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is asked for; `help COMMAND` is its help."""
        if ctx.resilient_parsing:  # a shell asks what may follow
            asked = args[1:] if args[0] == HELP else args
            return super().resolve_command(ctx, asked) if asked else (None, None, [])
        if args[0] == HELP:
            args = [*args[args[:2].count(HELP) :], "--help"]  # of help, there is no more to say
        if args == ["--help"]:
            click.echo(ctx.get_help())
            ctx.exit()
        if args[0] not in self.homes:
            from backprop_sheet.cli.hints import no_such_command

            raise no_such_command(args[0], self.homes, ctx)
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """What a shell offers: the commands, without importing any, and the options."""
        from click.shell_completion import CompletionItem

        return [
            *(
                CompletionItem(name, help=line)
                for name, line in self.lines.items()
                if name.startswith(incomplete)
            ),
            *click.Command.shell_complete(self, ctx, incomplete),
        ]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """The commands as the help lists them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self.lines.items()))
