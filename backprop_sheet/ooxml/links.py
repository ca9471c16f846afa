"""Relationships between the parts of an Office file, and the list of content types.

A part refers to another by the id of a relationship, here called a link. The links of
``xl/workbook.xml`` are in ``xl/_rels/workbook.xml.rels``, those of the file itself in
``_rels/.rels``.

Source: ECMA-376 part 2, 6.5 (relationships) and 7.2.3 (content types).
"""

import posixpath
from collections.abc import Iterable, Mapping
from typing import NamedTuple
from xml.sax.saxutils import quoteattr

from backprop_sheet.ooxml.namespaces import HEAD, LINKS

TYPES = "[Content_Types].xml"
"""The part that lists the content type of every part."""


class Link(NamedTuple):
    """A link to a part of the same file.

    Attributes:
        type: its type, a URI.
        part: the name of the part that it leads to.
    """

    type: str
    part: str

    @property
    def kind(self) -> str:
        """The last word of its type: ``worksheet``."""
        return self.type.rpartition("/")[2]

    @property
    def base(self) -> str:
        """Its type without that word."""
        return self.type.rpartition("/")[0]


def part_of_links(source: str) -> str:
    """The name of the part with the links of another part; ``""`` is the file itself."""
    folder, name = posixpath.split(source)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def read_links(source: str, elements: Iterable[tuple[str, Mapping[str, str]]]) -> dict[str, Link]:
    """The links of a part by their ids, without those that lead out of the file.

    Args:
        source: the part that has the links; their targets are relative to it.
        elements: names and attributes of the elements in the part of its links.
    """
    return {
        link.get("Id", ""): Link(link.get("Type", ""), resolved(source, link.get("Target", "")))
        for name, link in elements
        if name == "Relationship" and link.get("TargetMode") != "External"
    }


def link_named(attributes: Mapping[str, str]) -> str:
    """The id of a link in an element's attribute ``r:id``; empty if it has none."""
    return next((value for name, value in attributes.items() if name.endswith(":id")), "")


def linked_part(links: Mapping[str, Link], kind: str) -> str | None:
    """The part of the first link of a kind; None if there is none."""
    return next((link.part for link in links.values() if link.kind == kind), None)


def link_xml(source: str, identity: str, link: Link) -> str:
    """The XML of a link in a part of links; its target is relative to the part that has it."""
    target = target_from(source, link.part)
    return f'<Relationship Id="{identity}" Type="{link.type}" Target={quoteattr(target)}/>'


def target_from(source: str, part: str) -> str:
    """The target of a link from one part to another: many readers know relative ones only."""
    return posixpath.relpath(f"/{part}", posixpath.join("/", posixpath.dirname(source)))


def type_xml(part: str, content_type: str) -> str:
    """The XML of a part's content type in the list of content types."""
    return f'<Override PartName="/{part}" ContentType="{content_type}"/>'


def no_links() -> str:
    """The XML of a part of links without links."""
    return f'{HEAD}<Relationships xmlns="{LINKS}"/>'


def resolved(source: str, target: str) -> str:
    """The part that the target of a link leads to; an absolute one starts with a slash."""
    return posixpath.normpath(posixpath.join("/", posixpath.dirname(source), target)).lstrip("/")
