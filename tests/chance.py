"""How many of the networks, sheets and mistakes by chance a run of the tests goes through."""

import os
from collections.abc import Sequence

EVERY = "BACKPROP_SHEET_EVERY_CHANCE"
"""Set, all of them are gone through, which takes some ten minutes more."""
SHARE = 3


def some(seeds: Sequence[int]) -> Sequence[int]:
    """Every third of the seeds; all of them if the environment asks for it."""
    return seeds if os.environ.get(EVERY) else seeds[::SHARE]
