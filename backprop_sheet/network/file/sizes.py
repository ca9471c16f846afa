"""The layers of a file in the short form, and how large layers may be."""

from collections.abc import Mapping
from typing import Any

from backprop_sheet.errors import InputError, counted, shown
from backprop_sheet.network.design import FEWEST_LAYERS, Design

MOST_NEURONS, MOST_IN_LAYER = 2_000, 250
"""The most neurons in the network and in a layer."""
ORIGINAL_SIZES = {"inputs": (2, "inputs"), "targets": (2, "outputs"), "weights": (8, "weights")}
"""How many numbers the keys of the original have, and of what."""


def refuse_without_layers(content: Mapping[str, Any]) -> None:
    """Refuse a file that gives no layers and plainly has others than the original."""
    if "layers" in content:
        return
    for key, (size, what) in ORIGINAL_SIZES.items():
        value = content.get(key)
        row = value[0] if isinstance(value, list) and value and key != "weights" else value
        row = row if isinstance(row, list) else value
        if isinstance(row, list) and row and not isinstance(row[0], list) and len(row) != size:
            raise InputError(
                "layers: missing, so they are those of the original, [2, 2, 2], which have "
                f"{size} {what}; but {key} has {counted(len(row), 'number')}. "
                "Write layers, such as [2, 2, 1]"
            )


def layers_of(content: Mapping[str, Any]) -> tuple[int, ...]:
    layers = content.get("layers", [2, 2, 2])
    if not isinstance(layers, list) or not all(type(n) is int and n > 0 for n in layers):
        raise InputError(
            f"layers: got {shown(layers)}, takes a list of sizes from 1 on, such as [2, 2, 1]"
        )
    if len(layers) < FEWEST_LAYERS:
        raise InputError(f"layers: got {layers}, takes two layers or more")
    if max(layers) > MOST_IN_LAYER:
        raise InputError(
            f"layers: {max(layers):,} neurons in a layer; at most {MOST_IN_LAYER} are allowed"
        )
    if sum(layers) > MOST_NEURONS:
        raise InputError(f"layers: {sum(layers):,} neurons; at most {MOST_NEURONS:,} are allowed")
    return tuple(layers)


def refuse_alone(design: Design) -> None:
    """Refuse a layer that takes several samples at once, where each step has one."""
    kinds = [layer.kind for layer in design.stack if layer.of_all_samples]
    if kinds and design.abreast == 1:
        raise InputError(
            f'{kinds[0]}: takes several samples at once; write update = "batch", and give two '
            "samples or more"
        )


def refuse_with_stack(content: Mapping[str, Any]) -> None:
    """Refuse what goes with dense layers only, where layers are written one by one."""
    if "layer" not in content:
        return
    if "weight_rows" in content:
        raise InputError("weight_rows: goes with layers = [...], not with [[layer]]")
    if content.get("update") == "sequential":
        raise InputError('update: "sequential" goes with layers = [...], not with [[layer]]')


def sizes_of(design: Design) -> tuple[int, ...]:
    """How many signals the layers have, where they are not too many."""
    if sum(design.layers) > MOST_NEURONS:
        raise InputError(
            f"layer: {sum(design.layers):,} signals; at most {MOST_NEURONS:,} are allowed"
        )
    for number, (layer, before) in enumerate(design.shapes, start=1):
        taken, _ = layer.fans(before)
        if layer.weights(before) and taken > MOST_IN_LAYER:
            raise InputError(
                f"layer {number}: a neuron takes {taken:,} signals; at most {MOST_IN_LAYER} are "
                "allowed"
            )
    return design.layers


def activations_of(content: Mapping[str, Any], layers: tuple[int, ...]) -> tuple[str, ...]:
    """One activation for each layer; `activation` is short for the same one everywhere."""
    if "activation" in content and "activations" in content:
        raise InputError("activation and activations: give only one of them")
    if "activation" in content:
        same = content["activation"]
        if isinstance(same, list):
            raise InputError(
                f"activation: got {shown(same)}, takes one name; a list is activations"
            )
        return (same,) * (len(layers) - 1)
    chosen = content.get("activations", ["sigmoid"] * (len(layers) - 1))
    if not isinstance(chosen, list):
        raise InputError(
            f"activations: got {shown(chosen)}, takes a list with one for each layer after the "
            "inputs; one name for all of them is activation"
        )
    return tuple(chosen)
