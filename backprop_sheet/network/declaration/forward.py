"""The forward pass of a network of layers, in the order of the sheet."""

from collections.abc import Sequence

from backprop_sheet.formula import ZERO, Name, Number, Op, Tree, filled, parse, total
from backprop_sheet.network.choices import JOINT, SOFTMAX, activation, error
from backprop_sheet.network.declaration.base import Forward
from backprop_sheet.network.declaration.stacked import inputs_of, stacked
from backprop_sheet.network.design import Design
from backprop_sheet.network.groups import Group, Unit
from backprop_sheet.network.layers.dropout import next_draw
from backprop_sheet.network.quantities import SEED, Derived, Given, Kind, Moment


class Layered(Forward):
    """The forward pass of a network of layers."""

    def __init__(self, design: Design) -> None:
        """Declare the inputs and targets, each layer, the errors."""
        super().__init__(design)
        targets = [f"t{k}" for k in range(1, design.layers[-1] + 1)]
        inputs = [f"i{k}" for k in range(1, design.layers[0] + 1)]
        layers = stacked(design, inputs)
        all_targets, all_inputs = design.of_each_sample(targets), design.of_each_sample(inputs)
        self._declare_draws(layers.draws)
        for name in all_targets:
            self._keep(name, Kind.TARGET)
        for name in all_inputs:
            self._keep(name, Kind.INPUT)
        self._sensitive |= set(all_inputs if design.input_gradients else [])
        self.groups = (inputs_of(design, all_inputs), *layers.groups)
        for group, choice in layers.groups.items():
            self._declare_layer(group, choice)
        self._declare_errors(layers.outputs)
        self.quantities |= {quantity.name: quantity for quantity in layers.remembered}
        if design.predicts_otherwise:
            self._predicting = True
            layers = stacked(design, inputs, predicting=True)
            for group, choice in layers.groups.items():
                self._declare_layer(group, choice)
        size, samples = len(targets), range(design.abreast)
        of_each = [all_targets[size * sample : size * (sample + 1)] for sample in samples]
        self.judged = list(zip(of_each, layers.outputs, strict=True))

    def _declare_draws(self, count: int) -> None:
        """Declare the random numbers of a row, and the seed, which is the last one above."""
        if count:
            last = f"rnd{count}"
            self._add(Given(SEED, Kind.SEED, Name(last), Moment.ROW))
        before = SEED
        for number in range(1, count + 1):
            name = f"rnd{number}"
            self._add(Derived(name, Kind.DRAW, next_draw(before)))
            before = name

    def _declare_layer(self, group: Group, choice: str) -> None:
        known = self.quantities.keys()  # the steps of a layer share weights
        new = {name for name in group.weights if name not in known}
        for name in sorted(new, key=lambda name: int(name[1:])):  # an embedding takes any first
            self._train(name, Kind.WEIGHT)
        declare_bias = self._train if self._design.train_bias else self._keep
        for name in dict.fromkeys(unit.bias for unit in group.units if unit.bias):
            if name not in known:
                declare_bias(name, Kind.BIAS)
        for unit in group.units:
            terms = [Op("*", (Name(link.weight), Name(link.signal))) for link in unit.links]
            bias = [Name(unit.bias)] if unit.bias else []
            alone = len(unit.quantities) == 1
            kind = Kind.ACTIVATION if alone else Kind.SUM
            weighted = total([*terms, *bias]) if terms or bias else ZERO  # only padding under it
            self._derive(unit.sum, kind, unit.formula or weighted)
            if not (group.joint or alone):
                self._declare_activation(unit, choice)
        for together in group.joined:
            for unit in together:
                self._declare_softmax(unit, together)

    def _declare_activation(self, unit: Unit, choice: str) -> None:
        kind, meanings = activation(choice), {"a": Name(unit.signal), "z": Name(unit.sum)}
        form = kind.rule or kind.short
        self._derive(
            unit.signal,
            Kind.ACTIVATION,
            filled(parse(kind.formula), meanings),
            short=f"{kind.sign}({unit.sum})" if kind.sign else "",
            forms={unit.sum: filled(parse(form), meanings)} if form else {},
            by_rule=frozenset([unit.sum] if kind.rule else []),
        )

    def _declare_softmax(self, unit: Unit, together: Sequence[Unit]) -> None:
        terms = [filled(parse(JOINT.term), {"z": Name(other.sum)}) for other in together]
        formula = filled(parse(JOINT.formula), {"z": Name(unit.sum), "all": total(terms)})
        forms = {}
        for other in together:
            meanings = {"a": Name(unit.signal), "b": Name(other.signal)}
            form = JOINT.own if other is unit else JOINT.other
            forms[other.sum] = filled(parse(form), meanings)
        short = f"{SOFTMAX}({unit.sum})"
        self._derive(unit.signal, Kind.ACTIVATION, formula, short=short, forms=forms)

    def _declare_errors(self, outputs: Sequence[Sequence[str]]) -> None:
        """Declare the error of each output of each sample of a row, and their total."""
        design, errors = self._design, list[Tree]()
        for sample, signals in enumerate(outputs, start=1):
            for k, output in enumerate(signals, start=1):
                name, target = (design.named(f"{sign}{k}", sample) for sign in "Et")
                self._declare_error(name, Name(target), output, len(signals))
                errors.append(Name(name))
        if design.abreast > 1 and design.gradient == "mean":
            errors = [Op("/", (total(errors), Number(design.abreast)))]
        self._declare_total(errors)

    def _declare_error(self, name: str, target: Tree, output: str, outputs: int) -> None:
        kind = error(self._design.error)
        meanings: dict[str, Tree] = {"t": target, "a": Name(output), "n": Number(outputs)}
        forms = {output: filled(parse(kind.short), meanings)} if kind.short else {}
        self._derive(name, Kind.ERROR, filled(parse(kind.formula), meanings), forms=forms)
