"""What every forward pass has: settings, counters, ways to declare a quantity, the total error."""

from collections.abc import Iterable, Mapping, Sequence

from backprop_sheet.errors import InputError
from backprop_sheet.fixed import Fixed
from backprop_sheet.formula import Name, Tree, derivatives, filled, names, parse, product, total
from backprop_sheet.network.choices import PENALTIES, SCHEDULES, WARMUP
from backprop_sheet.network.declaration.updates import settings_of
from backprop_sheet.network.design import Design
from backprop_sheet.network.groups import Group
from backprop_sheet.network.quantities import (
    EPOCH,
    MEAN_TOTAL,
    RATE,
    RATE_NOW,
    SAMPLE,
    TOTAL,
    Carried,
    Derived,
    Given,
    Kind,
    Moment,
    Quantity,
)


class Forward:
    """Declares the given numbers and the forward pass, in the order of the sheet.

    Attributes:
        quantities: the quantities by name.
        groups: the inputs, then what follows from them, in the order of evaluation.
        trained: the names of the weights and biases that are trained.
        judged: of each sample of a row, its targets and the outputs that predict them.
    """

    def __init__(self, design: Design) -> None:
        """Declare the settings and counters; what follows depends on the kind of network."""
        self.quantities: dict[str, Quantity] = {}
        self.groups: tuple[Group, ...] = ()
        self.trained: set[str] = set()
        self.judged: list[tuple[Sequence[str], Sequence[str]]] = []
        self._sensitive: set[str] = set()  # the names of the quantities that depend on a weight
        self._predicting = False  # whether quantities are declared of how the network predicts
        self._design = design
        self._declare_settings()

    @property
    def derived(self) -> dict[str, Derived]:
        """The derived quantities by name."""
        return {name: q for name, q in self.quantities.items() if isinstance(q, Derived)}

    @property
    def differentiated(self) -> list[str]:
        """The given quantities that have gradients: what is trained, and inputs if asked for."""
        given = (name for name, q in self.quantities.items() if isinstance(q, Given))
        return [name for name in given if name in self._sensitive]

    def _add(self, quantity: Quantity) -> None:
        """Declare a quantity.

        Raises:
            InputError: there is one of that name, which happens where a file gives the names.
        """
        if quantity.name in self.quantities:
            raise InputError(taken(quantity.name))
        self.quantities[quantity.name] = quantity

    def _keep(self, name: str, kind: Kind) -> None:
        """Declare a given number as constant; those that are trained get their update later."""
        self._add(Given(name, kind, Name(name)))

    def _train(self, name: str, kind: Kind) -> None:
        self._keep(name, kind)
        self.trained.add(name)
        self._sensitive.add(name)

    def _derive(
        self,
        name: str,
        kind: Kind,
        formula: Tree,
        *,
        short: str = "",
        forms: Mapping[str, Tree] | None = None,
        by_rule: frozenset[str] = frozenset(),
    ) -> None:
        """Declare a derived quantity; `forms` are short forms of its partials, by operand."""
        if self._predicting:
            self._add(Derived(name, Kind.MEASURE, formula, short=short))
            return
        declared = dict(forms or {})
        operands = [operand for operand in names(formula) if operand in self._sensitive]
        found = declared | derivatives(formula, set(operands) - declared.keys())
        slopes = Fixed({operand: found[operand] for operand in operands})
        self._add(Derived(name, kind, formula, slopes, short, by_rule))
        if slopes:
            self._sensitive.add(name)

    def _declare_settings(self) -> None:
        """Declare η and the other settings, the counters, and the scheduled learning rate."""
        design = self._design
        for name in (RATE, *settings_of(design)):
            self._keep(name, Kind.SETTING)
        if design.scheduled or design.rows > 1:
            next_epoch = parse(f"{EPOCH} + 1")
            self._add(Given(EPOCH, Kind.COUNTER, next_epoch, Moment.EPOCH))
        if design.rows > 1:
            next_sample = parse(f"{SAMPLE} + 1")
            self._add(Given(SAMPLE, Kind.COUNTER, next_sample, Moment.ROW, Moment.EPOCH, start=1.0))
        if design.scheduled:
            tree = parse(SCHEDULES[design.schedule].formula)
            tree = product(tree, parse(WARMUP)) if design.warmup else tree
            self._add(Derived(RATE_NOW, Kind.RATE, tree))

    def _declare_total(self, errors: Iterable[Tree]) -> None:
        """Declare the total error: a sum of errors and of the penalties; and its mean."""
        design = self._design
        penalties = [Name(self._declare_penalty(setting)) for setting in design.penalties]
        self._derive(TOTAL, Kind.TOTAL, total([*errors, *penalties]))
        if design.rows > 1:
            share = parse(f"{MEAN_TOTAL} + {TOTAL}/{design.rows}")
            self._add(Carried(MEAN_TOTAL, Kind.MEAN_TOTAL, share, restarts_each=Moment.EPOCH))

    def _declare_penalty(self, setting: str) -> str:
        """Declare the penalty with a setting λ. Returns its name."""
        kind = PENALTIES[setting]
        weights = dict.fromkeys(name for group in self.groups for name in group.weights)
        terms = [filled(parse(kind.term), {"w": Name(weight)}) for weight in weights]
        formula = filled(parse(kind.formula), {"all": total(terms)})
        forms = {weight: filled(parse(kind.short), {"w": Name(weight)}) for weight in weights}
        self._derive(kind.quantity, Kind.PENALTY, formula, forms=forms)
        return kind.quantity


def taken(name: str) -> str:
    """What to say of a name that a file gives to a quantity of its own."""
    return f"formulas: {name}: the sheet has a quantity of this name already; choose another"
