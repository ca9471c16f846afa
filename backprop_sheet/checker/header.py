"""The header of a table: whatever people write for w1, a_o1 or ∂E/∂w1, read as the quantity.

Knows the names of a network, and how they are spelled; knows nothing of files.
"""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import pairwise

from backprop_sheet.network import Kind, Network
from backprop_sheet.network.quantities import SUM_TOTAL
from backprop_sheet.network.symbols import (
    ANY_PARTIAL,
    ANY_QUANTITY,
    GRADIENT_SPELLINGS,
    LIKE_PARTIAL,
    LIKE_QUANTITIES,
    RATE_SPELLINGS,
    spellings,
)

ENOUGH = 20
"""Known names that make a row a header; of a smaller network two thirds of its names, of a
large one half of them."""

SURE = 0.6
"""Share of these that must be known where others only look like names of quantities."""
LONGEST_LABEL = 400
OTHERS = re.compile(r"\s*(?:[-−–]|[Δ∆δ]\s*\(?\s*[wWbB])")
"""Labels of something else, unless the numbers show that it is meant: −∂E/∂w1, the step Δw1."""
_REMARK = re.compile(r"\s*(?::|\([^\W\d_]+\))\s*$")
"""What people write behind a name and do not mean: a colon, a word in brackets."""
LETTERS_OF_RATE = frozenset("an")
"""Spellings of η that with a digit at once are the name of something else."""

_Neighbours = set[tuple[str | None, str | None]]


@dataclass
class Header:
    """The columns of a table.

    Attributes:
        names: the quantity of each column, by the column counted from 1.
        unread: the labels in the table or beside it that stand for none, by column.
        rivals: the columns that say the same name, of names that several say.
        own_words: those of these columns that say it in the network's own words.
        foreign: those of the labels that look like quantities of another network.
        read_as: what the numbers show: the column, what stands there, what it is read as.
        own: what the table calls quantities that it numbers in another order than the network.
    """

    names: dict[int, str]
    unread: dict[int, str] = field(default_factory=dict)
    rivals: dict[str, list[int]] = field(default_factory=dict)
    own_words: frozenset[int] = frozenset()
    foreign: dict[int, str] = field(default_factory=dict)
    read_as: list[tuple[int, str, str]] = field(default_factory=list)
    own: dict[str, str] = field(default_factory=dict)

    @property
    def strange(self) -> list[str]:
        """The labels that look like quantities of another network, and stand for none of this."""
        return [text for column, text in self.foreign.items() if column not in self.names]

    @cached_property
    def columns(self) -> dict[str, int]:
        """The column of each quantity."""
        return {name: column for column, name in self.names.items()}


def squeezed(text: str) -> str:
    """A label without what people vary: case, blanks, underscores, brackets, slashes, colons."""
    text = unicodedata.normalize("NFKC", text).casefold().translate(LIKE_PARTIAL)
    text = text.replace("\\partial", "d").replace("\\frac", "")
    return re.sub(r"[\s_/\\(){}\[\]:=.,'\"^·*$-]", "", text)


def _parts(text: str) -> Iterator[str]:
    """A label, what it says before a formula or an explanation, and its words turned round."""
    yield text
    head = re.split(r"[(\[](?!\d)|[=:;,\n]|\s[-–—]\s", text, maxsplit=1)[0]
    if head.rstrip().endswith(("*", "+", "-", "/", "·", "^")):  # a_h1*(1-a_h1)
        return
    if head.strip() and head != text:
        yield head
    match head.split():
        case [one, two]:  # h1 net
            yield f"{two} {one}"
        case [first, _, *_] if re.search(r"\d", first):  # w1 from i1 to h1
            yield first


def _variants(text: str) -> Iterator[str]:
    """A label as it is squeezed, with whatever letter stands for ∂, and with 0 for o."""
    short = squeezed(text)
    yield short
    twice = ANY_PARTIAL.fullmatch(text.strip())
    if twice:
        yield squeezed(f"dE/d{twice[2]}")
    if re.search(r"(?<!\d)0\d", text):  # a_01, but not E_0.1
        yield re.sub(r"(?<!\d)0(?=\d)", "o", short)
        yield re.sub(r"(?<!\d)0(?=\d)", "", short)


def is_quantity(text: object) -> bool:
    """Whether a label looks like a quantity of a network, whichever."""
    return isinstance(text, str) and bool(ANY_QUANTITY.fullmatch(squeezed(text)))


@lru_cache(4096)
def is_rate(text: str) -> bool:
    """Whether a label stands for the learning rate, with a number or without: ``η = 0.5``."""
    words = squeezed(re.sub(r"[-+]?\d[\d.,]*", "", text))
    if words in LETTERS_OF_RATE and re.match(r"\s*[a-z]_?\d", text, re.IGNORECASE):
        return False  # a_01
    return words in RATE_SPELLINGS


class Dictionary:
    """What a network's quantities are called."""

    def __init__(self, network: Network) -> None:
        """Learn the names of `network`'s columns."""
        self._order = list(network.columns)
        # Optional columns have words that others use freely: only the network's own count.
        self._optional = {
            network.label(name): name for name in self._order if network.is_optional(name)
        }
        optional = set(self._optional.values())
        self._together = frozenset(network.named(Kind.MEASURE)) - {SUM_TOTAL}
        self._of_kind = {n: q.kind for n, q in network.quantities.items()}
        self._own = {name: {network.label(name), name} for name in self._order}
        # A name's own spelling, to the letter, comes before all others: n1_11 and n11_1.
        self._exact = {
            word: name for name in self._order if name not in optional for word in self._own[name]
        }
        self._meanings: dict[str, str] = {}
        for loose in (False, True):  # a name's own spelling comes before another's variant
            for name in (n for n in self._order if n not in optional):
                others = spellings(name, self._of_kind[name])
                for spelling in others if loose else self._own[name]:
                    self._meanings.setdefault(squeezed(spelling), name)
        count = len(self._order) - len(self._optional)
        self._enough = max(min(ENOUGH, -(-2 * count // 3)), -(-count // 2))

    def meaning(self, text: object) -> str | None:
        """The quantity that a label stands for."""
        if not isinstance(text, str) or len(text) > LONGEST_LABEL or OTHERS.match(text):
            return None
        for word in (text.strip(), _REMARK.sub("", text).strip()):
            if own := self._optional.get(word) or self._exact.get(word):
                return own
        for part in _parts(text):
            for short in _variants(part):
                if short in self._meanings:
                    return self._meanings[short]
                gradient = GRADIENT_SPELLINGS.fullmatch(short)
                of = next(filter(None, gradient.groups()), None) if gradient else None
                if found := self._meanings.get(f"ded{of}"):
                    return found
        return None

    def is_all_in(self, texts: Collection[str]) -> bool:
        """Whether labels name every quantity of the network, and none of another network."""
        return self.lacking(texts) == []

    def lacking(self, texts: Collection[str]) -> list[str] | None:
        """The quantities that no label names; None if some label names one of another network."""
        if any(map(self._is_strange, texts)):
            return None
        named = {self.meaning(text) for text in texts}.union(self._optional.values())
        return [name for name in self._order if name not in named]

    def headers(self, texts: Mapping[int, object]) -> list[Header]:
        """The headers in a row of labels by column: one for each table that begins there."""
        if len(texts) < self._enough:
            return []
        known = [(c, m) for c, text in texts.items() if (m := self.meaning(text))]
        different = len({name for _, name in known}.difference(self._optional.values()))
        if different < self._enough and (
            different < self._enough * SURE
            or different + sum(map(is_quantity, texts.values())) < self._enough
        ):
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
        present = {name for _, name in group}
        if not self._together <= present:  # somebody's own accuracy
            group = [(column, name) for column, name in group if name not in self._together]
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
        header.rivals = {name: columns for name, columns in places.items() if len(columns) > 1}
        header.own_words = frozenset(
            column
            for name, columns in header.rivals.items()
            for column in columns
            if str(texts[column]).strip() in self._own[name]
        )
        first, last = min(header.names), max(header.names)
        while last + 1 in texts:  # what an optimizer remembers stands behind the gradients
            last += 1
        beside = range(max(1, first - 2), last + 3)
        rest = {c: str(texts.get(c, "")).strip() for c in beside if c not in header.names}
        header.unread = rest
        header.foreign = {
            c: text for c, text in rest.items() if first <= c <= last and self._is_strange(text)
        }
        return header

    def _is_strange(self, text: object) -> bool:
        """Whether a label names a quantity that this network does not have: i3, ∂E/∂w9."""
        short = squeezed(str(text))
        gradient = GRADIENT_SPELLINGS.fullmatch(short)
        step = gradient and any(of in self._meanings for of in gradient.groups())  # ∂E/∂o1
        return not (self.meaning(text) or step) and bool(LIKE_QUANTITIES.fullmatch(short))

    def _fit(self, names: Mapping[int, str], column: int) -> int:
        """How many neighbours a name has that it should have."""
        sides = (names.get(column - 1), names.get(column + 1))
        return max(
            sum(x is not None and x == y for x, y in zip(sides, n, strict=True))
            for n in self._neighbours[names[column]]
        )

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
