"""Formulas of one's own: trained as torch trains them, in the sheet as in the engine."""

from contextlib import suppress

import ironcalc
import pytest
from formula_graphs import twin_of
from test_networks import assert_sheet_gives, recalculated

from backprop_sheet import check, tabulate, train, write_workbook
from backprop_sheet.errors import Diverged

GRAPHS = 200


# --- against torch ---------------------------------------------------------------------------


class InTorch:
    """The same formulas in torch, with gradients by autograd."""

    def __init__(self, torch, twin):
        self.torch, self.twin, self.content = torch, twin, twin.content
        network = twin.network()
        self.samples = network.samples
        self.given = {
            name: torch.tensor(network.numbers[name], dtype=torch.float64) for name in ("k", "h0")
        }
        self.moved = {
            name: torch.tensor(network.numbers[name], dtype=torch.float64, requires_grad=True)
            for name in network.trained
        }
        optim, eta = torch.optim, self.content["eta"]
        of = list(self.moved.values())
        self.optimizer = {
            "gradient descent": lambda: optim.SGD(of, lr=eta),
            "momentum": lambda: optim.SGD(of, lr=eta, momentum=0.9),
            "adam": lambda: optim.Adam(of, lr=eta),
        }[self.content["optimizer"]["name"]]()

    def row(self, sample):
        """Every quantity of a sample, and the gradients."""
        numbers = {n: self.torch.tensor(x, dtype=self.torch.float64) for n, x in sample.items()}
        numbers |= self.given | self.moved
        for name, of in self.twin.quantities.items():
            numbers[name] = of(self.torch, numbers)
        if "l2" in self.content:
            squares = sum(w**2 for w in self.moved.values())
            numbers["E_Total"] = numbers["E_Total"] + self.content["l2"] / 2 * squares
        gradients = self.torch.autograd.grad(
            numbers["E_Total"], list(self.moved.values()), allow_unused=True
        )
        slopes = [self.torch.zeros(()).double() if g is None else g for g in gradients]
        return {name: numbers[name].item() for name in (*self.twin.quantities, *self.moved)}, slopes

    def rows(self):
        size = 1
        if self.content["update"] == "batch":
            size = self.content.get("batch_size", len(self.samples))
        share = 1 / size if self.content.get("gradient", "mean") == "mean" else 1
        for _ in range(self.content["epochs"]):
            gathered = []
            for sample in self.samples:
                numbers, slopes = self.row(sample)
                yield numbers, {n: g.item() for n, g in zip(self.moved, slopes, strict=True)}
                gathered.append(slopes)
                if len(gathered) == size:
                    self._step([share * sum(of) for of in zip(*gathered, strict=True)])
                    gathered = []

    def _step(self, gradients):
        for parameter, gradient in zip(self.moved.values(), gradients, strict=True):
            parameter.grad = gradient.detach().clone()
        if bound := self.content["optimizer"].get("clip_norm"):
            self.torch.nn.utils.clip_grad_norm_(list(self.moved.values()), bound)
        self.optimizer.step()


def until_it_diverges(rows):
    with suppress(Diverged):
        yield from rows


def assert_same_training(seed):
    torch = pytest.importorskip("torch", reason="torch is not installed")
    twin = twin_of(seed)
    network = twin.network()
    place = {name: k for k, name in enumerate(network.columns)}
    rows = zip(until_it_diverges(train(network)), InTorch(torch, twin).rows(), strict=False)
    compared = 0
    for row, (numbers, gradients) in rows:
        near = {"rel": 1e-9, "abs": 1e-12}
        assert {n: row[place[n]] for n in numbers} == pytest.approx(numbers, **near), twin.content
        near["abs"] += 1e-9 * max(map(abs, gradients.values()))
        found = {name: row[place[f"dE_d{name}"]] for name in gradients}
        assert found == pytest.approx(gradients, **near), twin.content
        compared += 1
    assert compared == 30 * len(network.samples)


@pytest.mark.parametrize("seed", range(0, GRAPHS, 8))
def test_random_formulas_train_as_in_torch(seed):
    assert_same_training(seed)


@pytest.mark.slow
def test_all_random_formulas_train_as_in_torch():
    for seed in range(GRAPHS):
        assert_same_training(seed)


# --- in the sheet ----------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(20))
def test_the_sheet_of_random_formulas_gives_the_same_numbers(seed, tmp_path):
    network = twin_of(seed).network()
    frame = tabulate(network, epochs=4)
    path = write_workbook(network, frame, tmp_path / "formulas.xlsx")
    assert_sheet_gives(network, frame, recalculated(network, path))
    model = ironcalc.load_from_xlsx(str(path))
    model.evaluate()
    assert model.get_cell_value(2, 5, 2) != "FAIL"  # tab Check
    (table,) = check(path, network).tables
    assert (table.verdict, table.findings) == ("right", [])
