"""Rows of training → a pandas frame: one row for each epoch, one column for each quantity."""

from array import array
from itertools import islice

import numpy as np
import pandas as pd

from backprop_sheet.engine import train
from backprop_sheet.errors import Diverged, InputError
from backprop_sheet.network import Network
from backprop_sheet.progress import Watch, unwatched


def tabulate(network: Network, epochs: int | None = None, *, watch: Watch = unwatched) -> pd.DataFrame:
    """Train a network and keep every number.

    Args:
        network: what to train.
        epochs: how many epochs; the network's own number when left out.
        watch: looks on as the epochs pass.

    Returns:
        float64, `epochs` rows with the index ``epoch`` from 0, and a column for each quantity of
        the sheet in its order: ``t1 … w8 … E_Total ∂E/∂w1 … ∂E/∂w8``.

    Raises:
        InputError: fewer epochs than 1.
        Diverged: a quantity left the range of numbers; its `frame` holds the epochs before.
    """
    count = network.epochs if epochs is None else epochs
    if count < 1:
        raise InputError(f"epochs = {count}: at least 1 is needed")
    numbers = array("d")
    try:
        for row in watch(islice(train(network), count), count, "training"):
            numbers.extend(row)
    except Diverged as error:
        error.frame = _frame(network, numbers)
        raise
    return _frame(network, numbers)


def _frame(network: Network, numbers: "array[float]") -> pd.DataFrame:
    """A frame over the numbers in the memory where they are."""
    table = np.frombuffer(numbers, dtype=np.float64).reshape(-1, len(network.columns))
    index = pd.RangeIndex(len(table), name="epoch")
    return pd.DataFrame(table, index=index, columns=list(network.labels.values()))
