"""Frames and networks → figures. No pyplot, so nothing is kept between figures.

picture    a figure that shows itself in a notebook; figures as files
curves     the error over the epochs, of one training or of several
drawing    the network in an epoch
"""

import logging

_MATPLOTLIB = logging.getLogger("matplotlib")
if _MATPLOTLIB.level == logging.NOTSET:
    # Without a home to write to, it would tell of its own files at each start.
    _MATPLOTLIB.setLevel(logging.ERROR)
