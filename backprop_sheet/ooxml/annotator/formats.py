"""The cell formats of a workbook, and red versions of them."""

from functools import cached_property

from backprop_sheet.errors import InputError
from backprop_sheet.ooxml.package import Package
from backprop_sheet.ooxml.part import Element, Part

FILL, TEXT = "FFFFC7CE", "FF9C0006"
"""Excel's own colours for bad cells: light red, and dark red text, which is readable on it."""
AFTER_COLOR = {"name", "family", "charset", "scheme"}
"""The elements that come after the colour in the schema of a font."""


class Formats:
    """The cell formats of a workbook; red versions are added when they are asked for."""

    def __init__(self, package: Package, book: str) -> None:
        """Read the formats of a workbook whose main part is `book`.

        Raises:
            InputError: it has no formats, or they cannot be read.
        """
        name = package.linked(book, "styles")
        if name is None:
            raise InputError("its cells have no formats")
        self._part = package.part(name)
        self._lists: dict[str, Element] = {}
        self._items: dict[str, list[Element]] = {"fonts": [], "fills": [], "cellXfs": []}
        for element in self._part.all(depth=3):
            _, *below = element.path.split("/")
            if len(below) == 1:
                self._lists[element.local] = element
            elif below and below[0] in self._items:
                self._items[below[0]].append(element)
        if missing := self._items.keys() - self._lists.keys():
            raise InputError(f"its formats have no {' and no '.join(sorted(missing))}")
        self._sizes = {kind: len(items) for kind, items in self._items.items()}
        self._made: dict[tuple[str, int], int] = {}

    def red(self, style: int) -> int:
        """The number of a red version of a format, with the same numbers, font and alignment."""
        if ("cellXfs", style) not in self._made:
            piece, elements = self._piece("cellXfs", style)
            for xf in (element for element in elements if element.local == "xf"):
                font = self._red_font(int(xf.attributes.get("fontId", 0)))
                changes = {"fontId": font, "fillId": self._red_fill, "applyFont": 1, "applyFill": 1}
                for name, value in changes.items():
                    piece.set(xf, name, str(value))
            self._made["cellXfs", style] = self._add("cellXfs", piece.result())
        return self._made["cellXfs", style]

    @cached_property
    def _red_fill(self) -> int:
        xml = '<fill><patternFill patternType="solid">'
        xml += f'<fgColor rgb="{FILL}"/><bgColor indexed="64"/></patternFill></fill>'
        return self._add("fills", self._lists["fills"].prefixed(xml))

    def _red_font(self, number: int) -> int:
        if ("fonts", number) not in self._made:
            piece, elements = self._piece("fonts", number)
            for font in (element for element in elements if element.local == "font"):
                parts = [part for part in elements if font.start < part.start < font.closing]
                color = f'<color rgb="{TEXT}"/>'
                if old := next((part for part in parts if part.local == "color"), None):
                    piece.replace(old, font.prefixed(color))
                else:
                    after = (part for part in parts if part.local in AFTER_COLOR)
                    piece.insert(font, color, before=next(after, None))
            self._made["fonts", number] = self._add("fonts", piece.result())
        return self._made["fonts", number]

    def _piece(self, kind: str, number: int) -> tuple[Part, list[Element]]:
        """A copy of a format or font; it may contain alternatives, which all need changing."""
        if number >= self._sizes[kind]:
            raise InputError(f"{self._part.name} has no {kind} {number}")
        piece = Part(self._part.name, self._part.raw(self._items[kind][number]))
        return piece, piece.all()

    def _add(self, kind: str, xml: bytes) -> int:
        self._part.append(self._lists[kind], xml)
        self._sizes[kind] += 1
        self._part.set(self._lists[kind], "count", str(self._sizes[kind]))
        return self._sizes[kind] - 1
