"""Copies an Office file with changes; parts without changes are copied as they are."""

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
"""The most bytes of a part to change, as it is held in memory: a sheet of 20,000 epochs."""


class Package:
    """An Office file to be copied with changed and added parts."""

    def __init__(self, archive: Archive) -> None:
        """Start without changes."""
        self._archive = archive
        self._parts: dict[str, Part] = {}
        self._added: dict[str, Part] = {}
        self._links: dict[str, dict[str, Link]] = {}

    def __contains__(self, name: str) -> bool:
        return name in self._archive or name.lower() in self._added

    def part(self, name: str) -> Part:
        """A part by its name, always the same object; its changes go into the copy.

        Raises:
            InputError: there is no such part, it is too large, or its encoding is unknown.
        """
        if name.lower() in self._added:
            return self._added[name.lower()]
        name = self._archive.entry(name).filename
        if name not in self._parts:
            self._parts[name] = Part(name, self._archive.read(name, LARGEST))
        return self._parts[name]

    def links(self, source: str) -> dict[str, Link]:
        """The links of a part by their ids; the links of the file itself are those of ``""``."""
        if source not in self._links:
            self._links[source] = self._archive.links(source)
        return self._links[source]

    def linked(self, source: str, kind: str) -> str | None:
        """The name of the first part that another one links to by a link of a kind."""
        return linked_part(self.links(source), kind)

    def add(
        self, source: str, link_type: str, name: str, content_type: str, make: Callable[[int], str]
    ) -> tuple[str, Part]:
        """Add a part, and a link to it. Returns the id of the link, and the part.

        Args:
            source: the part that links to it.
            link_type: the type of the link.
            name: a template for its name, with ``{}`` for a number that makes it unique.
            content_type: its content type.
            make: makes its XML, given that number.
        """
        number = next(n for n in count(1) if name.format(n) not in self)
        part = self._create(name.format(number), make(number))
        types = self.part(TYPES)
        types.insert(types.only("Types"), type_xml(part.name, content_type))
        return self._add_link(source, Link(link_type, part.name)), part

    def write(self, copy: zipfile.ZipFile, left_out: Part | None = None) -> None:
        """Write the file's own parts in their order, then the added ones; one may be left out."""
        for name in self._archive.names:
            part = self._parts.get(name)
            if part and part is left_out:
                continue
            entry, pieces = self._archive.entry(name), self._archive.pieces(name)
            if part and part.changed:
                content = part.result()
                entry.file_size, pieces = len(content), iter([content])
            # The archive chooses the zip format by the size in the entry.
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
    """Write a part of our own: the same bytes at any time and on any system.

    Args:
        archive: the archive to write to, in its own compression.
        name: the name of the part.
        pieces: the content of the part.
        large: whether the part may have over 2 GiB.
    """
    # A part that is opened by name gets zip's oldest date.
    with archive.open(name, "w", force_zip64=large) as stream, BufferedWriter(stream) as buffered:
        buffered.writelines(pieces)
    archive.getinfo(name).create_system = 0
