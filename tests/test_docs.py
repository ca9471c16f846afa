"""What the documentation shows is run, and compared with what it says comes back."""

import os
import re
import shlex
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from backprop_sheet.cli import cli
from tools.cli_reference import PAGE, commands, reference
from tools.cli_reference import PAGES as PAGES_OF

ROOT = Path(__file__).parent.parent
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])
STORIES = {"teaching.md": "tests/exercise/test_teaching.py"}
"""Pages between whose commands something else happens, and the tests that run them."""


def blocks(page, language):
    text = page.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    "page", [page for page in PAGES if page.name not in STORIES], ids=lambda page: page.name
)
def test_commands_print_what_the_page_shows(page):
    if page.name in {"mnist.md", "digits.md"} and find_spec("torch") is None:
        pytest.skip("PyTorch is not installed")
    for block in blocks(page, "console"):
        for shown in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            line, _, output = shown.partition("\n")
            program, *arguments = shlex.split(line)
            assert program == "backprop-sheet"
            done = CliRunner().invoke(cli, arguments)
            assert done.output.replace("\\", "/") == output, line


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_python_runs(page):
    space = {}
    for block in blocks(page, "python"):
        exec(compile(block, page.name, "exec"), space)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_and_pictures_are_there(page):
    text = page.read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)]+)\)", text) + re.findall(r'src="([^"]+)"', text)
    for target in targets:
        if not target.startswith("http"):
            file, _, heading = target.partition("#")
            assert (page.parent / file).exists(), target
            if heading:
                assert heading in sections((page.parent / file) if file else page), target


def test_ci_runs_the_readmes_test_command():
    (command,) = (block for block in blocks(ROOT / "README.md", "sh") if "pytest" in block)
    assert command in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


# --- every option in its place -----------------------------------------------------------------


def anchor(title):
    """What a link calls a heading."""
    return re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")


def sections(page):
    """The text under each heading of a page, up to the next one of its rank, by its anchor."""
    text = re.sub(r"(?ms)^```.*?^```", "", page.read_text(encoding="utf-8"))
    parts = re.split(r"(?m)^(#+) (.*)$", text)
    headings = list(zip(parts[1::3], parts[2::3], parts[3::3], strict=True))
    found = {}
    for number, (rank, title, text) in enumerate(headings):
        found[anchor(title)] = text
        for deeper, _, more in headings[number + 1 :]:
            if len(deeper) <= len(rank):
                break
            found[anchor(title)] += more
    return found


def options_in(text):
    """The options that have a row in a table."""
    cells = re.findall(r"^\| (`-[^|]*(?:\\\|[^|]*)*) \|", text, flags=re.MULTILINE)
    return {option for cell in cells for option in re.findall(r"`(--?[\w-]+)", cell)}


def described(name):
    """The options that the page of a command describes: in its own section, and where that leads.

    The section has the heading "Options of `run`"; options that several commands share stand in one
    of them, to which the others link.
    """
    page = ROOT / "docs" / PAGES_OF[name]
    own = sections(page).get(f"options-of-{name.replace(' ', '-')}", "")
    own += "[](terminal.md#quiet)"  # said once for all commands
    links = re.findall(r"\]\(([\w.]*)#([\w-]+)\)", own)
    linked = [sections(page.parent / file if file else page)[place] for file, place in links]
    return options_in(own), options_in("\n".join(linked))


@pytest.mark.parametrize("name", PAGES_OF)
def test_every_option_has_a_row_in_the_section_of_its_command(name):
    (command,) = (one for full, one in commands() if full == name)
    options = {o for p in command.params if isinstance(p, click.Option) for o in p.opts}
    own, linked = described(name)
    assert options <= own | linked
    assert own <= options, "no row is of an option that is gone"


def test_an_option_that_stands_elsewhere_only_is_missed():
    own, linked = described("compare")
    assert {"--lr", "--threshold"} == own
    assert "--of" not in own | linked, "another page's"
    assert options_in("It takes `--lr`.\n\n| `--set A\\|B` | x |\n") == {"--set"}


def test_the_reference_of_the_command_line_is_fresh():
    assert set(PAGES_OF) == {name for name, _ in commands()}
    fresh = PAGE.read_text(encoding="utf-8") == reference()
    assert fresh, "python -m tools.cli_reference writes it anew"


@pytest.mark.parametrize("columns", ["40", "200"])
def test_the_reference_does_not_depend_on_the_terminal(columns):
    program = "from tools.cli_reference import reference; print(reference(), end='')"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True,
        env={**os.environ, "COLUMNS": columns, "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    assert done.stdout.decode() == PAGE.read_text(encoding="utf-8")


def test_the_changelog_knows_every_command():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert all(f"backprop-sheet {name}" in text for name, _ in commands())
