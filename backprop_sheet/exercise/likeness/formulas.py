"""The same formulas with the same slips, or written in the same ways that hardly anybody else has.

One habit or one misunderstanding shows in many columns. So slips of a family count once, as do the
columns of a part of the work; ways of writing that are the same in all of them count for little.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from backprop_sheet.checker.findings import ASKED, Finding
from backprop_sheet.errors import counted
from backprop_sheet.exercise.assignment import Assignment
from backprop_sheet.exercise.likeness import chance
from backprop_sheet.exercise.likeness.entry import Entry, Fact, clusters, fact
from backprop_sheet.exercise.words import listed, without_numbers
from backprop_sheet.network import Kind, Network

NO_SLIP = {"empty", "stale", ASKED}
"""Kinds of findings that say nothing of how somebody thinks."""
UNCLEAR = {"formula"}
"""Kinds of which the formula itself says what the mistake is."""
MOST_HABITS = MOST_TEXTS = 6.0
"""The most bits of ways of writing that are the same in a whole part, and of texts."""
SMALLEST = 10
"""Submissions of a class from which on it shows what is rare."""
PAIRWISE = "each shares slips or ways to write formulas with another, which few others have"
"""What a group has in common if not all of it share the same."""
MOST_SAID = 6
"""Slips, and columns written alike, that a sentence names."""
_NAME = re.compile(r"([^\W\d]+?)(?:_\w*?)?\d\w*")
"""A name with a number: its first letters."""
_WORD = re.compile(r"[^\W\d]\w*")


class Slip(NamedTuple):
    """A mistake, without whose numbers it was made with."""

    kind: str
    columns: tuple[str, ...]
    text: str
    epoch: int
    form: str

    @property
    def family(self) -> tuple[str, str]:
        """What it has in common with the same mistake elsewhere in the network."""
        return self.kind, _NAME.sub(r"\1", self.text)


Way = tuple[str, tuple[tuple[str, str], ...]]
"""The name of a family of columns, and how those of its columns that are right are written."""


class Written:
    """How a submission is written.

    Attributes:
        slips: its slips, one of each family, in the order of the sheet.
        ways: for each family of columns, how each that is right is written.
        texts: the texts outside the table.
    """

    def __init__(self, entry: Entry, families: Mapping[str, str], shapes: "Shapes") -> None:
        """Take from a submission what is compared."""
        findings = entry.mark.table.findings if entry.mark.table else []
        labels = {shapes.label(name): name for name in families}
        wrong = {labels.get(column) for finding in findings for column in finding.columns}
        by_family: dict[tuple[str, str], Slip] = {}
        for finding in findings:
            if finding.kind not in NO_SLIP:
                slip = _slip(finding, labels, entry)
                by_family.setdefault(slip.family, slip)
        self.slips = list(by_family.values())
        self.ways: dict[str, dict[str, str]] = defaultdict(dict)
        for name, form in entry.print.forms.items():
            if name in families and name not in wrong:
                self.ways[families[name]][name] = shapes.of(form)
        self.texts = entry.print.texts

    @cached_property
    def keys(self) -> list[Way]:
        """Its ways as things that can be looked up."""
        return [(family, tuple(sorted(ways.items()))) for family, ways in self.ways.items()]


def _slip(finding: Finding, labels: Mapping[str, str], entry: Entry) -> Slip:
    first = labels.get(finding.columns[0], "") if finding.columns else ""
    form = entry.print.forms.get(first, "") if finding.kind in UNCLEAR else ""
    text = without_numbers(finding.text)
    return Slip(finding.kind, tuple(finding.columns), text, finding.epoch, form)


class Shapes:
    """The shape of a formula: what kind of quantity stands where, and not which."""

    def __init__(self, network: Network) -> None:
        """Know a network's quantities."""
        self._network = network
        signals = (Kind.INPUT, Kind.ACTIVATION)
        self._kinds = {
            name: "signal" if quantity.kind in signals else quantity.kind.name.lower()
            for name, quantity in network.quantities.items()
        }
        self._known: dict[str, str] = {}

    def of(self, form: str) -> str:
        """The shape of a formula."""
        if form not in self._known:
            kinds = self._kinds
            self._known[form] = _WORD.sub(lambda word: kinds.get(word[0], word[0]), form)
        return self._known[form]

    def label(self, name: str) -> str:
        """What findings call a quantity."""
        return self._network.label(name)


def alike(entries: Sequence[Entry], assignment: Assignment) -> Iterator[Fact]:
    """Those who share formulas and slips that hardly anybody else of the class has."""
    if len(entries) < SMALLEST:
        return
    network = assignment.network
    families = {
        name: f"{part.key} {network.quantities[name].kind.name}"
        for part in assignment.parts
        for name in part.columns
    }
    shapes = Shapes(network)
    class_ = _Class([Written(entry, families, shapes) for entry in entries])
    least = chance.needed(len(entries))
    linked = [pair for pair in sorted(class_.pairs()) if class_.bits(*pair) >= least]
    for group in clusters(linked):
        some = [entries[k] for k in group]
        yield fact(some, class_.said(group, network))


class _Class:
    """How all of a class write."""

    def __init__(self, written: Sequence[Written]) -> None:
        self._written = written
        self._slips: dict[Slip, set[int]] = defaultdict(set)
        self._ways: dict[Way, set[int]] = defaultdict(set)
        self._texts: dict[str, set[int]] = defaultdict(set)
        for number, each in enumerate(written):
            for slip in each.slips:
                self._slips[slip].add(number)
            for way in each.keys:
                self._ways[way].add(number)
            for text in each.texts:
                self._texts[text].add(number)
        self._counts = {slip: len(holders) for slip, holders in self._slips.items()}
        self._fitting: dict[Way, frozenset[int]] = {}

    def pairs(self) -> set[tuple[int, int]]:
        """The pairs that share anything rare."""
        groups = (self._slips, self._ways, self._texts)
        holders = [list(some) for group in groups for some in group.values()]
        return chance.pairs(holders, len(self._written))

    def bits(self, one: int, other: int) -> float:
        """How surprising it is what two have in common."""
        a, b = self._written[one], self._written[other]
        pair, others = frozenset((one, other)), len(self._written) - 2
        slips = self.shared_slips([one, other])
        sizes = len(a.slips), len(b.slips)
        bits = 0.0
        if slips:
            bits = chance.bits_of_subset(
                slips, sizes, self._counts, lambda slip: frozenset(self._slips[slip] - pair)
            )
        habits, odd = self._shared_ways(a, b)
        for ways, most in ((habits, MOST_HABITS), (odd, float("inf"))):
            found = chance.bits_of_choices(ways, others, lambda way: self._fits(way) - pair)
            bits += min(most, found)
        texts = sorted(a.texts & b.texts)
        found = chance.bits_of_choices(
            texts, others, lambda text: frozenset(self._texts[text] - pair)
        )
        return bits + min(MOST_TEXTS, found)

    def shared_slips(self, group: Sequence[int]) -> list[Slip]:
        """The slips that all of a group have."""
        first, *rest = (self._written[k].slips for k in group)
        return [slip for slip in first if all(slip in slips for slips in rest)]

    def _shared_ways(self, a: Written, b: Written) -> tuple[list[Way], list[Way]]:
        """The families that both write alike: in one way throughout, and not."""
        habits: list[Way] = []
        odd: list[Way] = []
        for family, ways in a.ways.items():
            others = b.ways.get(family, {})
            both = tuple(sorted((n, shape) for n, shape in ways.items() if n in others))
            if both and all(others[name] == shape for name, shape in both):
                uniform = len({shape for _, shape in both}) == 1
                (habits if uniform else odd).append((family, both))
        return habits, odd

    def _fits(self, way: Way) -> frozenset[int]:
        """Those who write a family in this way, as far as their columns are right."""
        if way not in self._fitting:
            family, shapes = way
            self._fitting[way] = frozenset(
                number
                for number, each in enumerate(self._written)
                if (ways := each.ways.get(family))
                and all(ways.get(name, shape) == shape for name, shape in shapes)
            )
        return self._fitting[way]

    def said(self, group: Sequence[int], network: Network) -> str:
        """What a group has in common, in sentences."""
        everybody = len(self._written)
        parts = []
        most = chance.few(everybody)
        rare = sorted(
            (slip for slip in self.shared_slips(group) if self._counts[slip] <= most),
            key=lambda slip: (self._counts[slip], slip),
        )
        if rare:
            slips = "; ".join(
                f"{', '.join(slip.columns)}: {slip.text} ({self._counts[slip]} of {everybody} "
                "have it)"
                for slip in rare[:MOST_SAID]
            )
            parts.append(f"the same rare {'slip' if len(rare) == 1 else 'slips'}: {slips}")
        odd = self._odd_columns(group)
        if odd:
            names = listed(map(network.label, odd), MOST_SAID)
            written = f"{counted(len(odd), 'formula')} written in the same way"
            parts.append(f"{written}, which few others have: {names}")
        texts = [t for t in self._shared_texts(group) if len(self._texts[t]) <= most]
        if texts:
            parts.append(f"{counted(len(texts), 'text')} that few others have")
        return ("; ".join(parts) or PAIRWISE) + "."

    def _odd_columns(self, group: Sequence[int]) -> list[str]:
        """The columns that a group writes alike, in ways that few others of the class have."""
        first, *rest = (self._written[k] for k in group)
        most, found = chance.few(len(self._written)), []
        for family, ways in first.ways.items():
            both = tuple(
                sorted(
                    (name, shape)
                    for name, shape in ways.items()
                    if all(other.ways.get(family, {}).get(name) == shape for other in rest)
                )
            )
            if both and len(self._fits((family, both))) <= most:
                found += [name for name, _ in both]
        return found

    def _shared_texts(self, group: Sequence[int]) -> list[str]:
        return sorted(frozenset.intersection(*(self._written[k].texts for k in group)))
