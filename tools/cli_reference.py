"""Writes docs/cli.md, the reference of the command line, from the commands themselves.

    python -m tools.cli_reference

Nothing of it depends on a terminal's width or on how a version of click lays help out.
"""

import re
from collections.abc import Iterator
from inspect import cleandoc
from pathlib import Path

import click

from backprop_sheet.cli import cli
from backprop_sheet.cli.reporting import EXIT_CODES

PAGE = Path(__file__).parent.parent / "docs" / "cli.md"
PAGES = {
    "run": "workbook.md",
    "compare": "compare.md",
    "table": "table.md",
    "explain": "explain.md",
    "draw": "explain.md",
    "page": "page.md",
    "report": "report.md",
    "check": "check.md",
    "exercise": "exercise.md",
    "mark": "marking.md",
    "templates": "networks.md",
    "templates show": "networks.md",
    "new": "networks.md",
    "mnist": "mnist.md",
    "mnist summary": "mnist.md",
    "mnist train": "mnist.md",
    "mnist report": "digits.md",
    "mnist compare": "mnist.md",
    "mnist evaluate": "mnist.md",
    "mnist predict": "mnist.md",
    "mnist look": "digits.md",
    "mnist sheet": "digits.md",
    "mnist page": "digits.md",
}
"""The page of the documentation that each command is explained on."""
HEAD = f"""# The command line

<!-- Made by `python -m tools.cli_reference` from the commands' help; change it there. -->

Every command with all its options, as `-h` or `backprop-sheet help COMMAND` shows them.
`backprop-sheet -V` prints the version. [At a terminal](terminal.md) tells how your shell
completes them, and what `--quiet` and `NO_COLOR` do. [What stays](stability.md) tells which of them
you can rely on.

{EXIT_CODES.replace(": ", " of every command except `check` and `mark`: ", 1)}
"""
EXAMPLES = re.compile(r"\x08\nExamples?:\n")
DEFAULT = re.compile(r"\s*\[default: (.*)\]")
"""A default that stands in an option's help."""


def main() -> None:
    """Write docs/cli.md."""
    PAGE.write_text(reference(), encoding="utf-8", newline="\n")


def reference() -> str:
    """The text of docs/cli.md."""
    return "\n".join([HEAD, *(section(name, command) for name, command in commands())])


def commands(group: click.Group = cli, before: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command with its full name, a group before its own commands."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command, "a group has the commands that it lists"
        yield before + name, command
        if isinstance(command, click.Group):
            yield from commands(command, f"{before}{name} ")


def section(name: str, command: click.Command) -> str:
    """The section of a command: usage, what it does, examples, options, exit codes of its own."""
    about, _, examples = cleandoc(command.help or "").partition("\b\n")
    options = [one for one in command.params if isinstance(one, click.Option)]
    page = PAGES[name]
    blocks = [
        f"## {name}",
        f"```text\n{usage(name, command)}\n```",
        re.sub(r"(?<=\S)\n(?=\S)", " ", about.strip()),
        f"```sh\n{cleandoc(examples.partition(':')[2])}\n```",
    ]
    if options:
        blocks.append(
            "| option | meaning | default |\n|---|---|---|\n" + "\n".join(map(row, options))
        )
    if command.epilog != EXIT_CODES:
        blocks.append(command.epilog or "")
    return "\n\n".join([*blocks, f"More: [{title(page)}]({page})."]) + "\n"


def usage(name: str, command: click.Command) -> str:
    """How a command is called."""
    arguments = [one for one in command.params if isinstance(one, click.Argument)]
    words = [f"backprop-sheet {name}"]
    words += ["[OPTIONS]"] if len(arguments) < len(command.params) else []
    words += [one.metavar or str(one.name).upper() for one in arguments]
    words += ["[COMMAND]"] if isinstance(command, click.Group) else []
    return " ".join(words)


def row(option: click.Option) -> str:
    """An option as a row of a table: its names with what it takes, its meaning, its default."""
    text = option.help or ""
    stated = DEFAULT.search(text)
    default = stated[1] if stated else str(option.default) if option.show_default else ""
    *short, long = option.opts
    names = ", ".join(f"`{name}`" for name in (*short, long + takes(option)))
    cells = (names, DEFAULT.sub("", text), default)
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"


def takes(option: click.Option) -> str:
    """What an option takes, after a space; nothing for a flag."""
    if option.is_flag:
        return ""
    if isinstance(option.type, click.IntRange):
        return f" {option.type.min}..{option.type.max}"
    if isinstance(option.type, click.Choice) and not option.metavar:
        return f" {'|'.join(option.type.choices)}"
    return f" {option.metavar or option.type.name.upper()}"


def title(page: str) -> str:
    """The heading of a page."""
    first, _ = (PAGE.parent / page).read_text(encoding="utf-8").split("\n", 1)
    return first.removeprefix("# ")


if __name__ == "__main__":
    main()
