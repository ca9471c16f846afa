"""What explanations and judgements show of themselves in a notebook."""

import re
import subprocess
from html.parser import HTMLParser

import openpyxl
import pytest

from backprop_sheet import check, explain, load, templates
from backprop_sheet.checker.report import as_text
from backprop_sheet.explainer import as_text as explained
from backprop_sheet.network import build
from tools.notebook import NOTEBOOK, cells, lightened

BLOCK = re.compile(
    r"^\$\$\n\\begin\{aligned\}\n(.*?)\n\\end\{aligned\}\n\$\$$", re.DOTALL | re.MULTILINE
)


def equations(markdown):
    """The equations of a cell, each in a line, without the breaks within them."""
    for block in BLOCK.findall(markdown):
        yield from block.replace(" \\\\\n&=", " =").split(" \\\\\n")


# --- explanations --------------------------------------------------------------------------------


@pytest.mark.parametrize("epoch", [0, 30])
def test_equations_give_the_numbers_of_the_table(epoch, frame):
    found = {}
    for equation in equations(explain(load(), epoch)._repr_markdown_()):
        left, right = re.split(r" &(?:=|\\rightarrow) ", equation)
        mantissa, _, power = right.split(" = ")[-1].partition(r" \cdot 10^")
        found[re.sub(r"[{}_]", "", left)] = float(f"{mantissa}e{power.strip('{}') or 0}")
    for neuron in ("h1", "h2", "o1", "o2"):
        assert found[neuron] == pytest.approx(frame.at[epoch, neuron], rel=1e-5)
        assert found[f"a{neuron}"] == pytest.approx(frame.at[epoch, f"a_{neuron}"], rel=1e-5)
    for weight in (f"w{k}" for k in range(1, 9)):
        assert found[weight] == pytest.approx(frame.at[epoch + 1, weight], rel=1e-5)
        gradient = found[rf"\frac\partial E\mathrmTotal\partial {weight}"]
        assert gradient == pytest.approx(frame.at[epoch, f"∂E/∂{weight}"], rel=1e-5)


def test_an_equation_that_is_wide_has_its_numbers_in_a_second_row():
    text = explain(load(), 30, "w5")._repr_markdown_()
    assert r"\frac{\partial o_{1}}{\partial w_{5}} &= a_{h1} = 0.506594 \\" in text
    assert "\\frac{\\partial o_{1}}{\\partial w_{5}} \\\\\n&= 0.04138067 \\cdot" in text


def test_few_equations_stand_open_and_of_many_the_later_sections_are_folded():
    assert "<details>" not in explain(load(), 0, "w5")._repr_markdown_()
    text = explain(load(), 0)._repr_markdown_()
    opened, _ = text.split("<details>", 1)
    assert re.findall("^#### (.*)$", opened, re.MULTILINE) == [
        *("Forward pass", "Back from the error", "$w_{1}$")
    ]
    assert re.findall("<details><summary>(.*)</summary>", text) == [f"w{k}" for k in range(2, 9)]
    assert text.count("</details>") == 7
    assert "\n\n$$\n" in text.split("</summary>")[-1], "Markdown begins again after an empty line"


def test_a_notebook_is_spared_most_equations_of_a_large_network():
    inputs, weights = [0.1] * 20, [0.01] * (20 * 30 + 30)
    explanation = explain(build((20, 30, 1), inputs=inputs, targets=[1.0], weights=weights))
    whole = explained(explanation)
    lines = [line for line in whole.splitlines() if line.startswith("  ")]
    text = explanation._repr_markdown_()
    assert len(list(equations(text))) == 240
    assert f"\n{len(lines) - 240:,} more equations: " in text
    printer = Printer()
    explanation._repr_pretty_(printer, False)
    assert whole.startswith(printer.printed.rsplit("\n\n", 1)[0])
    assert printer.printed.endswith(text.rstrip().rsplit("\n", 1)[-1])


class Printer:
    """As much of IPython's printer as is used."""

    printed = ""

    def text(self, text):
        self.printed += text


def test_in_a_terminal_it_is_the_text():
    explanation, printer = explain(load(), 30, "w5"), Printer()
    explanation._repr_pretty_(printer, False)
    assert printer.printed + "\n" == explained(explanation)


@pytest.mark.latex
@pytest.mark.slow
def test_every_block_of_every_template_is_latex(tmp_path):
    blocks = [
        f"$$\\begin{{aligned}}\n{block}\n\\end{{aligned}}$$"
        for name in templates.known()
        for block in BLOCK.findall(explain(load(name), 1)._repr_markdown_())
    ]
    head = "\\documentclass{article}\n\\usepackage[paperwidth=5cm,paperheight=500cm]{geometry}\n"
    body = "\n\\newpage\n".join(blocks)
    text = f"{head}\\usepackage{{amsmath}}\n\\begin{{document}}\n{body}\n\\end{{document}}\n"
    (tmp_path / "all.tex").write_text(text, encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "all.tex"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False, timeout=300)
    assert done.returncode == 0, (tmp_path / "all.log").read_text("latin-1")[-2000:]
    assert len(blocks) > 100


# --- judgements ----------------------------------------------------------------------------------


class Tags(HTMLParser):
    """The tags of a piece of HTML, with their attributes, its text, and that of its cells."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes, self.texts, self.cells, self.open = set(), set(), "", [], []
        self.feed(html)
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.open.append(tag)
        if tag in ("td", "th"):
            self.cells.append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts += data
        if {"td", "th"} & set(self.open):
            self.cells[-1] += data


@pytest.fixture
def homework(workbook, tmp_path):
    """Changes the original's workbook, and returns the path of the copy."""

    def change(how, name="homework.xlsx"):
        book = openpyxl.load_workbook(workbook)
        how(book.worksheets[0])
        book.save(tmp_path / name)
        return tmp_path / name

    return change


def test_what_is_right_is_a_line(workbook):
    found = Tags(check(workbook)._repr_html_())
    assert found.tags == {"div", "p", "strong"}
    assert found.texts.split() == as_text([check(workbook)]).split()


def test_mistakes_are_rows_with_the_words_of_the_report(homework):
    def mistaken(sheet):
        for row in sheet["Z36:AA103"]:
            for cell in row:
                cell.value = cell.value.replace("L", "J")

    judgement = check(homework(mistaken))
    found, text = Tags(judgement._repr_html_()), as_text([judgement])
    assert found.cells[:6] == ["column", "mistake", "cell", "found", "expected", "effect"]
    column, mistake, cell, wrong, right, effect = found.cells[6:]
    assert f"{column}: {mistake} ({cell})\n" in text
    assert f"found     {wrong}\n" in text
    assert f"expected  {right}\n" in text
    assert f"effect    {effect}\n" in text
    assert (column, mistake) == ("∂E/∂w3, ∂E/∂w4", "a_h1 where a_h2 belongs")
    assert right.removeprefix("=").replace("L", "J") == wrong.removeprefix("=")
    assert "note: values were not stored" in found.texts
    printer = Printer()
    judgement._repr_pretty_(printer, False)
    assert printer.printed + "\n" == text


HOSTILE = "</code></table><script>alert(1)</script><img src=\"x\" onerror='y'>&lt;$x$\u202e"


def test_what_a_workbook_says_is_text_only(homework, tmp_path):
    def hostile(sheet):
        sheet.title = "<b>'\"&lt;"
        sheet["C40"], sheet["X50"] = HOSTILE, HOSTILE

    judgements = [
        check(homework(hostile, "<i>&amp;.xlsx")),
        check(tmp_path / "<img onerror=x>.xlsx"),  # there is none
    ]
    judgements[0].remarks.append(HOSTILE)
    for judgement in judgements:
        found = Tags(judgement._repr_html_())
        assert found.tags <= {"div", "p", "strong", "table", "tr", "th", "td", "code"}
        assert found.attributes <= {"class", "style"}
        assert judgement.path.name in found.texts
        assert found.texts.replace("\n", "").isprintable(), "nothing turns the text around"
    assert "\\u202e" in Tags(judgements[0]._repr_html_()).texts
    assert "$x$" in judgements[0]._repr_html_()
    assert 'class="tex2jax_ignore mathjax_ignore"' in judgements[0]._repr_html_()


def test_so_many_mistakes_are_counted(homework):
    def careless(sheet):
        for column in range(5, 31):
            sheet.cell(40 + column, column).value = 0.001 * column

    judgement = check(homework(careless))
    (table,) = judgement.tables
    assert len(table.findings) > 20, "or the test shows nothing"
    found = Tags(judgement._repr_html_())
    assert len(found.cells) == 6 * 21
    assert f"{len(table.findings) - 20:,} more mistake" in found.texts
    assert f"{len(table.findings)} mistakes together: " in found.texts


# --- the worked notebook -------------------------------------------------------------------------


def test_a_text_becomes_cells():
    made = cells("# Title\n\n```python\na = 1\n\nb\n```\n\nMore\n\n```python\nc\n```\n")
    kinds = [(cell.cell_type, cell.source) for cell in made]
    assert kinds == [
        *(("markdown", "# Title"), ("code", "a = 1\n\nb")),
        *(("markdown", "More"), ("code", "c")),
    ]


def test_frames_are_dropped_and_tables_are_kept():
    assert lightened({"text/html": "<div><iframe srcdoc=''>", "text/plain": "x"}) == {
        "text/plain": "x"
    }
    assert lightened({"text/html": "<table>"}) == {"text/html": "<table>"}


def test_the_stored_notebook_is_small():
    assert NOTEBOOK.stat().st_size < 300_000
