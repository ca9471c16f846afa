"""Frames and networks → figures, without pyplot: no global state keeps a figure alive.

picture    a figure that a notebook displays; saves figures to files
curves     the error over the epochs, for one training or several
ends       names beside the ends of curves
drawing    the network in an epoch
labels     its weights, gradients, targets and errors
grids      its pictures
"""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from importlib import import_module
from pathlib import Path

_MATPLOTLIB = logging.getLogger("matplotlib")
if _MATPLOTLIB.level == logging.NOTSET:
    # Without a writable home, matplotlib warns about its own cache folder at every start.
    _MATPLOTLIB.setLevel(logging.ERROR)


@contextmanager
def _unconfigured() -> Iterator[None]:
    """Hide what configures matplotlib: variables, and a file in the working folder."""
    kept = {name: os.environ.pop(name, None) for name in ("MPLBACKEND", "MATPLOTLIBRC")}
    os.environ["MATPLOTLIBRC"] = os.devnull
    try:
        with chdir(Path(__file__).parent):
            yield
    finally:
        del os.environ["MATPLOTLIBRC"]
        os.environ.update({name: value for name, value in kept.items() if value is not None})


try:
    import_module("matplotlib")  # the first import reads the configuration
except (OSError, ValueError):
    # It names a backend that there is not, or cannot be read. No picture of ours depends on it.
    for name in [name for name in sys.modules if name.startswith("matplotlib.")]:
        del sys.modules[name]  # modules of the import that failed
    with _unconfigured():
        import_module("matplotlib")
