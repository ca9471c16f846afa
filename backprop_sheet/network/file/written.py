"""Reads a network that a file gives by formulas: quantities, their numbers, what is trained."""

import random
from collections.abc import Iterator, Mapping
from itertools import chain
from math import prod
from pathlib import Path
from typing import Any

from backprop_sheet.errors import InputError, counted, shown
from backprop_sheet.formula import EXCEL, FormulaError, inline, names, parse, spell
from backprop_sheet.network import Network
from backprop_sheet.network.file.indices import Indices
from backprop_sheet.network.file.samples import from_csv
from backprop_sheet.network.file.values import number_of, whole
from backprop_sheet.network.hints import about_key
from backprop_sheet.network.written import CALLED, Written

TABLES = ("indices", "samples", "given", "trained")
"""The tables that go with [formulas]."""
OF_LAYERS = (
    *("layers", "layer", "input", "activation", "activations", "bias", "biases", "train_bias"),
    "classes",
    *("thresholds", "inputs", "targets", "class_column", "input_columns", "target_columns"),
    *("weights", "weight_rows", "rates"),
)
"""Keys that say something of layers."""
RANDOM = "uniform"
LONGEST_CELL, DEEPEST_CELL = 8_192, 64
"""The most characters of a formula in a cell, and the most brackets inside one another."""
ADDRESS = "$AAA$99999"
"""As long as an address may be."""


class OwnFormulas:
    """A network's formulas and numbers.

    Attributes:
        written: names and formulas.
        samples: the numbers of each sample by name.
        numbers: the numbers that stay or are trained, by name.
    """

    def __init__(self, content: Mapping[str, Any], folder: Path) -> None:
        """Read what a file says.

        Raises:
            InputError: a key or value is wrong.
        """
        refuse_layers(content)
        self._indices = Indices(content.get("indices", {}))
        self._chance = random.Random(whole("seed", content.get("seed", 1), first=0))  # noqa: S311
        given, trained = (self._numbers_in(key, content) for key in ("given", "trained"))
        formulas = self._formulas_in(content)
        error = self._error_in(content)
        used = dict.fromkeys(n for text in (*formulas.values(), error) for n in _names(text))
        known = {*given, *trained, *formulas}
        if "data" in content:
            wanted = {name: name for name in used if name not in known}
            self.samples = from_csv(content["data"], wanted, folder)
        else:
            self.samples = self._samples_in(content)
        texts = {f"formulas: {name}": text for name, text in formulas.items()} | {"error": error}
        self._check_origins(texts, {*known, *self.samples[0]})
        self.numbers = given | trained
        self.written = Written(
            tuple(self.samples[0]), tuple(given), tuple(trained), tuple(formulas.items()), error
        )

    def _formulas_in(self, content: Mapping[str, Any]) -> dict[str, str]:
        """The formula of each quantity, by name."""
        found: dict[str, str] = {}
        for name, text in _table(content, "formulas").items():
            where = f"formulas: {name}"
            if not isinstance(text, str):
                raise InputError(f"{where}: got {shown(text)}, takes a formula in quotes")
            indexed = self._indices.named("formulas", name).names.items()
            out = ((one, self._indices.written_out(where, text, at)) for one, at in indexed)
            _add(found, "formulas", out)
        return found

    def _error_in(self, content: Mapping[str, Any]) -> str:
        takes = "takes a quantity of [formulas], or a formula"
        if "error" not in content:
            raise InputError(f'error: missing; it {takes}, in quotes: error = "E"')
        if not isinstance(content["error"], str):
            raise InputError(f"error: got {shown(content['error'])}, {takes}")
        return self._indices.written_out("error", content["error"], {})

    def _numbers_in(self, key: str, content: Mapping[str, Any]) -> dict[str, float]:
        """The numbers of a table, by name."""
        found: dict[str, float] = {}
        for name, value in _table(content, key).items():
            indexed = self._indices.named(key, name)
            where = f"{key}: {name}"
            if key == "trained" and value == RANDOM:
                numbers = [round(self._chance.uniform(-1, 1), 6) for _ in indexed.names]
            elif isinstance(value, str):
                also = f', or "{RANDOM}"' if key == "trained" else ""
                raise InputError(f"{where}: got {shown(value)}, takes numbers{also}")
            else:
                numbers = list(_filled(where, value, indexed.sizes))
            _add(found, key, zip(indexed.names, numbers, strict=True))
        return found

    def _samples_in(self, content: Mapping[str, Any]) -> tuple[dict[str, float], ...]:
        """The numbers of each sample; a network without any has a single, empty one."""
        found: list[dict[str, float]] = []
        first = ""
        for name, value in _table(content, "samples").items():
            indexed = self._indices.named("samples", name)
            rows = [list(row) for row in _rows(f"samples: {name}", value, indexed.sizes)]
            if not found:
                first, found = name, [{} for _ in rows]
            if len(rows) != len(found):
                raise InputError(
                    f"samples: {name}: got numbers of {counted(len(rows), 'sample')}, but {first} "
                    f"has those of {counted(len(found), 'sample')}"
                )
            for sample, numbers in zip(found, rows, strict=True):
                _add(sample, "samples", zip(indexed.names, numbers, strict=True))
        return tuple(found) or ({},)

    def _check_origins(self, formulas: Mapping[str, str], known: set[str]) -> None:
        """Refuse a name with an index for which there is no number and no formula."""
        for key, text in formulas.items():
            for name in _names(text):
                if name not in known and name in self._indices.origins:
                    raise InputError(
                        f"{key}: got {self._indices.origins[name]}, which is {name}, and "
                        f"nothing declares {name}; give it a number, such as {name} = 0 in [given]"
                    )


def refuse_layers(content: Mapping[str, Any]) -> None:
    """Refuse what goes with layers only."""
    for key in OF_LAYERS:
        if key in content:
            raise InputError(f"{key}: not beside [formulas], which has no layers")
    if content.get("update") == "sequential":
        raise InputError('update: "sequential" is not for [formulas], which has no layers')
    if "data" in content and "samples" in content:
        raise InputError("data: its file has the samples, so leave out [samples]")


def refuse_tables(content: Mapping[str, Any]) -> None:
    """Refuse, in a file of layers, what goes with formulas only."""
    for key in TABLES:
        if key in content:
            raise InputError(f"{key}: goes with [formulas]{about_key(key)}")


def refuse_too_long(network: Network) -> None:
    """Refuse a formula that no cell holds.

    Raises:
        InputError: there is one.
    """
    columns = set(network.columns)
    for name, quantity in network.derived.items():
        if name in columns:
            tree = inline(quantity.formula, network.partials)
            text = spell(tree, EXCEL, lambda _: ADDRESS)
            if len(text) > LONGEST_CELL or _nested(text) > DEEPEST_CELL:
                raise InputError(
                    f"formulas: {network.label(name)}: does not fit in a cell, which takes "
                    f"{LONGEST_CELL:,} characters and {DEEPEST_CELL} brackets inside one another; "
                    "take the formulas apart"
                )


def refuse_alike(network: Network) -> None:
    """Refuse a name that reads like another above a column, such as that of a penalty.

    Raises:
        InputError: there is one.
    """
    seen: dict[str, str] = {}
    for name in network.quantities:
        for label in {network.label(name), network.symbols[name].heading}:
            folded = label.casefold().replace("_", "")
            if seen.setdefault(folded, name) != name:
                raise InputError(
                    f"formulas: {network.label(name)}: reads like {network.label(seen[folded])} "
                    "above a column, where capitals and _ do not count; choose another name"
                )


def _nested(text: str) -> int:
    """How many brackets are inside one another; 0 where there are few altogether."""
    depth = deepest = 0
    if text.count("(") <= DEEPEST_CELL:
        return 0
    for character in text:
        depth += {"(": 1, ")": -1}.get(character, 0)
        deepest = max(deepest, depth)
    return deepest


def _names(text: str) -> list[str]:
    """The names in a formula; none if it is no formula, which is said elsewhere."""
    try:
        return names(parse(text, frozenset(CALLED)))
    except FormulaError:
        return []


def _table(content: Mapping[str, Any], key: str) -> dict[str, Any]:
    table = content.get(key, {})
    if not isinstance(table, dict):
        raise InputError(f"{key}: got {shown(table)}, takes a table: [{key}]")
    return table


def _add(found: dict[str, Any], key: str, more: Iterator[tuple[str, Any]]) -> None:
    for name, value in more:
        if name in found:
            raise InputError(f"{key}: {name} is there twice")
        found[name] = value


def _filled(where: str, value: Any, sizes: tuple[int, ...]) -> Iterator[float]:
    """The numbers of a name, by its indices; one number alone is that of all of them."""
    if not sizes or not isinstance(value, list):
        yield from [number_of(where, value)] * prod(sizes)
    elif len(value) != sizes[0]:
        numbers = counted(len(value), "number")
        raise InputError(f"{where}: got {numbers} for an index that takes {sizes[0]}")
    else:
        yield from chain.from_iterable(_filled(where, one, sizes[1:]) for one in value)


def _rows(where: str, value: Any, sizes: tuple[int, ...]) -> Iterator[Iterator[float]]:
    """The numbers of each sample; those of a single one may stand without the outer brackets."""
    depth, inner = 0, value
    while isinstance(inner, list) and inner:
        depth, inner = depth + 1, inner[0]
    if depth not in {len(sizes), len(sizes) + 1} or value == []:
        lists = "a list of " + "lists of " * len(sizes)
        raise InputError(f"{where}: got {shown(value)}, takes {lists}numbers, one for each sample")
    for row in value if depth > len(sizes) else [value]:
        if sizes and not isinstance(row, list):
            raise InputError(f"{where}: got {shown(row)}, takes a list of {sizes[0]} numbers")
        yield _filled(where, row, sizes)
