"""How to install the packages that only some commands need, wherever the program came from."""

import json
from importlib.metadata import Distribution, PackageNotFoundError
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

NAME = "backprop-sheet"


def install(extra: str) -> str:
    """The command that installs an extra's packages.

    A program that runs in its own source folder is installed from there again; one that was
    installed from a folder or a wheel on this machine, from that; any other from the package index.
    """
    source = Path(__file__).parent.parent
    if (source / "pyproject.toml").is_file():
        return f'pip install ".[{extra}]" in {source}'
    return f'pip install "{_origin() or NAME}[{extra}]"'


def _origin() -> str:
    """The folder or wheel that the program was installed from, if it is still there; else empty.

    Source: PEP 610, direct_url.json.
    """
    try:
        record = Distribution.from_name(NAME).read_text("direct_url.json")
    except PackageNotFoundError:  # it was copied, not installed
        return ""
    url = urlsplit(json.loads(record or "{}").get("url", ""))
    path = url2pathname(unquote(url.path)) if url.scheme == "file" else ""
    return path if path and Path(path).exists() else ""
