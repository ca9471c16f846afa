"""The page as a file: what the command writes, and what it refuses."""

import re
from dataclasses import replace

import pytest
from click.testing import CliRunner

from backprop_sheet import load, write_page
from backprop_sheet.cli import cli
from backprop_sheet.errors import InputError
from backprop_sheet.page import own, page


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Runs the command `page` in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return lambda *words: CliRunner().invoke(cli, ["page", *words])


def test_a_page_is_named_as_the_workbook_is(run, tmp_path):
    assert run("--lr", "0.5").output == "outputs/backprop_lr0.5.html\n"
    assert run("--network", "xor", "--epochs", "5").output == "outputs/xor_lr2.0.html\n"
    assert run("-o", "mine/p.HTM").output == "mine/p.HTM\n"
    assert (tmp_path / "mine" / "p.HTM").read_text(encoding="utf-8").startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["-o", "p.txt"], "'--output': got 'p.txt', takes .html, .htm"),
        (["--epochs", "10000000"], "'--epochs': epochs = 10000000: a page has room for at most"),
        (["--set", "h1=1"], "'--set': 'h1' is not a given number"),
    ],
)
def test_a_mistake_is_one_line_and_writes_nothing(run, tmp_path, words, said):
    done = run(*words)
    assert done.exit_code == 2
    assert said in done.output
    assert not list(tmp_path.iterdir())


def test_a_page_loads_nothing_and_runs_only_its_own_script():
    text = page(load())
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy"\s+content="([^"]*)"', text)
    assert policy.startswith("default-src 'none'; img-src data:;")
    assert len(re.findall(r"'sha256-[^']+'", policy)) == 2
    assert "unsafe" not in policy
    assert not re.findall(r'(?:src|href)="(?!#)', text)
    assert not re.findall(r"<link\b|<img\b|@import|url\(", text)


def test_a_networks_name_is_only_text():
    network = replace(load(), name="{{fallback}}</title><script>alert(1)</script>")
    text = page(network)
    assert "<title>{{fallback}}&lt;/title&gt;&lt;script&gt;" in text
    assert text.count("</script>") == 2


def test_a_page_needs_a_name_that_browsers_open(tmp_path):
    with pytest.raises(InputError, match=r"takes \.html or \.htm"):
        write_page(load(), tmp_path / "page.txt")


def test_a_page_is_small_and_its_style_has_no_remarks():
    assert len(page(load()).encode()) < 250_000
    assert "/*" not in own.style()
