"""How to install what only some commands need, wherever the program came from."""

import json
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from backprop_sheet import extras


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """The program as if it were installed, with a record of where from."""
    monkeypatch.setattr(extras, "__file__", str(tmp_path / "site" / "backprop_sheet" / "extras.py"))

    def record(text):
        class Found:
            @staticmethod
            def from_name(_):
                if text is None:
                    raise PackageNotFoundError
                return type("", (), {"read_text": lambda *_: text or None})()

        monkeypatch.setattr(extras, "Distribution", Found)

    return record


ROOT = Path(__file__).parent.parent
a_checkout = pytest.mark.skipif(
    not (ROOT / "backprop_sheet").is_dir(), reason="the tests are of an installed package"
)


@a_checkout
def test_in_the_source_folder_it_is_installed_from_there():
    folder = ROOT
    assert extras.install("recalc") == f'pip install ".[recalc]" in {folder}'


def test_an_installed_program_is_installed_from_where_it_came_from(installed, tmp_path):
    wheel = tmp_path / "my wheels" / "backprop_sheet.whl"
    wheel.parent.mkdir()
    wheel.touch()
    installed(json.dumps({"url": wheel.as_uri(), "archive_info": {}}))
    assert extras.install("recalc") == f'pip install "{wheel}[recalc]"'
    wheel.unlink()
    assert extras.install("recalc") == 'pip install "backprop-sheet[recalc]"'


@pytest.mark.parametrize(
    "text",
    ["", None, json.dumps({"url": "https://example.org/x.whl"})],
    ids=["from the index", "copied", "from another machine"],
)
def test_any_other_is_installed_from_the_index(installed, text):
    installed(text)
    assert extras.install("torch") == 'pip install "backprop-sheet[torch]"'
