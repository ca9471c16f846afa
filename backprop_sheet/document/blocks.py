"""What a document consists of, as data."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

LONG = 110
"""Characters of a side of an equation, as text, above which it is not typeset: no page has a line
that long, and only text can be broken."""
WIDE = 76
"""Characters of an equation, as text, above which each of its sides has a row of its own."""
_NUMBER = re.compile(r"[-−+]?[\d,]*\.?\d+(?:e[-+]?\d+)?(?:\s?%)?")


class Heading(NamedTuple):
    """A heading; those of level 2 divide the document."""

    text: str
    level: int = 2


class Paragraph(NamedTuple):
    """A paragraph."""

    text: str


class Points(NamedTuple):
    """A list of sentences."""

    texts: Sequence[str]


class Table(NamedTuple):
    """A table: its head, its rows, and a word for what it shows."""

    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    about: str = "numbers"

    @property
    def numeric(self) -> list[bool]:
        """Whether a column holds nothing but numbers, which stand at its right."""
        columns = list(zip(*self.rows, strict=True)) or [()] * len(self.head)
        filled = ([cell for cell in column if cell] for column in columns)
        return [bool(cells) and all(map(_NUMBER.fullmatch, cells)) for cells in filled]


class Equation(NamedTuple):
    """An equation, in three notations: its sides, each but the first after its sign.

    A single side is a sentence.
    """

    text: Sequence[str]
    latex: Sequence[str]
    mathml: Sequence[str]

    @property
    def is_long(self) -> bool:
        """Whether one of its sides is too long to be typeset."""
        return max(map(len, self.text)) > LONG

    def rows(self, sides: Sequence[str], between: str = " ") -> list[tuple[str, str]]:
        """The rows that it is set in: what stands left and right of the sign."""
        left, *others = sides
        wide = sum(map(len, self.text)) > WIDE
        rights = others if wide else [between.join(others)]
        return [("" if number else left, right) for number, right in enumerate(rights or [""])]


class Formulas(NamedTuple):
    """Equations, one below the other."""

    equations: Sequence[Equation]


class Code(NamedTuple):
    """A command, or other text that is typed."""

    text: str


class Picture(NamedTuple):
    """A picture.

    Attributes:
        name: the name of its file, without the suffix.
        png: its bytes.
        about: what it shows, for who cannot see it.
        caption: what stands below it.
    """

    name: str
    png: bytes
    about: str
    caption: str = ""


Text = Heading | Paragraph | Points | Table
Block = Text | Formulas | Code | Picture


@dataclass(frozen=True)
class Document:
    """A document.

    Attributes:
        title: its title.
        about: a line below the title.
        blocks: what it consists of.
    """

    title: str
    about: str
    blocks: tuple[Block, ...]

    @property
    def pictures(self) -> list[Picture]:
        """Its pictures."""
        return [block for block in self.blocks if isinstance(block, Picture)]

    @property
    def sections(self) -> list[tuple[str, list[Block]]]:
        """Its headings of level 2, each with what stands below it; first what has none."""
        found: list[tuple[str, list[Block]]] = [("", [])]
        for block in self.blocks:
            if isinstance(block, Heading) and block.level == 2:  # noqa: PLR2004 - the level
                found.append((block.text, []))
            else:
                found[-1][1].append(block)
        return found if found[0][1] else found[1:]


MOST_PAIRS, LEAST_HEIGHT = 4, 4
"""The most pairs of columns of a table side by side, and the rows from which on it has several."""


def side_by_side(head: tuple[str, str], pairs: Sequence[tuple[str, str]]) -> Table:
    """A table of names and numbers, in several pairs of columns where there are many."""
    times = min(MOST_PAIRS, max(1, len(pairs) // LEAST_HEIGHT))
    height = -(-len(pairs) // times)
    rows = [[text for pair in pairs[row::height] for text in pair] for row in range(height)]
    width = max(map(len, rows))
    return Table(head * (width // 2), [row + [""] * (width - len(row)) for row in rows])
