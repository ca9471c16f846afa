"""Frames and networks → figures, without pyplot: no global state keeps a figure alive.

picture    a figure that a notebook displays; saves figures to files
curves     the error over the epochs, for one training or several
drawing    the network in an epoch
"""

import logging

_MATPLOTLIB = logging.getLogger("matplotlib")
if _MATPLOTLIB.level == logging.NOTSET:
    # Without a writable home, matplotlib warns about its own cache folder at every start.
    _MATPLOTLIB.setLevel(logging.ERROR)
