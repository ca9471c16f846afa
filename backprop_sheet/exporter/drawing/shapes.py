"""A network's drawing as native shapes of a sheet (DrawingML), not as a picture."""

import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import combinations, count
from math import hypot

from backprop_sheet.diagram import Diagram, Loop, Node, Omitted, Point
from backprop_sheet.network import TOTAL
from backprop_sheet.ooxml.addresses import Area

EMU = 9525
"""English metric units in a pixel; there are 914,400 in an inch."""
BOW = 26
"""The height of a loop above or below its circles, in pixels."""
MAIN = "http://schemas.openxmlformats.org/drawingml/2006/main"
SHEET = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"
ARROWHEAD = '<a:tailEnd type="triangle" w="med" len="med"/>'
SMALL_HEAD = '<a:tailEnd type="triangle" w="sm" len="sm"/>'
PILE, HEAD = 3, 9
"""How many arrows that end as close to each other in pixels get small heads: others would look like
one blob."""
LARGEST, SMALLEST = 11, 8.6
"""Points of the letters in a circle. Smaller ones could not be read on paper: a circle without room
for them has no name."""
MOST_NAMED, CLOSE = 300, 0.95
"""The most circles that have names, and the part of two radii by which they are apart at least."""
MOST_SHORT = 6
"""The most names that have short forms, each of which the sheet has to tell."""
WORD = re.compile(r"[^\W\d_][^\W\d_A-Z]*|\d+")
"""A word or a number in a name."""
SHORTEST_WORD = 4
"""The letters that a name in words has at least in one of them."""
DOTS = (64, 28)
"""Width and height in pixels of what stands for circles that are left out."""
Line = tuple[Point, Point, bool]
"""Start, end, and whether the line ends in an arrowhead."""


def drawing(
    diagram: Diagram,
    lines: Sequence[Line],
    area: Area,
    colors: Mapping[str, tuple[str, str]],
    description: str,
    charts: int = 1,
) -> str:
    """The XML of an anchor with a group of shapes that covers an area.

    Args:
        diagram: the drawing, from which nodes and loops are taken.
        lines: the arrows as lines.
        area: the cells that the group covers.
        colors: fill and text colour (RRGGBB) of each role of a node. The text colours of ``line``
            and ``outline`` are those of arrows and of the nodes' edges.
        description: the alternative text, for readers who cannot see the drawing.
        charts: how many charts stand on the sheet; they have the numbers from 1 on.
    """
    group, number = charts + 1, count(charts + 2)
    outline, line = colors["outline"][1], colors["line"][1]
    without, short = unnamed(diagram), short_forms(diagram)
    heads = _heads(lines)
    shapes = [
        *(_line(next(number), *piece, line) for piece in zip(lines, heads, strict=True)),
        *(_loop(next(number), loop, line) for loop in diagram.loops),
        *(
            _node(
                next(number),
                node,
                colors[node.role],
                outline,
                "" if (node.scale or node.role) in without else short.get(node.name, node.name),
            )
            for node in diagram.nodes.values()
        ),
        *(_dots(next(number), part, outline) for part in diagram.omitted),
    ]
    size = f'cx="{_emu(diagram.width)}" cy="{_emu(diagram.height)}"'
    return (
        f'<xdr:twoCellAnchor xmlns:xdr="{SHEET}" xmlns:a="{MAIN}">'
        f"<xdr:from>{_corner(area.left - 1, area.top - 1)}</xdr:from>"
        f"<xdr:to>{_corner(area.right, area.bottom)}</xdr:to>"
        f'<xdr:grpSp><xdr:nvGrpSpPr><xdr:cNvPr id="{group}" name="Network" '
        f'descr="{escape(description)}"/><xdr:cNvGrpSpPr/></xdr:nvGrpSpPr><xdr:grpSpPr>'
        f'<a:xfrm><a:off x="0" y="0"/><a:ext {size}/><a:chOff x="0" y="0"/><a:chExt {size}/>'
        f"</a:xfrm></xdr:grpSpPr>{''.join(shapes)}</xdr:grpSp><xdr:clientData/>"
        "</xdr:twoCellAnchor>"
    )


def _emu(pixels: float) -> int:
    return round(pixels * EMU)


def _corner(column: int, row: int) -> str:
    return (
        f"<xdr:col>{column}</xdr:col><xdr:colOff>0</xdr:colOff>"
        f"<xdr:row>{row}</xdr:row><xdr:rowOff>0</xdr:rowOff>"
    )


def _frame(left: float, top: float, width: float, height: float, flip: bool = False) -> str:
    return (
        f"<a:xfrm{' flipV=' + chr(34) + '1' + chr(34) if flip else ''}>"
        f'<a:off x="{_emu(left)}" y="{_emu(top)}"/>'
        f'<a:ext cx="{_emu(width)}" cy="{_emu(height)}"/></a:xfrm>'
    )


def _stroke(color: str, width: int = EMU, end: str = "") -> str:
    fill = f'<a:solidFill><a:srgbClr val="{color}"/></a:solidFill>'
    return f'<a:ln w="{width}">{fill}{end}</a:ln>'


def _heads(lines: Sequence[Line]) -> list[str]:
    """The arrowhead of each line: smaller where many are close to each other."""
    ends = [end for _, end, pointed in lines if pointed]

    def head(line: Line) -> str:
        _, (x, y), pointed = line
        piled = pointed and sum(hypot(x - u, y - v) < HEAD for u, v in ends) >= PILE
        return SMALL_HEAD if piled else ARROWHEAD if pointed else ""

    return list(map(head, lines))


def _line(number: int, piece: Line, head: str, color: str) -> str:
    (x0, y0), (x1, y1), _ = piece
    frame = _frame(x0, min(y0, y1), x1 - x0, abs(y1 - y0), flip=y1 < y0)
    return (
        f'<xdr:cxnSp macro=""><xdr:nvCxnSpPr><xdr:cNvPr id="{number}" name="Arrow {number}"/>'
        f"<xdr:cNvCxnSpPr/></xdr:nvCxnSpPr><xdr:spPr>{frame}"
        f'<a:prstGeom prst="line"><a:avLst/></a:prstGeom>'
        f"{_stroke(color, end=head)}</xdr:spPr></xdr:cxnSp>"
    )


def _loop(number: int, loop: Loop, color: str) -> str:
    (x0, y0), (x1, _) = loop.start, loop.end
    bow = BOW if loop.part == 1 else abs(loop.bow) * (x1 - x0) / 2
    width, height = _emu(x1 - x0), _emu(bow)
    base, peak = (height, -height // 3) if loop.above else (0, height + height // 3)
    curve = "".join(
        f'<a:pt x="{x}" y="{y}"/>' for x, y in [(width // 8, peak), (width, peak), (width, base)]
    )
    return (
        f'<xdr:sp macro="" textlink=""><xdr:nvSpPr><xdr:cNvPr id="{number}" name="Bow {number}"/>'
        f"<xdr:cNvSpPr/></xdr:nvSpPr><xdr:spPr>"
        f"{_frame(x0, y0 - bow if loop.above else y0, x1 - x0, bow)}"
        f"<a:custGeom><a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst/>"
        f'<a:rect l="0" t="0" r="r" b="b"/><a:pathLst><a:path w="{width}" h="{height}" fill="none">'
        f'<a:moveTo><a:pt x="0" y="{base}"/></a:moveTo>'
        f"<a:cubicBezTo>{curve}</a:cubicBezTo></a:path></a:pathLst></a:custGeom><a:noFill/>"
        f"{_stroke(color, end=ARROWHEAD)}</xdr:spPr></xdr:sp>"
    )


def _size(node: Node, text: str) -> float:
    """Points of the letters with which a text fits into a circle."""
    roomy = min(LARGEST, 2.2 * node.radius / max(3, len(text)))
    return max(roomy, min(SMALLEST, 2.6 * node.radius / max(2, len(text))))


def unnamed(diagram: Diagram) -> set[str]:
    """The pictures and the roles in which a name has no room: there, no circle has one."""
    crowded, short = _is_crowded(diagram), short_forms(diagram)
    return {
        node.scale or node.role
        for name, node in diagram.nodes.items()
        if _size(node, short.get(node.name, node.name)) < SMALLEST or (crowded and name != TOTAL)
    }


def short_forms(diagram: Diagram) -> dict[str, str]:
    """What stands in the circles of a few long names; empty if they are many, or are no words.

    Of names such as a_h119 a short form would look like another name.
    """
    nodes = diagram.nodes.values()
    long = [node for node in nodes if not node.square and _size(node, node.name) < SMALLEST]
    lengths = [max(map(len, WORD.findall(node.name)), default=0) for node in long]
    if len(long) > MOST_SHORT or _is_crowded(diagram):
        return {}
    if min(lengths, default=0) < SHORTEST_WORD:
        return {}
    taken = {node.name for node in nodes}
    found: dict[str, str] = {}
    for node in long:
        fitting = (form for form in _shorter(node.name) if _size(node, form) >= SMALLEST)
        form = next((form for form in fitting if form not in taken), None)
        if form is None:
            return {}
        found[node.name] = form
        taken.add(form)
    return found


def _shorter(name: str) -> Iterator[str]:
    """Short forms of a name, the best first: its initials and numbers, or its first letters."""
    words = WORD.findall(name)
    initials = "".join(word if word.isdigit() else word[0] for word in words)
    yield from [initials] * (len(words) > 1)
    yield from (f"{name[:length]}." for length in (4, 3, 2))
    yield from (f"{initials}{number}" for number in range(2, 10))


def _is_crowded(diagram: Diagram) -> bool:
    """Whether circles lie over each other, or are too many to tell apart."""
    nodes = [node for node in diagram.nodes.values() if not node.square]
    return len(nodes) > MOST_NAMED or any(
        hypot(one.x - other.x, one.y - other.y) < CLOSE * (one.radius + other.radius)
        for one, other in combinations(nodes, 2)
    )


def _node(number: int, node: Node, colors: tuple[str, str], outline: str, written: str) -> str:
    fill, text = colors
    frame = _frame(node.x - node.radius, node.y - node.radius, 2 * node.radius, 2 * node.radius)
    words = _words(written, _size(node, written), text) if written else ""
    return (
        f'<xdr:sp macro="" textlink=""><xdr:nvSpPr><xdr:cNvPr id="{number}" '
        f'name="{escape(node.name)}"/><xdr:cNvSpPr/></xdr:nvSpPr><xdr:spPr>{frame}'
        f'<a:prstGeom prst="{"rect" if node.square else "ellipse"}"><a:avLst/></a:prstGeom>'
        f'<a:solidFill><a:srgbClr val="{fill}"/></a:solidFill>{_stroke(outline)}</xdr:spPr>'
        f"{words}</xdr:sp>"
    )


def _dots(number: int, part: Omitted, color: str) -> str:
    """What stands for parts that are left out: dots, and how many they are."""
    width, height = DOTS
    # Arrows pass what stands for columns.
    fill = '<a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill>' if part.across else "<a:noFill/>"
    frame = _frame(part.x - width / 2, part.y - height / 2, width, height)
    return (
        f'<xdr:sp macro="" textlink=""><xdr:nvSpPr><xdr:cNvPr id="{number}" '
        f'name="Left out {number}"/><xdr:cNvSpPr txBox="1"/></xdr:nvSpPr><xdr:spPr>{frame}'
        f'<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>{fill}</xdr:spPr>'
        f"{_words(part.text, SMALLEST, color)}</xdr:sp>"
    )


def _words(text: str, size: float, color: str) -> str:
    """A text in the middle of a shape, in letters of a size in points."""
    look = (
        f'<a:rPr lang="en" sz="{round(100 * size)}">'
        f'<a:solidFill><a:srgbClr val="{color}"/></a:solidFill><a:latin typeface="Calibri"/>'
        "</a:rPr>"
    )
    lines = (
        f'<a:p><a:pPr algn="ctr"/><a:r>{look}<a:t>{escape(line)}</a:t></a:r></a:p>'
        for line in text.splitlines()
    )
    return (
        '<xdr:txBody><a:bodyPr wrap="none" lIns="0" tIns="0" rIns="0" bIns="0" anchor="ctr"/>'
        f"<a:lstStyle/>{''.join(lines)}</xdr:txBody>"
    )
