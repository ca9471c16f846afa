"""Documents: two renderings of the same blocks, in which nothing that a file holds is markup."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from browser import axe

from backprop_sheet.derivation import AS_LATEX, AS_MATHML, AS_TEXT, boxes
from backprop_sheet.document import (
    Code,
    Document,
    Equation,
    Formulas,
    Heading,
    Paragraph,
    Picture,
    Points,
    Table,
    as_html,
    as_markdown,
    check_files,
    side_by_side,
    write_document,
)
from backprop_sheet.errors import WriteError
from backprop_sheet.network import load
from backprop_sheet.page.script import WEB

HOSTILE = "<script>alert(1)</script> & <img src=x onerror=alert(1)> | `$a$` [l](javascript:1)\n# t"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63"
    "f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)
"""A picture of one pixel."""


def everything(text):
    """A document with each kind of block, with a text in all of its places."""
    return Document(
        text,
        text,
        (
            Heading(text),
            Heading(text, 3),
            Paragraph(text),
            Points([text, text]),
            Table((text, ""), [(text, "1.5")], text),
            Code(text),
            Picture("one", PNG, text, text),
            *(Heading(f"section {k}") for k in range(4)),
        ),
    )


class Reader(HTMLParser):
    """The tags and the text of a page."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.text = [], ""
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.text += data


def test_no_text_becomes_markup_on_the_page():
    plain, hostile = (Reader(as_html(everything(text))) for text in ("text", HOSTILE))
    assert [tag for tag, _ in plain.tags] == [tag for tag, _ in hostile.tags]
    assert "script" not in dict(hostile.tags)
    assert hostile.text.count("<script>alert(1)</script> & <img") >= 9
    assert {name for _, found in hostile.tags for name in found if name.startswith("on")} == set()


def test_no_text_becomes_markup_in_markdown():
    text = as_markdown(everything(HOSTILE))
    outside = re.sub(r"(?ms)^(`{3,})text\n.*?^\1$", "", text)
    assert outside != text
    bare = re.sub(r"\\.", "", outside.replace("](pictures/one.png)", ""))
    assert not re.search(r"[<>`$*]|\]\(", bare)
    assert len(re.findall(r"(?m)^#+ ", outside)) == 7, "a line of its own is no heading"


def test_a_fence_is_longer_than_any_in_it():
    text = as_markdown(Document("t", "a", (Code("a\n````\nb"),)))
    assert "\n`````text\na\n````\nb\n`````\n" in text


def test_columns_of_numbers_stand_at_the_right():
    table = Table(
        ("name", "n", "share", "mixed"), [("a", "1e-05", "9.5 %", "1"), ("b", "", "1 %", "x")]
    )
    assert table.numeric == [False, True, True, False]
    text = as_markdown(Document("t", "a", (table,)))
    assert "| --- | ---: | ---: | --- |" in text


def test_pairs_stand_side_by_side_in_the_order_of_columns():
    table = side_by_side(("w", "n"), [(f"w{k}", str(k)) for k in range(1, 11)])
    assert table.head == ("w", "n") * 2
    assert [row[0] for row in table.rows] + [row[2] for row in table.rows if row[2]] == [
        f"w{k}" for k in range(1, 11)
    ]


def test_an_equation_is_set_in_as_many_rows_as_it_needs():
    short = Equation(("a", "= b", "= c"), ("a", "= b", "= c"), ("a", "=b", "=c"))
    assert short.rows(short.latex) == [("a", "= b = c")]
    wide = Equation(("a", f"= {'b' * 50}", f"= {'c' * 50}"), ("a", "= B", "= C"), ("a", "b", "c"))
    assert wide.rows(wide.latex) == [("a", "= B"), ("", "= C")]
    assert not wide.is_long
    long = Equation(("a", f"= {'b + ' * 60}b"), ("a", "= LATEX"), ("a", "<mi>MATHML</mi>"))
    document = Document("t", "a", (Formulas([short, long, short]),))
    assert "LATEX" not in as_markdown(document)
    assert as_markdown(document).count("$$") == 4
    page = as_html(document)
    assert "MATHML" not in page
    assert page.count("<math") == 2


def test_a_folder_has_page_markdown_and_pictures_and_a_page_stands_alone(tmp_path):
    document = everything("text")
    written = write_document(document, tmp_path / "out")
    assert [path.relative_to(tmp_path / "out").as_posix() for path in written] == [
        "report.html",
        "report.md",
        "pictures/one.png",
    ]
    assert written[2].read_bytes() == PNG
    page = tmp_path / "page.html"
    assert write_document(document, page) == [page]
    assert page.read_bytes() == written[0].read_bytes() == as_html(document).encode()


def test_what_cannot_be_written_is_refused_before_anything_is_made(tmp_path):
    (tmp_path / "pictures").write_text("a file")
    with pytest.raises(WriteError, match="is not a folder"):
        check_files(tmp_path, ["one"])
    check_files(tmp_path / "page.html", ["one"])


def test_the_derivation_is_the_same_in_three_notations():
    network = load("adam")
    for text, latex, mathml in zip(
        *(boxes(network, hand=hand) for hand in (AS_TEXT, AS_LATEX, AS_MATHML)), strict=True
    ):
        assert text.title == latex.title == mathml.title
        assert text.lines == tuple(" ".join(sides) for sides in text.sides)
        for sides in zip(text.sides, latex.sides, mathml.sides, strict=True):
            assert len(set(map(len, sides))) == 1
    last = boxes(network, hand=AS_LATEX)[-1].sides[-1]
    assert last[:1] == ("w_{1}",)
    assert last[1].startswith(r"\leftarrow w_{1} - ")


def test_a_box_may_be_cut_shorter():
    first, *_ = boxes(load(), most=8)
    assert [line.split(" = ")[0] for line in first.lines] == [
        *("h1", "a_h1", "… and 2 more such as h2"),
        *("o1", "a_o1", "… and 2 more such as o2", "E1", "E2", "E_Total"),
    ]
    assert first.left_out == 4


@pytest.mark.chromium
@pytest.mark.axe
def test_a_page_can_be_read_by_anybody_at_any_width(visit, tmp_path):
    derived = zip(
        *(boxes(load(), hand=hand)[0].sides for hand in (AS_TEXT, AS_LATEX, AS_MATHML)), strict=True
    )
    document = everything(HOSTILE)
    blocks = (*document.blocks, Formulas([Equation(*sides) for sides in derived]))
    path = tmp_path / "page.html"
    write_document(Document(document.title, document.about, blocks), path)
    for width, scheme in ((360, "light"), (1024, "dark"), (1920, "light")):
        page = visit(path, viewport={"width": width, "height": 900}, color_scheme=scheme)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate("[...document.images].every(one => one.naturalWidth > 0)")
    assert axe(page) == []
    assert axe(visit(path, color_scheme="dark")) == []


def test_the_pages_share_their_colours():
    """What is called alike on the page that trains and on those without a script is alike."""
    colours = re.compile(r"(--[\w-]+): (light-dark\([^)]+\))")
    folder = Path(as_html.__code__.co_filename).parent
    ours, theirs = (
        dict(colours.findall("".join(path.read_text("utf-8") for path in sorted(at.glob("*.css")))))
        for at in (folder, WEB)
    )
    common = set(ours) & set(theirs)
    assert len(common) >= 5
    assert {name: ours[name] for name in common} == {name: theirs[name] for name in common}
