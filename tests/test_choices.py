"""What a network file can choose: every row held against textbook definitions written here.

The definitions are plain Python and stand for the outside world; derivatives are held against
differences of these, never against the declared forms themselves. The last tests break each
declared row on purpose, and see that it is caught.
"""

import math
import random

import pytest

from backprop_sheet.formula import (
    FUNCTIONS,
    Name,
    Op,
    derivative,
    derivatives,
    evaluate,
    filled,
    parse,
    total,
)
from backprop_sheet.formula.primitives import PRIMITIVES
from backprop_sheet.network import choices
from backprop_sheet.network.choices import (
    ACTIVATIONS,
    CLIPPINGS,
    ERRORS,
    GATHERINGS,
    JOINT,
    OPTIMIZERS,
    PENALTIES,
    ROOTS,
    SCHEDULES,
    WARMUP,
    WEIGHT_DECAY,
)

STEP = 1e-6
POINTS = [-2.3, -0.7, -0.05, 0.04, 0.6, 1.9]


def slope(function, x):
    return (function(x + STEP) - function(x - STEP)) / (2 * STEP)


def close(one, other):
    assert one == pytest.approx(other, rel=1e-7, abs=1e-8)


# --- primitives ----------------------------------------------------------------------------------

TEXTBOOK = {
    "+": lambda x, y: x + y,
    "-": lambda x, y: x - y,
    "*": lambda x, y: x * y,
    "/": lambda x, y: x / y,
    "neg": lambda x: 0 - x,
    "square": lambda x: x * x,
    "exp": lambda x: math.e**x,
    "log": lambda x: math.log10(x) / math.log10(math.e),
    "tanh": lambda x: 1 - 2 / (math.e ** (2 * x) + 1),
    "sqrt": lambda x: x**0.5,
    "sin": lambda x: (math.e ** (1j * x)).imag,
    "cos": lambda x: (math.e ** (1j * x)).real,
    "abs": lambda x: max(x, -x),
    "floor": lambda x: x // 1,
    "mod": lambda x, y: x - y * math.floor(x / y),
    "power": lambda x, y: x**y,
    "max": lambda x, y: (x + y + abs(x - y)) / 2,
    "where": lambda x, y, z: y if x > 0 else z,
}


def check_primitive(sign):
    """Its number, and its derivative by each part."""
    chance = random.Random(sign)
    textbook, parts = TEXTBOOK[sign], ("a", "b", "c")[: PRIMITIVES[sign].parts]
    tree = Op(sign, tuple(map(Name, parts)))
    for _ in range(6):
        values = {part: chance.uniform(0.2, 1.8) for part in parts}
        if sign in {"where", "abs"}:
            values["a"] *= chance.choice([1, -1])
        number_of = lambda part, x, v=values: textbook(*(v | {part: x}).values())  # noqa: E731
        close(evaluate(tree, values), textbook(*values.values()))
        for part in parts:
            expected = slope(lambda x, p=part, f=number_of: f(p, x), values[part])
            close(evaluate(derivative(tree, part), values), expected)


@pytest.mark.parametrize("sign", PRIMITIVES)
def test_primitives(sign):
    check_primitive(sign)


def test_every_primitive_has_a_textbook():
    assert TEXTBOOK.keys() == PRIMITIVES.keys()


@pytest.mark.parametrize("seed", range(200))
def test_composites_are_differentiated_by_the_chain_rule(seed):
    """Random formulas of every primitive: derivatives equal differences."""
    chance = random.Random(seed)

    def tree(depth):
        if depth == 0 or chance.random() < 0.15:
            return chance.choice([Name("u"), Name("v"), parse("0.7"), parse("2")])
        sign = chance.choice([s for s in PRIMITIVES if s not in {"floor", "mod"}])
        return Op(sign, tuple(tree(depth - 1) for _ in range(PRIMITIVES[sign].parts)))

    formula, values = tree(4), {"u": 0.6, "v": 1.3}
    found = derivatives(formula, {"u", "v"})
    for name in found:
        try:
            number_of = lambda x, n=name: evaluate(formula, values | {n: x})  # noqa: E731
            one, other = (
                (number_of(values[name] + h) - number_of(values[name] - h)) / (2 * h)
                for h in (1e-5, 2e-5)
            )
            exact = evaluate(found[name], values)
        except (ArithmeticError, ValueError):
            continue  # a root of less than 0, or a number too large
        if one == pytest.approx(other, rel=1e-4, abs=1e-6):  # the differences have settled
            assert exact == pytest.approx(one, rel=1e-3, abs=1e-5)


# --- activations ---------------------------------------------------------------------------------

BY_NAME = {
    "sigmoid": lambda z: 1 / (1 + math.e**-z),
    "tanh": math.tanh,
    "relu": lambda z: max(z, 0.0),
    "leaky relu": lambda z: max(z, 0.01 * z),
    "identity": lambda z: z,
    "softplus": lambda z: math.log1p(math.e**z),
    "elu": lambda z: z if z > 0 else math.expm1(z),
    "gelu": lambda z: z / 2 * (1 + math.tanh(math.sqrt(2 / math.pi) * (z + 0.044715 * z**3))),
    "swish": lambda z: z / (1 + math.e**-z),
    "bipolar sigmoid": lambda z: (1 - math.e**-z) / (1 + math.e**-z),
    "step": lambda z: 1.0 if z > 0 else 0.0,
}
RULES = {"step": lambda _z: 1.0}
"""What learning rules take in place of a derivative."""


def check_activation(name, row):
    textbook = BY_NAME[name]
    formula = parse(row.formula)
    for z in POINTS:
        close(evaluate(formula, {"z": z}), textbook(z))
        close(evaluate(derivative(formula, "z"), {"z": z}), slope(textbook, z))
        if row.short:
            short = parse(row.short)
            close(evaluate(short, {"z": z, "a": textbook(z)}), slope(textbook, z))
        if row.rule:
            close(evaluate(parse(row.rule), {"z": z, "a": textbook(z)}), RULES[name](z))


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations(name):
    check_activation(name, ACTIVATIONS[name])


def softmax(sums):
    powers = [math.e**z for z in sums]
    return [power / sum(powers) for power in powers]


def check_softmax(row):
    """Of three neurons: each activation, and its derivative for each sum, derived and declared."""
    sums = {"z1": 0.3, "z2": -1.1, "z3": 0.8}
    all_ = total(filled(parse(row.term), {"z": Name(name)}) for name in sums)
    activations = dict(zip(("a1", "a2", "a3"), softmax(sums.values()), strict=True))
    for place, z in enumerate(sums):
        formula = filled(parse(row.formula), {"z": Name(z), "all": all_})
        close(evaluate(formula, sums), activations[f"a{place + 1}"])
        for other, by in enumerate(sums):
            exact = slope(
                lambda x, by=by, place=place: softmax((sums | {by: x}).values())[place], sums[by]
            )
            close(evaluate(derivative(formula, by), sums), exact)
            form = row.own if other == place else row.other
            of = {"a": activations[f"a{place + 1}"], "b": activations[f"a{other + 1}"]}
            close(evaluate(parse(form), of), exact)


def test_softmax():
    check_softmax(JOINT)


# --- errors --------------------------------------------------------------------------------------

ERROR_OF = {
    "half squared": lambda t, a, _n: (t - a) * (t - a) / 2,
    "mean squared": lambda t, a, n: (t - a) * (t - a) / n,
    "binary cross-entropy": lambda t, a, _n: -t * math.log(a) - (1 - t) * math.log(1 - a),
    "cross-entropy": lambda t, a, _n: -t * math.log(a),
    "mean absolute": lambda t, a, n: max(t - a, a - t) / n,
    "huber": lambda t, a, n: (
        ((t - a) ** 2 / 2 if -1 <= t - a <= 1 else max(t - a, a - t) - 0.5) / n
    ),
    "hinge": lambda t, a, _n: max(0.0, 1 - t * a),
    "output": lambda _t, a, _n: a,
}


def check_error(name, row):
    formula = parse(row.formula)
    points = [(0.2, 0.7), (1.0, 0.4), (0.0, 0.3), (0.6, 0.61)]
    if not row.needs:
        points += [(-1.0, 0.7), (1.0, 2.7), (-1.0, -1.9), (2.0, -0.5)]
    for t, a in points:
        exact = slope(lambda x, t=t: ERROR_OF[name](t, x, 3), a)
        close(evaluate(formula, {"t": t, "a": a, "n": 3}), ERROR_OF[name](t, a, 3))
        close(evaluate(derivative(formula, "a"), {"t": t, "a": a, "n": 3}), exact)
        if row.short:
            short = parse(row.short)
            close(evaluate(short, {"t": t, "a": a, "n": 3}), exact)


@pytest.mark.parametrize("name", ERRORS)
def test_errors(name):
    check_error(name, ERRORS[name])


# --- penalties -----------------------------------------------------------------------------------

PENALTY_OF = {
    "l1": lambda rate, weights: rate * sum(max(w, -w) for w in weights),
    "l2": lambda rate, weights: rate / 2 * sum(w * w for w in weights),
}


def check_penalty(name, row):
    """Of three weights: the penalty, and its derivative for each."""
    weights = {"w1": 0.3, "w2": -1.2, "w3": 0.7}
    terms = [filled(parse(row.term), {"w": Name(weight)}) for weight in weights]
    formula = filled(parse(row.formula), {"all": total(terms)})
    values = weights | {name: 0.4}
    close(evaluate(formula, values), PENALTY_OF[name](0.4, weights.values()))
    for weight, number in weights.items():
        exact = slope(
            lambda x, w=weight: PENALTY_OF[name](0.4, (weights | {w: x}).values()), number
        )
        close(evaluate(derivative(formula, weight), values), exact)
        close(evaluate(parse(row.short), {"w": number, name: 0.4}), exact)


@pytest.mark.parametrize("name", PENALTIES)
def test_penalties(name):
    check_penalty(name, PENALTIES[name])


def check_gathering(name, row):
    whole = {"mean": sum(GRADIENTS) / 5, "sum": sum(GRADIENTS)}[name]
    close(sum(evaluate(parse(row.share), {"g": g, "n": 5}) for g in GRADIENTS), whole)


@pytest.mark.parametrize("name", GATHERINGS)
def test_gatherings(name):
    check_gathering(name, GATHERINGS[name])


def check_clipping(name, row):
    """Five gradients within a wide and a narrow bound."""
    for bound in (0.25, 5.0):
        norm = math.sqrt(sum(g * g for g in GRADIENTS))
        if row.norm:
            terms = sum(evaluate(parse(row.term), {"g": g}) for g in GRADIENTS)
            close(evaluate(parse(row.norm), {"all": terms}), norm)
        for g in GRADIENTS:
            by_value = min(max(g, -bound), bound)
            exact = {"clip_value": by_value, "clip_norm": g * min(1.0, bound / (norm + 1e-6))}
            close(evaluate(parse(row.formula), {"g": g, "norm": norm, name: bound}), exact[name])


@pytest.mark.parametrize("name", CLIPPINGS)
def test_clippings(name):
    check_clipping(name, CLIPPINGS[name])


def check_decay(text):
    values = {"w": 0.8, "eta": ETA, "weight_decay": 0.3}
    close(evaluate(parse(text), values), (1 - ETA * 0.3) * 0.8)


def test_weight_decay():
    check_decay(WEIGHT_DECAY)


# --- optimizers ----------------------------------------------------------------------------------

GRADIENTS = [0.3, -0.2, 0.25, 0.01, -0.4]
ETA = 0.05


def gradient_descent(w, mu=0.0):
    for g in GRADIENTS:
        w -= ETA * g
        yield w


def momentum(w, mu):
    velocity = 0.0
    for g in GRADIENTS:
        velocity = mu * velocity + g
        w -= ETA * velocity
        yield w


def nesterov(w, mu):
    velocity = 0.0
    for g in GRADIENTS:
        velocity = mu * velocity + g
        w -= ETA * (g + mu * velocity)
        yield w


def rmsprop(w, alpha, epsilon):
    square = 0.0
    for g in GRADIENTS:
        square = alpha * square + (1 - alpha) * g * g
        w -= ETA * g / (math.sqrt(square) + epsilon)
        yield w


def adam(w, beta1, beta2, epsilon):
    mean = square = 0.0
    for t, g in enumerate(GRADIENTS, start=1):
        mean = beta1 * mean + (1 - beta1) * g
        square = beta2 * square + (1 - beta2) * g * g
        fair_mean, fair_square = mean / (1 - beta1**t), square / (1 - beta2**t)
        w -= ETA * fair_mean / (math.sqrt(fair_square) + epsilon)
        yield w


def adamw(w, beta1, beta2, epsilon):
    """Without its decay, which is a row of its own."""
    return adam(w, beta1, beta2, epsilon)


def nadam(w, beta1, beta2, epsilon, momentum_decay):
    """As in https://docs.pytorch.org/docs/stable/generated/torch.optim.NAdam.html."""
    mean = square = 0.0
    momenta = [beta1 * (1 - 0.5 * 0.96 ** (t * momentum_decay)) for t in range(1, 10)]
    for t, g in enumerate(GRADIENTS, start=1):
        mean = beta1 * mean + (1 - beta1) * g
        square = beta2 * square + (1 - beta2) * g * g
        so_far, ahead = math.prod(momenta[:t]), math.prod(momenta[: t + 1])
        fair_mean = momenta[t] * mean / (1 - ahead) + (1 - momenta[t - 1]) * g / (1 - so_far)
        w -= ETA * fair_mean / (math.sqrt(square / (1 - beta2**t)) + epsilon)
        yield w


def adagrad(w, epsilon, memory):
    square = memory
    for g in GRADIENTS:
        square += g * g
        w -= ETA * g / (math.sqrt(square) + epsilon)
        yield w


def adadelta(w, rho, epsilon):
    square = steps = 0.0
    for g in GRADIENTS:
        square = rho * square + (1 - rho) * g * g
        step = math.sqrt(steps + epsilon) / math.sqrt(square + epsilon) * g
        steps = rho * steps + (1 - rho) * step * step
        w -= ETA * step
        yield w


BY_PAPER = {
    "gradient descent": gradient_descent,
    "momentum": momentum,
    "nesterov": nesterov,
    "rmsprop": rmsprop,
    "adam": adam,
    "adamw": adamw,
    "nadam": nadam,
    "adagrad": adagrad,
    "adadelta": adadelta,
}
NUMBERS = {"mu": 0.8, "alpha": 0.9, "beta1": 0.85, "beta2": 0.95, "epsilon": 0.01}
NUMBERS |= {"momentum_decay": 0.3, "memory": 0.2, "rho": 0.7}


def root_of(text, under):
    return filled(parse(text), {"x": parse(under)})


def check_optimizer(name, row, root=ROOTS["outside"]):
    """Five steps of one weight by the declared formulas, against the paper's."""
    settings = {key: NUMBERS[key] for key in row.settings}
    values = {"w": 1.0, "eta": ETA, **settings}
    states = (*row.shared, *row.states)
    values |= {state.name: state.start for state in states}
    update = filled(parse(row.update), {"root": root_of(root, row.under)} if row.under else {})
    expected = list(BY_PAPER[name](1.0, **settings))
    for g, after in zip(GRADIENTS, expected, strict=True):
        values["g"] = g
        values |= {f"{state.name}_before": values[state.name] for state in states}
        for state in states:
            values[state.name] = evaluate(parse(state.formula), values)
        values["w"] = evaluate(update, values)
        close(values["w"], after)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_optimizers(name):
    check_optimizer(name, OPTIMIZERS[name])


def check_root(name, text):
    values = {"x": 0.3, "epsilon": 0.2}
    exact = {"outside": math.sqrt(0.3) + 0.2, "inside": math.sqrt(0.3 + 0.2)}[name]
    close(evaluate(parse(text), values), exact)


@pytest.mark.parametrize("name", ROOTS)
def test_roots(name):
    check_root(name, ROOTS[name])


def test_who_divides_by_a_root_leaves_the_choice_where_epsilon_stands():
    roots = {name for name, row in OPTIMIZERS.items() if row.under}
    assert roots == {"rmsprop", "adam", "adamw", "nadam", "adagrad"}
    assert all(("root" in row.update) == bool(row.under) for row in OPTIMIZERS.values())


# --- schedules -----------------------------------------------------------------------------------

RATE_OF = {
    "constant": lambda _epoch: ETA,
    "step": lambda epoch: ETA * 0.5 ** (epoch // 3),
    "exponential": lambda epoch: ETA * 0.5**epoch,
    "1/t": lambda epoch: ETA / (1 + 0.2 * epoch),
    "cosine": lambda epoch: ETA * (1 + math.cos(math.pi * epoch / 20)) / 2,
}
TAKEN = {"eta": ETA, "gamma": 0.5, "every": 3.0, "decay": 0.2, "period": 20.0}


def check_schedule(name, row):
    for epoch in range(12):
        close(evaluate(parse(row.formula), TAKEN | {"epoch": epoch}), RATE_OF[name](epoch))


@pytest.mark.parametrize("name", SCHEDULES)
def test_schedules(name):
    check_schedule(name, SCHEDULES[name])


def check_warmup(text):
    for warmup in (4.0, 1.5):
        for epoch in range(8):
            expected = min(1.0, (epoch + 1) / warmup)
            close(evaluate(parse(text), {"epoch": epoch, "warmup": warmup}), expected)


def test_warmup():
    check_warmup(WARMUP)


# --- broken on purpose ---------------------------------------------------------------------------


def doubled(text):
    return f"2*({text})"


def doubled_fields(name, row, fields, check, *before):
    for field in fields:
        if text := getattr(row, field):
            yield f"{name} {field}", check, (*before, row._replace(**{field: doubled(text)}))


def broken_optimizers():
    for name, row in OPTIMIZERS.items():
        yield from doubled_fields(name, row, ["update"], check_optimizer, name)
        for field in ("states", "shared"):
            for place, state in enumerate(getattr(row, field)):
                states = list(getattr(row, field))
                states[place] = state._replace(formula=f"{state.formula} + 0.01")
                wrong = row._replace(**{field: tuple(states)})
                yield f"{name} {state.name}", check_optimizer, (name, wrong)
        if row.under:
            yield f"{name} under", check_optimizer, (name, row._replace(under=doubled(row.under)))
    for name, text in ROOTS.items():
        yield f"ε {name}", check_root, (name, doubled(text))


def broken_rows():
    """Every declared formula broken once: its name, the check that must fail, and what with."""
    for name, row in ACTIVATIONS.items():
        yield from doubled_fields(name, row, ["formula", "short", "rule"], check_activation, name)
    yield from doubled_fields("softmax", JOINT, JOINT._fields, check_softmax)
    for name, row in ERRORS.items():
        yield from doubled_fields(name, row, ["formula", "short"], check_error, name)
    for name, row in PENALTIES.items():
        yield from doubled_fields(name, row, ["formula", "term", "short"], check_penalty, name)
    for name, row in GATHERINGS.items():
        yield from doubled_fields(name, row, ["share"], check_gathering, name)
    for name, row in CLIPPINGS.items():
        yield from doubled_fields(name, row, ["formula", "norm", "term"], check_clipping, name)
    yield "weight decay", check_decay, (doubled(WEIGHT_DECAY),)
    yield from broken_optimizers()
    for name, row in SCHEDULES.items():
        yield from doubled_fields(name, row, ["formula"], check_schedule, name)
    yield "warmup", check_warmup, (doubled(WARMUP),)


BROKEN = list(broken_rows())


@pytest.mark.parametrize(("check", "row"), [b[1:] for b in BROKEN], ids=[b[0] for b in BROKEN])
def test_a_broken_row_is_caught(check, row):
    with pytest.raises((AssertionError, KeyError)):
        check(*row)


@pytest.mark.parametrize("sign", [s for s in PRIMITIVES if s not in {"+", "floor"}])
def test_a_broken_derivative_of_a_primitive_is_caught(sign, monkeypatch):
    from backprop_sheet.formula.derivative import _rule

    row = PRIMITIVES[sign]
    monkeypatch.setitem(PRIMITIVES, sign, row._replace(derivative=doubled(row.derivative)))
    _rule.cache_clear()
    try:
        with pytest.raises(AssertionError):
            check_primitive(sign)
    finally:
        _rule.cache_clear()


def test_every_choice_has_its_textbook():
    assert BY_NAME.keys() == ACTIVATIONS.keys()
    assert RULES.keys() == {name for name, row in ACTIVATIONS.items() if row.rule}
    assert ERROR_OF.keys() == ERRORS.keys()
    assert PENALTY_OF.keys() == PENALTIES.keys()
    assert BY_PAPER.keys() == OPTIMIZERS.keys()
    assert RATE_OF.keys() == SCHEDULES.keys()
    assert set(FUNCTIONS) < set(TEXTBOOK)
    assert choices.LEAK == 0.01
