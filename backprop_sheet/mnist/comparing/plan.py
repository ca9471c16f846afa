"""What a comparison trains: settings that differ in one thing, or in several, each with all seeds.

Knows nothing of digits, folders or processes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any, NamedTuple

from backprop_sheet.errors import InputError
from backprop_sheet.mnist.comparing.values import text
from backprop_sheet.mnist.settings import Settings, settings

NAMES = {
    "recipe": "recipe",
    "batch": "batch size",
    "rate": "learning rate",
    "dropout": "dropout",
    "widths": "widths",
    "without": "part left out",
}
"""What can be compared: settings with the names that people read, in the order of the table."""
BY_SIZE = ("batch", "rate", "dropout")
"""Those whose values are numbers: rows stand by size, whichever was given first."""
SEEDS = (0, 1, 2)
"""Seeds by default: the fewest whose spread says something."""
EXAMPLE = "--lr 0.05 --lr 0.1, or --without pooling"
BETWEEN = " × "
"""What stands between two things that are varied together."""


class Variant(NamedTuple):
    """A setting that is compared with others.

    Attributes:
        varied: what varies: `batch size`.
        value: its value: `16`.
        is_base: whether all values are the first ones given.
        settings: the settings of its training with each seed.
    """

    varied: str
    value: str
    is_base: bool
    settings: tuple[Settings, ...]


@dataclass(frozen=True)
class Plan:
    """What is compared.

    Attributes:
        variants: the rows of the table in order; those that vary the same thing stand together.
    """

    variants: tuple[Variant, ...]

    @property
    def trainings(self) -> list[Settings]:
        """All trainings, each once: every variant with its first seed, then with the next one.

        So the spread of times is known early, and what is left can be estimated.
        """
        rounds = zip(*(variant.settings for variant in self.variants), strict=True)
        return list(dict.fromkeys(one for each in rounds for one in each))

    def label(self, settings: Settings) -> str:
        """What tells a training from the others: `batch size 16, seed 0`."""
        variant = next(variant for variant in self.variants if settings in variant.settings)
        base = "base, " if variant.is_base else ""
        return f"{base}{variant.varied} {variant.value}, seed {settings.seed}"


def plan(
    given: Mapping[str, Sequence[Any]],
    seeds: Sequence[int] = SEEDS,
    *,
    all_combinations: bool = False,
    **fixed: Any,
) -> Plan:
    """What is to be trained.

    Each thing with several values is varied by itself, while all others keep their first value.
    Parts left out are compared with nothing left out, one at a time. Numbers stand by size, all
    else as it was given.

    Args:
        given: the values of what can be compared, by the names of `Settings`; none for a recipe's
            own. Those of `without` are single parts.
        seeds: the seeds of each training.
        all_combinations: whether to compare all combinations of the values instead.
        fixed: other settings, the same for all.

    Raises:
        InputError: nothing is varied, a setting is out of range, or two are the same.
    """
    values = {name: list(dict.fromkeys(given.get(name, ()))) for name in NAMES}
    values["without"] = [(), *((part,) for part in values["without"])]
    varied = [name for name in NAMES if len(values[name]) > 1]
    if not varied:
        raise InputError(f"there is nothing to compare: repeat an option, such as {EXAMPLE}")
    base = {name: values[name][0] for name in NAMES if values[name]}
    for name in BY_SIZE:
        values[name].sort()
    groups = [varied] if all_combinations else [[name] for name in varied]
    variants = []
    for names in groups:
        for chosen in product(*(values[name] for name in names)):
            changed = dict(zip(names, chosen, strict=True))
            one = settings(**(fixed | base | changed))
            variants.append(
                Variant(
                    BETWEEN.join(NAMES[name] for name in names),
                    BETWEEN.join(text(value) for name, value in changed.items()),
                    all(base[name] == value for name, value in changed.items()),
                    tuple(replace(one, seed=seed) for seed in seeds),
                )
            )
    _check_different(variants)
    return Plan(tuple(variants))


def _check_different(variants: Sequence[Variant]) -> None:
    """Refuse two rows that are the same training, such as a part left out that is not there."""
    seen: dict[tuple[str, Settings], str] = {}
    for variant in variants:
        key = variant.varied, variant.settings[0]
        if key in seen:
            recipe = variant.settings[0].recipe
            raise InputError(
                f"{variant.varied}: {variant.value} is the same training as {seen[key]}, as "
                f"recipe {recipe} has it that way"
            )
        seen[key] = variant.value


def repeated(given: Mapping[str, Sequence[Any]]) -> Iterator[str]:
    """The values that are given more than once, each with what it is a value of."""
    for name, values in given.items():
        for value in dict.fromkeys(values):
            if list(values).count(value) > 1:
                yield f"{NAMES.get(name, name)} {text(value)}"
