"""What the documentation shows is run, and compared with what it says comes back."""

import re
import shlex
from importlib.util import find_spec
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from backprop_sheet.cli import cli

ROOT = Path(__file__).parent.parent
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").glob("*.md")])


def blocks(page, language):
    text = page.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_print_what_the_page_shows(page):
    if page.name == "mnist.md" and find_spec("torch") is None:
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
                titles = re.findall(
                    r"^#+ (.*)$", (page.parent / file).read_text("utf-8"), re.MULTILINE
                )
                assert heading in {title.lower().replace(" ", "-") for title in titles}


def test_ci_runs_the_readmes_test_command():
    (command,) = (block for block in blocks(ROOT / "README.md", "sh") if "pytest" in block)
    assert command in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def commands(group=cli, before=""):
    """Every command with its full name, those of groups too."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        yield before + name, command
        yield from commands(command, f"{before}{name} ") if isinstance(command, click.Group) else ()


def test_every_command_and_option_is_documented():
    pages = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    for name, command in commands():
        assert f"backprop-sheet {name}" in pages
        for parameter in (p for p in command.params if isinstance(p, click.Option)):
            assert any(option in pages for option in parameter.opts), (name, parameter.opts)


def test_the_changelog_knows_every_command():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert all(f"backprop-sheet {name}" in text for name, _ in commands())
