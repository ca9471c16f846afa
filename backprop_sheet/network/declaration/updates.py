"""How the weights move: steps of several samples, bounds, what an optimizer remembers."""

from collections.abc import Iterator

from backprop_sheet.chain import gradient_name
from backprop_sheet.formula import Name, Number, Tree, filled, parse, total
from backprop_sheet.network.choices import (
    CLIP_SETTING,
    CLIPPINGS,
    GATHERINGS,
    NORM,
    OPTIMIZERS,
    PENALTY_SETTING,
    RATE_SETTING,
    ROOTS,
    SCHEDULES,
    WARMUP_SETTINGS,
    WEIGHT_DECAY,
    WEIGHT_DECAY_SETTINGS,
    Setting,
)
from backprop_sheet.network.design import Design
from backprop_sheet.network.layers import Numbering
from backprop_sheet.network.quantities import RATE, RATE_NOW, Carried, Kind, Moment


def settings_of(design: Design) -> dict[str, Setting]:
    """The settings of the optimizer, the schedule and the penalties; η is not among them."""
    layers = range(1, len(design.layers) if design.rates else 1)
    return {
        **OPTIMIZERS[design.optimizer].settings,
        **({design.clipping: CLIP_SETTING} if design.clipping else {}),
        **{rate_name(layer): RATE_SETTING for layer in layers},
        **(WEIGHT_DECAY_SETTINGS if design.weight_decay else {}),
        **SCHEDULES[design.schedule].settings,
        **(WARMUP_SETTINGS if design.warmup else {}),
        **dict.fromkeys(design.penalties, PENALTY_SETTING),
        **{name: setting for name, (setting, _) in design.cells.items()},
    }


def gathered_name(design: Design, gradient: str) -> str:
    """The name of a gradient's mean or sum over a step. It is a key that nothing parses."""
    return f"{design.gradient}_{gradient}"


def clipped_name(gradient: str) -> str:
    """The name of a gradient within its bound. It is a key that nothing parses."""
    return f"clipped_{gradient}"


def rate_name(layer: int) -> str:
    """The name of a layer's factor of η."""
    return f"rate{layer}"


def gathered(design: Design, trained: list[str]) -> Iterator[Carried]:
    """The mean or the sum of the gradients over the samples of a step, where it has several.

    Each row adds its share to the number of the row above; the last row of a step has the whole.
    """
    share = parse(GATHERINGS[design.gradient].share)
    for gradient in map(gradient_name, trained if design.step > 1 else []):
        name = gathered_name(design, gradient)
        meanings: dict[str, Tree] = {"g": Name(gradient), "n": Number(design.step)}
        formula = total([Name(name), filled(share, meanings)])
        yield Carried(name, Kind.MEAN, formula, restarts_each=Moment.STEP)


def clipped(design: Design, trained: list[str]) -> Iterator[Carried]:
    """The gradients of a step within their bound, and the norm if that is bounded."""
    if not design.clipping:
        return
    kind, at_end = CLIPPINGS[design.clipping], Moment.STEP
    gradients = {name: Name(_gradient_of_step(design, name)) for name in trained}
    if kind.norm:
        terms = (filled(parse(kind.term), {"g": g}) for g in gradients.values())
        norm = filled(parse(kind.norm), {"all": total(terms)})
        yield Carried(NORM, Kind.CLIPPED, norm, computed_each=at_end)
    for name, gradient in gradients.items():
        formula = filled(parse(kind.formula), {"g": gradient})
        clipped = clipped_name(gradient_name(name))
        yield Carried(clipped, Kind.CLIPPED, formula, computed_each=at_end)


def _gradient_of_step(design: Design, name: str) -> str:
    """The name of the gradient that a step takes for a weight or bias, before it is clipped."""
    gradient = gradient_name(name)
    return gathered_name(design, gradient) if design.step > 1 else gradient


def states(design: Design, trained: list[str]) -> Iterator[Carried]:
    optimizer, at_end = OPTIMIZERS[design.optimizer], Moment.STEP
    for state in optimizer.shared:
        formula, start = parse(state.formula), state.start
        yield Carried(state.name, Kind.STATE, formula, start=start, computed_each=at_end)
    for name in trained:
        for state in optimizer.states:
            formula, start = _filled_in(design, parse(state.formula), name), state.start
            remembered = f"{state.name}_{name}"
            yield Carried(remembered, Kind.STATE, formula, start=start, computed_each=at_end)


def layers_of_weights(design: Design) -> dict[str, int]:
    """The layer that each weight and bias belongs to, counted from 1."""
    numbering, found = Numbering(), dict[str, int]()
    for number, (layer, before) in enumerate(design.shapes, start=1):
        found |= {numbering.weight(): number for _ in range(layer.weights(before))}
        found |= {numbering.bias(): number for _ in range(layer.biases(before))}
    return found


def update_of(design: Design, name: str, kind: Kind, layer: int) -> Tree:
    """The formula of the next number of a weight or bias; of these two, only weights decay."""
    optimizer = OPTIMIZERS[design.optimizer]
    update = parse(optimizer.update)
    if optimizer.under:
        root = filled(parse(ROOTS[design.root]), {"x": parse(optimizer.under)})
        update = filled(update, {"root": root})
    if design.weight_decay and kind is Kind.WEIGHT:
        update = filled(update, {"w": parse(WEIGHT_DECAY)})
    if design.rates:
        update = filled(update, {"eta": parse(f"eta*{rate_name(layer)}")})
    return _filled_in(design, update, name)


def _filled_in(design: Design, formula: Tree, name: str) -> Tree:
    """An optimizer's formula, filled in for one weight or bias."""
    clipped, whole = clipped_name(gradient_name(name)), _gradient_of_step(design, name)
    meanings: dict[str, Tree] = {
        "w": Name(name),
        "g": Name(clipped if design.clipping else whole),
        "eta": Name(RATE_NOW if design.scheduled else RATE),
    }
    for state in OPTIMIZERS[design.optimizer].states:
        meanings[state.name] = Name(f"{state.name}_{name}")
        meanings[f"{state.name}_before"] = Name(f"{state.name}_{name}", 1)
    return filled(formula, meanings)
