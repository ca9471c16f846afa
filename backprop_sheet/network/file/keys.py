"""The keys that a network file may have."""

from collections.abc import Mapping
from typing import Any

from backprop_sheet.errors import InputError, shown
from backprop_sheet.network.hints import about_key, near

KEYS = (
    *("layers", "activation", "activations", "error", "bias", "biases", "train_bias"),
    *("inputs", "targets", "data", "update", "batch_size", "gradient"),
    *("class_column", "input_columns", "target_columns", "thresholds", "weight_rows"),
    *("weights", "seed", "eta", "epochs", "l1", "l2", "rates", "input_gradients"),
    *("optimizer", "schedule", "input", "layer", "classes", "columns"),
    *("formulas", "indices", "samples", "given", "trained"),
)


def refuse_unknown(content: Mapping[str, Any]) -> None:
    """Refuse a key that a file does not have."""
    for key, value in content.items():
        if key in KEYS:
            continue
        known = f"; there are {', '.join(KEYS)}"
        if isinstance(value, dict):
            known = f"; write its keys at the top of the file, without [{key}]"
        hint = about_key(key) or near(key, KEYS) or known
        raise InputError(f"unknown key {shown(key)}{hint}")
