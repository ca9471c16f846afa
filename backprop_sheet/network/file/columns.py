"""The classes that a file's targets stand for, and the columns that it asks for."""

from collections.abc import Mapping, Sequence
from typing import Any

from backprop_sheet.errors import InputError, shown
from backprop_sheet.network.classes import Classes, found_in, taken_from
from backprop_sheet.network.file.values import boolean


def columns_in(content: Mapping[str, Any]) -> tuple[str, ...]:
    """The columns that a file asks for.

    Raises:
        InputError: it does not give a list of names.
    """
    names = content.get("columns", [])
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise InputError(f'columns: got {shown(names)}, takes a list of names: ["deltas"]')
    return tuple(names)


def classes_in(content: Mapping[str, Any], samples: Sequence[Mapping[str, float]]) -> Classes:
    """The classes that the targets stand for: those they show, if the file does not say.

    Raises:
        InputError: the file says that they stand for classes, and they cannot; or it both asks for
            columns of classes and says that there are none.
    """
    wanted = "accuracy" in columns_in(content)
    if "classes" not in content and not wanted:
        return found_in(samples)
    if not boolean(content, "classes", default=True):
        if wanted:
            raise InputError("columns: accuracy takes classes, and classes = false says none")
        return ()
    return taken_from(samples)
