"""The header of a table: whatever people write for w1, a_o1 or ∂E/∂w1, read as the quantity.

Knows the names of a network, and how they are spelled; knows nothing of files.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import pairwise

from backprop_sheet.network import Network
from backprop_sheet.network.symbols import (
    GRADIENT_SPELLINGS,
    LIKE_QUANTITIES,
    RATE_SPELLINGS,
    spellings,
)

ENOUGH = 20
"""Known names that make a row a header; of a smaller network two thirds of its names, of a
large one half of them."""

MOST_MISTYPED = 3
"""Missing names up to which one is looked for among labels that make no sense."""
LONGEST_LABEL = 80

_Neighbours = set[tuple[str | None, str | None]]


@dataclass
class Header:
    """The columns of a table.

    Attributes:
        names: the quantity of each column, by the column counted from 1.
        strange: labels that look like quantities of another network.
        read_as: what was mistyped: the column, what stands there, what it is read as.
    """

    names: dict[int, str]
    strange: list[str] = field(default_factory=list)
    read_as: list[tuple[int, str, str]] = field(default_factory=list)

    @cached_property
    def columns(self) -> dict[str, int]:
        """The column of each quantity."""
        return {name: column for column, name in self.names.items()}


def squeezed(text: str) -> str:
    """A label without what people vary: case, blanks, underscores, brackets, slashes, colons."""
    text = unicodedata.normalize("NFKC", text).casefold().replace("∂", "d").replace("δ", "d")
    return re.sub(r"[\s_/\\(){}\[\]:=.,'\"^·*-]", "", text.replace("𝜕", "d"))


@lru_cache(4096)
def is_rate(text: str) -> bool:
    """Whether a label stands for the learning rate."""
    words = squeezed(re.sub(r"[-+]?\d[\d.,]*", "", text))
    return words in RATE_SPELLINGS


class Dictionary:
    """What a network's quantities are called."""

    def __init__(self, network: Network) -> None:
        """Learn the names of `network`'s columns."""
        self._order = list(network.columns)
        self._of_kind = {n: q.kind for n, q in network.quantities.items()}
        self._meanings: dict[str, str] = {}
        for loose in (False, True):  # a name's own spelling comes before another's variant
            for name in self._order:
                own = [network.label(name), name]
                for spelling in spellings(name, self._of_kind[name]) if loose else own:
                    self._meanings.setdefault(squeezed(spelling), name)
        count = len(self._order)
        self._enough = max(min(ENOUGH, -(-2 * count // 3)), -(-count // 2))

    def meaning(self, text: object) -> str | None:
        """The quantity that a label stands for."""
        if not isinstance(text, str) or len(text) > LONGEST_LABEL:
            return None
        for part in (text, re.sub(r"[(\[].*", "", text)):  # t1 (output of out_o1)
            short = squeezed(part)
            if short in self._meanings:
                return self._meanings[short]
            gradient = GRADIENT_SPELLINGS.fullmatch(short)
            if gradient:
                found = self._meanings.get(f"ded{gradient[1] or gradient[2]}")
                if found:
                    return found
        return None

    def headers(self, texts: Mapping[int, object]) -> list[Header]:
        """The headers in a row of labels by column: one for each table that begins there."""
        if len(texts) < self._enough:
            return []
        known = [(c, m) for c, text in texts.items() if (m := self.meaning(text))]
        if len({name for _, name in known}) < self._enough:
            return []
        return [self._header(group, texts) for group in self._groups(known)]

    def _groups(self, known: list[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
        """Split a row's names where a second table begins beside the first."""
        remaining: list[int] = []  # different names from each place on
        names: set[str] = set()
        for _, name in reversed(known):
            names.add(name)
            remaining.append(len(names))
        group: list[tuple[int, str]] = []
        names = set()
        for (column, name), rest in zip(known, reversed(remaining), strict=True):
            if name in names and min(len(names), rest) >= self._enough:
                yield group
                group, names = [], set()
            group.append((column, name))
            names.add(name)
        yield group

    def _header(self, group: list[tuple[int, str]], texts: Mapping[int, object]) -> Header:
        """One column for each name: of several, the one that fits between its neighbours best."""
        names = dict(group)
        places: dict[str, list[int]] = {}
        for column, name in group:
            places.setdefault(name, []).append(column)
        header = Header(
            {
                columns[0]
                if len(columns) == 1
                else max(columns, key=lambda c: self._fit(names, c)): name
                for name, columns in places.items()
            }
        )
        self._read_mistyped(header, texts)
        first, last = min(header.names), max(header.names)
        while last + 1 in texts:  # what an optimizer remembers stands behind the gradients
            last += 1
        header.strange = [
            str(text).strip()
            for column, text in texts.items()
            if first <= column <= last and column not in header.names and self._is_strange(text)
        ]
        return header

    def _is_strange(self, text: object) -> bool:
        """Whether a label names a quantity that this network does not have: i3, ∂E/∂w9."""
        return self.meaning(text) is None and bool(LIKE_QUANTITIES.fullmatch(squeezed(str(text))))

    def _fit(self, names: Mapping[int, str], column: int) -> int:
        """How many neighbours a name has that it should have."""
        sides = (names.get(column - 1), names.get(column + 1))
        return max(
            sum(x is not None and x == y for x, y in zip(sides, n, strict=True))
            for n in self._neighbours[names[column]]
        )

    def _read_mistyped(self, header: Header, texts: Mapping[int, object]) -> None:
        """Read a label that makes no sense between its neighbours as the one name missing there."""
        found = set(header.names.values())
        missing = [name for name in self._order if name not in found]
        first, last = min(header.names), max(header.names)
        for name in missing if len(missing) <= MOST_MISTYPED else []:
            for column in range(max(1, first - 1), last + 2):
                sides = (header.names.get(column - 1), header.names.get(column + 1))
                free = column not in header.names and column in texts
                if free and sides in self._neighbours[name]:
                    header.names[column] = name
                    header.read_as.append((column, str(texts[column]).strip(), name))
                    break

    @cached_property
    def _neighbours(self) -> dict[str, _Neighbours]:
        """The names beside each name, in the sheet's order and in the order of its kind."""
        kinds: dict[object, list[str | None]] = {}
        for name in self._order:
            kinds.setdefault(self._of_kind[name], [None]).append(name)
        found: dict[str, _Neighbours] = {name: set() for name in self._order}
        for order in ([None, *self._order], *kinds.values()):
            for (left, middle), (_, right) in pairwise(pairwise([*order, None])):
                found[str(middle)].add((left, right))
        return found


def rate_column(header: Header, texts: Mapping[int, object]) -> int | None:
    """The column of the learning rate, if a table has one for it beside or between its own."""
    first, last = min(header.names), max(header.names)
    for column, text in texts.items():
        near = first - 2 <= column <= last + 2
        if near and column not in header.names and isinstance(text, str) and is_rate(text):
            return column
    return None
