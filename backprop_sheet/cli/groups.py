"""Options that several commands share, declared once as the fields of a dataclass.

    @dataclass(frozen=True)
    class Training:
        epochs: int | None = option("--epochs", type=Whole("n", 1, 68), help="Number of epochs.")

    @click.command()
    @takes("training", Training)
    def run(training: Training) -> int: ...

A command takes the whole group as one argument. A new field is an option of every command that
takes the group, without a change to any of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import field, fields
from functools import wraps
from typing import Any

import click

Command = Callable[..., Any]


def option(*names: str, **settings: Any) -> Any:
    """A field that is an option, declared as `click.option` declares one."""
    return field(metadata={"names": names, "settings": settings})


def takes(argument: str, group: type, **changes: dict[str, Any]) -> Callable[[Command], Command]:
    """Give a command the options of a group, gathered in one argument.

    Args:
        argument: the argument's name.
        group: a dataclass whose fields are made by `option`.
        changes: settings that are others for this command, by the name of the field.
    """

    def decorate(command: Command) -> Command:
        @wraps(command)
        def gathering(**values: Any) -> Any:
            own = {one.name: values.pop(one.name) for one in fields(group)}
            return command(**{argument: group(**own)}, **values)

        for one in reversed(fields(group)):  # click reads decorators from the last to the first
            settings = one.metadata["settings"] | changes.get(one.name, {})
            click.option(*one.metadata["names"], one.name, **settings)(gathering)
        return gathering

    return decorate


def words(group: object) -> Iterator[str]:
    """The words of a command line that give the options of a group, without those left out.

    Args:
        group: an instance of a dataclass whose fields are made by `option`.
    """
    for one in fields(group):  # type: ignore[arg-type]  # any dataclass
        value, settings = getattr(group, one.name), one.metadata["settings"]
        if value in (None, (), False, settings.get("default")):
            continue
        several = isinstance(value, tuple) and settings.get("multiple")
        for each in value if several else (value,):
            yield one.metadata["names"][-1]
            pair = isinstance(each, tuple) and several
            yield f"{each[0]}={each[1]}" if pair else _word(each)


def _word(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
