"""The settings of a file: of its optimizer, its schedule and its penalties."""

from collections.abc import Mapping
from typing import Any

from backprop_sheet.errors import InputError, shown
from backprop_sheet.network.choices import (
    CLIPPINGS,
    OPTIMIZERS,
    SCHEDULES,
    WARMUP_SETTINGS,
    WEIGHT_DECAY_SETTINGS,
)
from backprop_sheet.network.declaration.updates import rate_name, settings_of
from backprop_sheet.network.design import Design, one_of
from backprop_sheet.network.file.keys import KEYS
from backprop_sheet.network.file.values import boolean, number_of, numbers_of
from backprop_sheet.network.hints import about_key, near


def choice_of(
    content: Mapping[str, Any], key: str, default: str, known: Mapping[str, Any]
) -> dict[str, Any]:
    """A choice with its settings. The file gives a name alone, or a table with a `name`."""
    value = content.get(key, default)
    if not isinstance(value, str | dict):
        raise InputError(f"{key}: got {shown(value)}, takes a name, or a table with one")
    table = {"name": value} if isinstance(value, str) else dict(value)
    if "name" not in table:
        raise InputError(f"{key}: no name; takes {', '.join(known)}")
    one_of(f"{key}.name", table["name"], known)
    return table


def root_of(name: str, settings: dict[str, Any]) -> str:
    """Where an optimizer adds ε; the key is taken out of its settings if there is a choice."""
    if not OPTIMIZERS[name].under:
        return "outside"
    inside = boolean(settings, "epsilon_inside", default=False)
    settings.pop("epsilon_inside", None)
    return "inside" if inside else "outside"


def clipping_of(optimizer: Mapping[str, Any]) -> str:
    """The setting that bounds gradients; empty if none is given."""
    given = [name for name in CLIPPINGS if name in optimizer]
    if len(given) > 1:
        raise InputError(f"optimizer: {' and '.join(given)}: give only one of them")
    return "".join(given)


def settings_in(
    design: Design,
    content: Mapping[str, Any],
    optimizer: dict[str, Any],
    schedule: dict[str, Any],
) -> dict[str, float]:
    """The numbers of the settings of optimizer, schedule and penalties."""
    taken = (*OPTIMIZERS[design.optimizer].settings, *WEIGHT_DECAY_SETTINGS, *CLIPPINGS)
    _refuse_settings("optimizer", design.optimizer, optimizer, taken)
    known = (*SCHEDULES[design.schedule].settings, *WARMUP_SETTINGS)
    _refuse_settings("schedule", design.schedule, schedule, known)
    found = {**optimizer, **schedule, **{key: content[key] for key in design.penalties}}
    found |= {name: number for name, (_, number) in design.cells.items()}
    if design.rates:
        size = len(design.layers) - 1
        why = f"layers {list(design.layers)} take {size}, one for each layer after the inputs"
        rates = numbers_of("rates", content["rates"], size, why)
        found |= {rate_name(layer): rate for layer, rate in enumerate(rates, start=1)}
    tables = dict.fromkeys(taken, "optimizer.") | dict.fromkeys(known, "schedule.")
    settings = {}
    for key, setting in settings_of(design).items():
        where = f"{tables.get(key, '')}{key}"
        value = found.get(key, setting.default)
        if value is None:
            number = setting.range.example
            example = f'schedule = {{ name = "{design.schedule}", {key} = {number:g} }}'
            raise InputError(f"{where}: schedule {design.schedule!r} needs a number: {example}")
        settings[key] = number_of(where, value)
        if not setting.range.holds(settings[key]):
            raise InputError(f"{where}: got {shown(value)}, takes {setting.range.words}")
    return settings


def _refuse_settings(
    table: str, choice: str, found: Mapping[str, Any], known: tuple[str, ...]
) -> None:
    """Refuse a setting that the chosen optimizer or schedule does not have."""
    for key in found:
        if key in known:
            continue
        if key in KEYS:
            raise InputError(f"{table}: {key} is not one of its settings: write it above [{table}]")
        hint = near(key, known)
        if not hint:
            hint = f"; {choice} takes {', '.join(known) or 'no settings'}{about_key(key)}"
        raise InputError(f"{table}: unknown key {shown(key)}{hint}")
