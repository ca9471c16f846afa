"""Copies an Office file with changes, and leaves the parts that are not changed as they are."""

import zipfile
from collections.abc import Callable, Iterable
from io import BufferedWriter
from itertools import count

from backprop_sheet.ooxml.archive import Archive
from backprop_sheet.ooxml.links import (
    TYPES,
    Link,
    link_xml,
    linked_part,
    no_links,
    part_of_links,
    type_xml,
)
from backprop_sheet.ooxml.part import Part

LARGEST = 50_000_000
"""Bytes of a part that is changed, which is done in memory: a sheet of 20,000 epochs."""


class Package:
    """An Office file that is copied with changes: parts are changed, and added."""

    def __init__(self, archive: Archive) -> None:
        """Begin with the file as it is."""
        self._archive = archive
        self._parts: dict[str, Part] = {}
        self._added: dict[str, Part] = {}
        self._links: dict[str, dict[str, Link]] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._archive or name.lower() in self._added

    def part(self, name: str) -> Part:
        """A part, always the same one for the same name; its changes go into the copy.

        Raises:
            InputError: there is none, it is too large, or in no known encoding.
        """
        if name.lower() in self._added:
            return self._added[name.lower()]
        name = self._archive.entry(name).filename
        if name not in self._parts:
            self._parts[name] = Part(name, self._archive.read(name, LARGEST))
        return self._parts[name]

    def links(self, source: str) -> dict[str, Link]:
        """The links of a part by their ids; those of the file itself under ``""``."""
        if source not in self._links:
            self._links[source] = self._archive.links(source)
        return self._links[source]

    def linked(self, source: str, kind: str) -> str | None:
        """The first part that another links to as being of a kind."""
        return linked_part(self.links(source), kind)

    def add(
        self, source: str, link_type: str, name: str, content_type: str, make: Callable[[int], str]
    ) -> tuple[str, Part]:
        """Add a part, and a link to it from another; the id of the link, and the part.

        Args:
            source: the part that links to it.
            link_type: the type of the link.
            name: its name, with ``{}`` where a number goes that makes it new.
            content_type: its content type.
            make: gives its XML from that number.
        """
        number = next(n for n in count(1) if name.format(n) not in self)
        part = self._create(name.format(number), make(number))
        types = self.part(TYPES)
        types.insert(types.only("Types"), type_xml(part.name, content_type))
        return self._add_link(source, Link(link_type, part.name)), part

    def write(self, copy: zipfile.ZipFile, left_out: Part | None = None) -> None:
        """Write all parts, first those that the file has, in their order; one may be left out."""
        for name in self._archive.names:
            part = self._parts.get(name)
            if part and part is left_out:
                continue
            entry, pieces = self._archive.entry(name), self._archive.pieces(name)
            if part and part.changed:
                content = part.result()
                entry.file_size, pieces = len(content), iter([content])
            # From the size in its entry the archive knows whether it needs the larger format.
            with copy.open(entry, "w") as stream:
                stream.writelines(pieces)
        for part in self._added.values():
            if part is not left_out:
                write_part(copy, part.name, [part.result()])

    def _create(self, name: str, xml: str) -> Part:
        part = self._added[name.lower()] = Part(name, xml.encode())
        return part

    def _add_link(self, source: str, link: Link) -> str:
        known, name = self.links(source), part_of_links(source)
        part = self.part(name) if name in self else self._create(name, no_links())
        identity = f"rId{link.kind}"
        while identity in known:
            identity += "_"
        known[identity] = link
        part.insert(part.only("Relationships"), link_xml(source, identity, link))
        return identity


def write_part(
    archive: zipfile.ZipFile, name: str, pieces: Iterable[bytes], *, large: bool = False
) -> None:
    """Write a part of our own, the same bytes at any time and on any system.

    Args:
        archive: where to; it packs the part as it packs all.
        name: the part's name.
        pieces: its content.
        large: whether it may have over 2 GiB.
    """
    # Opened by its name, a part gets zip's oldest date.
    with archive.open(name, "w", force_zip64=large) as stream, BufferedWriter(stream) as buffered:
        buffered.writelines(pieces)
    archive.getinfo(name).create_system = 0
