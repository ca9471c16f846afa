"""The seal of a marked copy: one more property beside those that the workbook has."""

import zipfile

from backprop_sheet.ooxml import seal
from backprop_sheet.ooxml.splice import Element, Package, Part, linked

_LINK = seal.LINK.rpartition("/")[2]


def room(package: Package) -> Part | None:
    """The part of a package that can take the seal; made if it has none.

    Nothing where that part has an unusual name, or the workbook is one of the strict kind, in which
    it would be another: such a copy is never known as ours, and so is never replaced unasked.
    """
    name = linked(package, "", _LINK)
    base = next(kind for kind, _ in package.links("").values() if kind.endswith("/officeDocument"))
    if name is None and base.startswith("http://schemas.") and not package.has(seal.PART):
        return package.add("", seal.LINK, seal.PART, seal.KIND, lambda _: seal.EMPTY)[1]
    return package.part(seal.PART) if name == seal.PART and package.has(name) else None


def put(archive: zipfile.ZipFile, part: Part) -> None:
    """Write that part, as the last of a copy: with the seal, and without one of a file before."""
    others = list(part.elements(2))
    root = others.pop(0)
    for element in others:
        if element.attributes.get("name") == seal.NAME:
            part.replace(element, b"")
    number = max([seal.FIRST - 1, *map(_number, others)]) + 1
    part.append(root, seal.as_property(seal.digest(archive), number).encode())
    seal.write(archive, part.result())


def _number(element: Element) -> int:
    number = element.attributes.get("pid", "")
    return int(number) if number.isdecimal() else 0
