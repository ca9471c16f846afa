"""The classes that a file's targets stand for, and the columns that it asks for."""

from collections.abc import Mapping, Sequence
from typing import Any

from backprop_sheet.errors import InputError, shown
from backprop_sheet.network.classes import TWO, Classes, found_in, taken_from
from backprop_sheet.network.file.values import boolean, numbers_of


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
    if isinstance(content.get("classes"), list):
        return _two_of(content["classes"], samples)
    if not boolean(content, "classes", default=True):
        if wanted:
            raise InputError("columns: accuracy takes classes, and classes = false says none")
        return ()
    return taken_from(samples)


def _two_of(numbers: list[Any], samples: Sequence[Mapping[str, float]]) -> Classes:
    """The two classes of one output by their numbers, whatever the targets are."""
    if sum(name.startswith("t") for name in samples[0]) > 1:
        raise InputError(
            f"classes: got {shown(numbers)}, but each of several outputs has a class of its own: "
            "write classes = true"
        )
    low, high = sorted(numbers_of("classes", numbers, TWO, "takes two: [0, 1]"))
    if low == high:
        raise InputError(f"classes: got {shown(numbers)}, takes two different numbers: [0, 1]")
    return low, high
