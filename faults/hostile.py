"""Workbooks made to do harm, one of each kind: by what they claim, hold, or point to."""

import struct
import zipfile
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain, repeat
from pathlib import Path

import openpyxl
from openpyxl.formula.translate import Translator

import backprop_sheet
from backprop_sheet.network import load

Maker = Callable[[Path], None]
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
MEGA = 1_000_000
TABLE_END = 5
FIRST = 36
"""The row of epoch 0 in the program's own sheets."""
Content = str | bytes | Iterable[str]
HEADER = list(load().labels.values())


STYLES = (
    f'{HEAD}<styleSheet xmlns="{MAIN}"><fonts><font/></fonts><fills><fill/></fills>'
    "<borders><border/></borders><cellStyleXfs><xf/></cellStyleXfs><cellXfs><xf/>{}</cellXfs></styleSheet>"
)
"""The formats that every workbook has, and more."""


LINKED = f'{HEAD}<Relationships xmlns="{LINKS}">{{}}</Relationships>'


FETCHING = [
    *("[1]S!A1", 'WEBSERVICE("http://127.0.0.1:9/")', "cmd|'/c calc'!A1"),
    *("'file:///etc/[passwd]S'!A1", 'HYPERLINK("http://127.0.0.1:9/")'),
]
"""Formulas that would fetch, or start a program (DDE), where they are computed."""


def sheet(data: str = "", before: str = "", after: str = "") -> str:
    """A sheet with these rows."""
    rows = f"<sheetData>{data}</sheetData>"
    return f'{HEAD}<worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}">{before}{rows}{after}</worksheet>'


def long_sheet(rows: Iterable[str]) -> Iterator[str]:
    """A sheet with these rows, however many."""
    start, end = sheet("|").split("|")
    return chain([start], rows, [end])


def text(said: str) -> str:
    """A cell with a text."""
    return f'<c t="inlineStr"><is><t>{said}</t></is></c>'


def header() -> str:
    """The names over a table."""
    return f"<row>{''.join(map(text, HEADER))}</row>"


def formulas(some: Iterable[str], value: str = "<v>0.5</v>") -> str:
    """A row of formulas."""
    return f"<row>{''.join(f'<c><f>{one}</f>{value}</c>' for one in some)}</row>"


def parts_of(sheets: int = 1, names: str = "") -> dict[str, Content]:
    """The parts of a workbook besides its sheets."""
    listed = "".join(
        f'<sheet name="S{n}" sheetId="{n}" r:id="rId{n}"/>' for n in range(1, sheets + 1)
    )
    links = "".join(
        f'<Relationship Id="rId{n}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, sheets + 1)
    )
    links += f'<Relationship Id="s" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
    links += f'<Relationship Id="f" Type="{OFFICE}/styles" Target="styles.xml"/>'
    book = f'<Relationship Id="b" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
    return {
        "[Content_Types].xml": f'{HEAD}<Types xmlns="{LINKS[:-13]}content-types"/>',
        "_rels/.rels": f'{HEAD}<Relationships xmlns="{LINKS}">{book}</Relationships>',
        "xl/workbook.xml": f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}'
        f"</sheets><definedNames>{names}</definedNames></workbook>",
        "xl/_rels/workbook.xml.rels": f'{HEAD}<Relationships xmlns="{LINKS}">{links}'
        "</Relationships>",
        "xl/sharedStrings.xml": f'{HEAD}<sst xmlns="{MAIN}"/>',
        "xl/styles.xml": STYLES.format(""),
        "xl/worksheets/sheet1.xml": sheet(),
    }


def write(
    path: Path,
    more: dict[str, Content],
    *,
    names: str = "",
    packed: int = zipfile.ZIP_STORED,
) -> None:
    """A workbook with these parts in place of the usual ones; not packed, lest it seem a bomb."""
    with zipfile.ZipFile(path, "w", packed, compresslevel=1) as archive:
        for name, content in (parts_of(names=names) | more).items():
            with archive.open(name, "w", force_zip64=True) as stream:
                for piece in [content] if isinstance(content, str | bytes) else content:
                    stream.write(piece if isinstance(piece, bytes) else piece.encode())


def with_sheet(path: Path, make: Callable[[], Content]) -> None:
    """A workbook with one sheet."""
    write(path, {"xl/worksheets/sheet1.xml": make()})


def with_part(path: Path, name: str, make: Callable[[], Content]) -> None:
    """A workbook with another part in place of one."""
    write(path, {name: make()})


def entities(kind: str) -> str:
    """A sheet with a document type."""
    laughs = "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha" * 10}">' for n in range(10)
    )
    known = {
        "laughs": (laughs, "&a9;"),
        "quadratic": (f'<!ENTITY a "{"ha" * 50_000}">', "&a;" * 50_000),
        "file": ('<!ENTITY a SYSTEM "file:///etc/passwd">', "&a;"),
        "network": ('<!ENTITY % a SYSTEM "http://127.0.0.1:9/x"> %a;', ""),
    }
    declared, used = known[kind]
    whole = sheet(f"<row><c><v>{used}</v></c></row>")
    return whole.replace(HEAD, f"{HEAD}<!DOCTYPE worksheet [{declared}]>")


def in_encoding(name: str) -> bytes:
    """A sheet with a document type in another encoding."""
    return entities("laughs").replace("UTF-8", name).encode(name)


def _lying(path: Path) -> None:
    """A part says that it is small, and is not."""
    with_sheet(path, lambda: long_sheet(repeat("<row/>" * 1000, 3_000)))
    data = bytearray(path.read_bytes())
    at = data.rfind(b"PK\x01\x02")
    struct.pack_into("<L", data, at + 24, 1000)
    path.write_bytes(data)


def _overlapping(path: Path) -> None:
    """Many names for the same bytes, each inflated on its own."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts_of().items():
            archive.writestr(name, str(content))
        archive.writestr("xl/bomb.xml", bytes(9 * MEGA))
        for number in range(300):
            same = zipfile.ZipInfo(f"xl/bomb{number}.xml")
            bomb = archive.NameToInfo["xl/bomb.xml"]
            for key in ("header_offset", "CRC", "compress_size", "file_size", "compress_type"):
                setattr(same, key, getattr(bomb, key))
            archive.filelist.append(same)
            archive.NameToInfo[same.filename] = same


def _large_directory(path: Path) -> None:
    """An archive of very many empty parts."""
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(50_000):
            archive.writestr(f"{number}", "")


def _bad_sum(path: Path) -> None:
    with_sheet(path, sheet)
    data = bytearray(path.read_bytes())
    data[data.find(b"<sheetData") + 1] ^= 1
    path.write_bytes(data)


def _nested_archive(path: Path) -> None:
    inner = path.with_suffix(".inner")
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb", bytes(100 * MEGA))
    write(path, {"xl/media/inner.zip": inner.read_bytes()})
    inner.unlink()


def _named(path: Path, name: str) -> None:
    write(path, {name: "x"})


def _twice(path: Path) -> None:
    with_sheet(path, sheet)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/Worksheets/sheet1.xml", sheet(header()))


def _without(path: Path, gone: str) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts_of().items():
            if name != gone:
                archive.writestr(name, str(content))


def _many_sheets(path: Path, number: int) -> None:
    several = {f"xl/worksheets/sheet{n}.xml": sheet() for n in range(1, number + 1)}
    write(path, {**parts_of(number), **several})


def _linked(path: Path, target: str, mode: str) -> None:
    """The only sheet lies elsewhere."""
    name = "xl/_rels/workbook.xml.rels"
    links = str(parts_of()[name]).replace('"worksheets/sheet1.xml"', f'"{target}"{mode}')
    write(path, {name: links})


def _comments(path: Path) -> None:
    """A wrong table, and a hundred thousand comments beside it."""
    one = '<comment ref="ZZ{}" authorId="0"><text><t>x</t></text></comment>'
    listed = (one.format(number) for number in range(1, 100_001))
    start = f'{HEAD}<comments xmlns="{MAIN}"><authors><author>x</author></authors><commentList>'
    link = f'<Relationship Id="c" Type="{OFFICE}/comments" Target="../comments1.xml"/>'
    write(
        path,
        {
            "xl/worksheets/sheet1.xml": sheet(header() + wrong(12)),
            "xl/comments1.xml": chain([start], listed, ["</commentList></comments>"]),
            "xl/worksheets/_rels/sheet1.xml.rels": LINKED.format(link),
        },
    )


def wrong(rows: int) -> str:
    """Rows in which every cell has another formula that nothing explains."""
    width = len(HEADER)
    return "".join(
        formulas(f"A{r + n}*B{r}+EXP(C{r}*{n})/D{r}-{r}*{n}*A{r + 1}*C{r}" for n in range(width))
        for r in range(2, rows + 2)
    )


def _right_in_other_ways(path: Path, rows: int) -> None:
    """A training in which every formula is right, and each is written in another way."""
    network = load()
    backprop_sheet.write_workbook(network, backprop_sheet.tabulate(network, 2), path)
    second = openpyxl.load_workbook(path).worksheets[0][FIRST + 1][: len(HEADER)]

    def cell(column: int, row: int, value: float) -> str:
        if row == FIRST:
            return f"<c><v>{value!r}</v></c>"
        origin = second[column]
        moved = Translator(origin.value, origin.coordinate).translate_formula(
            row_delta=row - FIRST - 1, col_delta=0
        )
        return f"<c><f>{moved[1:]}+0*{row * len(HEADER) + column}</f><v>{value!r}</v></c>"

    def table() -> Iterator[str]:
        yield f'<row r="{FIRST - 2}"><c r="F34"><v>1</v></c></row>'
        yield header().replace("<row", f'<row r="{FIRST - 1}"')
        frame = backprop_sheet.tabulate(network, rows)
        for row, numbers in enumerate(frame.to_numpy().tolist(), start=FIRST):
            cells = (cell(column, row, value) for column, value in enumerate(numbers))
            yield f'<row r="{row}">{"".join(cells)}</row>'

    with_sheet(path, lambda: long_sheet(table()))


def _wrong_tables(count: int) -> Iterator[str]:
    """Tables below each other, each wrong in a way of its own."""
    for number in range(count):
        top = 5 * number + 1
        yield header()
        for row in (1, 2):
            yield formulas(
                f"A{top + row}*B{top + 3}+EXP(C{top + 3}*{row * n + number})/D{top}-{number}*{n}"
                for n in range(len(HEADER))
            )


def _external(path: Path) -> None:
    """Formulas that would fetch: another workbook, an address, a program (DDE)."""
    calls = [call.replace('"', "&quot;") for call in FETCHING]
    link = f'<Relationship Id="e" Type="{OFFICE}/externalLinkPath" Target="file:///etc/passwd" '
    link += 'TargetMode="External"/>'
    write(
        path,
        {
            "xl/worksheets/sheet1.xml": sheet(header() + formulas((calls * 7)[:31]) * 3),
            "xl/externalLinks/_rels/externalLink1.xml.rels": LINKED.format(link),
        },
    )


def _cells(row: Callable[[int], str], count: int = MEGA) -> Callable[[], Content]:
    return lambda: long_sheet(map(row, range(1, count + 1)))


def _shared(count: int) -> str:
    """Cells that share a formula with themselves, with each other, and one that is not there."""
    cycle = (
        '<row><c><f t="shared" si="0" ref="A1:B9">A1+B1</f></c><c><f t="shared" si="1"/></c></row>'
    )
    rows = '<row><c><f t="shared" si="0"/></c><c><f t="shared" si="1" ref="A1">A2</f></c></row>'
    return sheet(cycle + rows * count)


_NAME = '<definedName name="n{}">S1!$A$1</definedName>'


def _with_strings(path: Path, size: int, count: int) -> None:
    """Texts that cells share."""
    each = f"<si><t>{'x' * size}</t></si>"
    used = sheet('<row><c t="s"><v>0</v></c></row>')
    write(
        path,
        {
            "xl/worksheets/sheet1.xml": used,
            "xl/sharedStrings.xml": chain(
                [f'{HEAD}<sst xmlns="{MAIN}">'], repeat(each, count), ["</sst>"]
            ),
        },
    )


def _names(path: Path) -> None:
    write(path, {}, names="".join(map(_NAME.format, range(100_000))))


def _table(path: Path, formula: str) -> None:
    """A table with this formula in each cell."""
    with_sheet(path, lambda: sheet(header() + formulas([formula] * len(HEADER)) * 3))


def _recalculated(path: Path, formulas: list[str], count: int) -> None:
    """A table without values; in a column beside it each formula may take the row below."""
    book = openpyxl.Workbook()
    cells = book.worksheets[0]
    cells.append(HEADER)
    for row in range(2, count + 3):
        below = [formula.format(row + 1) for formula in formulas]
        of_table = range(len(HEADER) if row < TABLE_END else 0)
        cells.append([below[n % len(below)] for n in of_table])
        cells.cell(row, 27).value = below[0]
    book.save(path)


def _wide(path: Path) -> None:
    """A table, and cells up to the last column beside each of its rows."""
    cells = "".join("<c><v>0.5</v></c>" for _ in range(16_384 - len(HEADER)))
    row = formulas(["1"] * len(HEADER)).replace("</row>", f"{cells}</row>")
    with_sheet(path, lambda: long_sheet(chain([header()], repeat(row, 2_500))))


def _bomb(path: Path, name: str, size: int) -> None:
    write(path, {name: repeat(bytes(MEGA), size // MEGA)}, packed=zipfile.ZIP_DEFLATED)


KINDS: dict[str, Maker] = {
    "zip bomb: 2 GB in a sheet": partial(_bomb, name="xl/worksheets/sheet1.xml", size=2_000 * MEGA),
    "zip bomb: 500 MB of formats": partial(_bomb, name="xl/styles.xml", size=500 * MEGA),
    "zip bomb: 500 MB of a picture": partial(_bomb, name="xl/media/a.png", size=500 * MEGA),
    "zip: a bomb in a zip in a zip": _nested_archive,
    "zip: overlapping parts": _overlapping,
    "zip: a size that lies": _lying,
    "zip: 50,000 parts": _large_directory,
    "zip: a wrong check sum": _bad_sum,
    "zip: two parts of a name": _twice,
    "zip: a name that leads out": partial(_named, name="../../escaped.txt"),
    "zip: an absolute name": partial(_named, name="/etc/escaped"),
    "zip: a name of Windows": partial(_named, name="C:\\escaped.txt"),
    **{f"without {name}": partial(_without, gone=name) for name in parts_of()},
    "link: out of the archive": partial(_linked, target="../../../../etc/passwd", mode=""),
    "link: to a file": partial(_linked, target="file:///etc/passwd", mode=' TargetMode="External"'),
    "link: to an address": partial(_linked, target="http://127.0.0.1:9/x", mode=""),
    "link: to itself": partial(_linked, target="workbook.xml", mode=""),
    "formulas that fetch or run (DDE)": _external,
    **{
        f"entities: {kind}": partial(with_sheet, make=partial(entities, kind))
        for kind in ("laughs", "quadratic", "file", "network")
    },
    **{
        f"entities: laughs in {name}": partial(with_sheet, make=partial(in_encoding, name))
        for name in ("UTF-16", "UTF-7", "UTF-32")
    },
    "entities: in the formats": partial(
        with_part, name="xl/styles.xml", make=partial(entities, "laughs")
    ),
    "XML 500,000 deep": partial(with_sheet, make=lambda: sheet("<a>" * 500_000)),
    "XML 500,000 deep in the formats": partial(
        with_part,
        name="xl/styles.xml",
        make=lambda: STYLES.format("<xf>" * 500_000 + "</xf>" * 500_000),
    ),
    "a tag of 50 MB": partial(with_sheet, make=lambda: sheet(f'<row x="{"y" * 50 * MEGA}"/>')),
    "100,000 attributes": partial(
        with_sheet,
        make=lambda: sheet("<row " + " ".join(f'a{n}="1"' for n in range(100_000)) + "/>"),
    ),
    "a dimension of 17 billion cells": partial(
        with_sheet, make=lambda: sheet(before='<dimension ref="A1:XFD1048576"/>')
    ),
    "cells in the last row and column": partial(
        with_sheet,
        make=lambda: sheet(
            '<row r="1"><c r="A1"><v>1</v></c></row>'
            '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
        ),
    ),
    "a row beyond the last": partial(
        with_sheet, make=lambda: sheet('<row r="99999999999"><c><v>1</v></c></row>')
    ),
    "a number of 5,000 digits": partial(
        with_sheet, make=lambda: sheet(f"<row><c><v>{'9' * 5_000}</v></c></row>")
    ),
    "a million empty cells with formats": partial(
        with_sheet, make=_cells(lambda n: f'<row r="{n}"><c r="A{n}" s="1"/></row>')
    ),
    "10 million empty cells in a row": partial(
        with_sheet,
        make=lambda: long_sheet(chain(["<row>"], repeat("<c/>" * 1000, 10_000), ["</row>"])),
    ),
    "a million rows of text": partial(
        with_sheet, make=_cells(lambda n: f"<row>{text(f'a text {n}')}</row>")
    ),
    "200,000 rows of 30 numbers": partial(
        with_sheet, make=_cells(lambda n: f"<row>{f'<c><v>{n}.5</v></c>' * 30}</row>", 200_000)
    ),
    "a cell with 100 MB of text": partial(
        with_sheet, make=lambda: sheet(f"<row>{text('y' * 100 * MEGA)}</row>")
    ),
    "a row with 500 MB of text": partial(
        with_sheet,
        make=lambda: long_sheet(chain(["<row>"], repeat(text("y" * 32_000), 16_000), ["</row>"])),
    ),
    "a formula of 1 MB": partial(_table, formula="A1+" * (MEGA // 3) + "1"),
    "a formula 10,000 deep": partial(_table, formula="(" * 10_000 + "1" + ")" * 10_000),
    "a formula 1,500 deep": partial(_table, formula="(" * 1_500 + "1" + ")" * 1_500),
    "formulas that fetch, to recalculate": partial(
        _recalculated, formulas=[f"={call}" for call in FETCHING], count=1
    ),
    "formulas 4,000 deep, to recalculate": partial(
        _recalculated, formulas=["=" + "(" * 4_000 + "1" + ")" * 4_000], count=1
    ),
    "functions 4,000 deep, to recalculate": partial(
        _recalculated, formulas=["=" + "EXP(" * 4_000 + "1" + ")" * 4_000], count=1
    ),
    "a chain of 100,000 cells, to recalculate": partial(
        _recalculated, formulas=["=AA{}"], count=100_000
    ),
    "a circle of cells, to recalculate": partial(
        _recalculated, formulas=["=SUM(A2:AE100)"], count=90
    ),
    "ranges of all cells, to recalculate": partial(
        _recalculated, formulas=["=SUMPRODUCT($1:$1048576*$1:$1048576)"], count=1
    ),
    "a formula of 1,300 functions in each other": partial(
        _table, formula="EXP(" * 1_300 + "1" + ")" * 1_300
    ),
    "shared formulas in a circle": partial(with_sheet, make=partial(_shared, 5_000)),
    "100,000 shared formulas of 8,000 characters": partial(
        with_sheet,
        make=lambda: long_sheet(
            chain(
                [f'<row><c><f t="shared" si="0">{"A1+" * 2_600}1</f></c></row>'],
                repeat('<row><c><f t="shared" si="0"/></c></row>', 100_000),
            )
        ),
    ),
    "5 million shared texts": partial(_with_strings, size=1, count=5 * MEGA),
    "200 MB of shared texts": partial(_with_strings, size=20_000, count=10_000),
    "a shared text of 100 MB": partial(_with_strings, size=100 * MEGA, count=1),
    "100,000 defined names": _names,
    "9,900 sheets": partial(_many_sheets, number=9_900),
    "20,000 sheets": partial(_many_sheets, number=20_000),
    "a million formats": partial(
        with_part, name="xl/styles.xml", make=lambda: STYLES.format("<xf/>" * MEGA)
    ),
    "100,000 comments beside a wrong table": _comments,
    "a table with another wrong formula in each cell": partial(
        with_sheet, make=lambda: sheet(header() + wrong(68))
    ),
    "a table with another right formula in each cell": partial(_right_in_other_ways, rows=1_000),
    "299 tables, each wrong in a way of its own": partial(
        with_sheet, make=lambda: long_sheet(_wrong_tables(299))
    ),
    "10,000 headers": partial(with_sheet, make=lambda: sheet(header() * 10_000)),
    "400 tables side by side": partial(
        with_sheet,
        make=lambda: sheet(
            header()
            .replace("</row>", "")
            .replace("<row>", "<row>" + "".join(map(text, HEADER)) * 400)
            + "</row>"
        ),
    ),
    "400 tables below each other": partial(
        with_sheet, make=lambda: sheet((header() + wrong(2)) * 400)
    ),
    "a table with cells up to the last column": _wide,
}
"""How each kind is made."""
