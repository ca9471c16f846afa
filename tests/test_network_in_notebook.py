"""A network in a notebook: its page where frames are shown, a picture everywhere else."""

import re
import subprocess
import sys
from base64 import b64decode
from io import BytesIO
from pathlib import Path

import nbformat
import pytest
from browser import until
from everyday import mostly_slow
from PIL import Image

from backprop_sheet import build, load, templates
from tools.notebook import NOTEBOOK, PNG

HTML = "text/html"


def test_it_works_from_the_face_alone_and_imports_nothing_before():
    program = (
        "import sys\n"
        "from backprop_sheet import load\n"
        "network = load('xor')\n"
        "assert not {'matplotlib', 'backprop_sheet.page'} & set(sys.modules)\n"
        "print(*network._repr_mimebundle_(include=None, exclude=None))\n"
        "assert network._repr_html_() == network._repr_mimebundle_()['text/html']"
    )
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
    assert done.stdout.decode().split() == [PNG, HTML]


@pytest.mark.parametrize("name", mostly_slow(templates.known()))
def test_pictures_are_of_modest_size(name):
    png = b64decode(load(name)._repr_mimebundle_()[PNG])
    assert len(png) <= 60_000
    with Image.open(BytesIO(png)) as picture:
        assert 800 <= picture.width <= 1600


def test_a_network_without_numbers_has_no_picture():
    shown = load().with_numbers(w1=-1e308)._repr_mimebundle_()
    assert PNG not in shown
    assert "<img" not in shown.get(HTML, "")


def test_a_large_network_is_a_picture_only():
    weights = [0.01] * (50 * 40 + 40 * 10)
    network = build((50, 40, 10), inputs=[0.1] * 50, targets=[1.0] * 10, weights=weights)
    assert list(network._repr_mimebundle_()) == [PNG]
    assert network._repr_html_() is None


def in_a_page(html, path):
    head = '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>A notebook</title>'
    path.write_text(f"{head}<body>{html}<p id='below'>below</p></body></html>", encoding="utf-8")
    return path


def covers(page):
    """What is seen in the middle of the picture."""
    return page.evaluate("""() => {
        const box = document.querySelector("img").getBoundingClientRect();
        return document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2).tagName;
    }""")


@pytest.mark.chromium
@pytest.mark.parametrize("name", ["original", "convolution"])
@pytest.mark.parametrize("width", [360, 1024])
def test_the_page_covers_the_picture_and_runs(visit, tmp_path, name, width):
    network = load(name)
    path = in_a_page(network._repr_html_(), tmp_path / "trusted.html")
    page = visit(path, viewport={"width": width, "height": 900})
    assert covers(page) == "IFRAME"
    _, frame = page.frames
    until(frame, "window.backprop !== undefined")
    assert frame.evaluate("window.backprop.given.eta") == network.eta
    image, shown, below = (
        page.locator(what).bounding_box() for what in ("img", "iframe", "#below")
    )
    assert image["y"] >= shown["y"]
    assert image["y"] + image["height"] <= shown["y"] + shown["height"] <= below["y"]
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.everyday
@pytest.mark.chromium
def test_the_frame_is_a_sandbox(visit, tmp_path):
    page = visit(in_a_page(load()._repr_html_(), tmp_path / "trusted.html"))
    _, frame = page.frames
    assert frame.evaluate("origin") == "null"


def without_frames(html):
    """As JupyterLab shows it before the notebook is trusted."""
    return re.sub(r"<(iframe|style).*?</\1>", "", html, flags=re.DOTALL)


def without_styles(html):
    """As GitHub shows it."""
    return re.sub(r' style="[^"]*"', "", without_frames(html))


@pytest.mark.chromium
@pytest.mark.parametrize(
    ("cleaned", "scripts"),
    [(str, False), (without_frames, True), (without_styles, True), (without_styles, False)],
)
def test_without_scripts_or_frames_the_picture_shows(visit, tmp_path, cleaned, scripts):
    path = in_a_page(cleaned(load()._repr_html_()), tmp_path / "shown.html")
    page = visit(path, java_script_enabled=scripts)
    assert page.locator("img").is_visible()
    assert page.evaluate("document.querySelector('img').naturalWidth") == 1024
    assert covers(page) == "IMG"
    assert page.get_by_text("trust this notebook").is_visible()
    assert not page.locator("iframe").is_visible()
    assert page.get_by_alt_text("The network original in epoch 0").count() == 1


def texts(notebook):
    """A notebook as data, of whose pictures only remains that they are some."""
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if PNG in output.get("data", {}):
                with Image.open(BytesIO(b64decode(output.data[PNG]))) as picture:
                    output.data[PNG] = picture.size
    return notebook


def test_the_worked_notebook_runs_and_gives_what_is_stored(tmp_path):
    command = [sys.executable, "-m", "tools.notebook", tmp_path / "fresh.ipynb"]
    subprocess.run(command, cwd=Path(__file__).parent.parent, check=True, timeout=300)
    fresh, stored = (
        texts(nbformat.read(path, as_version=4)) for path in (tmp_path / "fresh.ipynb", NOTEBOOK)
    )
    assert fresh == stored, "python -m tools.notebook writes it anew"
    kinds = {kind for cell in stored.cells for o in cell.get("outputs", []) for kind in o.data}
    assert kinds == {"text/plain", "text/markdown", HTML, PNG}
