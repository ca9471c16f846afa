"""Indices in names and formulas: writes out ``h{t}`` for each t, and sums over an index."""

import ast
import re
from collections.abc import Iterator, Mapping
from itertools import product
from math import prod
from typing import Any, NamedTuple

from backprop_sheet.errors import InputError, counted, shown
from backprop_sheet.network.hints import near
from backprop_sheet.network.written import MOST_QUANTITIES, NAME

MOST_STEPS = 250
"""The most numbers that an index takes."""
LONGEST_TEXT, LONGEST = 2_000, 20_000
"""The most characters of a formula with indices in the file, and of one that is written out."""
LONGEST_PLACE = 30
"""The most characters of an index, such as ``t-1``."""
_BRACES = re.compile(r"\{([^{}]*)\}")
_SUM = re.compile(r"\bsum\s*\{([^{}]*)\}\s*\(")
_INDEXED = re.compile(r"[A-Za-z]\w*(?:\{[^{}]*\}\w*)+")
_SIGNS = {ast.Add: int.__add__, ast.Sub: int.__sub__, ast.Mult: int.__mul__}

Places = Mapping[str, int]
"""The number of each index."""


class Indexed(NamedTuple):
    """A name of a file, such as ``w{j}_{k}``, written out.

    Attributes:
        sizes: how many numbers each of its indices takes.
        names: each name with the numbers of the indices, the last index running fastest.
    """

    sizes: tuple[int, ...]
    names: dict[str, Places]


class Indices:
    """The indices of a file.

    Attributes:
        ranges: the numbers of each index.
        origins: what a file writes for a name that an index is part of: ``h{t-1} with t = 1``.
    """

    def __init__(self, table: Any) -> None:
        """Read the table ``[indices]``.

        Raises:
            InputError: it is none.
        """
        if not isinstance(table, dict):
            raise InputError(f"indices: got {shown(table)}, takes a table: [indices]")
        self.ranges = {name: _range(name, value) for name, value in table.items()}
        self.origins: dict[str, str] = {}

    def named(self, table: str, name: str) -> Indexed:
        """A name of a table, written out.

        Raises:
            InputError: it has an index that the file does not declare, or too many numbers.
        """
        indices = [index.strip() for index in _BRACES.findall(name)]
        for index in indices:
            self._check(f"{table}: {name}", index)
        if len(set(indices)) < len(indices):
            raise InputError(f"{table}: {name}: an index stands in it twice")
        ranges = [self.ranges[index] for index in indices]
        sizes = tuple(map(len, ranges))
        if prod(sizes) > MOST_QUANTITIES:
            raise InputError(
                f"{table}: {name}: {prod(sizes):,} quantities; at most {MOST_QUANTITIES:,} are "
                "allowed"
            )
        parts = _BRACES.split(name)[::2]
        found: dict[str, Places] = {}
        for numbers in product(*ranges):
            whole = parts[0] + "".join(
                f"{n}{part}" for n, part in zip(numbers, parts[1:], strict=True)
            )
            found[whole] = dict(zip(indices, numbers, strict=True))
        if len(found) < prod(sizes):
            raise InputError(f"{table}: {name}: two of its names are alike; write {{…}}_{{…}}")
        return Indexed(sizes, found)

    def written_out(self, where: str, text: str, places: Places) -> str:
        """A formula with its sums written out, and with numbers in place of indices.

        Args:
            where: the key that has it.
            text: the formula.
            places: the numbers of the indices that are in the name of its quantity.

        Raises:
            InputError: an index is not declared or has no number here, or the formula is too long.
        """
        longest = LONGEST_TEXT if "{" in text else LONGEST  # or it is written out already
        if len(text) > longest:
            raise InputError(f"{where}: more than {longest:,} characters; take it apart")
        if "{" not in text:
            return text
        found, size = [], 0
        for part in self._parts(where, text, places):
            found.append(part)
            size += len(part)
            if size > LONGEST:
                raise InputError(
                    f"{where}: more than {LONGEST:,} characters with its sums written out; take it "
                    "apart"
                )
        return "".join(found)

    def _parts(self, where: str, text: str, places: Places) -> Iterator[str]:
        """The parts of a formula, one after the other; `written_out` stops at too many."""
        while match := _SUM.search(text):
            end = _closing(where, text, match.end())
            yield self._numbered(where, text[: match.start()], places)
            indices = [index.strip() for index in match[1].split(",")]
            for index in indices:
                self._check(f"{where}: {match[0]}…", index)
                if index in places or indices.count(index) > 1:
                    raise InputError(f"{where}: {match[0]}…: {index} has a number already")
            for number, values in enumerate(product(*(self.ranges[index] for index in indices))):
                yield " + (" if number else "(("
                inside = {**places, **dict(zip(indices, values, strict=True))}
                yield from self._parts(where, text[match.end() : end], inside)
                yield ")"
            text = text[end:]  # from the bracket that closes the sum
        yield self._numbered(where, text, places)

    def _numbered(self, where: str, text: str, places: Places) -> str:
        """A formula without sums, with numbers in place of indices."""

        def number(braces: re.Match[str]) -> str:
            return str(self._number(where, braces[0], braces[1], places))

        def named(match: re.Match[str]) -> str:
            name = _BRACES.sub(number, match[0])
            used = {index for index in places if re.search(rf"\b{index}\b", match[0])}
            at = ", ".join(f"{index} = {places[index]}" for index in places if index in used)
            self.origins.setdefault(name, f"{match[0]} with {at}" if at else match[0])
            return name

        return _BRACES.sub(number, _INDEXED.sub(named, text))

    def _number(self, where: str, braces: str, text: str, places: Places) -> int:
        """The number of an index such as ``t-1``."""
        takes = f"{where}: got {shown(braces)}, takes an index such as {{t}} or {{t-1}}"
        if len(text) > LONGEST_PLACE:
            raise InputError(takes)
        try:
            node = ast.parse(text.strip(), mode="eval").body
        except (SyntaxError, ValueError):
            raise InputError(takes) from None
        for one in ast.walk(node):
            if isinstance(one, ast.Name) and one.id not in places:
                self._check(f"{where}: {braces}", one.id)
                raise InputError(
                    f"{where}: got {braces}, but {one.id} has no number here: it is neither in "
                    f"the quantity's name nor in a sum{{{one.id}}}(…)"
                )
        number = _evaluated(node, places)
        if number is None:
            raise InputError(takes)
        if number < 0:
            at = ", ".join(f"{index} = {place}" for index, place in places.items())
            raise InputError(f"{where}: got {braces} with {at}, which is {number} and below 0")
        return number

    def _check(self, where: str, index: str) -> None:
        """Refuse an index that the file does not declare."""
        if index not in self.ranges:
            known = f"; there are {', '.join(self.ranges)}" if self.ranges else ""
            hint = near(index, self.ranges) or known or "; write it there: t = [1, 3]"
            raise InputError(f"{where}: no index {shown(index)} in [indices]{hint}")


def _range(name: str, value: Any) -> range:
    if not NAME.fullmatch(name):
        raise InputError(f"indices: got {shown(name)}, takes letters as the name of an index")
    whole = isinstance(value, list) and all(type(number) is int for number in value)
    if not whole or len(value) != len(("first", "last")) or not 0 <= value[0] <= value[1]:
        raise InputError(
            f"indices.{name}: got {shown(value)}, takes the first and the last number, from 0 on: "
            "[1, 3]"
        )
    if value[1] - value[0] >= MOST_STEPS:
        size = counted(value[1] - value[0] + 1, "number")
        raise InputError(f"indices.{name}: {size}; at most {MOST_STEPS} are allowed")
    return range(value[0], value[1] + 1)


def _closing(where: str, text: str, start: int) -> int:
    """Where the bracket that opens before `start` closes."""
    depth = 1
    for place in range(start, len(text)):
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        if not depth:
            return place
    raise InputError(f"{where}: got {shown(text)}, where the bracket of a sum is not closed")


def _evaluated(node: ast.expr, places: Places) -> int | None:
    """The number of an index; None if it is more than whole numbers and indices with + - *."""
    match node:
        case ast.Constant(value=int() as constant) if not isinstance(constant, bool):
            return constant
        case ast.Name(id=name):
            return places[name]
        case ast.BinOp(left=left, op=operator, right=right) if type(operator) in _SIGNS:
            one, other = _evaluated(left, places), _evaluated(right, places)
            if one is not None and other is not None:
                return int(_SIGNS[type(operator)](one, other))
    return None
