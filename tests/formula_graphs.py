"""Networks of formulas by chance: each formula is written twice, for a file and for torch."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from backprop_sheet.network.file import from_content

UNARY = {
    "tanh({})": lambda m, x: m.tanh(x),
    "sin({})": lambda m, x: m.sin(x),
    "cos({})": lambda m, x: m.cos(x),
    "exp(-({})**2)": lambda m, x: m.exp(-(x**2)),
    "log(1 + ({})**2)": lambda m, x: m.log(1 + x**2),
    "sqrt(1 + ({})**2)": lambda m, x: m.sqrt(1 + x**2),
    "power(1 + ({})**2, 0.7)": lambda _, x: (1 + x**2) ** 0.7,
    "abs({})": lambda m, x: m.abs(x),
    "-({})": lambda _, x: -x,
    "({})**2": lambda _, x: x**2,
    "sigmoid({})": lambda m, x: m.sigmoid(x),
    "relu({})": lambda m, x: m.relu(x),
    "leaky_relu({})": lambda m, x: m.nn.functional.leaky_relu(x),
    "softplus({})": lambda m, x: m.nn.functional.softplus(x),
    "elu({})": lambda m, x: m.nn.functional.elu(x),
    "gelu({})": lambda m, x: m.nn.functional.gelu(x, approximate="tanh"),
    "swish({})": lambda m, x: m.nn.functional.silu(x),
    "bipolar_sigmoid({})": lambda m, x: 2 * m.sigmoid(x) - 1,
}
BINARY = {
    "({} + {})": lambda _, x, y: x + y,
    "({} - {})": lambda _, x, y: x - y,
    "({})*({})": lambda _, x, y: x * y,
    "({})/(1 + ({})**2)": lambda _, x, y: x / (1 + y**2),
    "max({}, {})": lambda m, x, y: m.maximum(x, y),
    "where({}, {}, 0.3)": lambda m, x, y: m.where(x > 0, y, 0.3),
}
ERRORS = {
    "(y - p)**2": lambda _, e: (e["y"] - e["p"]) ** 2,
    "1/2*(y - p)**2": lambda _, e: 0.5 * (e["y"] - e["p"]) ** 2,
    "sqrt(1 + (y - p)**2) - 1": lambda m, e: m.sqrt(1 + (e["y"] - e["p"]) ** 2) - 1,
    "log(1 + exp(-(y*p)))": lambda m, e: m.log(1 + m.exp(-(e["y"] * e["p"]))),
}


@dataclass
class Twin:
    """The same formulas for torch.

    Attributes:
        content: the content of the file.
        quantities: the function of each quantity, of torch and the numbers so far, in order.
    """

    content: dict
    quantities: dict[str, Callable] = field(default_factory=dict)

    def network(self):
        return from_content(self.content, Path(), "formulas")


@dataclass
class _Writer:
    """Writes formulas by chance, over what is there so far.

    Attributes:
        chance: the generator.
        signals: what a formula may use: as a file writes it, and as torch has it.
    """

    chance: random.Random
    signals: list

    def formula(self, depth, more=()):
        """A formula as a text, and as a function of torch and the numbers by name."""
        chance = self.chance
        if depth == 0 or chance.random() < 0.1:
            if chance.random() < 0.15:
                number = round(chance.uniform(-1, 1), 2)
                return (f"({number})" if number < 0 else f"{number}"), lambda m, _: m.tensor(
                    number, dtype=m.float64
                )
            return chance.choice([*self.signals, *more, *more])
        if chance.random() < 0.5:
            text, of = chance.choice(list(UNARY.items()))
            inner, value = self.formula(depth - 1, more)
            return text.format(inner), lambda m, e: of(m, value(m, e))
        text, of = chance.choice(list(BINARY.items()))
        (one, first), (two, second) = (self.formula(depth - 1, more) for _ in range(2))
        return text.format(one, two), lambda m, e: of(m, first(m, e), second(m, e))


def named(name):
    return name, lambda _, e: e[name]


def twin_of(seed):
    """A network of formulas by chance."""
    chance = random.Random(f"formulas {seed}")
    steps, places, samples = chance.randint(1, 3), chance.randint(1, 3), chance.choice([1, 1, 2, 4])
    number = lambda: round(chance.uniform(-1, 1), 3)  # noqa: E731
    content = {
        "indices": {"t": [1, steps], "j": [1, places]},
        "samples": {
            "x{j}": [[number() for _ in range(places)] for _ in range(samples)],
            "y": [chance.choice([-1, 1]) * abs(number()) for _ in range(samples)],
        },
        "given": {"k": number(), "h0": 0},
        "trained": {"w{j}": [number() for _ in range(places)], "a": number(), "b": number()},
        "eta": chance.choice([0.01, 0.05]),
        "epochs": 30,
    }
    twin = Twin(content)
    formulas = content["formulas"] = {}
    writer = _Writer(
        chance, [named(n) for n in ("k", "a", "b", *(f"x{j + 1}" for j in range(places)))]
    )

    def add(name, pair):
        """A quantity that later ones may use; bounded, so that trainings stay in range."""
        text, of = pair
        formulas[name] = f"tanh({text})"
        twin.quantities[name] = lambda m, e: m.tanh(of(m, e))
        writer.signals.append(named(name))

    js, ts = range(1, places + 1), range(1, steps + 1)
    add("s", _sum(writer, js))
    for number_ in range(chance.randint(0, 3)):
        add(f"q{number_ + 1}", writer.formula(chance.randint(1, 4)))
    _recurrence(writer, formulas, twin, ts)
    ends = [*writer.signals[-3:], named("s"), named(f"h{steps}"), named("a"), named("b")]
    formulas["p"] = " + ".join(text for text, _ in ends)
    twin.quantities["p"] = lambda m, e: sum(of(m, e) for _, of in ends)
    text, of = chance.choice(list(ERRORS.items()))
    if chance.random() < 0.5:
        formulas["E"], content["error"] = text, "E"
        twin.quantities["E"] = of
    else:
        content["error"] = text
    twin.quantities["E_Total"] = of
    if chance.random() < 0.5:  # in any order
        content["formulas"] = dict(chance.sample(list(formulas.items()), len(formulas)))
    content |= _choices(chance, samples)
    return twin


def _sum(writer, js):
    """A sum over j, of a weight and something of an input."""
    text, of = writer.chance.choice(list(UNARY.items()))
    factor = writer.formula(2)
    whole = f"sum{{j}}(w{{j}}*{text.format('x{j}')}) + {factor[0]}"
    terms = lambda m, e: (e[f"w{j}"] * of(m, e[f"x{j}"]) for j in js)  # noqa: E731
    return whole, lambda m, e: sum(terms(m, e)) + factor[1](m, e)


def _recurrence(writer, formulas, twin, ts):
    """A quantity for each t, from that of t - 1."""
    before = {}
    text, of = writer.formula(2, more=[("h{t-1}", lambda _, e: e[before["name"]])])
    formulas["h{t}"] = f"tanh(a*h{{t-1}} + {text})"
    for t in ts:

        def value(m, e, t=t):
            before["name"] = f"h{t - 1}"
            return m.tanh(e["a"] * e[f"h{t - 1}"] + of(m, e))

        twin.quantities[f"h{t}"] = value


def _choices(chance, samples):
    """Optimizer, update and penalties."""
    found = {"optimizer": {"name": chance.choice(["gradient descent", "momentum", "adam"])}}
    found["update"] = chance.choice(["online", "batch"])
    if found["update"] == "batch":
        found["gradient"] = chance.choice(["mean", "sum"])
        if samples == 4 and chance.random() < 0.5:
            found["batch_size"] = 2
    if chance.random() < 0.2:
        found["l2"] = 0.01
    if chance.random() < 0.2:
        found["optimizer"]["clip_norm"] = 0.3
    return found
