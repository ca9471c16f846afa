"""Reads the layers of a network file that are written one after the other, as ``[[layer]]``."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from backprop_sheet.errors import InputError, shown
from backprop_sheet.network.choices import FRACTION
from backprop_sheet.network.design import BIASES, one_of
from backprop_sheet.network.file.values import number_of, whole
from backprop_sheet.network.hints import near
from backprop_sheet.network.layers import KINDS, Layer
from backprop_sheet.network.layers.base import PICTURE, Shape

SHORT = ("layers", "activation", "activations", "bias")
"""Keys of dense networks, that layers written one by one have themselves."""
NONE = "none"
"""No activation: a unit then has its sum alone."""


def stack_of(content: Mapping[str, Any]) -> tuple[Shape, tuple[Layer, ...]]:
    """The shape of the inputs, and the layers after them.

    Raises:
        InputError: a key or value is wrong.
    """
    for key in SHORT:
        if key in content:
            raise InputError(f"{key}: not beside [[layer]], where each layer says it itself")
    tables = content["layer"]
    if isinstance(tables, list) and tables and all(type(size) is int for size in tables):
        raise InputError(f"layer: got {shown(tables)}; did you mean layers?")
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise InputError("layer: write [[layer]], in double brackets, above each layer")
    layers = tuple(_layer(f"layer {n}", table) for n, table in enumerate(tables, start=1))
    if not any(layer.letter for layer in layers):
        raise InputError(f"layer: no layer has outputs; takes {', '.join(KINDS)}")
    return _input(content), layers


def _input(content: Mapping[str, Any]) -> Shape:
    takes = "takes [n], [steps, n] or [channels, rows, columns] of pictures"
    if "input" not in content:
        raise InputError(f"input: missing; it says what the first layer gets: {takes}")
    value = content["input"]
    whole_ = isinstance(value, list) and all(type(size) is int and size > 0 for size in value)
    if not whole_ or not 1 <= len(value) <= PICTURE:
        raise InputError(f"input: got {shown(value)}, {takes}")
    return tuple(value)


def _layer(where: str, table: Mapping[str, Any]) -> Layer:
    if "kind" not in table:
        raise InputError(f"{where}: no kind; takes {', '.join(KINDS)}")
    kind = KINDS[one_of(f"{where}: kind", table["kind"], tuple(KINDS))]
    known = {one.name: one.type for one in fields(kind)}
    from_0 = {one.name for one in fields(kind) if one.default == 0}
    if not kind.activates:
        del known["activation"]
    settings = {key: value for key, value in table.items() if key != "kind"}
    if settings.get("activation") == NONE and kind.alone:
        settings["activation"] = ""
    for key, value in settings.items():
        if key not in known:
            takes = f"; {kind.kind} takes {', '.join(known)}"
            raise InputError(f"{where}: unknown key {shown(key)}{near(key, known) or takes}")
        settings[key] = _setting(f"{where}: {key}", value, known[key], first=int(key not in from_0))
    return kind(**settings)


def _setting(where: str, value: Any, type_: object, *, first: int) -> Any:
    key = where.rpartition(" ")[2]
    if key == "bias":
        return _bias(where, value, several=type_ is str)
    if type_ is bool:
        return _flag(where, value)
    if type_ is float:
        return _fraction(where, value)
    if type_ is int:
        return whole(where, value, first=first)
    if not isinstance(value, str):
        raise InputError(f"{where}: got {shown(value)}, takes a name")
    return value


def _fraction(where: str, value: Any) -> float:
    number = number_of(where, value)
    if not FRACTION.holds(number):
        raise InputError(f"{where}: got {shown(value)}, takes {FRACTION.words}")
    return number


def _flag(where: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise InputError(f"{where}: got {shown(value)}, takes true or false")
    return value


def _bias(where: str, value: Any, *, several: bool) -> Any:
    """Whether there are biases; a dense layer may also have a single one."""
    if isinstance(value, bool):
        return ("neuron" if value else "none") if several else value
    if several and value in BIASES:
        return value
    takes = f"true, false, {', '.join(BIASES)}" if several else "true or false"
    raise InputError(f"{where}: got {shown(value)}, takes {takes}")
