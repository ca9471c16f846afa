"""What the writer of a command line meant: hints at the end of errors. Imported with an error."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from pathlib import Path

import click

from backprop_sheet.errors import shown
from backprop_sheet.files import FILES, WORKBOOKS

OPTIONS = {
    "--lr": ("--learning-rate", "--learningrate", "--eta", "--rate", "--alpha", "-l", "-r"),
    "--network": ("--net", "--model", "--toml", "--config", "--template", "--file", "-n"),
    "--epochs": ("--iterations", "--steps", "--rows", "-e"),
    "--epoch": ("--iteration", "--step", "-e"),
    "--set": ("--weights", "--weight", "--param", "-s"),
    "--output": ("--out", "--dir", "--folder", "--save", "--to"),
    "--annotate": ("--mark", "--marked", "--copies"),
    "--from": ("--template", "--network", "--copy"),
    "--look": ("--style", "--theme"),
    "--of": ("--quantity", "--weight"),
    "--format": ("--type", "-f", "--csv", "--json", "--markdown", "--md", "--latex", "--tex"),
    "--no-plot": ("--noplot", "--no-plots", "--no-picture"),
    "--batch-size": ("--batch", "-b"),
    "--force": ("--overwrite", "--yes", "-y"),
    "--version": ("-v", "--v", "--ver"),
}
"""What options are called elsewhere."""
VARIABLES = {
    "--no-color": "NO_COLOR=1 in the environment turns colours off",
    "--color": "colours come at a terminal; FORCE_COLOR=1 in the environment has them everywhere",
}
"""Variables of the environment that do what options do elsewhere."""
SPELLED = {"--no-colour": "--no-color", "--nocolor": "--no-color", "--colour": "--color"}
COMMANDS = {
    "run": ("train", "learn", "export", "excel", "sheet", "workbook", "start"),
    "compare": ("rates", "plot", "curve", "curves"),
    "table": ("csv", "json", "print", "numbers"),
    "explain": ("derive", "show", "steps"),
    "draw": ("diagram", "picture", "graph"),
    "check": ("test", "judge", "grade", "mark", "verify", "validate"),
    "templates": ("list", "networks", "examples"),
    "new": ("init", "create", "copy"),
}
"""What commands are called elsewhere."""


def with_hint(error: click.ClickException) -> str:
    """The text of an error, with a hint at what is meant."""
    if isinstance(error, click.NoSuchOption):
        return f"No such option {error.option_name}{_about_option(error)}"
    message = error.format_message()
    extra = re.fullmatch(r"Got unexpected extra arguments? \((.*)\)", message, re.DOTALL)
    if extra and isinstance(error, click.UsageError) and error.ctx:
        return f"{message}{_about_extra(extra[1].split(), error.ctx)}"
    return message


def _about_option(error: click.NoSuchOption) -> str:
    context = error.ctx
    if context is None:
        return ""
    options, name = _options(context), error.option_name.replace("_", "-").lower()
    if variable := VARIABLES.get(SPELLED.get(name, name)):
        return f"; {variable}"
    meant = [own for own, others in OPTIONS.items() if name in others and own in options]
    if near := meant or get_close_matches(name, options, 1, cutoff=0.7):
        return f"; did you mean {near[0]}?"
    if context.parent is None:
        return "; options stand after the command, as in run --lr 0.5"
    if options:
        return f"; there are {', '.join(options)}"
    home = _command_with(name, context)
    after = f"it stands after the command, as in {context.info_name} {home} {name}"
    return f"; {after if home else 'there is only --help'}"


def _command_with(option: str, context: click.Context) -> str:
    """The first command of a group that has an option; empty if none has."""
    group = context.command
    if isinstance(group, click.Group):
        for name in group.list_commands(context):
            command = group.get_command(context, name)
            if command and any(option in one.opts for one in command.params):
                return name
    return ""


def _about_extra(words: list[str], context: click.Context) -> str:
    """What words are meant for that no option and no argument takes."""
    options = _options(context)
    for option, fits, text in EXTRA:
        if words and option in options and fits(words[0]):
            return f"; {text.format(words[0])}"
    return ""


def _about_command(name: str, known: Iterable[str], context: click.Context) -> str:
    """What a command that does not exist is meant to be."""
    commands, root = list(known), context.parent is None
    if _is_network(name) and (root or context.info_name == "templates"):
        return f"; `templates show {name}` prints the network, `run --network {name}` trains it"
    if root and Path(name).suffix.lower() in WORKBOOKS:
        return f"; did you mean check {name}?"
    if root and name.lower() == "version":
        return "; did you mean --version?"
    meant = [own for own, others in COMMANDS.items() if name in others and own in commands]
    near = meant or get_close_matches(name.lower(), commands, 1)
    return f"; did you mean {near[0]}?" if near else f"; there are {', '.join(commands)}"


def no_such_command(name: str, known: Iterable[str], context: click.Context) -> click.UsageError:
    """The error of a command that does not exist."""
    return click.UsageError(f"No such command {shown(name)}{_about_command(name, known, context)}")


def _options(context: click.Context) -> list[str]:
    options = [one for one in context.command.params if isinstance(one, click.Option)]
    return [option.opts[-1] for option in options]


def _is_network(name: str) -> bool:
    from backprop_sheet.templates import known

    return Path(name).suffix.lower() == ".toml" or name in known()


EXTRA: tuple[tuple[str, Callable[[str], object], str], ...] = (
    (
        "--lr",
        re.compile(r"[\d.,]+(e-?\d+)?").fullmatch,
        "each rate has an --lr of its own: `compare --lr 0.5 --lr 1`",
    ),
    ("--set", lambda word: "=" in word, "a given number is set by --set {}"),
    ("--from", _is_network, "the template to copy is given by --from {}"),
    ("--network", _is_network, "a network is given by --network {}"),
    ("--output", lambda word: Path(word).suffix.lower() in FILES, "the output is given by -o {}"),
    ("--of", re.compile(r"\w+|[∂d]E/[∂d]\w+").fullmatch, "a quantity is given by --of {}"),
)
"""The option that a word without one is meant for, how such a word looks, and what to say."""
